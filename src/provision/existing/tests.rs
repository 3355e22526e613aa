//! Against the embedded target, where the native provisioner made what a state then tells of.

use std::path::Path;

use serde_json::json;

use super::super::{Provisioned, Request, native};
use super::*;
use crate::config::{Provisioner, TargetConfig};
use crate::target::embedded::Embedded;

const STACK: &str = r#"
provider "aws" {
  region = "eu-west-1"
}

data "aws_iam_policy_document" "read" {
  statement {
    sid       = "Read"
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.data.arn}/*"]
  }
}

resource "aws_s3_bucket" "data" {
  bucket = "calls"
}

resource "aws_iam_user" "reader" {
  for_each = toset(["a"])
  name     = "reader-${each.key}"
}

resource "aws_iam_user_policy" "reader" {
  name   = "read"
  user   = aws_iam_user.reader["a"].name
  policy = data.aws_iam_policy_document.read.json
}

output "bucket" {
  value = aws_s3_bucket.data.id
}
"#;

async fn environment() -> Environment {
    Embedded::new("embedded", &TargetConfig::embedded()).unwrap().open(None).await.unwrap()
}

fn module(folder: &Path, text: &str) -> Request {
    std::fs::write(folder.join("main.tf"), text).unwrap();
    Request::of_directory(folder, Vec::new(), Vec::new()).unwrap()
}

/// What `terraform show -json` would print of it.
fn shown(provisioned: &Provisioned) -> serde_json::Value {
    let stack = provisioned.stack();
    let resources: Vec<_> = stack
        .resources
        .iter()
        .map(|(address, values)| json!({ "address": address, "values": values }))
        .collect();
    json!({ "format_version": "1.0", "values": {
        "outputs": provisioned.outputs_json(), "root_module": { "resources": resources } } })
}

#[tokio::test]
async fn a_state_gives_what_applying_gave_and_where_statements_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let request = module(folder.path(), STACK);
    let made = native::apply(&environment().await, &request).await.unwrap();
    let state = folder.path().join("shown.json");
    std::fs::write(&state, shown(&made).to_string()).unwrap();

    let environment = Environment { provisioner: Provisioner::Existing, ..environment().await };
    let request = Request { state: Some(state), ..request };
    let read = super::super::apply(&environment, &request).await.unwrap();
    assert_eq!(read.outputs_text(), made.outputs_text());
    let (read, made) = (read.stack(), made.stack());
    assert_eq!(read.resources, made.resources);
    assert_eq!(read.region, "eu-west-1");
    let statement = json!({ "Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::calls/*" });
    let place = environment.sources.place(&stackproof_policy::statement_hash(&statement), "").unwrap();
    assert!(place.file.ends_with("main.tf"), "{place:?}");
    assert_eq!(place.line, 7);
}

#[tokio::test]
async fn what_cannot_be_evaluated_leaves_places_unknown_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let request = module(folder.path(), "variable \"a\" {}\n\nresource \"vault_thing\" \"x\" {}\n");
    let state = json!({ "version": 4, "lineage": "x", "outputs": {}, "resources": [
        { "mode": "managed", "type": "vault_thing", "name": "x", "instances": [{ "attributes": { "id": "1" } }] }] });
    std::fs::write(folder.path().join(STATE), state.to_string()).unwrap();
    let read = read(&environment().await, &request).unwrap();
    assert_eq!(read.stack().resources["vault_thing.x"], json!({ "id": "1" }));
    let notes: Vec<_> = read.notes().collect();
    assert_eq!(notes.len(), 1);
    assert!(notes[0].contains("are written is not known"), "{notes:?}");
    assert!(notes[0].ends_with("no value for variable `a`"), "{notes:?}");
}

#[tokio::test]
async fn a_state_that_is_not_there_is_named_with_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let request = module(folder.path(), STACK);
    let wrong = read(&environment().await, &request).err().unwrap();
    let first = wrong.iter().next().unwrap();
    assert!(
        first
            .message()
            .ends_with("terraform.tfstate` cannot be read: No such file or directory (os error 2)")
    );
    assert!(first.hint().unwrap().starts_with("name it in the stack's part of stackproof.toml"));
}
