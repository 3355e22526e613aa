//! Whether an upstream has a service: found out by asking, since what emulators say of themselves is not always so.

use serde_json::Value;
use stackproof_aws::{Members, Operation, Upstream};

use crate::directory::upstream::as_operator;
use crate::record::Enforcement;

/// A harmless read of each service, and the errors of it that only a service gives which is there.
const QUESTIONS: [(&str, &str, &[&str]); 5] = [
    ("iam", "ListUsers", &[]),
    ("kms", "ListKeys", &[]),
    ("s3", "ListBuckets", &[]),
    ("s3control", "GetPublicAccessBlock", &["NoSuchPublicAccessBlockConfiguration"]),
    ("sts", "GetCallerIdentity", &[]),
];

/// The services that a gateway hands calls on to. STS it answers itself, unless the upstream enforces.
pub fn services(enforcement: Enforcement) -> impl Iterator<Item = &'static str> {
    let native = enforcement == Enforcement::Native;
    QUESTIONS.iter().map(|(service, ..)| *service).filter(move |service| native || *service != "sts")
}

/// Asks for a service.
///
/// # Errors
/// Why the upstream does not have it.
pub async fn probe(
    upstream: &dyn Upstream,
    service: &str,
    account: &str,
    region: &str,
) -> Result<(), String> {
    let question = QUESTIONS.iter().find(|(asked, ..)| *asked == service);
    let (_, name, known) = question.ok_or_else(|| "nothing is known to ask it".to_owned())?;
    let operation =
        Operation::named(service, name).ok_or_else(|| format!("`{name}` is not in the tables"))?;
    let members = match service {
        "s3control" => Members::from_iter([("AccountId".to_owned(), Value::from(account))]),
        _ => Members::new(),
    };
    let request = as_operator(operation, account, region, members);
    let answer = match upstream.call(request).await {
        Ok(answer) => answer.members(operation).await,
        Err(error) => Err(error),
    };
    match answer {
        Err(error) if !known.contains(&error.code.as_ref()) => Err(format!("{name}: {error}")),
        Ok(members) if members.is_empty() => Err(format!("{name}: an answer with nothing in it")),
        _ => Ok(()),
    }
}
