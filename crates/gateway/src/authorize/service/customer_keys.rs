//! Customer keys under other services: what a service asks KMS for in its caller's name (`iam-semantics`, section 7.5;
//! "How Amazon DynamoDB uses AWS KMS", "Secret encryption and decryption in AWS Secrets Manager", "Permissions to use
//! user-generated KMS keys" of Kinesis, "Encrypt log data in CloudWatch Logs using AWS KMS", "Securing Lambda environment
//! variables", "AWS KMS encryption for Parameter Store SecureString parameters").

mod parameter;

use std::sync::Arc;

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members};
use stackproof_policy::Certainty;
use stackproof_policy::arn::Arn;

use super::ServiceCall;
use crate::authorize::kms::context::{insert_context, insert_some_context};
use crate::authorize::kms::{key_ask, of_service, through};
use crate::authorize::{Ask, Authorizer};
use crate::call::Call;
use crate::caller::{Caller, ServiceSource};
use crate::directory::kms::{Key, KeyName};
use crate::directory::principals::Tags;
use crate::directory::upstream::text;
use crate::refusal::Refusal;

/// Calls that read or write what is in a table.
const ITEMS: [&str; 13] = [
    "BatchExecuteStatement",
    "BatchGetItem",
    "BatchWriteItem",
    "DeleteItem",
    "ExecuteStatement",
    "ExecuteTransaction",
    "GetItem",
    "PutItem",
    "Query",
    "Scan",
    "TransactGetItems",
    "TransactWriteItems",
    "UpdateItem",
];
/// What whoever creates a table under a key, or gives it another, needs ("DynamoDB encryption usage notes").
const ADOPTING: [&str; 7] = [
    "kms:DescribeKey",
    "kms:CreateGrant",
    "kms:Encrypt",
    "kms:Decrypt",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "kms:GenerateDataKey",
];
/// What whoever sends needs on the key of a queue or topic ("Key management" of the SQS and SNS developer guides).
const SENDING: [&str; 2] = ["kms:GenerateDataKey", "kms:Decrypt"];
/// Keys of actions that a service chooses the values of.
const UNTOLD: [(&str, &str); 5] = [
    ("kms:CreateGrant", "kms:GranteePrincipal"),
    ("kms:CreateGrant", "kms:RetiringPrincipal"),
    ("kms:CreateGrant", "kms:GrantOperations"),
    ("kms:CreateGrant", "kms:GrantConstraintType"),
    ("kms:ReEncrypt", "kms:ReEncryptOnSameKey"),
];
/// What Logs needs on the key of a log group.
const LOGS: [&str; 4] = ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey"];

/// A use of a key that a call brings about.
struct Use {
    actions: &'static [&'static str],
    /// The key as it is named.
    key: String,
    account: String,
    /// Pairs of the encryption context that are known, and whether they are all.
    pairs: Tags,
    whole: bool,
    certainty: Certainty,
}

/// Uses of keys, as they are authorized.
#[derive(Default)]
pub(crate) struct KeyUses {
    pub asks: Vec<Ask>,
    keys: Vec<Arc<Key>>,
}

impl KeyUses {
    /// The service's error where a key cannot be used, which is told to those alone who may use it.
    pub fn check_state(&self, service: &str) -> Result<(), ApiError> {
        let Some(key) = self.keys.iter().find(|key| key.state != "Enabled") else { return Ok(()) };
        let (arn, disabled) = (&key.arn, key.state == "Disabled");
        let why = if disabled { "is disabled" } else { "is pending deletion" };
        let code = match (service, disabled) {
            ("kinesis", true) => "KMSDisabledException",
            ("kinesis", false) => "KMSInvalidStateException",
            ("secretsmanager", _) => "DecryptionFailure",
            ("lambda", _) => "KMSDisabledException",
            ("ssm", _) => "InvalidKeyId",
            // An item of a table whose key cannot be used is denied ("DynamoDB encryption usage notes").
            _ => "AccessDeniedException",
        };
        Err(ApiError::new(400, code, format!("{arn} {why}.")))
    }
}

impl ServiceCall<'_> {
    /// What the call needs of KMS, which asks for these resources.
    pub(super) async fn key_uses(&self, arns: &[&str]) -> Result<KeyUses, Refusal> {
        let mut uses = KeyUses::default();
        for used in self.uses(arns).await? {
            // The policy of a key that AWS manages admits every caller of its account through its service.
            if used.key.contains("alias/aws/") {
                if self.call.caller.account() == Some(used.account.as_str()) {
                    continue;
                }
                return Err(self.unknown("the use of a key that AWS manages by another account"));
            }
            let key = self.key(&used).await?;
            for action in used.actions {
                let mut context = through(self.call, self.operation().service, self.call.region);
                match used.whole {
                    true => insert_context(&mut context, &used.pairs),
                    false => insert_some_context(&mut context, &used.pairs),
                }
                if *action == "kms:CreateGrant" {
                    context.insert("kms:GrantIsForAWSResource", "true");
                }
                // What a service grants whom, and from which key to which it encrypts anew, it does not say.
                for (begins, key) in UNTOLD {
                    if action.starts_with(begins) {
                        context.insert_unknown(key);
                    }
                }
                let ask = key_ask(action, &key, context);
                uses.asks.push(Ask { certainty: used.certainty, ..ask });
            }
            uses.keys.push(key);
        }
        Ok(uses)
    }

    async fn key(&self, used: &Use) -> Result<Arc<Key>, Refusal> {
        let name = KeyName::parse(&used.key, &used.account, self.call.region).map_err(Refusal::rejected)?;
        let found = self.directory.kms_key(&name).await?;
        found.ok_or_else(|| {
            let code = match self.operation().service {
                "kinesis" | "lambda" => "KMSNotFoundException",
                "secretsmanager" => "InvalidRequestException",
                "ssm" => "InvalidKeyId",
                _ => "ValidationException",
            };
            Refusal::rejected(ApiError { code: code.into(), ..name.not_found() })
        })
    }

    async fn uses(&self, arns: &[&str]) -> Result<Vec<Use>, Refusal> {
        let name = self.operation().name.as_str();
        let members = &self.identified.members;
        let mut uses = Vec::new();
        match (self.operation().service, name) {
            ("dynamodb", name) if ITEMS.contains(&name) => {
                for (arn, account, table) in tables(arns) {
                    let found = self.directory.table(&arn).await?;
                    let key =
                        found.as_ref().and_then(|table| table.pointer("/SSEDescription/KMSMasterKeyArn"));
                    if let Some(key) = key.and_then(Value::as_str) {
                        let pairs = of_table(table, account);
                        uses.push(used(&["kms:Decrypt"], key.to_owned(), account.to_owned(), pairs));
                    }
                }
            }
            ("dynamodb", "CreateTable" | "UpdateTable") => {
                let key = members.get("SSESpecification").and_then(|it| it.get("KMSMasterKeyId"));
                if let (Some(key), Some((_, account, table))) =
                    (key.and_then(Value::as_str), tables(arns).into_iter().next())
                {
                    let pairs = of_table(table, account);
                    uses.push(used(&ADOPTING, key.to_owned(), account.to_owned(), pairs));
                }
            }
            ("secretsmanager", _) => uses.extend(self.of_secret(arns).await?),
            ("ssm", "PutParameter") => uses.extend(self.of_stored_parameter(arns).await?),
            ("ssm", _) if members.get("WithDecryption") == Some(&json!(true)) => {
                uses.extend(self.of_read_parameters(arns).await?);
            }
            ("kinesis", "PutRecord" | "PutRecords" | "GetRecords" | "SubscribeToShard") => {
                let actions: &[&str] =
                    if name.starts_with("Put") { &["kms:GenerateDataKey"] } else { &["kms:Decrypt"] };
                for (arn, account) in owned(arns) {
                    let stream = arn.split("/consumer/").next().unwrap_or(arn);
                    let found =
                        self.describe(account, "DescribeStreamSummary", json!({ "StreamARN": stream }));
                    let found = found.await?;
                    let summary = found.get("StreamDescriptionSummary").cloned().unwrap_or_default();
                    let key = summary.get("KeyId").and_then(Value::as_str);
                    if let Some(key) = key.filter(|_| summary.get("EncryptionType") == Some(&json!("KMS"))) {
                        let pairs = Tags::from([("aws:kinesis:arn".to_owned(), stream.to_owned())]);
                        uses.push(used(actions, key.to_owned(), account.to_owned(), pairs));
                    }
                }
            }
            ("sqs", "SendMessage" | "SendMessageBatch" | "ReceiveMessage") => {
                let actions: &[&str] = if name == "ReceiveMessage" { &["kms:Decrypt"] } else { &SENDING };
                for (arn, account) in owned(arns) {
                    let url = arn.rsplit(':').next().map(|queue| {
                        format!("https://sqs.{}.amazonaws.com/{account}/{queue}", self.call.region)
                    });
                    let asked = json!({ "QueueUrl": url, "AttributeNames": ["KmsMasterKeyId"] });
                    let found = self.describe(account, "GetQueueAttributes", asked).await?;
                    uses.extend(of_attributes(&found, actions, "aws:sqs:arn", arn, account));
                }
            }
            ("sns", "Publish" | "PublishBatch") => {
                for (arn, account) in owned(arns) {
                    let found =
                        self.describe(account, "GetTopicAttributes", json!({ "TopicArn": arn })).await?;
                    uses.extend(of_attributes(&found, &SENDING, "aws:sns:topicArn", arn, account));
                }
            }
            ("lambda", "CreateFunction" | "UpdateFunctionConfiguration") => {
                let key = text(members, "KMSKeyArn").filter(|key| !key.is_empty());
                if let (Some(key), Some((arn, account))) = (key, owned(arns).into_iter().next()) {
                    let pairs = Tags::from([("aws:lambda:FunctionArn".to_owned(), arn.to_owned())]);
                    let certainty = Certainty::Reading;
                    let adopted =
                        used(&["kms:Encrypt", "kms:CreateGrant"], key.to_owned(), account.to_owned(), pairs);
                    uses.push(Use { certainty, ..adopted });
                }
            }
            _ => {}
        }
        Ok(uses)
    }

    async fn describe(&self, account: &str, operation: &str, members: Value) -> Result<Value, Refusal> {
        Ok(Value::Object(self.look(account, operation, members).await?.unwrap_or_default()))
    }

    /// Secrets are encrypted under the key that they are given, else under one that AWS manages.
    async fn of_secret(&self, arns: &[&str]) -> Result<Vec<Use>, Refusal> {
        let members: &Members = &self.identified.members;
        let stores = members.contains_key("SecretString") || members.contains_key("SecretBinary");
        let actions: &[&str] = match self.operation().name.as_str() {
            "GetSecretValue" | "BatchGetSecretValue" => &["kms:Decrypt"],
            "CreateSecret" | "PutSecretValue" | "UpdateSecret" if stores => {
                &["kms:GenerateDataKey", "kms:Decrypt"]
            }
            _ => return Ok(Vec::new()),
        };
        let mut uses = Vec::new();
        for (arn, account) in owned(arns) {
            let named = text(members, "KmsKeyId").map(str::to_owned);
            let creates = self.operation().name == "CreateSecret";
            let key = match named {
                Some(key) => Some(key),
                None if creates => None,
                None => {
                    let found = self.describe(account, "DescribeSecret", json!({ "SecretId": arn })).await?;
                    found.get("KmsKeyId").and_then(Value::as_str).map(str::to_owned)
                }
            };
            let Some(key) = key else { continue };
            // The version's id is the service's own to choose, as is the end of a new secret's ARN.
            let pairs = match creates {
                true => Tags::new(),
                false => Tags::from([("SecretARN".to_owned(), arn.to_owned())]),
            };
            uses.push(Use { whole: false, ..used(actions, key, account.to_owned(), pairs) });
        }
        Ok(uses)
    }

    /// A log group is given a key that the service itself may use, or is refused (`iam-semantics`, sections 7.5, 7.6).
    ///
    /// # Errors
    /// Undetermined where the key's policy cannot be evaluated.
    pub async fn check_log_key(
        &self,
        authorizer: &Authorizer<'_>,
        group: &str,
    ) -> Result<Result<(), ApiError>, Refusal> {
        let called = (self.operation().service, self.operation().name.as_str());
        let ("logs", "CreateLogGroup" | "AssociateKmsKey") = called else { return Ok(Ok(())) };
        let Some(key) = self.text("kmsKeyId") else { return Ok(Ok(())) };
        let arn = group.split(":log-stream:").next().unwrap_or(group);
        let account = Arn::parse(arn).map(|arn| arn.account.to_owned()).unwrap_or_default();
        let refused = || {
            let message = format!(
                "The specified KMS Key Id does not exist or is not allowed to be used with Arn '{arn}'"
            );
            Ok(Err(ApiError::new(400, "InvalidParameterException", message)))
        };
        let Ok(name) = KeyName::parse(key, &account, self.call.region) else { return refused() };
        let Some(key) = self.directory.kms_key(&name).await? else { return refused() };
        let source = ServiceSource { arn: Some(arn.to_owned()), account: Some(account) };
        let service = Caller::Service { name: format!("logs.{}.amazonaws.com", self.call.region), source };
        let call = Call { caller: &service, ..*self.call };
        // What the service asks later is not part of this call, and not recorded with it.
        let mut unrecorded = Authorizer::new(authorizer.directory, authorizer.sources);
        for action in LOGS {
            let mut context = of_service(&call, self.call.region);
            context.insert_unknown("kms:CallerAccount");
            insert_context(&mut context, &Tags::from([("aws:logs:arn".to_owned(), arn.to_owned())]));
            let evaluation = unrecorded.evaluate(&service, &key_ask(action, &key, context)).await?;
            match evaluation.decision {
                stackproof_policy::Decision::Allowed => {}
                stackproof_policy::Decision::Undetermined => {
                    return Err(Refusal::undetermined(evaluation.reason));
                }
                _ => return refused(),
            }
        }
        Ok(Ok(()))
    }
}

/// The key of a queue or topic, where its attributes name one.
fn of_attributes(
    found: &Value,
    actions: &'static [&'static str],
    pair: &str,
    arn: &str,
    account: &str,
) -> Option<Use> {
    let key = found.pointer("/Attributes/KmsMasterKeyId").and_then(Value::as_str)?;
    let pairs = Tags::from([(pair.to_owned(), arn.to_owned())]);
    Some(used(actions, key.to_owned(), account.to_owned(), pairs))
}

fn used(actions: &'static [&'static str], key: String, account: String, pairs: Tags) -> Use {
    Use { actions, key, account, pairs, whole: true, certainty: Certainty::Documented }
}

/// The resources that belong to an account, with it.
fn owned<'a>(arns: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    arns.iter().filter_map(|arn| Some((*arn, Arn::parse(arn)?.account))).collect()
}

/// The tables of these resources, each once: its ARN, its account and its name.
fn tables<'a>(arns: &[&'a str]) -> Vec<(String, &'a str, &'a str)> {
    let mut tables: Vec<_> = owned(arns)
        .into_iter()
        .filter_map(|(arn, account)| {
            let (before, rest) = arn.split_once(":table/")?;
            let name = rest.split('/').next()?;
            Some((format!("{before}:table/{name}"), account, name))
        })
        .collect();
    tables.sort();
    tables.dedup();
    tables
}

fn of_table(table: &str, account: &str) -> Tags {
    Tags::from([
        ("aws:dynamodb:tableName".to_owned(), table.to_owned()),
        ("aws:dynamodb:subscriberId".to_owned(), account.to_owned()),
    ])
}
