//! Policies and tags of the resources of other services than S3, IAM and KMS.

use std::sync::Arc;

use serde_json::{Value, json};
use stackproof_policy::arn::Arn;

use super::Directory;
use super::held::Held;
use super::principals::{Tags, tags_in};
use crate::refusal::Unknown;
use crate::rules::Resource;

/// What services answer where there is no policy, or no resource to have one.
const ABSENT: [&str; 12] = [
    "AWS.SimpleQueueService.NonExistentQueue",
    "EntityNotFoundException",
    "InvalidResourceId",
    "NotFound",
    "NotFoundException",
    "PolicyNotFoundException",
    "QueueDoesNotExist",
    "RepositoryNotFoundException",
    "RepositoryPolicyNotFoundException",
    "ResourceNotFoundException",
    "ResourcePolicyNotFoundException",
    "TableNotFoundException",
];

/// The policy of a resource.
#[derive(Debug)]
pub(crate) struct ResourcePolicy {
    /// What has it.
    pub arn: String,
    pub policy: Held,
}

/// How a fact about a resource is had.
struct Reading {
    service: &'static str,
    /// Types of resources that have it.
    kinds: &'static [&'static str],
    operation: &'static str,
    /// The member that names the resource, and how.
    member: &'static str,
    by: By,
    /// Where in the answer it stands.
    at: &'static str,
}

enum By {
    Arn,
    /// The ARN without what stands behind the resource that has the fact: a function's qualifier, a group's streams.
    Whole,
    /// What stands behind the type in the ARN.
    Name,
    /// What stands behind the last slash.
    Last,
    /// The layer of a version, beside the version's number.
    Layer,
    /// A parameter's name, beside what it is.
    Parameter,
    /// The table of an index.
    Table,
    /// A URL, of which services read the account and the name.
    Url,
}

const fn reading(
    service: &'static str,
    kinds: &'static [&'static str],
    operation: &'static str,
    (member, by): (&'static str, By),
    at: &'static str,
) -> Reading {
    Reading { service, kinds, operation, member, by, at }
}

/// Resource-based policies (IAM user guide, "AWS services that work with IAM").
static POLICIES: [Reading; 12] = [
    reading("dynamodb", &["table", "index"], "GetResourcePolicy", ("ResourceArn", By::Table), "/Policy"),
    reading("dynamodb", &["stream"], "GetResourcePolicy", ("ResourceArn", By::Arn), "/Policy"),
    reading("ecr", &["repository"], "GetRepositoryPolicy", ("repositoryName", By::Name), "/policyText"),
    reading("events", &["event-bus"], "DescribeEventBus", ("Name", By::Name), "/Policy"),
    reading(
        "glue",
        &["catalog", "rootcatalog", "database", "table", "userdefinedfunction", "connection"],
        "GetResourcePolicy",
        ("", By::Name),
        "/PolicyInJson",
    ),
    reading("kinesis", &["stream", "consumer"], "GetResourcePolicy", ("ResourceARN", By::Arn), "/Policy"),
    reading(
        "lambda",
        &["function", "function alias", "function version"],
        "GetPolicy",
        ("FunctionName", By::Arn),
        "/Policy",
    ),
    reading("lambda", &["layerVersion"], "GetLayerVersionPolicy", ("LayerName", By::Layer), "/Policy"),
    reading(
        "logs",
        &["destination"],
        "DescribeDestinations",
        ("DestinationNamePrefix", By::Name),
        "/destinations/0/accessPolicy",
    ),
    reading("secretsmanager", &["Secret"], "GetResourcePolicy", ("SecretId", By::Arn), "/ResourcePolicy"),
    reading("sns", &["topic"], "GetTopicAttributes", ("TopicArn", By::Arn), "/Attributes/Policy"),
    reading("sqs", &["queue"], "GetQueueAttributes", ("QueueUrl", By::Url), "/Attributes/Policy"),
];

/// Tags of resources, where the service has them.
static TAGS: [Reading; 16] = [
    reading("athena", &[], "ListTagsForResource", ("ResourceARN", By::Arn), "/Tags"),
    reading("dynamodb", &[], "ListTagsOfResource", ("ResourceArn", By::Table), "/Tags"),
    reading("ec2", &[], "DescribeTags", ("Filters", By::Name), "/Tags"),
    reading("ecr", &[], "ListTagsForResource", ("resourceArn", By::Arn), "/tags"),
    reading("ecs", &[], "ListTagsForResource", ("resourceArn", By::Arn), "/tags"),
    reading("events", &[], "ListTagsForResource", ("ResourceARN", By::Arn), "/Tags"),
    reading("glue", &[], "GetTags", ("ResourceArn", By::Arn), "/Tags"),
    reading("kinesis", &[], "ListTagsForResource", ("ResourceARN", By::Arn), "/Tags"),
    reading("lambda", &[], "ListTags", ("Resource", By::Whole), "/Tags"),
    reading("logs", &[], "ListTagsForResource", ("resourceArn", By::Whole), "/tags"),
    reading("organizations", &[], "ListTagsForResource", ("ResourceId", By::Last), "/Tags"),
    reading("quicksight", &[], "ListTagsForResource", ("ResourceArn", By::Arn), "/Tags"),
    reading("secretsmanager", &[], "DescribeSecret", ("SecretId", By::Arn), "/Tags"),
    reading("sns", &[], "ListTagsForResource", ("ResourceArn", By::Arn), "/Tags"),
    reading("sqs", &[], "ListQueueTags", ("QueueUrl", By::Url), "/Tags"),
    reading("ssm", &[], "ListTagsForResource", ("ResourceId", By::Parameter), "/TagList"),
];

impl Reading {
    fn find(table: &'static [Self], service: &str, kind: &str) -> Option<&'static Self> {
        // The streams of DynamoDB speak for themselves and are kept by it.
        let service = if service == "dynamodbstreams" { "dynamodb" } else { service };
        table.iter().find(|it| it.service == service && (it.kinds.is_empty() || it.kinds.contains(&kind)))
    }

    fn members(&self, arn: &Arn<'_>, text: &str) -> Value {
        let name = arn.resource.split_once(['/', ':']).map_or(arn.resource, |(_, name)| name);
        let mut members = match self.by {
            By::Arn => json!({ self.member: text }),
            By::Whole => json!({ self.member: whole(text) }),
            By::Last => json!({ self.member: text.rsplit('/').next() }),
            By::Layer => {
                let (layer, version) = text.rsplit_once(':').unwrap_or((text, ""));
                json!({ self.member: layer, "VersionNumber": version.parse::<i64>().ok() })
            }
            By::Parameter => json!({ self.member: parameter_name(name), "ResourceType": "Parameter" }),
            By::Table => json!({ self.member: text.split("/index/").next() }),
            By::Url => {
                json!({ self.member: format!("https://sqs.{}.amazonaws.com/{}/{name}", arn.region, arn.account) })
            }
            By::Name if self.member.is_empty() => json!({}),
            By::Name if self.operation == "DescribeTags" => {
                json!({ "Filters": [{ "Name": "resource-id", "Values": [name] }] })
            }
            By::Name if self.service == "ecr" => {
                json!({ self.member: name, "registryId": arn.account })
            }
            By::Name => json!({ self.member: name }),
        };
        if let (true, Some(members)) = (self.operation == "GetQueueAttributes", members.as_object_mut()) {
            members.insert("AttributeNames".to_owned(), json!(["Policy"]));
        }
        members
    }
}

/// What has the policy that guards a resource: the table of an index, the catalog of whatever is in it, else itself.
pub(crate) fn holder(arn: &str) -> String {
    match Arn::parse(arn) {
        Some(Arn { service: "dynamodb", .. }) => arn.split("/index/").next().unwrap_or(arn).to_owned(),
        Some(Arn { service: "glue", region, account, .. }) => {
            format!("arn:aws:glue:{region}:{account}:catalog")
        }
        _ => arn.to_owned(),
    }
}

/// A parameter's name by what its ARN has of it: one that has levels begins with a slash.
pub(crate) fn parameter_name(name: &str) -> String {
    if name.contains('/') { format!("/{name}") } else { name.to_owned() }
}

/// The function of a qualified one, the group of its streams; any other resource as it is.
fn whole(arn: &str) -> &str {
    if let Some((group, _)) = arn.split_once(":log-stream:") {
        return group;
    }
    match arn.match_indices(':').nth(6) {
        Some((at, _)) if arn.contains(":function:") => arn.get(..at).unwrap_or(arn),
        _ => arn,
    }
}

impl Directory {
    /// The policy of a resource, where it has one.
    ///
    /// # Errors
    /// Of accounts that are none of ours nothing is known.
    pub async fn resource_policy(
        &self,
        service: &str,
        resource: &Resource,
    ) -> Result<Option<Arc<ResourcePolicy>>, Unknown> {
        let Some(reading) = Reading::find(&POLICIES, service, resource.kind) else { return Ok(None) };
        let Some(arn) = Arn::parse(&resource.arn) else { return Ok(None) };
        // The catalog has one policy for all that is in it; of anything else a pattern is no one resource.
        if (resource.arn.contains('*') && service != "glue") || arn.account.is_empty() {
            return Ok(None);
        }
        self.check_account(arn.account, &resource.arn)?;
        let fetch = async {
            let found = self.read(reading, &arn, &resource.arn).await?;
            let policy = found.as_ref().and_then(Value::as_str).filter(|text| !text.is_empty());
            let name = format!("policy of {}", arn.resource);
            Ok(policy.map(|text| {
                let (arn, policy) = (holder(&resource.arn), Held::new(name, None, text));
                Arc::new(ResourcePolicy { arn, policy })
            }))
        };
        let key = generation(service, arn.account);
        Ok(Option::clone(&*self.service_policies.get::<Unknown>(&key, &resource.arn, fetch).await?))
    }

    /// The tags of a resource; none where there is no such resource.
    pub async fn resource_tags(&self, service: &str, kind: &str, arn: &str) -> Result<Tags, Unknown> {
        let unknown = || Unknown(format!("which tags `{arn}` has"));
        let reading = Reading::find(&TAGS, service, kind);
        let (reading, parsed) = (reading.ok_or_else(unknown)?, Arn::parse(arn).ok_or_else(unknown)?);
        if arn.contains('*') {
            return Ok(Tags::new());
        }
        // What is AWS's own has none.
        if parsed.account == "aws" {
            return Ok(Tags::new());
        }
        self.check_account(parsed.account, arn)?;
        let found = self.read(reading, &parsed, arn).await?;
        Ok(found.as_ref().map(tags_in).unwrap_or_default())
    }

    /// What a table's description says; none of one that is not there.
    pub async fn table(&self, arn: &str) -> Result<Option<Arc<Value>>, Unknown> {
        let unknown = || Unknown(format!("which table `{arn}` is"));
        let parsed = Arn::parse(arn).ok_or_else(unknown)?;
        let name = arn.split(":table/").nth(1).and_then(|rest| rest.split('/').next()).ok_or_else(unknown)?;
        self.check_account(parsed.account, arn)?;
        let fetch = async {
            let (asked, call) = (json!({ "TableName": name }), ("dynamodb", "DescribeTable"));
            let found = self.ask_in(parsed.region, parsed.account, call, asked, &ABSENT).await?;
            Ok(found.and_then(|mut found| found.remove("Table")).map(Arc::new))
        };
        let key = generation("dynamodb", parsed.account);
        let named = format!("arn:aws:dynamodb:{}:{}:table/{name}", parsed.region, parsed.account);
        Ok(Option::clone(&*self.tables.get::<Unknown>(&key, &named, fetch).await?))
    }

    async fn read(&self, reading: &Reading, arn: &Arn<'_>, text: &str) -> Result<Option<Value>, Unknown> {
        let call = (reading.service, reading.operation);
        let found = self.ask_in(arn.region, arn.account, call, reading.members(arn, text), &ABSENT).await?;
        Ok(found.and_then(|found| Value::Object(found).pointer(reading.at).cloned()))
    }

    fn check_account(&self, account: &str, arn: &str) -> Result<(), Unknown> {
        match self.knows(account) {
            true => Ok(()),
            false => Err(Unknown(format!("the account of `{arn}` is none of the target's"))),
        }
    }
}

/// The cache's name for what is read of a service in an account; all accounts of an organization see the same of it.
pub(super) fn generation(service: &str, account: &str) -> String {
    if service == "organizations" {
        return service.to_owned();
    }
    let service = if service == "dynamodbstreams" { "dynamodb" } else { service };
    format!("{service}/{account}")
}

/// Writes that change nothing of a resource's configuration: what flows through it all the time.
const TRAFFIC: [&str; 22] = [
    "BatchExecuteStatement",
    "BatchWriteItem",
    "CompleteLayerUpload",
    "DeleteItem",
    "ExecuteStatement",
    "ExecuteTransaction",
    "InitiateLayerUpload",
    "Invoke",
    "InvokeAsync",
    "InvokeWithResponseStream",
    "Publish",
    "PublishBatch",
    "PutEvents",
    "PutImage",
    "PutItem",
    "PutLogEvents",
    "PutRecord",
    "PutRecords",
    "SendMessage",
    "TransactWriteItems",
    "UpdateItem",
    "UploadLayerPart",
];

pub(super) fn is_traffic(operation: &str) -> bool {
    TRAFFIC.contains(&operation)
}

#[cfg(test)]
mod tests {
    use stackproof_aws::{Operation, reference};

    use super::*;

    #[test]
    fn what_is_read_is_in_the_tables() {
        for reading in POLICIES.iter().chain(&TAGS) {
            let Reading { service, operation, member, .. } = reading;
            for kind in reading.kinds {
                assert!(reference::arn_template(service, kind).is_some(), "{service} {kind}");
            }
            let operation = Operation::named(service, operation).unwrap();
            let known = member.is_empty() || operation.input().iter().any(|it| it.name == *member);
            assert!(known, "{service} {} {member}", operation.name);
            let answer = reading.at.split('/').nth(1).unwrap();
            assert!(
                operation.output().iter().any(|it| it.name == answer),
                "{service} {} {answer}",
                operation.name
            );
        }
    }

    #[test]
    fn facts_are_asked_of_what_has_them() {
        let function = "arn:aws:lambda:eu-west-2:111111111111:function:f";
        let group = "arn:aws:logs:eu-west-2:111111111111:log-group:/a:b";
        for (arn, expected) in [
            (function.to_owned(), function),
            (format!("{function}:prod"), function),
            (group.to_owned(), group),
            (format!("{group}:log-stream:"), group),
            (format!("{group}:log-stream:s"), group),
        ] {
            assert_eq!(whole(&arn), expected);
        }
    }
}
