//! Statements that are added to a queue's policy one by one.
//!
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_AddPermission.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::{Sqs, error, url};
use crate::Call;
use crate::arn::is_account;
use crate::permission::{Document, one_or_more};

/// The actions that can be granted so.
const ACTIONS: [&str; 9] = [
    "*",
    "ChangeMessageVisibility",
    "DeleteMessage",
    "GetQueueAttributes",
    "GetQueueUrl",
    "ListDeadLetterSourceQueues",
    "PurgeQueue",
    "ReceiveMessage",
    "SendMessage",
];

/// "An Amazon SQS policy can have a maximum of seven actions per statement", and of twenty statements.
const MOST_ACTIONS: usize = 7;
const MOST_STATEMENTS: usize = 20;

fn statement(label: &str, accounts: &[String], actions: &[String], arn: &str) -> Value {
    let roots = accounts.iter().map(|account| format!("arn:aws:iam::{account}:root")).collect();
    let actions = actions.iter().map(|action| format!("SQS:{action}")).collect();
    json!({
        "Sid": label, "Effect": "Allow", "Principal": { "AWS": one_or_more(roots) },
        "Action": one_or_more(actions), "Resource": arn,
    })
}

pub(crate) fn add(sqs: &mut Sqs, mut call: Call) -> Result<Output, ApiError> {
    let (place, name) = url::read(&mut call)?;
    let label = call.input.required("Label")?;
    let accounts = call.input.strings("AWSAccountIds")?;
    let actions = call.input.strings("Actions")?;
    call.input.finish()?;
    let queue = sqs.queue(&place, &name)?;
    let plain = label.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    if !plain || label.is_empty() || label.len() > 80 {
        let reason = "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length";
        return Err(error::parameter(&label, "Label", reason));
    }
    if actions.is_empty() {
        return Err(error::missing("actions"));
    }
    if actions.len() > MOST_ACTIONS {
        let message = format!("{} Actions were found, maximum allowed is {MOST_ACTIONS}.", actions.len());
        return Err(error::over_limit(message));
    }
    if accounts.is_empty() || !accounts.iter().all(|text| is_account(text)) {
        let given = format!("[{}]", accounts.join(", "));
        return Err(error::parameter(&given, "PrincipalId", "Unable to verify."));
    }
    if let Some(action) = actions.iter().find(|action| !ACTIONS.contains(&action.as_str())) {
        let reason = "Only the queue owner is allowed to invoke this action.";
        return Err(error::parameter(&format!("SQS:{action}"), "ActionName", reason));
    }
    let arn = queue.arn();
    let held = queue.attributes.get("Policy").and_then(|text| Document::parse(text));
    let mut document = held.unwrap_or_else(|| Document::new(&format!("{arn}/SQSDefaultPolicy")));
    if !document.add(&label, statement(&label, &accounts, &actions, &arn)) {
        return Err(error::parameter(&label, "Label", "Already exists."));
    }
    if document.len() > MOST_STATEMENTS {
        let message =
            format!("{} Statements were found, maximum allowed is {MOST_STATEMENTS}.", document.len());
        return Err(error::over_limit(message));
    }
    let queue = sqs.queue_mut(&place, &name)?;
    queue.attributes.insert("Policy".to_owned(), document.text());
    queue.modified = call.now;
    Ok(Output::default())
}

/// Removes a statement; with the last one the policy goes.
pub(crate) fn remove(sqs: &mut Sqs, mut call: Call) -> Result<Output, ApiError> {
    let (place, name) = url::read(&mut call)?;
    let label = call.input.required("Label")?;
    call.input.finish()?;
    let policy = sqs.queue(&place, &name)?.attributes.get("Policy");
    let document = policy.and_then(|text| Document::parse(text));
    let unknown = || error::parameter(&label, "Label", "can't find label.");
    let mut document = document.ok_or_else(unknown)?;
    if !document.remove(&label) {
        return Err(unknown());
    }
    let queue = sqs.queue_mut(&place, &name)?;
    queue.modified = call.now;
    match document.len() {
        0 => queue.attributes.remove("Policy"),
        _ => queue.attributes.insert("Policy".to_owned(), document.text()),
    };
    Ok(Output::default())
}
