//! On an emulator that is not forked.

use std::future::pending;
use std::io;
use std::path::Path;

use bytes::Bytes;
use serde_json::{Value, json};
use stackproof_aws::wire::CiphertextKey;
use stackproof_aws::{Answer, ApiError, CanonicalRequest, Clock, Upstream};
use stackproof_emulator::Emulator;
use tempfile::TempDir;

use super::*;
use crate::acceptance::{Event, FailureKind, Reporter, RunHeader, RunOptions, Summary, Verdict, parse, run};
use crate::config::{Config, EndpointConfig, TargetConfig};
use crate::exit::Exit;
use crate::ledger::{self, Ledger};
use crate::provision::Operator;
use crate::target::stages::Overrides;

const STACK: &str = r#"
variable "name" {
  type    = string
  default = "first"
}

resource "aws_s3_bucket" "main" {
  bucket = "stack-${var.name}"
}

resource "aws_s3_bucket_versioning" "main" {
  bucket = aws_s3_bucket.main.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_object" "main" {
  bucket  = aws_s3_bucket_versioning.main.bucket
  key     = "given.txt"
  content = "given"
}

resource "aws_kms_key" "main" {}

resource "aws_iam_user" "main" {
  name = "app-${var.name}"
}

resource "aws_iam_access_key" "main" {
  user = aws_iam_user.main.name
}

resource "aws_iam_user_policy" "main" {
  name = "app"
  user = aws_iam_user.main.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }]
  })
}

output "key" {
  value = aws_kms_key.main.key_id
}
"#;

/// The emulator until an object `last.txt` is put, of which no answer ever comes.
struct Fragile(Emulator, Health);

#[async_trait]
impl Upstream for Fragile {
    async fn call(&self, request: CanonicalRequest) -> Result<Answer, ApiError> {
        if request.operation.name == "PutObject" && request.members["Key"] == "last.txt" {
            self.1.lose("it fell silent");
            return pending().await;
        }
        self.0.call(request).await
    }

    fn ciphertext_key(&self, region: &str, ciphertext: &[u8]) -> CiphertextKey {
        self.0.ciphertext_key(region, ciphertext)
    }
}

/// An upstream that others use too.
struct Setting {
    folder: TempDir,
    outside: Remote,
    stages: Arc<SharedStages>,
    ledger: Ledger,
}

impl Setting {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("infra")).unwrap();
        std::fs::write(folder.path().join("infra/main.tf"), STACK).unwrap();
        let config = "[stacks.calls]\npath = \"infra\"\n";
        let config = Config { root: folder.path().to_owned(), ..toml::from_str(config).unwrap() };
        let target = TargetConfig::embedded();
        let (clock, health) = (Clock::system(), Health::default());
        let upstream: Arc<dyn Upstream> = Arc::new(Fragile(Emulator::new(clock.clone()), health.clone()));
        let remote = Remote::before("shared", &target, clock, upstream, health, true).unwrap();
        let state = crate::state::State::of(&config);
        let ledger = Ledger::new(&state, "0000abcd");
        let sources = Sources::new(config, "shared".into(), target, Overrides::default());
        let host = Host::endpoint_with(EndpointConfig::at("http://127.0.0.1:1"), ledger.clone(), state);
        let stages = Arc::new(SharedStages::new(sources, &remote, host));
        let it = Self { folder, outside: remote, stages, ledger };
        let (_environment, theirs) = it.outside().await;
        made(&theirs, "s3", "CreateBucket", bucket("theirs")).await;
        stored(&theirs, "theirs", "theirs.txt").await;
        made(&theirs, "iam", "CreateUser", json!({ "UserName": "theirs" })).await;
        it
    }

    /// The operator past the stages, and what it speaks with.
    async fn outside(&self) -> (Environment, Operator) {
        let environment = self.outside.fork().open(None).await.unwrap();
        let operators = Operators::of(&environment).unwrap();
        (environment, operators.main)
    }

    async fn stage(&self, variables: &[(&str, &str)]) -> Stage {
        let given = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let variables: Vec<_> = variables.iter().map(given).collect();
        self.stages.stage("calls", &Combination::new(), &variables).await.unwrap()
    }

    /// What there is: names of buckets with their versions, of users, and how many keys can be used.
    async fn there(&self) -> Vec<String> {
        let (environment, operator) = self.outside().await;
        let operators = Operators::of(&environment).unwrap();
        let mut there = Vec::new();
        for (name, bucket) in contents::of_all(&operators).await.unwrap() {
            there.push(format!("{name}/"));
            there.extend(bucket.stored.iter().map(|stored| format!("{name}/{}", stored.key)));
        }
        let users = operator.call("iam", "ListUsers", json!({})).await.unwrap();
        let name = |it: &Value, name: &str| it[name].as_str().unwrap().to_owned();
        there.extend(users.list("/Users").iter().map(|user| name(user, "UserName")));
        let roles = operator.call("iam", "ListRoles", json!({})).await.unwrap();
        there.extend(roles.list("/Roles").iter().map(|role| format!("role {}", name(role, "RoleName"))));
        let policies = operator.call("iam", "ListPolicies", json!({ "Scope": "Local" })).await.unwrap();
        let policies = policies.list("/Policies").iter();
        there.extend(policies.map(|policy| format!("policy {}", name(policy, "PolicyName"))));
        for key in operator.call("kms", "ListKeys", json!({})).await.unwrap().list("/Keys") {
            let key = operator.call("kms", "DescribeKey", json!({ "KeyId": key["KeyId"] })).await.unwrap();
            there.extend(
                (key.text("/KeyMetadata/KeyState").unwrap() == "Enabled").then(|| "a key".to_owned()),
            );
        }
        there
    }
}

const THEIRS: [&str; 3] = ["theirs/", "theirs/theirs.txt", "theirs"];

fn with_theirs(name: &str) -> Vec<String> {
    let (bucket, object, user) =
        (format!("stack-{name}/"), format!("stack-{name}/given.txt"), format!("app-{name}"));
    [&bucket, &object, "theirs/", "theirs/theirs.txt", &user, "theirs", "a key"].map(str::to_owned).to_vec()
}

fn operator(stage: &Stage) -> Operator {
    Operators::of(&stage.environment).unwrap().main
}

fn bucket(name: &str) -> Value {
    json!({ "Bucket": name, "CreateBucketConfiguration": { "LocationConstraint": "eu-west-2" } })
}

async fn made(operator: &Operator, service: &str, operation: &str, members: Value) {
    operator.call(service, operation, members).await.unwrap_or_else(|error| panic!("{operation}: {error}"));
}

async fn stored(operator: &Operator, bucket: &str, key: &str) {
    let members = json!({ "Bucket": bucket, "Key": key });
    operator.send("s3", "PutObject", members, Bytes::from_static(b"x")).await.unwrap();
}

/// The unique id of the stack's user, which another one has once the stack is provisioned anew.
async fn identity(stage: &Stage) -> String {
    let user = operator(stage).call("iam", "GetUser", json!({ "UserName": "app-first" })).await.unwrap();
    user.text("/User/UserId").unwrap().to_owned()
}

#[tokio::test]
async fn what_a_scenario_made_is_gone_for_the_next_one_and_the_stack_stands() {
    let setting = Setting::new().await;
    let first = setting.stage(&[]).await;
    let (before, operator) = (identity(&first).await, operator(&first));
    stored(&operator, "stack-first", "given.txt").await;
    stored(&operator, "stack-first", "new.txt").await;
    stored(&operator, "theirs", "ours.txt").await;
    made(&operator, "s3", "DeleteObject", json!({ "Bucket": "stack-first", "Key": "given.txt" })).await;
    let upload = json!({ "Bucket": "stack-first", "Key": "parts" });
    made(&operator, "s3", "CreateMultipartUpload", upload).await;
    let locked = json!({ "ObjectLockEnabledForBucket": true });
    let mut members = bucket("ours");
    members.as_object_mut().unwrap().extend(locked.as_object().unwrap().clone());
    made(&operator, "s3", "CreateBucket", members).await;
    stored(&operator, "ours", "held").await;
    let held = json!({ "Bucket": "ours", "Key": "held", "LegalHold": { "Status": "ON" } });
    made(&operator, "s3", "PutObjectLegalHold", held).await;
    made(&operator, "iam", "CreateUser", json!({ "UserName": "ours" })).await;
    made(&operator, "iam", "CreateAccessKey", json!({ "UserName": "ours" })).await;
    let document = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "s3:*", "Resource": "*" },
    ] });
    let (policy, document) = ("arn:aws:iam::111111111111:policy/ours", document.to_string());
    let managed = json!({ "PolicyName": "ours", "PolicyDocument": document });
    made(&operator, "iam", "CreatePolicy", managed).await;
    made(&operator, "iam", "AttachUserPolicy", json!({ "UserName": "ours", "PolicyArn": policy })).await;
    let inline = json!({ "UserName": "ours", "PolicyName": "p", "PolicyDocument": document });
    made(&operator, "iam", "PutUserPolicy", inline).await;
    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "AWS": "111111111111" },
    }] });
    let role = json!({ "RoleName": "ours", "AssumeRolePolicyDocument": trust.to_string() });
    made(&operator, "iam", "CreateRole", role).await;
    made(&operator, "iam", "AttachRolePolicy", json!({ "RoleName": "ours", "PolicyArn": policy })).await;
    let inline = json!({ "UserName": "app-first", "PolicyName": "more", "PolicyDocument": document });
    made(&operator, "iam", "PutUserPolicy", inline).await;
    made(&operator, "iam", "AttachUserPolicy", json!({ "UserName": "app-first", "PolicyArn": policy })).await;
    made(&operator, "iam", "CreateGroup", json!({ "GroupName": "ours" })).await;
    made(&operator, "iam", "AddUserToGroup", json!({ "GroupName": "ours", "UserName": "ours" })).await;
    made(&operator, "kms", "CreateKey", json!({})).await;
    let key = first.stack.outputs["key"].value.clone();
    made(&operator, "kms", "CreateAlias", json!({ "AliasName": "alias/ours", "TargetKeyId": key })).await;
    drop((first, operator));

    let second = setting.stage(&[]).await;
    assert_eq!(setting.there().await, with_theirs("first"));
    let aliases = self::operator(&second).call("kms", "ListAliases", json!({})).await.unwrap();
    assert!(aliases.list("/Aliases").is_empty());
    let user = json!({ "UserName": "app-first" });
    let policies = self::operator(&second).call("iam", "ListUserPolicies", user).await.unwrap();
    assert_eq!(policies.at("/PolicyNames"), &json!(["app"]));
    assert_eq!(identity(&second).await, before);
}

#[tokio::test]
async fn a_stack_that_was_changed_is_provisioned_anew() {
    let setting = Setting::new().await;
    let tagging = json!({ "TagSet": [{ "Key": "a", "Value": "b" }] });
    let mut before = String::new();
    for (service, operation, members) in [
        (
            "s3",
            "PutBucketVersioning",
            json!({ "Bucket": "stack-first", "VersioningConfiguration": { "Status": "Suspended" } }),
        ),
        (
            "s3",
            "PutObjectTagging",
            json!({ "Bucket": "stack-first", "Key": "given.txt", "Tagging": tagging }),
        ),
        ("iam", "DeleteUserPolicy", json!({ "UserName": "app-first", "PolicyName": "app" })),
        ("iam", "CreateAccessKey", json!({ "UserName": "app-first" })),
    ] {
        let stage = setting.stage(&[]).await;
        let identity = identity(&stage).await;
        assert_ne!(identity, before, "before {operation}");
        before = identity;
        made(&operator(&stage), service, operation, members).await;
    }
    let stage = setting.stage(&[]).await;
    assert_ne!(identity(&stage).await, before);
    before = identity(&stage).await;
    // The version that was given is gone for good.
    let versions = json!({ "Bucket": "stack-first" });
    let versions = operator(&stage).call("s3", "ListObjectVersions", versions).await.unwrap();
    let version = json!({ "Bucket": "stack-first", "Key": "given.txt", "VersionId": versions.at("/Versions/0/VersionId") });
    made(&operator(&stage), "s3", "DeleteObject", version).await;
    drop(stage);
    let stage = setting.stage(&[]).await;
    assert_ne!(identity(&stage).await, before);
    assert_eq!(setting.there().await, with_theirs("first"));
}

#[tokio::test]
async fn one_stack_stands_at_a_time() {
    let setting = Setting::new().await;
    for name in ["first", "other", "first"] {
        let stage = setting.stage(&[("name", name)]).await;
        assert_eq!(setting.there().await, with_theirs(name));
        drop(stage);
    }
    drop(setting.stages.blank().await.unwrap());
    assert_eq!(setting.there().await, THEIRS);
}

#[tokio::test]
async fn a_scenario_that_takes_two_stages_gives_the_first_one_back() {
    let setting = Setting::new().await;
    let source = "Feature: F\n  Scenario: S\n    Given the stack \"calls\"\n    Given the stack \"calls\" with\n      | name | other |\n";
    let (exit, told) = played(&setting, source).await;
    assert_eq!((exit, told.failures.as_slice()), (Exit::Passed, [].as_slice()));
    assert_eq!(setting.there().await, with_theirs("other"));
}

#[tokio::test]
async fn the_end_removes_what_was_provisioned_and_nothing_of_others() {
    let setting = Setting::new().await;
    let stage = setting.stage(&[]).await;
    made(&operator(&stage), "iam", "CreateUser", json!({ "UserName": "ours" })).await;
    drop(stage);
    let ledger = setting.folder.path().join(".stackproof/ledger/0000abcd.jsonl");
    assert!(ledger.exists());
    let closed = setting.stages.close(false).await;
    assert!(closed.left.is_empty() && closed.kept.is_empty(), "{closed:?}");
    assert_eq!(setting.there().await, THEIRS);
    assert!(!ledger.exists());
    assert_eq!(std::fs::read_dir(setting.folder.path().join(".stackproof/provisioned")).unwrap().count(), 0);
}

#[tokio::test]
async fn what_is_kept_is_the_stack_alone_and_is_known_to_clean() {
    let setting = Setting::new().await;
    let stage = setting.stage(&[]).await;
    made(&operator(&stage), "iam", "CreateUser", json!({ "UserName": "ours" })).await;
    drop(stage);
    let closed = setting.stages.close(true).await;
    let kept = "the stack `calls` is kept at http://127.0.0.1:1 in the account 111111111111; remove it with: stackproof clean";
    assert_eq!((closed.kept, closed.left), (vec![kept.to_owned()], Vec::new()));
    assert_eq!(setting.there().await, with_theirs("first"));
    let Setting { folder, stages, ledger, .. } = setting;
    // As the end of the process would.
    drop((stages, ledger));
    let state = crate::state::State::of(&Config { root: folder.path().to_owned(), ..Config::default() });
    assert_eq!(ledger::clean(&state).unwrap().provisioned.len(), 1);
}

#[tokio::test]
async fn a_lost_target_ends_the_run_and_is_no_failure_of_the_stack() {
    let setting = Setting::new().await;
    let source = r#"Feature: F
  Scenario: One
    Given the stack "calls"
    When the operator uploads "first.txt" to "aws_s3_bucket.main"
    Then it succeeds
  Scenario: Two
    Given the stack "calls"
    When the operator uploads "last.txt" to "aws_s3_bucket.main"
    Then it is denied
  Scenario: Three
    Given the stack "calls"
"#;
    let (exit, told) = played(&setting, source).await;
    assert_eq!(exit, Exit::Target);
    let expected =
        [(FailureKind::Stage(StageFailure::Target), "the target was lost: it fell silent".to_owned())];
    assert_eq!(told.failures, expected);
    assert_eq!((told.summary.passed, told.summary.failed, told.summary.not_run), (1, 1, 1));
    let left = setting.stages.close(false).await.left;
    let names: Vec<_> = left.iter().map(|left| left.what.as_str()).collect();
    assert!(names.contains(&"bucket `stack-first`") && names.contains(&"user `app-first`"), "{names:?}");
    let told = |left: &Left| left.reason == "it fell silent" && left.command == "stackproof clean";
    assert!(left.iter().all(told), "{left:?}");
}

#[tokio::test]
async fn the_clock_is_not_the_target_s() {
    let setting = Setting::new().await;
    let source = "Feature: F\n  Scenario: S\n    Given the stack \"calls\"\n    When 7 days pass\n";
    let (exit, told) = played(&setting, source).await;
    assert_eq!((exit, told.summary.skipped), (Exit::Passed, 1));
}

#[derive(Default)]
struct Told {
    failures: Vec<(FailureKind, String)>,
    summary: Summary,
}

impl Reporter for Told {
    fn on(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::ScenarioFinished(report) => {
                if let Verdict::Failed(_, failure) = report.verdict() {
                    self.failures.push((failure.kind, failure.happened.clone()));
                }
            }
            Event::RunFinished(summary) => self.summary = summary.clone(),
            _ => {}
        }
        Ok(())
    }
}

async fn played(setting: &Setting, source: &str) -> (Exit, Told) {
    let options = RunOptions {
        jobs: 4,
        fail_fast: false,
        strict: false,
        dry_run: false,
        canaries: false,
        run_id: "r".into(),
    };
    let scenarios = parse(Path::new("a.feature"), source).unwrap();
    let (mut told, stages) = (Told::default(), setting.stages.clone());
    let exit = run(stages, scenarios, RunHeader::default(), &options, &mut told, pending()).await.unwrap();
    (exit, told)
}

/// An archive with one empty file.
const ARCHIVE: &[u8] = b"PK\x03\x04\x14\0\0\0\0\0\0\0!\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0bPK\x01\x02\x14\x03\x14\0\0\0\0\0\0\0!\0\
\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\x80\x01\0\0\0\0bPK\x05\x06\0\0\0\0\x01\0\x01\0/\0\0\0\x1f\0\0\0\0\0";

async fn code(operator: &Operator, service: &str, operation: &str, members: Value) -> Option<String> {
    match operator.call(service, operation, members).await {
        Ok(_) => None,
        Err(ResourceError::Refused { error, .. }) => Some(error.code.to_string()),
        Err(error) => panic!("{operation}: {error}"),
    }
}

#[tokio::test]
async fn a_table_beside_the_upstream_is_under_a_key_that_the_upstream_holds() {
    let setting = Setting::new().await;
    let stage = setting.stage(&[]).await;
    let operator = operator(&stage);
    let key = stage.stack.outputs["key"].value.clone();
    let table = |name: &str, key: &Value| {
        json!({
            "TableName": name, "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }],
            "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }],
            "SSESpecification": { "Enabled": true, "SSEType": "KMS", "KMSMasterKeyId": key },
        })
    };
    let none = json!("00000000-0000-0000-0000-000000000000");
    assert!(code(&operator, "dynamodb", "CreateTable", table("none", &none)).await.is_some());
    made(&operator, "dynamodb", "CreateTable", table("calls", &key)).await;
    let alias = json!({ "AliasName": "alias/calls", "TargetKeyId": key });
    made(&operator, "kms", "CreateAlias", alias).await;
    made(&operator, "dynamodb", "CreateTable", table("by-alias", &json!("alias/calls"))).await;
    let put = || json!({ "TableName": "calls", "Item": { "pk": { "S": "a" } } });
    made(&operator, "dynamodb", "PutItem", put()).await;
    made(&operator, "kms", "DisableKey", json!({ "KeyId": key })).await;
    assert!(code(&operator, "dynamodb", "PutItem", put()).await.is_some());
    made(&operator, "kms", "EnableKey", json!({ "KeyId": key })).await;
    made(&operator, "dynamodb", "PutItem", put()).await;
    drop((stage, operator));

    let next = setting.stage(&[]).await;
    let tables = self::operator(&next).call("dynamodb", "ListTables", json!({})).await.unwrap();
    assert_eq!(tables.at("/TableNames"), &json!([]), "each scenario has its own");
}

#[tokio::test]
async fn a_function_beside_the_upstream_has_its_role_and_code_from_there() {
    let setting = Setting::new().await;
    let stage = setting.stage(&[]).await;
    let operator = operator(&stage);
    let archive = json!({ "Bucket": "stack-first", "Key": "f.zip" });
    operator.send("s3", "PutObject", archive, Bytes::from_static(ARCHIVE)).await.unwrap();
    let function = |role: &str, key: &str| {
        json!({
            "FunctionName": "f", "Runtime": "provided.al2023", "Handler": "b", "Role": format!("arn:aws:iam::111111111111:role/{role}"),
            "Code": { "S3Bucket": "stack-first", "S3Key": key },
        })
    };
    assert!(code(&operator, "lambda", "CreateFunction", function("f", "f.zip")).await.is_some());
    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "Service": "lambda.amazonaws.com" },
    }] });
    let role = json!({ "RoleName": "f", "Path": "/jobs/", "AssumeRolePolicyDocument": trust.to_string() });
    made(&operator, "iam", "CreateRole", role).await;
    assert!(
        code(&operator, "lambda", "CreateFunction", function("f", "f.zip")).await.is_some(),
        "it has a path"
    );
    let missing = code(&operator, "lambda", "CreateFunction", function("jobs/f", "none.zip")).await;
    assert_eq!(missing.as_deref(), Some("InvalidParameterValueException"));
    made(&operator, "lambda", "CreateFunction", function("jobs/f", "f.zip")).await;
    made(&operator, "iam", "DeleteRole", json!({ "RoleName": "f" })).await;
    let role = json!({ "FunctionName": "f", "Role": "arn:aws:iam::111111111111:role/jobs/f" });
    assert!(code(&operator, "lambda", "UpdateFunctionConfiguration", role).await.is_some());
}
