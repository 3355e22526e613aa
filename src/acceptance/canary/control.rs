//! The organization that canaries are in, where the target's accounts are in one: what its own control policies deny
//! cannot be told of any, and might be all that canaries do.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use stackproof_gateway::{ControlPolicy, Member, Organization};

use super::setting::{FENCED, policy};

/// What the service control policy denies.
pub(super) const UNSERVED: &str = "GetBucketTagging";
/// What the resource control policy denies.
pub(super) const WITHHELD: &str = "GetBucketAcl";

/// An organization of those accounts, whose policies deny one canary two calls and nobody anything else.
pub(crate) fn organization(accounts: &BTreeMap<String, String>) -> Arc<Organization> {
    let one = json!({ "ArnLike": { "aws:PrincipalArn": format!("arn:aws:iam::*:user/{FENCED}") } });
    let deny = |action: &str, more: Value| {
        let mut statement = json!({
            "Effect": "Deny", "Action": format!("s3:{action}"), "Resource": "*", "Condition": one.clone(),
        });
        if let (Some(statement), Value::Object(more)) = (statement.as_object_mut(), more) {
            statement.extend(more);
        }
        ControlPolicy::new("policy of the canaries", &policy(&statement), Vec::new())
    };
    let full = ControlPolicy::full_access("FullAWSAccess of the canaries");
    let member = Member {
        path: None,
        service_control: vec![vec![full, deny(UNSERVED, json!({}))]],
        resource_control: vec![vec![deny(WITHHELD, json!({ "Principal": "*" }))]],
    };
    let members = accounts.values().map(|id| (id.clone(), member.clone())).collect();
    Arc::new(Organization { members, ..Organization::default() })
}
