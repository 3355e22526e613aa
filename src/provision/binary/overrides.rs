//! The override file of a module: its AWS providers speak with the gateway, as the operator; its state is local.

use std::collections::{BTreeMap, BTreeSet};

use stackproof_terraform::{AwsProvider, Outline};

/// The file's name. Override files are merged in the order of their names: this one comes after the module's own.
pub(super) const FILE: &str = "zz_stackproof_override.tf";

/// The services whose endpoints every generation of the AWS provider since 4.0 can be told. Newer ones take that of all
/// services from the environment.
const SERVICES: [&str; 24] = [
    "athena",
    "cloudwatch",
    "dynamodb",
    "ec2",
    "ecr",
    "ecs",
    "events",
    "firehose",
    "glue",
    "iam",
    "kinesis",
    "kms",
    "lambda",
    "logs",
    "organizations",
    "quicksight",
    "rds",
    "s3",
    "s3control",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
    "sts",
];

/// An operator's keys.
pub(super) struct Keys {
    /// The access key id.
    pub(super) id: String,
    /// Its secret.
    pub(super) secret: String,
}

/// How the gateway is spoken with.
pub(super) struct Settings {
    /// Its URL.
    pub(super) endpoint: String,
    /// The file of its certificate authority.
    pub(super) authority: String,
    /// The operators' keys by account.
    pub(super) keys: BTreeMap<String, Keys>,
    /// The account of providers that assume no role.
    pub(super) main: String,
}

/// The file's text, or none for a module that needs no such file. `needs_default` says that the provider `aws` is used
/// though no block may configure it.
pub(super) fn text(
    outline: &Outline,
    settings: &Settings,
    is_root: bool,
    needs_default: bool,
) -> Option<String> {
    let mut text = String::new();
    if is_root {
        text.push_str("\nterraform {\n  backend \"local\" {}\n}\n");
    }
    let mut written = BTreeSet::new();
    for provider in &outline.providers {
        if written.insert((provider.name.as_str(), provider.alias.as_deref())) {
            let same =
                outline.providers.iter().filter(|it| it.name == provider.name && it.alias == provider.alias);
            let role = same.filter_map(role).next_back();
            block(&mut text, &provider.name, provider.alias.as_deref(), role, settings);
        }
    }
    if needs_default && !written.contains(&("aws", None)) {
        block(&mut text, "aws", None, None, settings);
    }
    (!text.is_empty())
        .then(|| format!("# Made by stackproof for one run, beside a copy of the module.\n{text}"))
}

/// The role that a provider assumes, as it is written.
fn role(provider: &AwsProvider) -> Option<&str> {
    let assumed = |part: &&str| part.starts_with("assume_role");
    let parts = provider.parts.iter().filter(|part| assumed(&part.name.as_str()));
    parts.filter_map(|part| part.role_arn.as_deref()).next_back()
}

fn block(text: &mut String, name: &str, alias: Option<&str>, role: Option<&str>, settings: &Settings) {
    let mut lines = Vec::new();
    if let Some(alias) = alias {
        lines.push(format!("alias = {}", quoted(alias)));
    }
    lines.push(format!("access_key = {}", key(settings, role, |keys| &keys.id)));
    lines.push(format!("secret_key = {}", key(settings, role, |keys| &keys.secret)));
    lines.push(format!("custom_ca_bundle = {}", quoted(&settings.authority)));
    for flag in [
        "s3_use_path_style",
        "skip_credentials_validation",
        "skip_metadata_api_check",
        "skip_region_validation",
    ] {
        lines.push(format!("{flag} = true"));
    }
    text.push_str(&format!("\nprovider {} {{\n", quoted(name)));
    lines.iter().for_each(|line| text.push_str(&format!("  {line}\n")));
    text.push_str("  endpoints {\n");
    for service in SERVICES {
        text.push_str(&format!("    {service} = {}\n", quoted(&settings.endpoint)));
    }
    text.push_str("  }\n}\n");
}

/// The operator's key: of the account of the role that the block assumes, else of the main one. An account that the
/// target does not have gets a key that is nobody's.
fn key(settings: &Settings, role: Option<&str>, of: impl Fn(&Keys) -> &String) -> String {
    let own = settings.keys.get(&settings.main).map(&of).map_or("", String::as_str);
    let Some(role) = role else { return quoted(own) };
    let all =
        settings.keys.iter().map(|(account, keys)| format!("{} = {}", quoted(account), quoted(of(keys))));
    let all = all.collect::<Vec<_>>().join(", ");
    let account = format!("try(split(\":\", {role})[4], {})", quoted(&settings.main));
    format!("lookup({{ {all} }}, {account}, \"of-no-account-of-the-target\")")
}

/// The text as a literal of the language.
fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace("${", "$${").replace("%{", "%%{");
    format!("\"{text}\"")
}

#[cfg(test)]
mod tests {
    use stackproof_terraform::outline;

    use super::*;

    fn settings() -> Settings {
        let keys =
            |account: &str| Keys { id: format!("AKIA{account}"), secret: format!("secret of {account}") };
        Settings {
            endpoint: "https://127.0.0.1:4566".to_owned(),
            authority: "/tmp/x/ca.pem".to_owned(),
            keys: ["111111111111", "222222222222"].map(|it| (it.to_owned(), keys(it))).into(),
            main: "111111111111".to_owned(),
        }
    }

    fn of(module: &str, is_root: bool, needs_default: bool) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("main.tf"), module).unwrap();
        text(&outline(folder.path()).unwrap(), &settings(), is_root, needs_default)
    }

    /// The services are as in the table above: one stands for all.
    fn short(text: &str) -> String {
        let is_kept = |line: &&str| !line.ends_with("\"https://127.0.0.1:4566\"") || line.contains(" s3 = ");
        text.lines().filter(is_kept).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_root_module_has_every_provider_and_a_local_state() {
        let module = "provider \"aws\" {\n  region = var.region\n  default_tags {\n    tags = {}\n  }\n}\n\
                      provider \"aws\" {\n  alias = \"source\"\n  assume_role {\n    \
                      role_arn = \"arn:aws:iam::${var.source_account}:role/deploy\"\n  }\n}\n";
        insta::assert_snapshot!(short(&of(module, true, true).unwrap()), @r#"
        # Made by stackproof for one run, beside a copy of the module.

        terraform {
          backend "local" {}
        }

        provider "aws" {
          access_key = "AKIA111111111111"
          secret_key = "secret of 111111111111"
          custom_ca_bundle = "/tmp/x/ca.pem"
          s3_use_path_style = true
          skip_credentials_validation = true
          skip_metadata_api_check = true
          skip_region_validation = true
          endpoints {
            s3 = "https://127.0.0.1:4566"
          }
        }

        provider "aws" {
          alias = "source"
          access_key = lookup({ "111111111111" = "AKIA111111111111", "222222222222" = "AKIA222222222222" }, try(split(":", "arn:aws:iam::${var.source_account}:role/deploy")[4], "111111111111"), "of-no-account-of-the-target")
          secret_key = lookup({ "111111111111" = "secret of 111111111111", "222222222222" = "secret of 222222222222" }, try(split(":", "arn:aws:iam::${var.source_account}:role/deploy")[4], "111111111111"), "of-no-account-of-the-target")
          custom_ca_bundle = "/tmp/x/ca.pem"
          s3_use_path_style = true
          skip_credentials_validation = true
          skip_metadata_api_check = true
          skip_region_validation = true
          endpoints {
            s3 = "https://127.0.0.1:4566"
          }
        }
        "#);
    }

    #[test]
    fn a_provider_that_no_block_configures_is_configured_in_the_root_module() {
        let all = of("resource \"aws_s3_bucket\" \"a\" {}\n", true, true).unwrap();
        assert_eq!(all.matches("provider \"aws\"").count(), 1);
        assert_eq!(all.matches("= \"https://127.0.0.1:4566\"").count(), SERVICES.len());
        assert_eq!(of("resource \"aws_s3_bucket\" \"a\" {}\n", false, false), None);
    }

    #[test]
    fn without_aws_nothing_asks_for_its_provider() {
        insta::assert_snapshot!(of("resource \"terraform_data\" \"a\" {}\n", true, false).unwrap(), @r#"
        # Made by stackproof for one run, beside a copy of the module.

        terraform {
          backend "local" {}
        }
        "#);
    }
}
