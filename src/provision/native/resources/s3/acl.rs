//! `aws_s3_bucket_acl`.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::configuration::exported;
use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Operator, ResourceError};
use crate::provision::native::resources::Resource;

/// A bucket's access control list, canned or written out.
pub struct BucketAcl;

#[async_trait]
impl Resource for BucketAcl {
    async fn create(&self, operator: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        let written = arguments.list("/access_control_policy").first();
        let members = json!({
            "Bucket": arguments.at("/bucket"),
            "ACL": arguments.text("/acl"),
            "AccessControlPolicy": written.map(document),
            "ExpectedBucketOwner": arguments.text("/expected_bucket_owner"),
        });
        operator.call("s3", "PutBucketAcl", members).await?;
        let parts = ["/bucket", "/expected_bucket_owner", "/acl"];
        let parts: Vec<&str> = parts.iter().filter_map(|part| arguments.text(part)).collect();
        let id = parts.join(",");
        Ok(arguments.with(json!({ "id": id })))
    }

    async fn complete(&self, operator: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        let members = json!({
            "Bucket": made.at("/bucket"),
            "ExpectedBucketOwner": made.text("/expected_bucket_owner"),
        });
        let read = operator.call("s3", "GetBucketAcl", members).await?;
        let grants: Vec<Value> = read.list("/Grants").iter().map(exported_grant).collect();
        let owner =
            json!([{ "id": read.at("/Owner/ID"), "display_name": text(read.at("/Owner/DisplayName")) }]);
        let policy = json!([{ "grant": grants, "owner": owner }]);
        Ok(exported(operator, made).with(json!({ "access_control_policy": policy })))
    }

    /// A bucket has a list as long as it is there, and S3 no call that takes it away.
    async fn destroy(&self, _: &Operator, _: &Attributes) -> Result<(), ResourceError> {
        Ok(())
    }
}

/// An `access_control_policy` block as S3 takes it.
fn document(policy: &Value) -> Value {
    let set = |value: Option<&Value>| value.filter(|value| value.as_str() != Some("")).cloned();
    let grants = policy.get("grant").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let grants = grants.iter().map(|grant| {
        let of = |name: &str| set(grant.pointer(&format!("/grantee/0/{name}")));
        json!({
            "Grantee": {
                "Type": of("type"), "ID": of("id"), "URI": of("uri"), "EmailAddress": of("email_address"),
            },
            "Permission": grant.get("permission"),
        })
    });
    let owner = |name: &str| set(policy.pointer(&format!("/owner/0/{name}")));
    json!({
        "Owner": { "ID": owner("id"), "DisplayName": owner("display_name") },
        "Grants": grants.collect::<Vec<_>>(),
    })
}

fn exported_grant(grant: &Value) -> Value {
    let of = |name: &str| text(grant.pointer(&format!("/Grantee/{name}")).unwrap_or(&Value::Null));
    json!({
        "grantee": [{
            "type": of("Type"), "id": of("ID"), "uri": of("URI"), "email_address": of("EmailAddress"),
            "display_name": of("DisplayName"),
        }],
        "permission": grant.get("Permission"),
    })
}

/// The provider does not tell empty from unset.
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_list_says_what_it_is_given_and_is_exported_whole() {
        let grantee = json!({ "type": "CanonicalUser", "id": "ab", "uri": "", "email_address": null });
        let policy = json!({
            "grant": [{ "grantee": [grantee], "permission": "READ" }],
            "owner": [{ "id": "cd", "display_name": "" }],
        });
        let document = document(&policy);
        assert_eq!(document.pointer("/Owner/ID"), Some(&json!("cd")));
        assert_eq!(document.pointer("/Owner/DisplayName"), Some(&Value::Null));
        let grant = document.pointer("/Grants/0").unwrap();
        assert_eq!(
            *grant,
            json!({
                "Grantee": { "Type": "CanonicalUser", "ID": "ab", "URI": null, "EmailAddress": null },
                "Permission": "READ",
            })
        );
        assert_eq!(
            exported_grant(grant),
            json!({
                "grantee": [{
                    "type": "CanonicalUser", "id": "ab", "uri": "", "email_address": "", "display_name": "",
                }],
                "permission": "READ",
            })
        );
    }
}
