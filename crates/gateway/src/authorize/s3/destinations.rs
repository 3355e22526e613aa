//! Whether S3 may tell the destinations of a bucket's notifications, which it asks when they are set ("Granting
//! permissions to publish event notification messages to a destination").

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members, Operation, Service};
use stackproof_policy::Decision;
use stackproof_policy::arn::Arn;

use super::S3Call;
use crate::authorize::Authorizer;
use crate::authorize::service::ServiceCall;
use crate::call::Call;
use crate::caller::{Caller, ServiceSource};
use crate::directory::buckets::Bucket;
use crate::identify::Identified;
use crate::record::Outcome;
use crate::refusal::Refusal;

/// The lists of a configuration, what each calls its destination, and by which call S3 tells it.
const KINDS: [(&str, &str, (&str, &str)); 3] = [
    ("TopicConfigurations", "TopicArn", ("sns", "Publish")),
    ("QueueConfigurations", "QueueArn", ("sqs", "SendMessage")),
    ("LambdaFunctionConfigurations", "LambdaFunctionArn", ("lambda", "Invoke")),
];

impl S3Call<'_> {
    /// Refuses notifications of which S3 could not tell a destination. Nothing is known of destinations in accounts that
    /// are none of the target's, and they pass.
    pub async fn check_destinations(
        &self,
        authorizer: &Authorizer<'_>,
    ) -> Result<Result<(), ApiError>, Refusal> {
        let skips = self.identified.members.get("SkipDestinationValidation").and_then(Value::as_bool);
        let (Some(bucket), "PutBucketNotificationConfiguration") = (&self.bucket, self.name()) else {
            return Ok(Ok(()));
        };
        if skips == Some(true) {
            return Ok(Ok(()));
        }
        let configuration = self.identified.members.get("NotificationConfiguration");
        for (kind, member, told_by) in KINDS {
            let list = configuration.and_then(|it| it.get(kind)).and_then(Value::as_array);
            for arn in list.into_iter().flatten().filter_map(|part| part.get(member)?.as_str()) {
                if let Some(reason) = self.objection(authorizer, bucket, arn, told_by).await? {
                    let message = "Unable to validate the following destination configurations";
                    return Ok(Err(ApiError::new(400, "InvalidArgument", message)
                        .detail("ArgumentName1", format!("{arn}, null"))
                        .detail("ArgumentValue1", reason)));
                }
            }
        }
        Ok(Ok(()))
    }

    /// Why S3 cannot tell that destination, if it cannot.
    async fn objection(
        &self,
        authorizer: &Authorizer<'_>,
        bucket: &Bucket,
        arn: &str,
        (service, name): (&'static str, &str),
    ) -> Result<Option<String>, Refusal> {
        let Some(parsed) = Arn::parse(arn).filter(|parsed| parsed.service == service) else {
            return Ok(Some("The ARN is not well formed".to_owned()));
        };
        if parsed.region != bucket.region {
            let reason =
                "The notification destination service region is not valid for the bucket location constraint";
            return Ok(Some(reason.to_owned()));
        }
        if !self.directory.accounts().iter().any(|account| account == parsed.account) {
            return Ok(None);
        }
        let operation = Operation::named(service, name)
            .ok_or_else(|| Refusal::undetermined(format!("the tables lack `{service}:{name}`")))?;
        let identified = Identified { operation, members: told(service, arn, &parsed) };
        let source = ServiceSource {
            arn: Some(format!("arn:aws:s3:::{}", bucket.name)),
            account: Some(bucket.owner.clone()),
        };
        let caller = Caller::Service { name: "s3.amazonaws.com".to_owned(), source };
        let call =
            Call { caller: &caller, service: Service::named(service), region: parsed.region, ..*self.call };
        let asked = ServiceCall { call: &call, directory: self.directory, identified: &identified };
        let prepared = match asked.prepare().await {
            Ok(prepared) => prepared,
            Err(refusal) if refusal.outcome == Outcome::Undetermined => return Err(refusal),
            Err(_) => return Ok(Some(refused(service, arn))),
        };
        // What S3 does later is not part of this call, and not recorded with it.
        let mut unrecorded = Authorizer::new(authorizer.directory, authorizer.sources);
        for ask in prepared.asks.iter().chain(&prepared.keys.asks) {
            let evaluation = unrecorded.evaluate(&caller, ask).await?;
            match evaluation.decision {
                Decision::Allowed => {}
                Decision::Undetermined => return Err(Refusal::undetermined(evaluation.reason)),
                _ => return Ok(Some(refused(service, arn))),
            }
        }
        Ok(None)
    }
}

/// The members of the call that tells a destination.
fn told(service: &str, arn: &str, parsed: &Arn<'_>) -> Members {
    let url = || {
        let Arn { region, account, resource, .. } = parsed;
        json!({ "QueueUrl": format!("https://sqs.{region}.amazonaws.com/{account}/{resource}"), "MessageBody": "" })
    };
    let members = match service {
        "lambda" => json!({ "FunctionName": arn }),
        "sns" => json!({ "TopicArn": arn, "Message": "" }),
        _ => url(),
    };
    members.as_object().cloned().unwrap_or_default()
}

fn refused(service: &str, arn: &str) -> String {
    let destination = match service {
        "lambda" => return format!("Not authorized to invoke function [{arn}]"),
        "sns" => "topic",
        _ => "queue",
    };
    format!(
        "Permissions on the destination {destination} do not allow S3 to publish notifications from this bucket"
    )
}
