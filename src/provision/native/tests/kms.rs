//! The resources of KMS: what is sent is there, and is exported as the AWS provider exports it.

use serde_json::{Value, json};

use super::*;

const ACCOUNT: &str = "111111111111";

const STACK: &str = r#"
provider "aws" {
  default_tags {
    tags = { Environment = "test" }
  }
}

data "aws_caller_identity" "current" {}

resource "aws_iam_role" "reader" {
  name = "reader"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = data.aws_caller_identity.current.account_id } }]
  })
}

resource "aws_kms_key" "records" {
  description                        = "records"
  deletion_window_in_days            = 7
  enable_key_rotation                = true
  rotation_period_in_days            = 90
  bypass_policy_lockout_safety_check = true
  tags                               = { Team = "calls" }
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Administer"
      Effect    = "Allow"
      Action    = "kms:*"
      Resource  = "*"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
    }]
  })
}

resource "aws_kms_key" "plain" {}

resource "aws_kms_key" "signing" {
  customer_master_key_spec = "ECC_NIST_P256"
  key_usage                = "SIGN_VERIFY"
  is_enabled               = false
}

resource "aws_kms_alias" "records" {
  name          = "alias/records"
  target_key_id = aws_kms_key.records.arn
}

resource "aws_kms_alias" "made" {
  name_prefix   = "alias/made-"
  target_key_id = aws_kms_key.records.key_id
}

resource "aws_kms_key_policy" "plain" {
  key_id = aws_kms_key.plain.id
  policy = aws_kms_key.records.policy
}

resource "aws_kms_grant" "reader" {
  name               = "reads"
  key_id             = aws_kms_key.records.key_id
  grantee_principal  = aws_iam_role.reader.arn
  retiring_principal = aws_iam_role.reader.arn
  operations         = ["Encrypt", "Decrypt"]
  constraints {
    encryption_context_subset = { case = "42" }
  }
}

resource "aws_kms_ciphertext" "secret" {
  key_id    = aws_kms_alias.records.name
  plaintext = "hello"
  context   = { case = "42" }
}

data "aws_kms_key" "records" {
  key_id = aws_kms_alias.records.arn
}

data "aws_kms_alias" "s3" {
  name = "alias/aws/s3"
}

data "aws_kms_ciphertext" "secret" {
  key_id    = aws_kms_key.records.id
  plaintext = "hello"
}

output "described" {
  value = data.aws_kms_key.records
}

output "s3" {
  value = data.aws_kms_alias.s3
}

output "again" {
  value     = data.aws_kms_ciphertext.secret.ciphertext_blob
  sensitive = true
}
"#;

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no {pointer} in {value}"))
}

#[tokio::test]
async fn keys_are_exported_as_the_aws_provider_does() {
    let (_embedded, environment) = target().await;
    let (_folder, request) = module(STACK);
    let stack = apply(&environment, &request).await.unwrap().stack();
    let resource = |address: &str| stack.resources.get(address).unwrap().clone();
    let mut key = resource("aws_kms_key.records");
    let id = text(&key, "/id").to_owned();
    let arn = format!("arn:aws:kms:eu-west-2:{ACCOUNT}:key/{id}");
    let policy = key.as_object_mut().unwrap().remove("policy").unwrap();
    assert_eq!(
        key,
        json!({
            "arn": arn, "bypass_policy_lockout_safety_check": true, "custom_key_store_id": "",
            "customer_master_key_spec": "SYMMETRIC_DEFAULT", "deletion_window_in_days": 7,
            "description": "records", "enable_key_rotation": true, "id": id, "is_enabled": true,
            "key_id": id, "key_usage": "ENCRYPT_DECRYPT", "multi_region": false, "region": "eu-west-2",
            "rotation_period_in_days": 90, "tags": { "Team": "calls" },
            "tags_all": { "Environment": "test", "Team": "calls" }, "xks_key_id": "",
        })
    );
    let signing = resource("aws_kms_key.signing");
    assert_eq!(signing["is_enabled"], false);
    assert_eq!(signing["customer_master_key_spec"], "ECC_NIST_P256");
    let default: Value = serde_json::from_str(text(&resource("aws_kms_key.plain"), "/policy")).unwrap();
    assert_eq!(default["Statement"][0]["Sid"], "Enable IAM User Permissions");
    assert_eq!(
        resource("aws_kms_alias.records"),
        json!({
            "arn": format!("arn:aws:kms:eu-west-2:{ACCOUNT}:alias/records"), "id": "alias/records",
            "name": "alias/records", "name_prefix": "", "region": "eu-west-2",
            "target_key_arn": arn, "target_key_id": id,
        })
    );
    let made = resource("aws_kms_alias.made");
    assert_eq!(made["name_prefix"], "alias/made-");
    assert!(text(&made, "/name").starts_with("alias/made-2"), "{made}");
    let attached = resource("aws_kms_key_policy.plain");
    assert_eq!((&attached["policy"], &attached["id"]), (&policy, &resource("aws_kms_key.plain")["id"]));
    let grant = resource("aws_kms_grant.reader");
    assert_eq!(grant["id"], format!("{id}:{}", text(&grant, "/grant_id")));
    let described = &stack.outputs.get("described").unwrap().value;
    assert_eq!((&described["arn"], &described["key_manager"]), (&json!(arn), &json!("CUSTOMER")));
    assert_eq!(described["multi_region_configuration"], json!([]));
    let s3 = &stack.outputs.get("s3").unwrap().value;
    assert_eq!(s3["target_key_arn"], stackproof_emulator::managed_key_arn(ACCOUNT, "eu-west-2"));
    assert_eq!(s3["id"], format!("arn:aws:kms:eu-west-2:{ACCOUNT}:alias/aws/s3"));
}

#[tokio::test]
async fn every_argument_of_keys_is_there_to_be_read() {
    let (_embedded, environment) = target().await;
    let (_folder, request) = module(STACK);
    let provisioned = apply(&environment, &request).await.unwrap();
    let stack = provisioned.stack();
    let operator = Operators::of(&environment).unwrap().main;
    let resource = |address: &str| stack.resources.get(address).unwrap().clone();
    let key = resource("aws_kms_key.records");
    let call = async |operation: &str| {
        operator.call("kms", operation, json!({ "KeyId": text(&key, "/id") })).await.unwrap()
    };
    assert_eq!(call("DescribeKey").await.at("/KeyMetadata/Description"), "records");
    assert_eq!(call("GetKeyPolicy").await.at("/Policy"), &key["policy"]);
    assert_eq!(call("GetKeyRotationStatus").await.at("/RotationPeriodInDays"), 90);
    let tags = json!([
        { "TagKey": "Environment", "TagValue": "test" },
        { "TagKey": "Team", "TagValue": "calls" },
    ]);
    assert_eq!(call("ListResourceTags").await.at("/Tags"), &tags);
    let grants = call("ListGrants").await;
    let role = format!("arn:aws:iam::{ACCOUNT}:role/reader");
    for (member, value) in [
        ("Name", json!("reads")),
        ("GranteePrincipal", json!(role)),
        ("RetiringPrincipal", json!(role)),
        ("Operations", json!(["Decrypt", "Encrypt"])),
        ("Constraints", json!({ "EncryptionContextSubset": { "case": "42" } })),
    ] {
        assert_eq!(grants.at(&format!("/Grants/0/{member}")), &value, "{member}");
    }
    let blob = resource("aws_kms_ciphertext.secret")["ciphertext_blob"].clone();
    for (blob, context) in
        [(blob, json!({ "case": "42" })), (stack.outputs.get("again").unwrap().value.clone(), json!({}))]
    {
        let members = json!({ "CiphertextBlob": blob, "EncryptionContext": context });
        let opened = operator.call("kms", "Decrypt", members).await.unwrap();
        assert_eq!(opened.at("/Plaintext"), "aGVsbG8=");
    }
    provisioned.destroy().await.unwrap();
    assert_eq!(call("DescribeKey").await.at("/KeyMetadata/KeyState"), "PendingDeletion");
    assert!(call("ListGrants").await.list("/Grants").is_empty());
    let aliases = operator.call("kms", "ListAliases", json!({})).await.unwrap();
    let names: Vec<_> = aliases.list("/Aliases").iter().map(|alias| text(alias, "/AliasName")).collect();
    assert_eq!(names, ["alias/aws/s3"]);
}

#[tokio::test]
async fn statements_of_key_policies_are_found_where_they_are_written() {
    let (_embedded, environment) = target().await;
    let (_folder, request) = module(STACK);
    let stack = apply(&environment, &request).await.unwrap().stack();
    let policy = text(stack.resources.get("aws_kms_key.records").unwrap(), "/policy").to_owned();
    let policy: Value = serde_json::from_str(&policy).unwrap();
    let place = environment.sources.place(&statement_hash(&policy["Statement"][0]), "").unwrap();
    assert_eq!(
        STACK.lines().nth(place.line.saturating_sub(1) as usize).map(str::trim),
        Some("Statement = [{")
    );
}

#[tokio::test]
async fn a_key_of_several_regions_is_refused_by_name() {
    let (_embedded, environment) = target().await;
    let (folder, request) = module("resource \"aws_kms_key\" \"a\" {\n  multi_region = true\n}\n");
    let Err(wrong) = apply(&environment, &request).await else { panic!("there are no such keys") };
    insta::assert_snapshot!(shown(&wrong, folder.path()), @r"
    main.tf:1:1: `aws_kms_key.a` could not be created: `kms:CreateKey` failed with NotImplemented: undetermined: the upstream: the embedded upstream does not have `CreateKey.MultiRegion`
    hint: what the target does not have is left away, or its resource left out with `ignore` in stackproof.toml
    ");
}
