//! Resources that a request names in another way than their ARNs do: what is looked up in the service itself.

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members};
use stackproof_policy::arn::Arn;

use super::ServiceCall;
use crate::authorize::Ask;
use crate::authorize::iam::pass_role;
use crate::directory::kms::KeyName;
use crate::directory::upstream::text;
use crate::refusal::{Refusal, Unknown};
use crate::rules::{Place, Resource, Rule};

/// What services answer of something that is not there.
const ABSENT: [&str; 8] = [
    "ClientException",
    "EntityNotFoundException",
    "InvalidGroup.NotFound",
    "InvalidParameterException",
    "InvalidRequestException",
    "NotFoundException",
    "ResourceNotFoundException",
    "ValidationException",
];

/// Look-ups of the tables that are made here, by how they begin; every other one leaves its operation undetermined.
const MADE: [&str; 17] = [
    "KeyId may be an alias",
    "LayerName may be an ARN",
    "TableName may be an ARN",
    "iam:PassRole to ecs-tasks.amazonaws.com",
    "lambda:FunctionArn, of any form of FunctionName",
    "lambda:VpcIds",
    "logGroupIdentifier may be the ARN of the group",
    "named query to its workgroup",
    "qualifier",
    "query execution to its workgroup",
    "secretsmanager:KmsKeyArn",
    "secretsmanager:SecretId",
    "session to its workgroup",
    "suffix to be",
    "the stream in the iterator",
    "the topic of the subscription",
    "url",
];

/// What of Athena is in a workgroup: how a row says it, how it is asked for, and where the answer has the workgroup.
const IN_WORKGROUPS: [(&str, &str, &str, &str); 3] = [
    ("query execution", "GetQueryExecution", "QueryExecutionId", "/QueryExecution/WorkGroup"),
    ("named query", "GetNamedQuery", "NamedQueryId", "/NamedQuery/WorkGroup"),
    ("session", "GetSession", "SessionId", "/WorkGroup"),
];

impl ServiceCall<'_> {
    /// Whether the look-ups that a row speaks of are made.
    pub(super) fn check_lookup(&self, rule: &Rule) -> Result<(), Refusal> {
        match rule.lookup.filter(|what| !MADE.iter().any(|made| what.starts_with(made))) {
            None => Ok(()),
            // A look-up is needed for a call alone that leaves something out.
            Some(what) if what.starts_with("with Filters") && !self.gives("Filters") => Ok(()),
            Some(what) if what.starts_with("with StreamARN") && self.gives("ConsumerARN") => Ok(()),
            Some(what) if what.starts_with("NextToken carries") && !self.gives("NextToken") => Ok(()),
            Some(what) if what.starts_with("without DestinationArn") && self.gives("DestinationArn") => {
                Ok(())
            }
            Some(what) if what.starts_with("schema version id") && !self.gives("SchemaVersionId") => Ok(()),
            Some(what) => Err(self.unknown(what)),
        }
    }

    fn gives(&self, member: &str) -> bool {
        self.identified.members.contains_key(member)
    }

    /// The resources as they are authorized.
    pub(super) async fn resolved(&self, named: Vec<Resource>) -> Result<Vec<Resource>, Refusal> {
        let mut resources = Vec::new();
        for resource in named {
            resources.push(self.resolve(resource).await?);
        }
        Ok(resources)
    }

    async fn resolve(&self, resource: Resource) -> Result<Resource, Refusal> {
        let Resource { kind, arn } = resource;
        let arn = match (self.operation().service, kind) {
            ("athena", "workgroup") => self.workgroup(arn).await?,
            ("events", "rule-on-custom-event-bus") => arn.replace(":rule/default/", ":rule/"),
            ("glue", "database" | "table") => arn.to_lowercase(),
            ("kinesis", "kmsKey") => self.key_of_stream(&arn).await?,
            ("lambda", "function") => self.function(&arn)?,
            ("logs", "log-group") => self.log_group(arn),
            ("secretsmanager", "Secret") => self.secret(arn).await?,
            ("sns", "topic") => self.topic(arn),
            ("sqs", "queue") => self.queue(&arn)?,
            _ => arn,
        };
        Ok(Resource { kind, arn })
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
        self.directory.ask(account, (service, operation), members, &ABSENT).await
    }

    /// Queries and sessions are asked for in their workgroup.
    async fn workgroup(&self, arn: String) -> Result<String, Refusal> {
        let lookup = crate::rules::rule(self.operation()).and_then(|rule| rule.lookup).unwrap_or_default();
        let Some((_, operation, member, at)) = IN_WORKGROUPS.iter().find(|it| lookup.starts_with(it.0))
        else {
            return Ok(arn);
        };
        let Some((before, id)) = arn.rsplit_once('/') else { return Ok(arn) };
        let account = Arn::parse(&arn).map(|arn| arn.account).unwrap_or_default();
        let found = self.look(account, operation, json!({ *member: id })).await?;
        let found = Value::Object(found.unwrap_or_default());
        match found.pointer(at).and_then(Value::as_str) {
            Some(name) => Ok(format!("{before}/{name}")),
            None => {
                let message = format!("{member} {id} was not found");
                Err(Refusal::rejected(ApiError::new(400, "InvalidRequestException", message)))
            }
        }
    }

    /// A secret by its name or by part of its ARN: its ARN ends in six letters that only the service knows. One that is
    /// to be made has none yet.
    async fn secret(&self, arn: String) -> Result<String, Refusal> {
        let Some(parsed) = Arn::parse(&arn).filter(|_| self.operation().name != "CreateSecret") else {
            return Ok(arn);
        };
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
        let parsed = Arn::parse(arn).ok_or_else(|| self.unknown("which function it is about"))?;
        let named = parsed.resource.strip_prefix("function:").unwrap_or(parsed.resource);
        let parts: Vec<&str> = named.split(':').collect();
        let (account, rest) = match parts.as_slice() {
            [account, "function", rest @ ..] => (*account, rest),
            rest => (parsed.account, rest),
        };
        let (name, inside) = match rest {
            [name] => (*name, None),
            [name, qualifier] => (*name, Some(*qualifier)),
            _ => return Err(self.unknown(&format!("which function `{named}` is"))),
        };
        let given = self.text("Qualifier");
        if let (Some(inside), Some(given)) = (inside, given)
            && inside != given
        {
            return Err(self.unknown("its name and its qualifier disagree"));
        }
        let function = format!("arn:aws:lambda:{}:{account}:function:{name}", parsed.region);
        Ok(match given.or(inside) {
            Some(qualifier) => format!("{function}:{qualifier}"),
            None => function,
        })
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

    /// A queue by its URL, whose path ends in account and name, or by its ARN.
    fn queue(&self, arn: &str) -> Result<String, Refusal> {
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

    /// The stream that an iterator was given out for, which only the gateway knows that passed it on.
    pub(super) fn of_iterator(&self) -> Option<Result<Vec<Resource>, Refusal>> {
        let service = self.operation().service;
        if self.operation().name != "GetRecords" || !["kinesis", "dynamodbstreams"].contains(&service) {
            return None;
        }
        let iterator = self.text("ShardIterator").unwrap_or_default();
        let Some(arn) = self.directory.iterators.stream(iterator) else {
            return Some(Err(self.unknown("which stream its iterator is of")));
        };
        match self.text("StreamARN") {
            Some(named) if named != arn => Some(Err(self.unknown("its iterator is of another stream"))),
            _ => Some(Ok(vec![Resource { kind: "stream", arn }])),
        }
    }

    /// Whoever runs a task hands its roles to it: those of its definition, unless the call says others (ECS developer
    /// guide, "Permissions required to pass a role").
    pub(super) async fn task_roles(&self, place: Place<'_>) -> Result<Vec<Ask>, Refusal> {
        let called = (self.operation().service, self.operation().name.as_str());
        let ("ecs", "RunTask" | "StartTask" | "CreateService") = called else { return Ok(Vec::new()) };
        let Some(definition) = self.text("taskDefinition") else { return Ok(Vec::new()) };
        let members = json!({ "taskDefinition": definition });
        let found = self.look(place.account, "DescribeTaskDefinition", members).await?.unwrap_or_default();
        let definition = found.get("taskDefinition").cloned().unwrap_or_default();
        let overrides = self.identified.members.get("overrides");
        let mut asks = Vec::new();
        for role in ["taskRoleArn", "executionRoleArn"] {
            let overridden = overrides.and_then(|overrides| overrides.get(role)).is_some();
            if let Some(role) = definition.get(role).and_then(Value::as_str).filter(|_| !overridden) {
                let role = self.role_arn(role, place.account).await?;
                asks.push(pass_role(self.call, self.directory, &role, "ecs-tasks.amazonaws.com").await?);
            }
        }
        Ok(asks)
    }
}
