//! Against the embedded target.

mod buckets;
mod generations;
mod groups;
mod identities;
mod kept;
mod network;
mod organizations;
mod parameters;
mod unproved;

mod access;
mod kms;

use std::path::Path;

use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::config::TargetConfig;
use crate::target::embedded::Embedded;

const STACK: &str = r#"
provider "aws" {
  default_tags {
    tags = { Environment = "test" }
  }
}

data "aws_caller_identity" "current" {}

resource "aws_s3_bucket" "data" {
  bucket        = "data-${data.aws_caller_identity.current.account_id}"
  force_destroy = true
  tags          = { Team = "calls" }
}

resource "aws_s3_bucket_versioning" "data" {
  bucket = aws_s3_bucket.data.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "data" {
  bucket = aws_s3_bucket.data.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_iam_user" "reader" {
  name = "reader"
}

resource "aws_iam_access_key" "reader" {
  user = aws_iam_user.reader.name
}

resource "aws_iam_role" "reader" {
  name_prefix = "reader-"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = aws_iam_user.reader.arn } }]
  })
}

resource "aws_iam_role_policy" "reader" {
  name = "read"
  role = aws_iam_role.reader.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "${aws_s3_bucket.data.arn}/*" }]
  })
}

output "none" {
  value = null
}

output "bucket" {
  value = aws_s3_bucket.data.bucket_regional_domain_name
}
"#;

async fn target() -> (Embedded, Environment) {
    let embedded = Embedded::new("embedded", &TargetConfig::embedded()).unwrap();
    let environment = embedded.open(None).await.unwrap();
    (embedded, environment)
}

fn module(text: &str) -> (TempDir, Request) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("main.tf"), text).unwrap();
    let request = Request::of_directory(folder.path(), Vec::new(), Vec::new()).unwrap();
    (folder, request)
}

fn shown(wrong: &Diagnostics, folder: &Path) -> String {
    let folder = format!("{}/", folder.display());
    let one = |diagnostic: &Diagnostic| {
        let place = diagnostic.place().map(ToString::to_string).unwrap_or_default();
        format!("{place}: {diagnostic}\nhint: {}", diagnostic.hint().unwrap_or("-"))
    };
    wrong.iter().map(one).collect::<Vec<_>>().join("\n").replace(&folder, "")
}

#[tokio::test]
async fn gives_the_attributes_of_the_aws_provider() {
    let (_embedded, environment) = target().await;
    let (_folder, request) = module(STACK);
    let stack = apply(&environment, &request).await.unwrap().stack();
    let bucket = stack.resources.get("aws_s3_bucket.data").unwrap();
    assert_eq!(
        *bucket,
        json!({
            "acceleration_status": "",
            "acl": null,
            "arn": "arn:aws:s3:::data-111111111111",
            "bucket": "data-111111111111",
            "bucket_domain_name": "data-111111111111.s3.amazonaws.com",
            "bucket_namespace": "global",
            "bucket_prefix": "",
            "bucket_region": "eu-west-2",
            "bucket_regional_domain_name": "data-111111111111.s3.eu-west-2.amazonaws.com",
            "cors_rule": [],
            "force_destroy": true,
            "grant": null,
            "hosted_zone_id": "Z3GKZC51ZF0DB4",
            "id": "data-111111111111",
            "lifecycle_rule": [],
            "logging": [],
            "object_lock_configuration": [],
            "object_lock_enabled": false,
            "policy": "",
            "region": "eu-west-2", "replication_configuration": [],
            "request_payer": "BucketOwner",
            "server_side_encryption_configuration": null,
            "tags": { "Team": "calls" },
            "tags_all": { "Environment": "test", "Team": "calls" },
            "versioning": [{ "enabled": false, "mfa_delete": false }],
            "website": [],
            "website_domain": null,
            "website_endpoint": null,
        })
    );
    let role = stack.resources.get("aws_iam_role.reader").unwrap();
    let name = role["name"].as_str().unwrap();
    assert!(name.starts_with("reader-") && name.len() == "reader-".len() + 26, "{name}");
    assert_eq!(role["arn"], format!("arn:aws:iam::111111111111:role/{name}"));
    assert!(role["unique_id"].as_str().unwrap().starts_with("AROA"));
    assert_eq!(role["max_session_duration"], 3600);
    let policy = stack.resources.get("aws_iam_role_policy.reader").unwrap();
    assert_eq!(policy["id"], format!("{name}:read"));
    let key = stack.resources.get("aws_iam_access_key.reader").unwrap();
    assert!(key["id"].as_str().unwrap().starts_with("AKIA"));
    assert_eq!(key["ses_smtp_password_v4"].as_str().unwrap().len(), 44);
    let outputs: Vec<_> = stack.outputs.iter().map(|(name, output)| (name.as_str(), &output.value)).collect();
    assert_eq!(outputs, [("bucket", &json!("data-111111111111.s3.eu-west-2.amazonaws.com"))]);
}

#[tokio::test]
async fn destroying_leaves_nothing() {
    let (_embedded, environment) = target().await;
    let (_folder, request) = module(STACK);
    let provisioned = apply(&environment, &request).await.unwrap();
    let operator = Operators::of(&environment).unwrap().main;
    let object = json!({ "Bucket": "data-111111111111", "Key": "a" });
    for _ in 0..2 {
        operator.call("s3", "PutObject", object.clone()).await.unwrap();
    }
    operator.call("s3", "DeleteObject", object).await.unwrap();
    provisioned.destroy().await.unwrap();
    for (service, operation, list) in
        [("s3", "ListBuckets", "/Buckets"), ("iam", "ListUsers", "/Users"), ("iam", "ListRoles", "/Roles")]
    {
        let answer = operator.call(service, operation, json!({})).await.unwrap();
        assert!(answer.list(list).is_empty(), "{operation}: {:?}", answer.list(list));
    }
}

#[tokio::test]
async fn a_bucket_that_is_not_empty_stays() {
    let (_embedded, environment) = target().await;
    let (folder, request) = module("resource \"aws_s3_bucket\" \"data\" {\n  bucket = \"data-here\"\n}\n");
    let provisioned = apply(&environment, &request).await.unwrap();
    let operator = Operators::of(&environment).unwrap().main;
    operator.call("s3", "PutObject", json!({ "Bucket": "data-here", "Key": "a" })).await.unwrap();
    let wrong = provisioned.destroy().await.unwrap_err();
    insta::assert_snapshot!(shown(&wrong, folder.path()), @r"
    main.tf:1:1: `aws_s3_bucket.data` could not be destroyed: `s3:DeleteBucket` failed with BucketNotEmpty: The bucket you tried to delete is not empty
    hint: `force_destroy = true` deletes the objects with the bucket
    ");
}

#[tokio::test]
async fn a_failure_names_the_place_and_unmakes_what_was_made() {
    let (_embedded, environment) = target().await;
    let (folder, request) = module(
        "resource \"aws_iam_user\" \"a\" {\n  name = \"twin\"\n}\n\n\
         resource \"aws_iam_user\" \"b\" {\n  name = aws_iam_user.a.name\n}\n",
    );
    let Err(wrong) = apply(&environment, &request).await else { panic!("two users have one name") };
    insta::assert_snapshot!(shown(&wrong, folder.path()), @r"
    main.tf:5:1: `aws_iam_user.b` could not be created: `iam:CreateUser` failed with EntityAlreadyExists: User with name twin already exists.
    hint: another resource has that name: give each its own
    ");
    let operator = Operators::of(&environment).unwrap().main;
    let users = operator.call("iam", "ListUsers", json!({})).await.unwrap();
    assert!(users.list("/Users").is_empty());
}

#[test]
fn every_type_of_the_schema_is_provisioned() {
    for name in Schema::aws().unwrap().resource_names() {
        assert!(resources::named(name).is_some(), "{name}");
    }
    let (_folder, request) = module(STACK);
    assert_eq!(check(&request).unwrap(), 7);
}

#[tokio::test]
async fn the_outputs_of_another_root_module_come_from_its_state_file() {
    let (_embedded, environment) = target().await;
    let text = "data \"terraform_remote_state\" \"network\" {\n  backend = \"local\"\n  config = {\n    \
                path = \"network.tfstate\"\n  }\n  defaults = {\n    size = 3\n  }\n}\n\n\
                output \"network\" {\n  value = \"${data.terraform_remote_state.network.outputs.ids[0]} ${data.terraform_remote_state.network.outputs.size}\"\n}\n";
    let (folder, request) = module(text);
    let wrong = apply(&environment, &request).await.err().unwrap();
    assert!(shown(&wrong, folder.path()).contains("network.tfstate` cannot be read"));
    let state = json!({ "version": 4, "lineage": "x", "resources": [],
        "outputs": { "ids": { "type": ["list", "string"], "value": ["vpc-1"] } } });
    std::fs::write(folder.path().join("network.tfstate"), state.to_string()).unwrap();
    let outputs = apply(&environment, &request).await.unwrap().outputs_json();
    assert_eq!(*outputs.pointer("/network/value").unwrap(), json!("vpc-1 3"));
}

#[tokio::test]
async fn a_remote_state_that_is_kept_elsewhere_is_given() {
    let (_embedded, environment) = target().await;
    let text = "data \"terraform_remote_state\" \"network\" {\n  backend = \"s3\"\n  config = {\n    bucket = \"x\"\n  }\n}\n\n\
                output \"vpc\" {\n  value = data.terraform_remote_state.network.outputs.vpc\n}\n";
    let (folder, mut request) = module(text);
    let wrong = apply(&environment, &request).await.err().unwrap();
    assert!(shown(&wrong, folder.path()).contains("the backend `s3` is not asked"));
    let outputs = Value::object([("outputs", Value::object([("vpc", Value::from("vpc-2"))]))]);
    request.inputs.given = vec![("data.terraform_remote_state.network".to_owned(), outputs)];
    let outputs = apply(&environment, &request).await.unwrap().outputs_json();
    assert_eq!(*outputs.pointer("/vpc/value").unwrap(), json!("vpc-2"));
}
