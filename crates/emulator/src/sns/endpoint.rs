//! Where subscriptions deliver to.

use stackproof_aws::ApiError;

use super::error;
use super::topic::Topic;
use crate::arn::Arn;
use crate::input::not_implemented;

/// Checks an endpoint for its protocol; tells whether a subscription by that account is confirmed at once.
pub(crate) fn check(
    topic: &Topic,
    protocol: &str,
    endpoint: &str,
    caller: Option<&str>,
) -> Result<bool, ApiError> {
    let arn = Arn::parse(endpoint);
    if topic.fifo && protocol != "sqs" {
        return Err(error::parameter("Protocol", "FIFO topics deliver to SQS queues alone"));
    }
    match protocol {
        "http" | "https" if endpoint.starts_with(&format!("{protocol}://")) => Ok(false),
        "http" | "https" => Err(error::invalid("Endpoint must match the specified protocol")),
        "email" | "email-json" => match endpoint.split_once('@') {
            Some((user, host)) if !user.is_empty() && host.contains('.') => Ok(false),
            _ => Err(error::invalid("Email address")),
        },
        "sqs" => {
            let queue = arn.filter(|arn| arn.service == "sqs");
            let queue = queue.ok_or_else(|| error::invalid("SQS endpoint ARN"))?;
            if queue.resource.ends_with(".fifo") && !topic.fifo {
                return Err(error::invalid(
                    "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics",
                ));
            }
            // Who owns the queue need not confirm; another account's queue is told first.
            Ok(caller == Some(queue.account))
        }
        "lambda" => {
            match arn.filter(|arn| arn.service == "lambda" && arn.resource.starts_with("function:")) {
                Some(_) => Ok(true),
                None => Err(error::invalid("Lambda endpoint ARN")),
            }
        }
        "firehose" => match arn.filter(|arn| arn.service == "firehose") {
            Some(_) => Ok(true),
            None => Err(error::invalid("Firehose endpoint ARN")),
        },
        "sms" | "application" => Err(not_implemented(&format!("sns subscriptions by {protocol}"))),
        _ => {
            Err(error::invalid(format_args!("Amazon SNS does not support this protocol string: {protocol}")))
        }
    }
}
