//! Against the embedded target.

use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::acceptance::Stack;
use crate::config::FILE_NAME;
use crate::target::embedded::Embedded;

const ACCOUNTS: &str =
    "\n[targets.embedded]\nkind = \"embedded\"\naccounts = { source = \"222222222222\" }\n";

const FIXTURES: &str = r#"
variable "environment" {
  type = string
}

variable "source_account_id" {
  type = string
}

provider "aws" {
  alias = "source"
  assume_role {
    role_arn = "arn:aws:iam::${var.source_account_id}:role/fixtures"
  }
}

resource "aws_s3_bucket" "source" {
  provider = aws.source
  bucket   = "${var.environment}-source-${var.source_account_id}"
}

resource "aws_s3_bucket" "main" {
  bucket = "${var.environment}-beside"
}

output "source_bucket_arn" {
  value = aws_s3_bucket.source.arn
}
"#;

const MAIN: &str = r#"
variable "environment" {
  type    = string
  default = "dev"
}

variable "source_bucket_arn" {
  type    = string
  default = null
}

resource "aws_s3_bucket" "main" {
  bucket = "${var.environment}-main"
}

output "bucket" {
  value = aws_s3_bucket.main.id
}

output "source" {
  value = var.source_bucket_arn
}
"#;

fn project(toml: &str, modules: &[(&str, &str)]) -> (TempDir, Config) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in modules {
        std::fs::create_dir_all(folder.path().join(name)).unwrap();
        std::fs::write(folder.path().join(name).join("main.tf"), text).unwrap();
    }
    let file = folder.path().join(FILE_NAME);
    std::fs::write(&file, format!("{toml}{ACCOUNTS}")).unwrap();
    (folder, Config::load(Some(&file)).unwrap())
}

fn requests(config: &Config, name: &str, vars: &[(&str, &str)]) -> Result<Vec<StackRequest>, ConfigError> {
    let (_, target) = config.target(None).unwrap();
    let facts = Facts { accounts: target.accounts.clone(), run_id: "0a1b".to_owned() };
    let vars = vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    in_order(config, &facts, &[Wanted { name: name.to_owned(), vars, ..Wanted::default() }])
}

async fn applied(config: &Config, name: &str, vars: &[(&str, &str)]) -> Result<Stack, String> {
    let (target, target_config) = config.target(None).unwrap();
    let embedded = Embedded::new(&target, &target_config).unwrap();
    let environment = embedded.open(None).await.unwrap();
    let requests = requests(config, name, vars).map_err(|error| error.to_string())?;
    match apply_all(&environment, &requests).await {
        Ok(stacks) => Ok(stacks.last().unwrap().stack()),
        Err(StackFailure::Configuration(error)) => Err(error.to_string()),
        Err(StackFailure::Given(wrong) | StackFailure::Provisioning(wrong)) => Err(wrong.to_string()),
    }
}

const WITH_FIXTURES: &str = "[stacks.calls]\npath = \"infra\"\nfixtures = \"fixtures\"\n\
    vars = { source_account_id = \"${account:source}\" }\n\
    vars-from = { source_bucket_arn = \"fixtures.outputs.source_bucket_arn\" }\n";

#[tokio::test]
async fn fixtures_are_applied_first_and_share_the_stack_s_variables() {
    let (_folder, config) = project(WITH_FIXTURES, &[("infra", MAIN), ("fixtures", FIXTURES)]);
    let stack = applied(&config, "calls", &[]).await.unwrap();
    let source = "dev-source-222222222222";
    assert_eq!(stack.outputs["source"].value, json!(format!("arn:aws:s3:::{source}")));
    assert_eq!(stack.outputs["source_bucket_arn"].value, stack.outputs["source"].value);
    let named = |address: &str| stack.resource(address).map(|(address, it)| (address, it["bucket"].clone()));
    assert_eq!(named("aws_s3_bucket.main"), Some(("aws_s3_bucket.main", json!("dev-main"))));
    assert_eq!(named("aws_s3_bucket.source"), Some(("fixtures.aws_s3_bucket.source", json!(source))));
    assert_eq!(
        named("fixtures.aws_s3_bucket.main"),
        Some(("fixtures.aws_s3_bucket.main", json!("dev-beside")))
    );
    let elsewhere: Vec<_> = stack.buckets_elsewhere().collect();
    assert_eq!(elsewhere, [(source.to_owned(), "222222222222".to_owned())]);
}

#[tokio::test]
async fn what_a_feature_gives_wins_in_both() {
    let (_folder, config) = project(WITH_FIXTURES, &[("infra", MAIN), ("fixtures", FIXTURES)]);
    let given = [("environment", "live"), ("source_bucket_arn", "arn:aws:s3:::other")];
    let stack = applied(&config, "calls", &given).await.unwrap();
    assert_eq!(stack.outputs["source_bucket_arn"].value, json!("arn:aws:s3:::live-source-222222222222"));
    assert_eq!(stack.outputs["source"].value, json!("arn:aws:s3:::other"));
    assert_eq!(stack.outputs["bucket"].value, json!("live-main"));
    let wrong = applied(&config, "calls", &[("environmet", "live")]).await.unwrap_err();
    assert!(wrong.contains("value for undeclared variable `environmet`"), "{wrong}");
}

#[tokio::test]
async fn a_stack_stands_after_those_that_its_variables_come_from() {
    let toml = "[stacks.calls]\npath = \"infra\"\nvars = { environment = \"calls\" }\n\
                vars-from = { source_bucket_arn = \"stacks.archive.outputs.bucket\" }\n\
                [stacks.archive]\npath = \"infra\"\nvars = { environment = \"archive-${run-id}\" }\n";
    let (_folder, config) = project(toml, &[("infra", MAIN)]);
    let stack = applied(&config, "calls", &[]).await.unwrap();
    assert_eq!(stack.outputs["source"].value, json!("archive-0a1b-main"));
    assert_eq!(stack.name, "calls");
}

#[tokio::test]
async fn an_output_must_be_there_and_be_one_s_own() {
    let without = FIXTURES.replace("source_bucket_arn", "bucket_arn");
    let (_folder, config) = project(WITH_FIXTURES, &[("infra", MAIN), ("fixtures", &without)]);
    let wrong = applied(&config, "calls", &[]).await.unwrap_err();
    assert_eq!(
        wrong,
        "the variable `source_bucket_arn` of the stack `calls` has no value: the fixtures have no output \
         `source_bucket_arn`"
    );
    let twice = FIXTURES.replace("output \"source_bucket_arn\"", "output \"bucket\"");
    let toml = WITH_FIXTURES.replace("outputs.source_bucket_arn", "outputs.bucket");
    let (_folder, config) = project(&toml, &[("infra", MAIN), ("fixtures", &twice)]);
    let wrong = applied(&config, "calls", &[]).await.unwrap_err();
    assert_eq!(wrong, "the stack `calls` and its fixtures both have the output `bucket`");
}

#[test]
fn stacks_that_need_each_other_are_refused() {
    let toml = "[stacks.a]\npath = \"infra\"\nvars-from = { environment = \"stacks.b.outputs.bucket\" }\n\
                [stacks.b]\npath = \"infra\"\nvars-from = { environment = \"stacks.a.outputs.bucket\" }\n";
    let (_folder, config) = project(toml, &[("infra", MAIN)]);
    let wrong = requests(&config, "a", &[]).unwrap_err();
    assert_eq!(wrong.to_string(), "the stack `a` needs its own outputs");
}

#[test]
fn fixtures_are_checked_with_the_stack() {
    let (_folder, config) = project(WITH_FIXTURES, &[("infra", MAIN), ("fixtures", FIXTURES)]);
    assert_eq!(requests(&config, "calls", &[]).unwrap().last().unwrap().check().unwrap(), 3);
    let unknown = format!("{FIXTURES}\nresource \"vault_mount\" \"cdn\" {{}}\n");
    let (_folder, config) = project(WITH_FIXTURES, &[("infra", MAIN), ("fixtures", &unknown)]);
    let wrong = requests(&config, "calls", &[]).unwrap().last().unwrap().check().unwrap_err();
    let told = wrong.to_string();
    assert!(told.ends_with("unknown resource type `vault_mount`"), "{told}");
}

const SECRETS: &str = r#"
variable "environment" {
  type = string
}

variable "size" {
  default = 1
}

data "vault_secret" "token" {
  path = "token"
}

resource "aws_cloudfront_thing" "left" {}

output "all" {
  value = "${var.environment} ${var.size} ${terraform.workspace} ${data.vault_secret.token.data}"
}
"#;

const WITH_SETTINGS: &str = "[stacks.calls]\npath = \"infra\"\nworkspace = \"blue\"\nignore = [\"aws_cloudfront_*\"]\n\
    vars = { environment = \"dev-${account:source}\", size = 2 }\n\
    [stacks.calls.data.\"data.vault_secret.token\"]\ndata = \"hidden\"\n";

#[tokio::test]
async fn a_folder_has_the_settings_of_the_one_stack_whose_path_it_is() {
    let (folder, config) = project(WITH_SETTINGS, &[("infra", SECRETS), ("other", SECRETS)]);
    let (target, target_config) = config.target(None).unwrap();
    let facts = Facts { accounts: target_config.accounts.clone(), run_id: "0a1b".to_owned() };
    let of = |config: &Config, directory: &str, vars: &[(String, String)]| {
        of_directory(config, &facts, &folder.path().join(directory), vars, &[]).unwrap()
    };
    let all = async |vars: &[(&str, &str)]| {
        let vars: Vec<_> =
            vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let request = of(&config, "infra/../infra", &vars).unwrap();
        assert_eq!(request.stack, "calls");
        let embedded = Embedded::new(&target, &target_config).unwrap();
        let environment = embedded.open(None).await.unwrap();
        let applied = apply(&environment, &request).await.unwrap_or_else(|wrong| panic!("{wrong}"));
        applied.stack().outputs["all"].value.clone()
    };
    assert_eq!(all(&[]).await, "dev-222222222222 2 blue hidden");
    assert_eq!(all(&[("size", "3"), ("environment", "live")]).await, "live 3 blue hidden");
    assert!(of(&config, "other", &[]).is_none());
    let twice = format!("{WITH_SETTINGS}\n[stacks.again]\npath = \"infra\"\n");
    let (folder, config) = project(&twice, &[("infra", SECRETS)]);
    assert!(of_directory(&config, &facts, &folder.path().join("infra"), &[], &[]).unwrap().is_none());
}

#[tokio::test]
async fn what_fixtures_need_is_given_under_their_prefix() {
    const ASKS: &str = "data \"vault_secret\" \"token\" {\n}\noutput \"token\" {\n  value = data.vault_secret.token.data\n}\n";
    const TAKES: &str = "variable \"token\" {\n}\noutput \"taken\" {\n  value = var.token\n}\n";
    let toml = "[stacks.calls]\npath = \"infra\"\nfixtures = \"fixtures\"\nvars-from = { token = \"fixtures.outputs.token\" }\n";
    let modules = [("infra", TAKES), ("fixtures", ASKS)];
    let (_folder, config) = project(toml, &modules);
    let request = requests(&config, "calls", &[]).unwrap();
    let wrong = request[0].check().unwrap_err();
    let hints: Vec<&str> = wrong.iter().filter_map(|it| it.hint()).collect();
    let lines = "[stacks.calls.data.\"fixtures.data.vault_secret.token\"]\ndata = ";
    assert!(hints.iter().any(|hint| hint.contains(lines)), "{hints:?}");
    let given = format!("{toml}{lines}\"hidden\"\n");
    let (_folder, config) = project(&given, &modules);
    let stack = applied(&config, "calls", &[]).await.unwrap();
    assert_eq!(stack.outputs["taken"].value, "hidden");
    let misspelt = given.replace("fixtures.data.vault_secret.token", "fixtures.data.vault_secret.tokn");
    let (_folder, config) = project(&misspelt, &modules);
    let wrong = requests(&config, "calls", &[]).unwrap()[0].check().unwrap_err().to_string();
    assert!(wrong.contains("`fixtures.data.vault_secret.tokn`"), "{wrong}");
}
