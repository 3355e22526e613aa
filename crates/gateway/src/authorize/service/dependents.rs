//! What calls ask for besides that stands in the service and not in the request: roles of what is run, functions of
//! secrets, queues of messages, code in buckets.

use serde_json::{Value, json};
use stackproof_aws::ApiError;
use stackproof_policy::Certainty;
use stackproof_policy::arn::Arn;

use super::{Check, ServiceCall};
use crate::authorize::iam::pass_role;
use crate::authorize::kms::behind;
use crate::authorize::s3::object_ask;
use crate::authorize::{Ask, Object};
use crate::directory::upstream::{field, text};
use crate::refusal::Refusal;
use crate::rules::{Place, Resource, Rule};

/// S3's keys of how a request was made, of which nothing is known where a service makes it.
const BY_SERVICE: [&str; 5] =
    ["s3:authType", "s3:signatureAge", "s3:signatureversion", "s3:TlsVersion", "s3:x-amz-content-sha256"];

impl ServiceCall<'_> {
    /// Asks on what is looked up.
    pub(super) async fn dependents(
        &self,
        rule: &Rule,
        place: Place<'_>,
        resources: &[Resource],
    ) -> Result<Vec<Ask>, Refusal> {
        match (self.operation().service, self.operation().name.as_str()) {
            ("ec2", "RunInstances") => self.instance_tags(rule, place).await,
            ("ecs", "RunTask" | "StartTask" | "CreateService") => self.task_roles(place).await,
            ("secretsmanager", "BatchGetSecretValue") if self.gives("Filters") => {
                self.found_secrets(rule, place).await
            }
            ("secretsmanager", "RotateSecret") if !self.gives("RotationLambdaARN") => {
                self.rotation_function(rule, place, resources).await
            }
            ("sqs", "StartMessageMoveTask") if !self.gives("DestinationArn") => {
                self.sources(rule, place).await
            }
            _ => Ok(Vec::new()),
        }
    }

    /// Whoever runs a task hands its roles to it: those of its definition, unless the call says others (ECS developer
    /// guide, "Permissions required to pass a role").
    async fn task_roles(&self, place: Place<'_>) -> Result<Vec<Ask>, Refusal> {
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

    /// Each secret that the filters of a batch find.
    async fn found_secrets(&self, rule: &Rule, place: Place<'_>) -> Result<Vec<Ask>, Refusal> {
        let mut members = json!({ "Filters": self.identified.members.get("Filters") });
        for member in ["MaxResults", "NextToken"] {
            if let (Some(value), Some(members)) =
                (self.identified.members.get(member), members.as_object_mut())
            {
                members.insert(member.to_owned(), value.clone());
            }
        }
        let found = self.look(place.account, "ListSecrets", members).await?.unwrap_or_default();
        let secrets = found.get("SecretList").and_then(Value::as_array);
        let mut asks = Vec::new();
        for arn in secrets.into_iter().flatten().filter_map(|secret| field(secret, "ARN")) {
            let resource = Resource::new("Secret", arn);
            let check = Check { action: "secretsmanager:GetSecretValue", resource: &resource };
            asks.push(self.ask(rule, place, &check).await?);
        }
        Ok(asks)
    }

    /// The function that rotates a secret already.
    async fn rotation_function(
        &self,
        rule: &Rule,
        place: Place<'_>,
        resources: &[Resource],
    ) -> Result<Vec<Ask>, Refusal> {
        let mut asks = Vec::new();
        for secret in resources {
            let found = self.look(place.account, "DescribeSecret", json!({ "SecretId": secret.arn })).await?;
            if let Some(arn) = found.as_ref().and_then(|found| text(found, "RotationLambdaARN")) {
                let resource = Resource::new("function", arn);
                let check = Check { action: "lambda:InvokeFunction", resource: &resource };
                asks.push(self.ask(rule, place, &check).await?);
            }
        }
        Ok(asks)
    }

    /// Messages that are moved back go to the queues that they came from. Which of those that have this one for their
    /// dead letters is not told, so that all of them are asked.
    async fn sources(&self, rule: &Rule, place: Place<'_>) -> Result<Vec<Ask>, Refusal> {
        let source = self.text("SourceArn").unwrap_or_default();
        let Some(arn) = Arn::parse(source) else { return Ok(Vec::new()) };
        let url = format!("https://sqs.{}.amazonaws.com/{}/{}", arn.region, arn.account, arn.resource);
        let found = self.look(arn.account, "ListDeadLetterSourceQueues", json!({ "QueueUrl": url })).await?;
        let urls = found.as_ref().and_then(|found| found.get("queueUrls")).and_then(Value::as_array);
        let mut asks = Vec::new();
        for url in urls.into_iter().flatten().filter_map(Value::as_str) {
            let arn = self.queue(&format!("arn:aws:sqs:{}:{}:{url}", arn.region, arn.account))?;
            let resource = Resource::new("queue", arn);
            let ask =
                self.ask(rule, place, &Check { action: "sqs:SendMessage", resource: &resource }).await?;
            asks.push(Ask { certainty: Certainty::Reading, ..ask });
        }
        Ok(asks)
    }

    /// Code in a bucket, which Lambda gets in its caller's name (service authorization reference, dependent actions).
    pub(super) async fn code_ask(&self, action: &str, arn: &str) -> Result<Ask, Refusal> {
        let (bucket, key) = arn
            .strip_prefix("arn:aws:s3:::")
            .and_then(|object| object.split_once('/'))
            .ok_or_else(|| self.unknown("where its code is"))?;
        let found = self.directory.bucket(bucket).await?.ok_or_else(|| {
            let message = "Error occurred while GetObject. S3 Error Code: NoSuchBucket. \
                           S3 Error Message: The specified bucket does not exist";
            Refusal::rejected(ApiError::new(400, "InvalidParameterValueException", message))
        })?;
        let members = &self.identified.members;
        let holders = ["Code", "Content"].iter().filter_map(|holder| members.get(*holder));
        let version = holders
            .filter_map(|code| field(code, "S3ObjectVersion"))
            .chain(self.text("S3ObjectVersion"))
            .next()
            .map(str::to_owned);
        let mut context = behind(self.call.context("s3"));
        context.insert("aws:ViaAWSService", "true");
        context.insert("s3:ResourceAccount", &found.owner);
        for key in BY_SERVICE {
            context.insert_unknown(key);
        }
        if let Some(version) = &version {
            context.insert("s3:versionid", version);
        }
        let object = Object { bucket: found, key: key.to_owned(), version };
        Ok(object_ask(action, object, &context))
    }
}
