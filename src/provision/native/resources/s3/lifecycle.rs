//! `aws_s3_bucket_lifecycle_configuration`.

use async_trait::async_trait;
use serde_json::{Map, Value, json};

use super::configuration::{delete, exported, identified};
use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Operator, ResourceError};
use crate::provision::native::resources::Resource;

/// A bucket's lifecycle rules.
pub struct Lifecycle;

#[async_trait]
impl Resource for Lifecycle {
    async fn create(&self, operator: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        let rules: Vec<Value> = arguments.list("/rule").iter().map(rule).collect();
        let members = json!({
            "Bucket": arguments.at("/bucket"),
            "LifecycleConfiguration": { "Rules": rules },
            "ExpectedBucketOwner": arguments.text("/expected_bucket_owner"),
            "TransitionDefaultMinimumObjectSize": arguments.text("/transition_default_minimum_object_size"),
        });
        operator.call("s3", "PutBucketLifecycleConfiguration", members).await?;
        Ok(identified(arguments))
    }

    async fn complete(&self, operator: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        let bucket = json!({ "Bucket": made.at("/bucket") });
        let read = operator.call("s3", "GetBucketLifecycleConfiguration", bucket).await?;
        let rules: Vec<Value> = read.list("/Rules").iter().map(exported_rule).collect();
        let smallest = read.at("/TransitionDefaultMinimumObjectSize");
        Ok(exported(operator, made)
            .with(json!({ "rule": rules, "transition_default_minimum_object_size": smallest })))
    }

    async fn destroy(&self, operator: &Operator, attributes: &Attributes) -> Result<(), ResourceError> {
        delete(operator, "DeleteBucketLifecycle", attributes).await
    }
}

/// A rule as S3 takes it.
fn rule(rule: &Value) -> Value {
    let rule = Attributes::from(rule.clone());
    let first = |name: &str| rule.list(&format!("/{name}")).first().filter(|block| block.is_object());
    let all = |name: &str, read: fn(&Attributes) -> Value| {
        let blocks = rule.list(&format!("/{name}")).iter();
        let read: Vec<Value> = blocks.map(|block| read(&Attributes::from(block.clone()))).collect();
        Some(read).filter(|read| !read.is_empty())
    };
    let one = |name: &str, read: fn(&Attributes) -> Value| {
        first(name).map(|block| read(&Attributes::from(block.clone())))
    };
    let prefix = rule.text("/prefix");
    // A rule without either is about everything, which S3 wants to be told.
    let everything = || json!({ "Prefix": "" });
    json!({
        "ID": rule.at("/id"),
        "Status": rule.at("/status"),
        "Prefix": prefix,
        "Filter": match prefix {
            Some(_) => one("filter", filter),
            None => Some(one("filter", filter).unwrap_or_else(everything)),
        },
        "Expiration": one("expiration", expiration),
        "Transitions": all("transition", transition),
        "NoncurrentVersionExpiration": one("noncurrent_version_expiration", noncurrent),
        "NoncurrentVersionTransitions": all("noncurrent_version_transition", noncurrent),
        "AbortIncompleteMultipartUpload": one("abort_incomplete_multipart_upload", |abort| {
            json!({ "DaysAfterInitiation": abort.at("/days_after_initiation") })
        }),
    })
}

fn filter(filter: &Attributes) -> Value {
    let tag = filter.list("/tag").first();
    let and = filter.list("/and").first().map(|and| {
        let and = Attributes::from(and.clone());
        let tags = and.at("/tags").as_object().cloned().unwrap_or_default();
        let tags: Vec<Value> =
            tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
        json!({
            "Prefix": and.at("/prefix"),
            "Tags": Some(tags).filter(|tags| !tags.is_empty()),
            "ObjectSizeGreaterThan": and.at("/object_size_greater_than"),
            "ObjectSizeLessThan": and.at("/object_size_less_than"),
        })
    });
    json!({
        "Prefix": filter.at("/prefix"),
        "Tag": tag.map(|tag| json!({ "Key": tag.get("key"), "Value": tag.get("value") })),
        "And": and,
        "ObjectSizeGreaterThan": filter.at("/object_size_greater_than"),
        "ObjectSizeLessThan": filter.at("/object_size_less_than"),
    })
}

/// The provider does not tell zero days from none here, nor `false` from unset.
fn expiration(expiration: &Attributes) -> Value {
    let days = expiration.at("/days").as_i64().filter(|days| *days > 0);
    json!({
        "Days": days,
        "Date": expiration.text("/date"),
        "ExpiredObjectDeleteMarker": expiration.flag("/expired_object_delete_marker").then_some(true),
    })
}

fn transition(transition: &Attributes) -> Value {
    let date = transition.text("/date");
    let days = transition.at("/days").as_i64().or(date.is_none().then_some(0));
    json!({ "Date": date, "Days": days, "StorageClass": transition.at("/storage_class") })
}

fn noncurrent(action: &Attributes) -> Value {
    json!({
        "NoncurrentDays": action.at("/noncurrent_days"),
        "NewerNoncurrentVersions": action.at("/newer_noncurrent_versions"),
        "StorageClass": action.text("/storage_class"),
    })
}

/// A rule as the provider exports it.
fn exported_rule(rule: &Value) -> Value {
    let blocks = |name: &str, names: &[(&str, &str)]| {
        let found = match rule.get(name) {
            Some(Value::Array(many)) => many.clone(),
            Some(one @ Value::Object(_)) => vec![one.clone()],
            _ => Vec::new(),
        };
        found.iter().map(|block| renamed(block, names)).collect::<Vec<_>>()
    };
    const TRANSITION: [(&str, &str); 3] =
        [("date", "Date"), ("days", "Days"), ("storage_class", "StorageClass")];
    const NONCURRENT: [(&str, &str); 2] =
        [("newer_noncurrent_versions", "NewerNoncurrentVersions"), ("noncurrent_days", "NoncurrentDays")];
    const NONCURRENT_MOVE: [(&str, &str); 3] = [
        ("newer_noncurrent_versions", "NewerNoncurrentVersions"),
        ("noncurrent_days", "NoncurrentDays"),
        ("storage_class", "StorageClass"),
    ];
    json!({
        "id": rule.get("ID"),
        "status": rule.get("Status"),
        "prefix": rule.get("Prefix").and_then(Value::as_str).unwrap_or_default(),
        "filter": rule.get("Filter").map(|filter| vec![exported_filter(filter)]).unwrap_or_default(),
        "expiration": rule.get("Expiration").map(|it| vec![exported_expiration(it)]).unwrap_or_default(),
        "transition": blocks("Transitions", &TRANSITION),
        "noncurrent_version_expiration": blocks("NoncurrentVersionExpiration", &NONCURRENT),
        "noncurrent_version_transition": blocks("NoncurrentVersionTransitions", &NONCURRENT_MOVE),
        "abort_incomplete_multipart_upload":
            blocks("AbortIncompleteMultipartUpload", &[("days_after_initiation", "DaysAfterInitiation")]),
    })
}

fn exported_expiration(expiration: &Value) -> Value {
    json!({
        "date": expiration.get("Date"),
        "days": expiration.get("Days").and_then(Value::as_i64).unwrap_or_default(),
        "expired_object_delete_marker":
            expiration.get("ExpiredObjectDeleteMarker").and_then(Value::as_bool).unwrap_or_default(),
    })
}

fn exported_filter(filter: &Value) -> Value {
    const SIZES: [(&str, &str); 2] = [
        ("object_size_greater_than", "ObjectSizeGreaterThan"),
        ("object_size_less_than", "ObjectSizeLessThan"),
    ];
    let and = filter.get("And").map(|and| {
        let tags = and.get("Tags").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let pair = |tag: &Value| Some((tag.get("Key")?.as_str()?.to_owned(), tag.get("Value")?.clone()));
        let tags: Map<String, Value> = tags.iter().filter_map(pair).collect();
        Attributes::from(renamed(and, &SIZES))
            .with(json!({ "prefix": and.get("Prefix").and_then(Value::as_str).unwrap_or_default(), "tags": tags }))
            .as_json()
            .clone()
    });
    let tag = filter.get("Tag").map(|tag| renamed(tag, &[("key", "Key"), ("value", "Value")]));
    let prefix = filter.get("Prefix").and_then(Value::as_str).unwrap_or_default();
    Attributes::from(renamed(filter, &SIZES))
        .with(json!({
            "prefix": prefix,
            "and": and.into_iter().collect::<Vec<_>>(),
            "tag": tag.into_iter().collect::<Vec<_>>(),
        }))
        .as_json()
        .clone()
}

fn renamed(block: &Value, names: &[(&str, &str)]) -> Value {
    let member =
        |(to, from): &(&str, &str)| ((*to).to_owned(), block.get(*from).cloned().unwrap_or_default());
    Value::Object(names.iter().map(member).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_says_what_it_is_given_and_no_zeros() {
        let given = json!({
            "id": "r", "status": "Enabled", "prefix": null,
            "filter": [{ "prefix": null, "tag": [], "and": [{
                "prefix": "a/", "tags": { "k": "v" }, "object_size_greater_than": 0, "object_size_less_than": null,
            }] }],
            "expiration": [{ "days": 0, "date": null, "expired_object_delete_marker": true }],
            "transition": [{ "days": null, "date": null, "storage_class": "GLACIER" }],
            "noncurrent_version_expiration": [{ "noncurrent_days": 3, "newer_noncurrent_versions": null }],
            "noncurrent_version_transition": [],
            "abort_incomplete_multipart_upload": [{ "days_after_initiation": 7 }],
        });
        assert_eq!(
            rule(&given),
            json!({
                "ID": "r", "Status": "Enabled", "Prefix": null,
                "Filter": {
                    "Prefix": null, "Tag": null, "ObjectSizeGreaterThan": null, "ObjectSizeLessThan": null,
                    "And": {
                        "Prefix": "a/", "Tags": [{ "Key": "k", "Value": "v" }],
                        "ObjectSizeGreaterThan": 0, "ObjectSizeLessThan": null,
                    },
                },
                "Expiration": { "Days": null, "Date": null, "ExpiredObjectDeleteMarker": true },
                "Transitions": [{ "Days": 0, "Date": null, "StorageClass": "GLACIER" }],
                "NoncurrentVersionExpiration":
                    { "NoncurrentDays": 3, "NewerNoncurrentVersions": null, "StorageClass": null },
                "NoncurrentVersionTransitions": null,
                "AbortIncompleteMultipartUpload": { "DaysAfterInitiation": 7 },
            })
        );
    }

    #[test]
    fn a_rule_without_a_filter_is_about_everything() {
        let bare = json!({ "id": "r", "status": "Enabled", "expiration": [{ "days": 1 }] });
        assert_eq!(rule(&bare)["Filter"], json!({ "Prefix": "" }));
        let old = json!({ "id": "r", "status": "Enabled", "prefix": "a/", "expiration": [{ "days": 1 }] });
        assert_eq!((&rule(&old)["Filter"], &rule(&old)["Prefix"]), (&Value::Null, &json!("a/")));
    }

    #[test]
    fn a_rule_is_exported_as_nested_blocks() {
        let read = json!({
            "ID": "r", "Status": "Enabled", "Filter": { "Tag": { "Key": "k", "Value": "v" } }, "Expiration": { "Days": 1 },
        });
        assert_eq!(
            exported_rule(&read),
            json!({
                "id": "r", "status": "Enabled", "prefix": "",
                "filter": [{
                    "prefix": "", "and": [], "tag": [{ "key": "k", "value": "v" }],
                    "object_size_greater_than": null, "object_size_less_than": null,
                }],
                "expiration": [{ "days": 1, "date": null, "expired_object_delete_marker": false }],
                "transition": [], "noncurrent_version_expiration": [], "noncurrent_version_transition": [],
                "abort_incomplete_multipart_upload": [],
            })
        );
    }
}
