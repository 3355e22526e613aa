//! Which policies a resource of the stack is, or carries.

use serde_json::Value;
use stackproof_gateway::Decision;

use crate::acceptance::error::StepError;
use crate::acceptance::names::{Alias, Wanted};
use crate::acceptance::world::World;

/// Whether the policy of the statement that decided is the one of that resource.
///
/// # Errors
/// Nothing has that name, or it has no policy.
pub(super) fn is_policy_of(world: &World, resource: &str, decision: &Decision) -> Result<bool, StepError> {
    let policy = decision.statement.as_ref().map_or("", |statement| statement.policy.as_str());
    match world.names.alias(resource) {
        Some(Alias::Bucket(bucket)) => return Ok(policy == bucket_policy(bucket)),
        Some(Alias::Key(key)) => return Ok(is_key_policy(policy, key, decision)),
        _ => {}
    }
    let (_, attributes) = world.names.resource(resource, Wanted::Policy)?;
    let key = attributes.get("key_id").and_then(Value::as_str);
    Ok(policies_of(attributes).any(|name| name == policy)
        || key.is_some_and(|key| is_key_policy(policy, key, decision)))
}

/// The names that decisions have for policies of a resource with these attributes. What has no ARN is named by what it
/// stands on.
fn policies_of(attributes: &Value) -> impl Iterator<Item = String> {
    let text = |name: &str| attributes.get(name).and_then(Value::as_str);
    let name = text("name");
    let inline = ["role", "user", "group"].map(|kind| {
        name.zip(text(kind)).map(|(policy, owner)| format!("inline policy {policy} of {kind} {owner}"))
    });
    let names = [
        text("arn").map(str::to_owned),
        text("bucket").map(bucket_policy),
        name.map(|role| format!("trust policy of role {role}")),
    ];
    names.into_iter().chain(inline).flatten()
}

fn bucket_policy(bucket: &str) -> String {
    format!("bucket policy of {bucket}")
}

/// Decisions name a key's policy by one of its aliases; which key it is, the check's resource tells.
fn is_key_policy(policy: &str, key: &str, decision: &Decision) -> bool {
    let resource = decision.deciding().map_or("", |check| check.resource.as_str());
    let id = resource.rsplit('/').next().unwrap_or_default();
    policy.starts_with("key policy of ") && !key.is_empty() && (resource == key || id == key)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn policies_are_named_by_arn_or_by_what_they_stand_on() {
        let names = |attributes: Value| policies_of(&attributes).collect::<Vec<_>>();
        assert_eq!(names(json!({ "bucket": "b" })), ["bucket policy of b"]);
        for owner in ["role", "user", "group"] {
            let name = format!("inline policy p of {owner} o");
            assert!(names(json!({ "name": "p", owner: "o" })).contains(&name), "{name}");
        }
        assert!(names(json!({ "name": "p", "arn": "arn:p" })).contains(&"arn:p".to_owned()));
    }
}
