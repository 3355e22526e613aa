//! Resources that a request names in another way than their ARNs do: what is looked up in the service itself.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members};
use stackproof_policy::arn::Arn;

use super::ServiceCall;
use crate::directory::kms::KeyName;
use crate::directory::upstream::{field, text};
use crate::refusal::{Refusal, Unknown};
use crate::rules::{Place, Resource, Rule};

/// What services answer of something that is not there.
const ABSENT: [&str; 11] = [
    "AWS.SimpleQueueService.NonExistentQueue",
    "ClientException",
    "EntityNotFoundException",
    "InvalidGroup.NotFound",
    "InvalidParameterException",
    "InvalidRequestException",
    "NotFound",
    "NotFoundException",
    "QueueDoesNotExist",
    "ResourceNotFoundException",
    "ValidationException",
];

/// Look-ups of the tables that are made here, by how they begin; every other one leaves its operation undetermined.
const MADE: [&str; 39] = [
    "API destination to its connection",
    "KeyId may be an alias",
    "LayerName may be an ARN",
    "TableName may be an ARN",
    "calculation to its workgroup",
    "iam:PassRole to ecs-tasks.amazonaws.com",
    "lambda:FunctionArn, of any form of FunctionName",
    "lambda:FunctionArn, that of the mapping",
    "lambda:VpcIds",
    "logGroupIdentifier may be the ARN of the group",
    "named query to its workgroup",
    "notebook to its workgroup",
    "qualifier",
    "query execution to its workgroup",
    "secretsmanager:KmsKeyArn",
    "secretsmanager:SecretId",
    "session to its workgroup",
    "suffix to be",
    "the VPC of the association",
    "the accepter VPC of the peering connection",
    "the address by the association",
    "the allocation of PublicIp",
    "the application of the endpoint",
    "the groups of the query",
    "the handle names the task and its source queue",
    "the id of LaunchTemplateName",
    "the id of a name",
    "the id of the organization and its management account",
    "the instance and the interface of the attachment",
    "the name of the key pair with KeyPairId",
    "the role in the instance profile",
    "the route table, and the subnet or gateway, of the association",
    "the stream in the iterator",
    "the subnet",
    "the topic of the subscription",
    "url",
    "with Filters, the secrets that they find",
    "with StreamARN and ConsumerName, the ARN of the consumer",
    "without DestinationArn, sqs:SendMessage",
];
/// Look-ups that are needed for a call alone that gives a member.
const AT_TIMES: [(&str, &str); 2] =
    [("NextToken carries", "NextToken"), ("schema version id", "SchemaVersionId")];

/// What of Athena is in a workgroup: how a row says it, how it is asked for, and where the answer has the workgroup.
const IN_WORKGROUPS: [(&str, &str, &str, &str); 4] = [
    ("query execution", "GetQueryExecution", "QueryExecutionId", "/QueryExecution/WorkGroup"),
    ("named query", "GetNamedQuery", "NamedQueryId", "/NamedQuery/WorkGroup"),
    ("notebook", "GetNotebookMetadata", "NotebookId", "/NotebookMetadata/WorkGroup"),
    ("session", "GetSession", "SessionId", "/WorkGroup"),
];

impl ServiceCall<'_> {
    /// Whether the look-ups that a row speaks of are made.
    pub(super) fn check_lookup(&self, rule: &Rule) -> Result<(), Refusal> {
        match rule.lookup.filter(|what| !MADE.iter().any(|made| what.starts_with(made))) {
            None => Ok(()),
            Some(what) => match AT_TIMES.iter().find(|it| what.starts_with(it.0)) {
                Some((_, member)) if !self.gives(member) => Ok(()),
                _ => Err(self.unknown(what)),
            },
        }
    }

    pub(super) fn gives(&self, member: &str) -> bool {
        self.identified.members.contains_key(member)
    }

    /// The resources as they are authorized.
    pub(super) async fn resolved(
        &self,
        named: Vec<Resource>,
        place: Place<'_>,
    ) -> Result<Vec<Resource>, Refusal> {
        let mut resources = Vec::new();
        for resource in named {
            resources.push(self.resolve(resource, place).await?);
        }
        Ok(resources)
    }

    async fn resolve(&self, resource: Resource, place: Place<'_>) -> Result<Resource, Refusal> {
        let service = self.operation().service;
        if service == "ec2" {
            return self.of_ec2(resource, place).await;
        }
        let Resource { kind, arn, element } = resource;
        if service == "organizations" && !kind.is_empty() {
            return self.of_organization(kind, &arn).await;
        }
        let arn = match (service, kind) {
            ("athena", "workgroup") => self.workgroup(arn).await?,
            ("events", "connection") => self.connection(arn).await?,
            ("events", "rule-on-custom-event-bus") => arn.replace(":rule/default/", ":rule/"),
            ("glue", "database" | "table") => arn.to_lowercase(),
            ("kinesis", "consumer") => self.consumer(arn).await?,
            ("kinesis", "kmsKey") => self.key_of_stream(&arn).await?,
            ("lambda", "function") => self.function(&arn)?,
            ("logs", "log-group") => self.log_group(arn),
            ("logs", "scheduled-query") => self.scheduled_query(arn).await?,
            ("secretsmanager", "Secret") => self.secret(arn).await?,
            ("sns", "endpoint") if self.lookup().starts_with("the application of the endpoint") => {
                application(arn)
            }
            ("sns", "topic") => self.topic(arn),
            ("sqs", "queue") => self.queue(&arn)?,
            ("ssm", "parameter") => self.parameter(arn)?,
            _ => arn,
        };
        Ok(Resource { kind, arn, element })
    }

    /// What the row of the operation says is looked up.
    fn lookup(&self) -> &'static str {
        crate::rules::rule(self.operation()).and_then(|rule| rule.lookup).unwrap_or_default()
    }

    /// What a service answers of something that a call names; none where it is not there.
    pub(super) async fn look(
        &self,
        account: &str,
        operation: &str,
        members: Value,
    ) -> Result<Option<Members>, Unknown> {
        let service = match self.operation().service {
            "dynamodbstreams" => "dynamodb",
            service => service,
        };
        self.directory.ask_in(self.call.region, account, (service, operation), members, &ABSENT).await
    }

    /// Queries, notebooks and sessions are asked for in their workgroup, calculations in that of their session.
    async fn workgroup(&self, arn: String) -> Result<String, Refusal> {
        let lookup = self.lookup();
        let account = Arn::parse(&arn).map(|arn| arn.account).unwrap_or_default();
        let Some((before, id)) = arn.rsplit_once('/') else { return Ok(arn) };
        let (of, id) = match lookup.starts_with("calculation") {
            true => {
                let members = json!({ "CalculationExecutionId": id });
                let found = self.look(account, "GetCalculationExecution", members).await?;
                let session = found.as_ref().and_then(|found| text(found, "SessionId"));
                ("session", session.ok_or_else(|| not_found("CalculationExecutionId", id))?.to_owned())
            }
            false => (lookup, id.to_owned()),
        };
        let Some((_, operation, member, at)) = IN_WORKGROUPS.iter().find(|it| of.starts_with(it.0)) else {
            return Ok(arn);
        };
        let found = self.look(account, operation, json!({ *member: id })).await?;
        let found = Value::Object(found.unwrap_or_default());
        let name = found.pointer(at).and_then(Value::as_str).ok_or_else(|| not_found(member, &id))?;
        Ok(format!("{before}/{name}"))
    }

    /// The connection of an API destination.
    async fn connection(&self, arn: String) -> Result<String, Refusal> {
        if self.operation().name != "DescribeApiDestination" {
            return Ok(arn);
        }
        let account = Arn::parse(&arn).map(|arn| arn.account).unwrap_or_default();
        let name = self.text("Name").unwrap_or_default();
        let found = self.look(account, "DescribeApiDestination", json!({ "Name": name })).await?;
        let connection = found.as_ref().and_then(|found| text(found, "ConnectionArn")).map(str::to_owned);
        connection.ok_or_else(|| {
            let message = format!("API destination {name} does not exist.");
            Refusal::rejected(ApiError::new(400, "ResourceNotFoundException", message))
        })
    }

    /// A consumer by its name and stream: its ARN ends in the time at which it was made, which none has that is yet to be.
    async fn consumer(&self, arn: String) -> Result<String, Refusal> {
        if self.operation().name == "RegisterStreamConsumer" {
            return Ok(arn);
        }
        let (Some(name), true) = (self.text("ConsumerName"), arn.ends_with(":*")) else { return Ok(arn) };
        let account = Arn::parse(&arn).map(|arn| arn.account).unwrap_or_default();
        let members = json!({ "StreamARN": self.text("StreamARN"), "ConsumerName": name });
        let found = self.look(account, "DescribeStreamConsumer", members).await?;
        let found = Value::Object(found.unwrap_or_default());
        let consumer = found.pointer("/ConsumerDescription/ConsumerARN").and_then(Value::as_str);
        consumer.map(str::to_owned).ok_or_else(|| {
            let message = format!("Consumer {name} is not found.");
            Refusal::rejected(ApiError::new(400, "ResourceNotFoundException", message))
        })
    }

    /// A scheduled query by its name: its ARN has its id.
    async fn scheduled_query(&self, arn: String) -> Result<String, Refusal> {
        let Some(identifier) = self.text("identifier").filter(|it| !it.starts_with("arn:")) else {
            return Ok(arn);
        };
        let account = Arn::parse(&arn).map(|arn| arn.account).unwrap_or_default();
        let found = self.look(account, "GetScheduledQuery", json!({ "identifier": identifier })).await?;
        let query = found.as_ref().and_then(|found| text(found, "scheduledQueryArn")).map(str::to_owned);
        query.ok_or_else(|| {
            let message = format!("The scheduled query {identifier} does not exist.");
            Refusal::rejected(ApiError::new(400, "ResourceNotFoundException", message))
        })
    }

    /// A secret by its name or by part of its ARN: its ARN ends in six letters that only the service knows. One that is
    /// to be made has none yet.
    async fn secret(&self, arn: String) -> Result<String, Refusal> {
        let is_one = self.operation().name != "CreateSecret" && !arn.ends_with(":secret:*");
        let Some(parsed) = Arn::parse(&arn).filter(|_| is_one) else { return Ok(arn) };
        // It is looked up by what the call itself names it, which may be an ARN in part.
        let listed = self.identified.members.get("SecretIdList").and_then(Value::as_array);
        let mut named = listed.into_iter().flatten().filter_map(Value::as_str).chain(self.text("SecretId"));
        let id = match named.any(|id| id == arn) {
            true => arn.as_str(),
            false => parsed.resource.strip_prefix("secret:").unwrap_or(parsed.resource),
        };
        let found = self.look(parsed.account, "DescribeSecret", json!({ "SecretId": id })).await?;
        Ok(found.as_ref().and_then(|found| text(found, "ARN")).map(str::to_owned).unwrap_or(arn))
    }

    /// A function by its name, by `ACCOUNT:function:NAME`, or by its ARN, each with or without a qualifier.
    fn function(&self, arn: &str) -> Result<String, Refusal> {
        let (function, inside) = self.function_parts(arn)?;
        let given = self.text("Qualifier");
        if let (Some(inside), Some(given)) = (&inside, given)
            && inside != given
        {
            return Err(self.unknown("its name and its qualifier disagree"));
        }
        Ok(match given.or(inside.as_deref()) {
            Some(qualifier) => format!("{function}:{qualifier}"),
            None => function,
        })
    }

    /// The ARN of a function as condition keys have it; none where its name has a qualifier in it, of which no page
    /// speaks.
    pub(super) fn bare_function(&self, arn: &str) -> Option<String> {
        self.function_parts(arn).ok().filter(|(_, qualifier)| qualifier.is_none()).map(|(arn, _)| arn)
    }

    fn function_parts(&self, arn: &str) -> Result<(String, Option<String>), Refusal> {
        let parsed = Arn::parse(arn).ok_or_else(|| self.unknown("which function it is about"))?;
        let named = parsed.resource.strip_prefix("function:").unwrap_or(parsed.resource);
        let parts: Vec<&str> = named.split(':').collect();
        let (account, rest) = match parts.as_slice() {
            [account, "function", rest @ ..] => (*account, rest),
            rest => (parsed.account, rest),
        };
        let (name, qualifier) = match rest {
            [name] => (*name, None),
            [name, qualifier] => (*name, Some((*qualifier).to_owned())),
            _ => return Err(self.unknown(&format!("which function `{named}` is"))),
        };
        Ok((format!("arn:aws:lambda:{}:{account}:function:{name}", parsed.region), qualifier))
    }

    /// A log group as policies see it: calls on the group itself end in `:log-stream:`, but for its tags and where it is
    /// identified by name or ARN (`iam-semantics`, section 10).
    fn log_group(&self, arn: String) -> String {
        let arn = arn.strip_suffix(":*").map(str::to_owned).unwrap_or(arn);
        let tags = ["TagResource", "UntagResource", "ListTagsForResource"];
        let identified = self.identified.members.keys().any(|name| name.starts_with("logGroupIdentifier"));
        let bare = tags.contains(&self.operation().name.as_str()) || identified;
        match bare || arn.contains(":log-stream:") {
            true => arn,
            false => format!("{arn}:log-stream:"),
        }
    }

    /// A subscription is a matter of its topic.
    fn topic(&self, arn: String) -> String {
        match (self.gives("SubscriptionArn"), arn.split(':').count(), arn.rsplit_once(':')) {
            (true, 7, Some((topic, _))) => topic.to_owned(),
            _ => arn,
        }
    }

    /// A queue by its URL, whose path ends in account and name, by its ARN, or by the handle of a task that moves its
    /// messages.
    pub(super) fn queue(&self, arn: &str) -> Result<String, Refusal> {
        if let Some(handle) = self.text("TaskHandle") {
            return self.queue_of_task(handle);
        }
        let Some(url) = arn.find(":http").and_then(|at| arn.get(at.saturating_add(1)..)) else {
            return Ok(arn.to_owned());
        };
        let mut parts = url.split('?').next().unwrap_or(url).rsplit('/');
        match (parts.next(), parts.next()) {
            (Some(name), Some(account)) if stackproof_policy::arn::is_account_id(account) => {
                Ok(format!("arn:aws:sqs:{}:{account}:{name}", self.call.region))
            }
            _ => Err(self.unknown(&format!("which queue `{url}` is"))),
        }
    }

    /// A parameter by its name, which may begin with a slash that its ARN has not, and end in a version or label that is no part
    /// of it. What AWS keeps for all is of no account.
    fn parameter(&self, arn: String) -> Result<String, Refusal> {
        if self.text("ResourceType").is_some_and(|kind| kind != "Parameter") {
            return Err(self.unknown("what has tags and is no parameter"));
        }
        let (Some((_, name)), Some(parsed)) = (arn.split_once(":parameter/"), Arn::parse(&arn)) else {
            return Ok(arn);
        };
        let name = name.strip_prefix('/').unwrap_or(name);
        let name = name.split(':').next().unwrap_or(name);
        let account = if name.starts_with("aws/") { "" } else { parsed.account };
        Ok(format!("arn:aws:ssm:{}:{account}:parameter/{name}", parsed.region))
    }

    /// The key that a stream is given, by its id or alias.
    async fn key_of_stream(&self, arn: &str) -> Result<String, Refusal> {
        let parsed = Arn::parse(arn).ok_or_else(|| self.unknown("which key it is about"))?;
        let named = parsed.resource.strip_prefix("key/").unwrap_or(parsed.resource);
        let name = KeyName::parse(named, parsed.account, self.call.region).map_err(Refusal::rejected)?;
        let found = self.directory.kms_key(&name).await?;
        let missing =
            || Refusal::rejected(ApiError { code: "KMSNotFoundException".into(), ..name.not_found() });
        found.map(|key| key.arn.clone()).ok_or_else(missing)
    }

    /// The queue whose messages a task moves, which is in its handle: JSON, as the example of the API reference has it.
    fn queue_of_task(&self, handle: &str) -> Result<String, Refusal> {
        let decoded = STANDARD.decode(handle).ok();
        let task: Option<Value> = decoded.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let queue = task.as_ref().and_then(|task| field(task, "sourceArn"));
        let queue = queue.filter(|arn| Arn::parse(arn).is_some_and(|arn| arn.service == "sqs"));
        queue.map(str::to_owned).ok_or_else(|| self.unknown("which queue its task is of"))
    }

    /// What an iterator or a query was given out for, which only the gateway knows that passed it on.
    pub(super) fn of_issued(&self) -> Option<Result<Vec<Resource>, Refusal>> {
        let (member, kind) = match (self.operation().service, self.operation().name.as_str()) {
            ("kinesis" | "dynamodbstreams", "GetRecords") => ("ShardIterator", "stream"),
            ("logs", "GetQueryResults") => ("queryId", "log-group"),
            _ => return None,
        };
        let name = self.text(member).unwrap_or_default();
        let Some(arns) = self.directory.iterators.resources(name) else {
            return Some(Err(self.unknown(&format!("which {kind} its {member} is of"))));
        };
        match self.text("StreamARN") {
            Some(named) if arns != [named] => Some(Err(self.unknown("its iterator is of another stream"))),
            _ => Some(Ok(arns.into_iter().map(|arn| Resource::new(kind, arn)).collect())),
        }
    }
}

/// The application of an endpoint.
fn application(arn: String) -> String {
    match (arn.contains(":endpoint/"), arn.rsplit_once('/')) {
        (true, Some((application, _))) => application.replace(":endpoint/", ":app/"),
        _ => arn,
    }
}

fn not_found(member: &str, id: &str) -> Refusal {
    let message = format!("{member} {id} was not found");
    Refusal::rejected(ApiError::new(400, "InvalidRequestException", message))
}
