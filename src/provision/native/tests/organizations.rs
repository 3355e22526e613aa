//! An organization that a stack makes, and what its policies deny.

use super::*;
use crate::provision::native::operator::Operator;

const ORGANIZATIONS: &str = include_str!("../../../../tests/data/fields/organizations/main.tf");

#[tokio::test]
async fn an_organization_is_made_read_and_goes_again() {
    let (_embedded, environment) = target().await;
    let (_folder, request) = module(ORGANIZATIONS);
    let provisioned = apply(&environment, &request).await.unwrap_or_else(|wrong| panic!("{wrong}"));
    assert_eq!(
        provisioned.stack().outputs["read"].value,
        json!({
            "features": "ALL", "enabled": ["RESOURCE_CONTROL_POLICY", "SERVICE_CONTROL_POLICY"],
            "services": ["guardduty.amazonaws.com"], "others": ["prod"], "management": "111111111111",
            "same": true, "units": ["workloads"], "all_units": ["workloads", "prod"], "accounts": ["management"],
            "all": ["management", "prod"], "full": true, "policies": 2, "attached": true, "admins": ["prod"],
            "delegated": ["guardduty.amazonaws.com"], "tags": { "Owner": "team", "a": "b" },
            "account": "900000000001", "status": "ACTIVE", "policy_arn": true,
        })
    );
    provisioned.destroy().await.unwrap();
    let operator = Operators::of(&environment).unwrap().main;
    let left = operator.call("organizations", "DescribeOrganization", json!({})).await;
    assert!(left.is_err_and(|error| error.is("AWSOrganizationsNotInUseException")));
}

/// A policy over an account of the stack, and a bucket in it.
const DENYING: &str = r#"
resource "aws_organizations_organization" "this" {
  enabled_policy_types = ["SERVICE_CONTROL_POLICY"]
}

resource "aws_organizations_account" "prod" {
  name  = "prod"
  email = "prod@example.com"
  depends_on = [aws_organizations_organization.this]
}

provider "aws" {
  alias = "prod"
  assume_role {
    role_arn = "arn:aws:iam::${aws_organizations_account.prod.id}:role/OrganizationAccountAccessRole"
  }
}

resource "aws_s3_bucket" "data" {
  provider = aws.prod
  bucket   = "prod-data"
}

resource "aws_organizations_policy" "versions" {
  name = "versions"
  content = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "KeepVersions"
        Effect   = "Deny"
        Action   = "s3:PutBucketVersioning"
        Resource = "*"
      }
    ]
  })
}
"#;

const ATTACHED: &str = r#"
resource "aws_organizations_policy_attachment" "versions" {
  policy_id = aws_organizations_policy.versions.id
  target_id = aws_organizations_account.prod.id
}
"#;

/// As the role of the account asks for it.
async fn suspend(environment: &Environment) -> Result<(), stackproof_aws::ApiError> {
    let main = Operators::of(environment).unwrap().main;
    let role = "arn:aws:iam::900000000001:role/OrganizationAccountAccessRole";
    let members = json!({ "RoleArn": role, "RoleSessionName": "test" });
    let assumed = main.call("sts", "AssumeRole", members).await.unwrap();
    let text = |name: &str| assumed.text(&format!("/Credentials/{name}")).unwrap().to_owned();
    let credentials = stackproof_aws::Credentials {
        access_key_id: text("AccessKeyId"),
        secret_access_key: stackproof_aws::Secret::new(text("SecretAccessKey")),
        session_token: Some(stackproof_aws::Secret::new(text("SessionToken"))),
    };
    let operator = Operator { credentials, ..main };
    let members = json!({ "Bucket": "prod-data", "VersioningConfiguration": { "Status": "Enabled" } });
    match operator.call("s3", "PutBucketVersioning", members).await {
        Ok(_) => Ok(()),
        Err(crate::provision::ResourceError::Refused { error, .. }) => Err(*error),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn what_a_stack_attaches_denies_and_is_told_with_its_place() {
    let (_embedded, environment) = target().await;
    let (_folder, request) = module(&format!("{DENYING}{ATTACHED}"));
    let provisioned = apply(&environment, &request).await.unwrap_or_else(|wrong| panic!("{wrong}"));
    let error = suspend(&environment).await.unwrap_err();
    assert!(error.message.ends_with("with an explicit deny in a service control policy"), "{error}");
    let decisions = environment.decisions.drain();
    let denied = decisions.iter().rev().find(|decision| decision.operation == "PutBucketVersioning").unwrap();
    let statement = denied.statement.clone().unwrap();
    assert_eq!(
        (statement.policy.as_str(), statement.sid.as_deref(), statement.place.map(|place| place.line)),
        ("versions of the account prod", Some("KeepVersions"), Some(29))
    );
    provisioned.destroy().await.unwrap();
}

#[tokio::test]
async fn what_is_not_attached_denies_nothing() {
    let (_embedded, environment) = target().await;
    let (_folder, request) = module(DENYING);
    apply(&environment, &request).await.unwrap_or_else(|wrong| panic!("{wrong}"));
    suspend(&environment).await.unwrap();
}

const CONFIGURED: &str = r#"
[organization]
id = "o-exampleorgid"
root-id = "r-ab12"
management-account = "main"

[organization.units.workloads]
id = "ou-ab12-11111111"
accounts = ["source"]
service-control-policies = ["location.json"]

[targets.embedded]
kind = "embedded"
accounts = { source = "222222222222" }
"#;
const LOCATION: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "NoLocation", "Effect": "Deny", "Action": "s3:GetBucketLocation", "Resource": "*" }
  ]
}
"#;
const ADDING: &str = r#"
data "aws_organizations_organization" "this" {}

data "aws_organizations_organizational_unit" "workloads" {
  parent_id = data.aws_organizations_organization.this.roots[0].id
  name      = "workloads"
}

resource "aws_organizations_policy" "versions" {
  name    = "versions"
  content = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "NoVersions", Effect = "Deny", Action = "s3:GetBucketVersioning", Resource = "*" }]
  })
}

resource "aws_organizations_policy_attachment" "versions" {
  policy_id = aws_organizations_policy.versions.id
  target_id = data.aws_organizations_organizational_unit.workloads.id
}

output "organization" {
  value = [
    data.aws_organizations_organization.this.id,
    data.aws_organizations_organization.this.master_account_name,
    data.aws_organizations_organization.this.non_master_accounts[0].name,
  ]
}
"#;

/// What a stack adds to the organization of stackproof.toml binds beside what stands there, each told with its place.
#[tokio::test]
async fn a_stack_adds_to_the_organization_that_is_configured() {
    let project = tempfile::tempdir().unwrap();
    let path = project.path().join("stackproof.toml");
    std::fs::write(&path, CONFIGURED).unwrap();
    std::fs::write(project.path().join("location.json"), LOCATION).unwrap();
    let (_, config) = crate::config::Config::load(Some(&path)).unwrap().target(None).unwrap();
    let embedded = Embedded::new("embedded", &config).unwrap();
    let environment = embedded.open(None).await.unwrap();
    let (_folder, request) = module(ADDING);
    let asked = async |operation: &str| {
        let operators = Operators::of(&environment).unwrap();
        let source = operators.of_account("222222222222").unwrap();
        let asked = source.call("s3", operation, json!({ "Bucket": "source" })).await;
        let decided = environment.decisions.drain().pop().unwrap();
        let place = decided.statement.clone().and_then(|statement| {
            let place = statement.place?;
            let file = place.file.rsplit('/').next().unwrap_or_default().to_owned();
            Some((statement.policy, file, place.line))
        });
        asked.map(|_| ()).map_err(|_| place)
    };
    let place = |policy: &str, file: &str, line| Err(Some((policy.to_owned(), file.to_owned(), line)));
    let members = json!({ "Bucket": "source", "CreateBucketConfiguration": { "LocationConstraint": environment.region } });
    let operators = Operators::of(&environment).unwrap();
    operators.of_account("222222222222").unwrap().call("s3", "CreateBucket", members).await.unwrap();
    let configured = || place("location.json of the unit workloads", "location.json", 4);
    assert_eq!(asked("GetBucketLocation").await, configured());
    assert_eq!(asked("GetBucketVersioning").await, Ok(()));
    let provisioned = apply(&environment, &request).await.unwrap_or_else(|wrong| panic!("{wrong}"));
    assert_eq!(
        provisioned.stack().outputs["organization"].value,
        json!(["o-exampleorgid", "main", "source"])
    );
    assert_eq!(asked("GetBucketLocation").await, configured());
    assert_eq!(asked("GetBucketVersioning").await, place("versions of the unit workloads", "main.tf", 13));
    provisioned.destroy().await.unwrap();
    assert_eq!(asked("GetBucketVersioning").await, Ok(()));
    assert_eq!(asked("GetBucketLocation").await, configured());
}

/// Of an organization that is not said whole nothing can be read, and what is said of it still binds.
#[tokio::test]
async fn an_organization_that_is_not_known_whole_is_not_made_up() {
    let (_embedded, environment) = {
        let project = tempfile::tempdir().unwrap();
        let path = project.path().join("stackproof.toml");
        std::fs::write(&path, "[organization]\nid = \"o-exampleorgid\"\nroot-id = \"r-ab12\"\n").unwrap();
        let (_, config) = crate::config::Config::load(Some(&path)).unwrap().target(None).unwrap();
        let embedded = Embedded::new("embedded", &config).unwrap();
        let environment = embedded.open(None).await.unwrap();
        (embedded, environment)
    };
    let main = Operators::of(&environment).unwrap().main;
    let refused =
        main.call("organizations", "CreateOrganization", json!({})).await.err().unwrap().to_string();
    assert!(refused.contains("`management-account` of `[organization]` says it"), "{refused}");
    main.call("s3", "ListBuckets", json!({})).await.unwrap();
}
