//! Statements that are added to a topic's policy one by one.
//!
//! <https://docs.aws.amazon.com/sns/latest/api/API_AddPermission.html>

use serde_json::json;
use stackproof_aws::{ApiError, Output};

use super::attribute::default_policy;
use super::topic::Topic;
use super::{Sns, error};
use crate::Call;
use crate::arn::is_account;
use crate::permission::{Document, one_or_more};

/// The actions that can be granted so.
const ACTIONS: [&str; 9] = [
    "GetTopicAttributes",
    "SetTopicAttributes",
    "AddPermission",
    "RemovePermission",
    "DeleteTopic",
    "Subscribe",
    "ListSubscriptionsByTopic",
    "Publish",
    "Receive",
];

fn document(topic: &Topic) -> Result<Document, ApiError> {
    let default = || default_policy(&topic.arn, &topic.place.account);
    let text = topic.attributes.get("Policy").cloned().unwrap_or_else(default);
    Document::parse(&text).ok_or_else(|| ApiError::internal("a topic's policy that is none"))
}

pub(crate) fn add(sns: &mut Sns, mut call: Call) -> Result<Output, ApiError> {
    let arn = call.input.required("TopicArn")?;
    let label = call.input.required("Label")?;
    let accounts = call.input.strings("AWSAccountId")?;
    let actions = call.input.strings("ActionName")?;
    call.input.finish()?;
    let topic = sns.topic_mut(&arn)?;
    if actions.is_empty() || actions.iter().any(|action| !ACTIONS.contains(&action.as_str())) {
        return Err(error::invalid("Policy statement action out of service scope!"));
    }
    if accounts.is_empty() || !accounts.iter().all(|text| is_account(text)) {
        return Err(error::invalid("Policy Error: PrincipalNotFound"));
    }
    let roots = accounts.iter().map(|account| format!("arn:aws:iam::{account}:root")).collect();
    let actions = actions.iter().map(|action| format!("SNS:{action}")).collect();
    let statement = json!({
        "Sid": label, "Effect": "Allow", "Principal": { "AWS": one_or_more(roots) },
        "Action": one_or_more(actions), "Resource": arn,
    });
    let mut document = document(topic)?;
    if !document.add(&label, statement) {
        return Err(error::invalid("Statement already exists"));
    }
    topic.attributes.insert("Policy".to_owned(), document.text());
    Ok(Output::default())
}

/// Removes a statement. That there is none is no error.
pub(crate) fn remove(sns: &mut Sns, mut call: Call) -> Result<Output, ApiError> {
    let arn = call.input.required("TopicArn")?;
    let label = call.input.required("Label")?;
    call.input.finish()?;
    let topic = sns.topic_mut(&arn)?;
    let mut document = document(topic)?;
    if document.remove(&label) {
        topic.attributes.insert("Policy".to_owned(), document.text());
    }
    Ok(Output::default())
}
