//! Resources that a request names in another way than their ARNs do: what is looked up in the service itself.

use serde_json::{Value, json};
use stackproof_aws::Members;
use stackproof_policy::arn::Arn;

use super::ServiceCall;
use crate::directory::upstream::{field, text};
use crate::refusal::{Refusal, Unknown};
use crate::rules::Resource;

/// What services answer of something that is not there.
const ABSENT: [&str; 8] = [
    "ClientException",
    "EntityNotFoundException",
    "InvalidParameterException",
    "InvalidRequestException",
    "NotFoundException",
    "ResourceNotFoundException",
    "ValidationException",
    "InvalidGroup.NotFound",
];

impl ServiceCall<'_> {
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
            ("secretsmanager", "secret") => self.secret(arn).await?,
            ("ecs", "task-definition") => self.task_definition(arn).await?,
            ("lambda", "function") => self.function(&arn)?,
            ("logs", "log-group") => self.log_group(arn),
            _ => arn,
        };
        Ok(Resource { kind, arn })
    }

    pub(super) async fn look(
        &self,
        account: &str,
        operation: &str,
        members: Value,
    ) -> Result<Option<Members>, Unknown> {
        let service = self.operation().service;
        self.directory.ask(account, (service, operation), members, &ABSENT).await
    }

    /// A secret by its name or by part of its ARN: its ARN ends in six letters that only the service knows. One that is
    /// to be made has none yet.
    async fn secret(&self, arn: String) -> Result<String, Refusal> {
        if self.operation().name == "CreateSecret" {
            return Ok(arn);
        }
        let Some(parsed) = Arn::parse(&arn) else { return Ok(arn) };
        let id = match self.text("SecretId").filter(|id| id.starts_with("arn:")) {
            Some(id) => id,
            None => parsed.resource.strip_prefix("secret:").unwrap_or(parsed.resource),
        };
        let found = self.look(parsed.account, "DescribeSecret", json!({ "SecretId": id })).await?;
        Ok(found.and_then(|found| text(&found, "ARN").map(str::to_owned)).unwrap_or(arn))
    }

    /// A family without a revision means its latest active one.
    async fn task_definition(&self, arn: String) -> Result<String, Refusal> {
        let Some(parsed) = Arn::parse(&arn) else { return Ok(arn) };
        let name = parsed.resource.strip_prefix("task-definition/").unwrap_or(parsed.resource);
        if name.contains(':') {
            return Ok(arn);
        }
        let members = json!({ "taskDefinition": name });
        let found = self.look(parsed.account, "DescribeTaskDefinition", members).await?;
        let found = found.as_ref().and_then(|found| field(found.get("taskDefinition")?, "taskDefinitionArn"));
        Ok(found.map(str::to_owned).unwrap_or(arn))
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

    /// A log group as policies see it: calls on the group itself end in `:log-stream:`, but for its tags
    /// (`iam-semantics`, section 10).
    fn log_group(&self, arn: String) -> String {
        let arn = arn.strip_suffix(":*").map(str::to_owned).unwrap_or(arn);
        let tags = ["TagResource", "UntagResource", "ListTagsForResource"];
        let bare =
            tags.contains(&self.operation().name.as_str()) || self.text("logGroupIdentifier").is_some();
        match bare || arn.contains(":log-stream:") {
            true => arn,
            false => format!("{arn}:log-stream:"),
        }
    }
}
