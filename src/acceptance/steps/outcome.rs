//! What came of the last call.

use std::sync::Arc;

use percent_encoding::percent_decode_str;
use serde_json::Value;
use stackproof_aws::codec::document_name;
use stackproof_gateway::{Decision, Outcome};

use super::facts::{content_of, same_content};
use super::policies::is_policy_of;
use crate::acceptance::arguments::Arguments;
use crate::acceptance::error::StepError;
use crate::acceptance::options::bad;
use crate::acceptance::sentence::{Attachment, Keyword, Sample, Sentence};
use crate::acceptance::world::{Acted, World, answered};

pub(super) const SENTENCES: &[Sentence] = &[
    Sentence {
        keyword: Keyword::Then,
        pattern: "it succeeds",
        example: "it succeeds",
        docs: "The call was answered without an error.",
        attachment: Attachment::Nothing,
        handler: |world, given| Box::pin(succeeds(world, given)),
    },
    Sentence {
        keyword: Keyword::Then,
        pattern: "it is denied",
        example: "it is denied",
        docs: "The call was refused by authorization, and by nothing else.",
        attachment: Attachment::Nothing,
        handler: |world, given| Box::pin(denied(world, given)),
    },
    Sentence {
        keyword: Keyword::Then,
        pattern: "it is denied by the statement {sid:text}[ of {policy:text}]",
        example: r#"it is denied by the statement "DenyKmsHeader" of "aws_s3_bucket_policy.data""#,
        docs: "A statement with that `Sid` denied the call; `of` names the policy's resource, or the bucket, key or role that \
               carries the policy.",
        attachment: Attachment::Nothing,
        handler: |world, given| Box::pin(denied_by_statement(world, given)),
    },
    Sentence {
        keyword: Keyword::Then,
        pattern: "it is denied because no {layer:words} allows it",
        example: "it is denied because no identity policy allows it",
        docs: "No statement of that layer allows the call, and none denies it: identity policy, resource policy, \
               permissions boundary, session policy, service control policy, resource control policy, VPC endpoint \
               policy, trust policy.",
        attachment: Attachment::Nothing,
        handler: |world, given| Box::pin(denied_by_layer(world, given)),
    },
    Sentence {
        keyword: Keyword::Then,
        pattern: "it fails with {code:text}",
        example: r#"it fails with "NoSuchKey""#,
        docs: "The call was answered with that error code.",
        attachment: Attachment::Nothing,
        handler: |world, given| Box::pin(fails(world, given)),
    },
    Sentence {
        keyword: Keyword::Then,
        pattern: "it may be refused",
        example: "it may be refused",
        docs: "The call may have failed or not: what counts is what the steps after it say. For attacks that more than \
               one guard stops.",
        attachment: Attachment::Nothing,
        handler: |world, given| Box::pin(may_be_refused(world, given)),
    },
    Sentence {
        keyword: Keyword::Then,
        pattern: "nothing was stored",
        example: "nothing was stored",
        docs: "The call left no new version, no delete marker and no part behind.",
        attachment: Attachment::Nothing,
        handler: |world, given| Box::pin(nothing_stored(world, given)),
    },
    Sentence {
        keyword: Keyword::Then,
        pattern: "the answer has",
        example: "the answer has",
        docs: "The call succeeded, and its answer has these members, each named by its path: `Contents.0.Key`. The \
               path may begin with the name of the answer's XML document, `VersioningConfiguration.Status`, and leads \
               into policies: `Policy.Statement.0.Sid`.",
        attachment: Attachment::Table(Sample::new(
            "paths of members, and their values",
            "| Contents.0.Key | calls/a.wav |",
        )),
        handler: |world, given| Box::pin(answer_has(world, given)),
    },
    Sentence {
        keyword: Keyword::Then,
        pattern: "the content is {content:text}",
        example: r#"the content is "hello""#,
        docs: "The object that was downloaded has that content.",
        attachment: Attachment::Nothing,
        handler: |world, given| Box::pin(content_is(world, given)),
    },
    Sentence {
        keyword: Keyword::Then,
        pattern: "the content is what {who} uploaded",
        example: "the content is what the accessor uploaded",
        docs: "The object that was downloaded is byte for byte what that principal last uploaded under its key.",
        attachment: Attachment::Nothing,
        handler: |world, given| Box::pin(content_is_upload(world, given)),
    },
    Sentence {
        keyword: Keyword::Then,
        pattern: "its {member:text} is remembered as {new:text}",
        example: r#"its "VersionId" is remembered as "first version""#,
        docs: "Keeps a member of the answer: `{first version}` means it from now on.",
        attachment: Attachment::Nothing,
        handler: |world, given| Box::pin(remembered(world, given)),
    },
];

async fn succeeds(world: &mut World, _: &Arguments) -> Result<(), StepError> {
    match &world.judge()?.reply.result {
        Ok(_) => Ok(()),
        Err(error) => Err(StepError::mismatch("success", answered(error))),
    }
}

async fn denied(world: &mut World, _: &Arguments) -> Result<(), StepError> {
    let decision = denial(world, "a denial")?;
    world.note_denied(&decision);
    Ok(())
}

/// The decision that denied the last call.
fn denial(world: &mut World, expected: &str) -> Result<Arc<Decision>, StepError> {
    let last = world.judge()?;
    let Some(decision) = last.decision.clone() else {
        return Err(StepError::mismatch(
            expected,
            format!("the gateway recorded no decision for request `{}`", last.reply.request_id),
        ));
    };
    match (decision.outcome, &last.reply.result) {
        (Outcome::ExplicitDeny | Outcome::ImplicitDeny, Err(_)) => Ok(decision),
        (_, Ok(_)) => Err(StepError::mismatch(expected, "it was allowed")),
        (Outcome::Unauthenticated, Err(error)) => Err(StepError::mismatch(
            expected,
            format!("the caller was not authenticated: {}", answered(error)),
        )),
        (_, Err(error)) => {
            Err(StepError::mismatch(expected, format!("no policy refused it: {}", answered(error))))
        }
    }
}

async fn denied_by_statement(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let sid = given.get("sid");
    let expected = match given.given("policy") {
        Some(policy) => format!("a denial by the statement `{sid}` of `{policy}`"),
        None => format!("a denial by the statement `{sid}`"),
    };
    let decision = denial(world, &expected)?;
    let statement = decision.statement.as_ref().filter(|_| decision.outcome == Outcome::ExplicitDeny);
    let Some(statement) = statement else {
        return Err(StepError::mismatch(expected, denied_how(&decision)));
    };
    let policy_fits = match given.given("policy") {
        Some(policy) => is_policy_of(world, policy, &decision)?,
        None => true,
    };
    if statement.sid.as_deref() != Some(sid) || !policy_fits {
        return Err(StepError::mismatch(expected, denied_how(&decision)));
    }
    world.note_denied(&decision);
    Ok(())
}

async fn denied_by_layer(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let words = given.get("layer");
    let layer =
        LAYERS.iter().find(|(known, _)| *known == words).map(|(_, layer)| *layer).ok_or_else(|| {
            let known: Vec<_> = LAYERS.iter().map(|(words, _)| format!("`{words}`")).collect();
            StepError::usage(format!("no layer is called `{words}`"))
                .hint(format!("there is {}", known.join(", ")))
        })?;
    let expected = format!("a denial because no {words} allows it");
    let decision = denial(world, &expected)?;
    let found = decision.deciding().and_then(|check| check.layer.as_deref());
    if decision.outcome != Outcome::ImplicitDeny || found != Some(layer) {
        return Err(StepError::mismatch(expected, denied_how(&decision)));
    }
    world.note_denied(&decision);
    Ok(())
}

/// Words of features, and the layers as AWS's error messages name them.
const LAYERS: &[(&str, &str)] = &[
    ("identity policy", "identity-based policy"),
    ("resource policy", "resource-based policy"),
    ("permissions boundary", "permissions boundary"),
    ("boundary", "permissions boundary"),
    ("session policy", "session policy"),
    ("service control policy", "service control policy"),
    ("resource control policy", "resource control policy"),
    ("VPC endpoint policy", "VPC endpoint policy"),
    ("trust policy", "role trust policy"),
];

/// The sentence that says how the decision denied a call, as exactly as a sentence can.
pub(crate) fn denial_sentence(decision: &Decision) -> String {
    let sid = decision.statement.as_ref().and_then(|statement| statement.sid.as_ref());
    let layer = decision.deciding().and_then(|check| check.layer.as_deref());
    let words = LAYERS.iter().find(|(_, known)| Some(*known) == layer).map(|(words, _)| words);
    match (decision.outcome, sid, words) {
        (Outcome::ExplicitDeny, Some(sid), _) => format!("it is denied by the statement \"{sid}\""),
        (Outcome::ImplicitDeny, _, Some(words)) => format!("it is denied because no {words} allows it"),
        _ => "it is denied".to_owned(),
    }
}

fn denied_how(decision: &Decision) -> String {
    let layer = decision.deciding().and_then(|check| check.layer.as_deref()).unwrap_or("policy");
    match (&decision.statement, decision.outcome) {
        (Some(statement), Outcome::ExplicitDeny) => {
            let sid = statement
                .sid
                .as_deref()
                .map_or_else(|| format!("#{}", statement.index), |sid| format!("`{sid}`"));
            format!("it was denied by the statement {sid} of {}", statement.policy)
        }
        (None, Outcome::ExplicitDeny) => format!("it was denied by {layer}"),
        _ => format!("it was denied because no {layer} allows it"),
    }
}

async fn fails(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let code = given.get("code");
    match &world.judge()?.reply.result {
        Err(error) if error.code == code => Ok(()),
        Err(error) => Err(StepError::mismatch(format!("the error `{code}`"), answered(error))),
        Ok(_) => Err(StepError::mismatch(format!("the error `{code}`"), "it succeeded")),
    }
}

async fn may_be_refused(world: &mut World, _: &Arguments) -> Result<(), StepError> {
    world.judge().map(drop)
}

async fn nothing_stored(world: &mut World, _: &Arguments) -> Result<(), StepError> {
    let before = world.stored_before()?;
    let last = world.last()?;
    let (bucket, key) = (last.bucket.clone().unwrap_or_default(), last.key.clone());
    let after = world.stored(&bucket, key.as_deref()).await.map_err(StepError::usage)?;
    let new: Vec<String> = after.difference(&before).map(ToString::to_string).collect();
    if new.is_empty() {
        return Ok(());
    }
    Err(StepError::mismatch("nothing to be stored", format!("`{bucket}` has a new {}", new.join(", "))))
}

fn succeeded(last: &Acted) -> Result<&stackproof_aws::Members, StepError> {
    last.reply.result.as_ref().map_err(|error| StepError::mismatch("an answer", answered(error)))
}

async fn answer_has(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let last = world.judge()?;
    let answer = Value::Object(succeeded(last)?.clone());
    let document = last.operation.and_then(document_name);
    for (path, expected) in given.options()?.0 {
        let found = member(&answer, document.as_deref(), &path);
        if found.as_deref() != Some(expected.as_str()) {
            let happened =
                found.map_or_else(|| "there is none".to_owned(), |found| format!("it is `{found}`"));
            return Err(StepError::mismatch(format!("`{path}` to be `{expected}`"), happened));
        }
    }
    Ok(())
}

/// The member at that path, as a feature writes it. Secrets are neither compared nor kept: both would print them.
fn member(answer: &Value, document: Option<&str>, path: &str) -> Option<String> {
    let mut answer = answer.clone();
    redact(&mut answer);
    let inside = |document| at(&answer, path.strip_prefix(document)?.strip_prefix('.')?);
    let found = at(&answer, path).or_else(|| document.and_then(inside))?;
    Some(match found {
        Value::String(text) => text,
        other => other.to_string(),
    })
}

fn redact(value: &mut Value) {
    match value {
        Value::Object(members) => members.iter_mut().for_each(|(name, value)| match name.as_str() {
            "SecretAccessKey" | "SessionToken" => *value = "[redacted]".into(),
            _ => redact(value),
        }),
        Value::Array(items) => items.iter_mut().for_each(redact),
        _ => {}
    }
}

/// The value at that path. A text on the way that is JSON, as policies are in answers, is looked into; IAM's are
/// percent-encoded besides (IAM API reference, "PolicyDetail").
fn at(value: &Value, path: &str) -> Option<Value> {
    let (step, rest) = path.split_once('.').map_or((path, None), |(step, rest)| (step, Some(rest)));
    let found = match value {
        Value::Object(members) => members.get(step)?.clone(),
        Value::Array(items) => items.get(step.parse::<usize>().ok()?)?.clone(),
        Value::String(text) => {
            let text = percent_decode_str(text).decode_utf8().ok()?;
            return at(&serde_json::from_str::<Value>(&text).ok().filter(|it| !it.is_string())?, path);
        }
        _ => return None,
    };
    match rest {
        Some(rest) => at(&found, rest),
        None => Some(found),
    }
}

async fn content_is(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let expected = given.get("content").as_bytes().to_vec();
    let last = world.judge()?;
    succeeded(last)?;
    same_content(&expected, &last.reply.body)
}

async fn content_is_upload(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let last = world.judge()?;
    succeeded(last)?;
    let (bucket, key, body) = (
        last.bucket.clone().unwrap_or_default(),
        last.key.clone().unwrap_or_default(),
        last.reply.body.clone(),
    );
    let expected = content_of(world, &given.who("who").to_string(), &bucket, &key)?;
    same_content(&expected, &body)
}

async fn remembered(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let path = given.get("member");
    let last = world.judge()?;
    let answer = Value::Object(succeeded(last)?.clone());
    let found = member(&answer, last.operation.and_then(document_name).as_deref(), path)
        .ok_or_else(|| bad("its member", "a member of the answer", path))?;
    world.names.save(given.get("new"), found);
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_are_found_by_path() {
        let answer = json!({ "Contents": [{ "Key": "a", "Size": 3 }], "IsTruncated": false });
        assert_eq!(member(&answer, None, "Contents.0.Key").as_deref(), Some("a"));
        assert_eq!(member(&answer, None, "Contents.0.Size").as_deref(), Some("3"));
        assert_eq!(member(&answer, None, "IsTruncated").as_deref(), Some("false"));
        assert_eq!(member(&answer, None, "Contents.1"), None);
        let policy =
            json!({ "Policy": r#"{"Statement":[{"Sid":"A"}]}"#, "Document": "%7B%22Version%22%3A1%7D" });
        assert_eq!(member(&policy, None, "Policy.Statement.0.Sid").as_deref(), Some("A"));
        assert_eq!(member(&policy, None, "Policy.Statement").as_deref(), Some(r#"[{"Sid":"A"}]"#));
        assert_eq!(member(&policy, None, "Document.Version").as_deref(), Some("1"));
        assert_eq!(member(&policy, None, "Document.Version.More"), None);
        let versioning = json!({ "Status": "Enabled" });
        let document = Some("VersioningConfiguration");
        assert_eq!(
            member(&versioning, document, "VersioningConfiguration.Status").as_deref(),
            Some("Enabled")
        );
        assert_eq!(member(&versioning, document, "Versioning.Status"), None);
        let secret = json!({ "Credentials": { "SecretAccessKey": "hush" } });
        assert_eq!(member(&secret, None, "Credentials.SecretAccessKey").as_deref(), Some("[redacted]"));
        assert_eq!(
            member(&secret, None, "Credentials").as_deref(),
            Some(r#"{"SecretAccessKey":"[redacted]"}"#)
        );
    }
}
