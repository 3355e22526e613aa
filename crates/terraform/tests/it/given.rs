//! Values that are given for what is neither made nor read.

use std::path::Path;

use stackproof_terraform::{Configuration, Diagnostics, Inputs, Mode, Run, Step, Value};

const MODULE: &str = r#"
data "vault_generic_secret" "token" {
  path = "secret/${local.environment}"
}

data "external" "each" {
  for_each = toset(["a", "b"])
  program  = ["true", each.key]
  dynamic "extra" {
    for_each = []
    content {}
  }
}

resource "cloudflare_zone" "main" {
  zone = "example.org"
  plan {
    name = "free"
  }
}

locals {
  environment = "dev"
}

output "token" {
  value = data.vault_generic_secret.token.data["token"]
}

output "path" {
  value = data.vault_generic_secret.token.path
}

output "results" {
  value = [for key in ["a", "b"] : data.external.each[key].result.x]
}

output "zone" {
  value = "${cloudflare_zone.main.id} ${cloudflare_zone.main.zone} ${cloudflare_zone.main.plan[0].name}"
}
"#;

fn inputs(given: &[(&str, Value)]) -> Inputs {
    let given = given.iter().map(|(address, value)| ((*address).to_owned(), value.clone())).collect();
    Inputs { given, stack: Some("calls".to_owned()), ..Inputs::default() }
}

fn object(entries: &[(&str, Value)]) -> Value {
    Value::object(entries.iter().map(|(name, value)| (*name, value.clone())))
}

fn module(folder: &Path) -> &Path {
    std::fs::write(folder.join("main.tf"), MODULE).unwrap();
    folder
}

fn told(wrong: &Diagnostics) -> Vec<String> {
    wrong.iter().map(|it| format!("{}\n{}", it.message(), it.hint().unwrap_or("-"))).collect()
}

#[test]
fn what_is_given_stands_for_what_a_provider_would_give() {
    let folder = tempfile::tempdir().unwrap();
    let result = |text: &str| object(&[("result", object(&[("x", text.into())]))]);
    let given = [
        ("data.vault_generic_secret.token", object(&[("data", object(&[("token", "t".into())]))])),
        ("data.external.each", result("all")),
        ("data.external.each[\"b\"]", result("own")),
        ("cloudflare_zone.main", object(&[("id", "z1".into())])),
    ];
    let configuration = Configuration::load(module(folder.path()), &inputs(&given)).unwrap();
    let mut run = Run::new(&configuration);
    assert!(run.next_step().unwrap().is_none());
    let output = |name: &str| run.outputs()[name].value.to_json().to_string();
    assert_eq!(output("token"), "\"t\"");
    assert_eq!(output("path"), "\"secret/dev\"");
    assert_eq!(output("results"), "[\"all\",\"own\"]");
    assert_eq!(output("zone"), "\"z1 example.org free\"");
    let made: Vec<_> = run.given().map(|(address, _)| address.to_string()).collect();
    assert_eq!(made, ["cloudflare_zone.main"]);
}

#[test]
fn what_is_not_given_is_told_with_the_lines_to_paste() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = Configuration::load(module(folder.path()), &inputs(&[])).unwrap_err();
    insta::assert_snapshot!(told(&wrong).join("\n\n"));
}

#[test]
fn an_attribute_that_is_not_given_and_values_for_nothing_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let given = [
        ("data.vault_generic_secret.token", object(&[("id", "x".into())])),
        ("data.external.each[\"a\"]", object(&[("result", object(&[("x", "a".into())]))])),
        ("cloudflare_zone.main", object(&[("id", "z1".into())])),
        ("data.vault_generic_secret.tokn", object(&[])),
    ];
    let wrong = Configuration::load(module(folder.path()), &inputs(&given)).unwrap_err();
    insta::assert_snapshot!(told(&wrong).join("\n\n"));
}

#[test]
fn a_known_data_source_is_not_read_where_its_values_are_given() {
    let folder = tempfile::tempdir().unwrap();
    let text = "data \"aws_caller_identity\" \"me\" {}\n\noutput \"account\" {\n  value = data.aws_caller_identity.me.account_id\n}\n";
    std::fs::write(folder.path().join("main.tf"), text).unwrap();
    let given = [("data.aws_caller_identity.me", object(&[("account_id", "333333333333".into())]))];
    let configuration = Configuration::load(folder.path(), &inputs(&given)).unwrap();
    let mut run = Run::new(&configuration);
    let step = run.next_step().unwrap();
    assert!(!matches!(step, Some(Step::Read(instance)) if instance.mode == Mode::Data));
    assert_eq!(run.outputs()["account"].value.as_str(), Some("333333333333"));
}
