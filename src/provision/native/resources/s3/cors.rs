//! `aws_s3_bucket_cors_configuration`.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::configuration::{delete, exported, identified};
use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Operator, ResourceError};
use crate::provision::native::resources::Resource;

/// A bucket's CORS rules.
pub struct Cors;

/// The lists of a rule: the provider's name and S3's.
const LISTS: [(&str, &str); 4] = [
    ("allowed_headers", "AllowedHeaders"),
    ("allowed_methods", "AllowedMethods"),
    ("allowed_origins", "AllowedOrigins"),
    ("expose_headers", "ExposeHeaders"),
];

#[async_trait]
impl Resource for Cors {
    async fn create(&self, operator: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        let rules: Vec<Value> = arguments.list("/cors_rule").iter().map(rule).collect();
        let members = json!({
            "Bucket": arguments.at("/bucket"),
            "CORSConfiguration": { "CORSRules": rules },
            "ExpectedBucketOwner": arguments.text("/expected_bucket_owner"),
        });
        operator.call("s3", "PutBucketCors", members).await?;
        Ok(identified(arguments))
    }

    async fn complete(&self, operator: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        let read = operator.call("s3", "GetBucketCors", json!({ "Bucket": made.at("/bucket") })).await?;
        let rules: Vec<Value> = read.list("/CORSRules").iter().map(exported_rule).collect();
        Ok(exported(operator, made).with(json!({ "cors_rule": rules })))
    }

    async fn destroy(&self, operator: &Operator, attributes: &Attributes) -> Result<(), ResourceError> {
        delete(operator, "DeleteBucketCors", attributes).await
    }
}

/// A rule as S3 takes it; a list that says nothing is left out.
fn rule(rule: &Value) -> Value {
    let rule = Attributes::from(rule.clone());
    let list = |name: &str| Some(rule.list(&format!("/{name}"))).filter(|list| !list.is_empty());
    let lists = LISTS.iter().map(|(name, member)| ((*member).to_owned(), json!(list(name))));
    let scalars = [("ID", json!(rule.text("/id"))), ("MaxAgeSeconds", rule.at("/max_age_seconds").clone())];
    Value::Object(lists.chain(scalars.map(|(member, value)| (member.to_owned(), value))).collect())
}

/// A rule as the provider exports it.
fn exported_rule(rule: &Value) -> Value {
    let list = |member: &str| rule.get(member).cloned().unwrap_or_else(|| json!([]));
    let lists = LISTS.iter().map(|(name, member)| ((*name).to_owned(), list(member)));
    let id = rule.get("ID").cloned().unwrap_or_else(|| json!(""));
    let age = rule.get("MaxAgeSeconds").cloned().unwrap_or_else(|| json!(0));
    let scalars = [("id".to_owned(), id), ("max_age_seconds".to_owned(), age)];
    Value::Object(lists.chain(scalars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_goes_out_and_comes_back() {
        let given = json!({
            "allowed_headers": [], "allowed_methods": ["GET"], "allowed_origins": ["*"], "expose_headers": null,
            "id": null, "max_age_seconds": null,
        });
        let sent = rule(&given);
        assert_eq!(
            sent,
            json!({
                "AllowedHeaders": null, "AllowedMethods": ["GET"], "AllowedOrigins": ["*"], "ExposeHeaders": null,
                "ID": null, "MaxAgeSeconds": null,
            })
        );
        let read = json!({ "AllowedMethods": ["GET"], "AllowedOrigins": ["*"] });
        assert_eq!(
            exported_rule(&read),
            json!({
                "allowed_headers": [], "allowed_methods": ["GET"], "allowed_origins": ["*"], "expose_headers": [],
                "id": "", "max_age_seconds": 0,
            })
        );
    }
}
