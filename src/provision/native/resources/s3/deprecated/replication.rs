//! `replication_configuration` of a bucket, whose blocks have other names in the resource of its own.

use serde_json::{Map, Value, json};

use crate::provision::native::attributes::Attributes;

/// The arguments of `aws_s3_bucket_replication_configuration` that say the same.
pub(super) fn written(replication: &Attributes) -> Value {
    let rules: Vec<Value> = blocks(replication, "rules").map(|rule| written_rule(&rule)).collect();
    json!({ "role": replication.at("/role"), "rule": rules })
}

fn blocks(of: &Attributes, name: &str) -> impl Iterator<Item = Attributes> {
    let blocks: Vec<Value> = of.list(&format!("/{name}")).to_vec();
    blocks.into_iter().map(Attributes::from)
}

/// What each block of that name is written as.
fn each(of: &Attributes, name: &str, written: impl Fn(&Attributes) -> Value) -> Value {
    blocks(of, name).map(|block| written(&block)).collect()
}

fn written_rule(rule: &Attributes) -> Value {
    let filter = |filter: &Attributes| {
        let tags = filter.at("/tags").as_object().filter(|tags| !tags.is_empty());
        match tags {
            Some(tags) => json!({ "and": [{ "prefix": filter.at("/prefix"), "tags": tags }] }),
            None => json!({ "prefix": filter.at("/prefix") }),
        }
    };
    let encrypted = |objects: &Attributes| json!({ "status": if objects.flag("/enabled") { "Enabled" } else { "Disabled" } });
    let criteria = |criteria: &Attributes| json!({ "sse_kms_encrypted_objects": each(criteria, "sse_kms_encrypted_objects", encrypted) });
    // A rule with a filter says what becomes of delete markers.
    let markers = rule.text("/delete_marker_replication_status");
    let markers = markers.or_else(|| (!rule.list("/filter").is_empty()).then_some("Disabled"));
    let kept = ["id", "priority", "prefix", "status"].into_iter();
    let kept: Map<String, Value> =
        kept.map(|name| (name.to_owned(), rule.at(&format!("/{name}")).clone())).collect();
    let written = json!({
        "delete_marker_replication": markers.map(|status| json!([{ "status": status }])),
        "destination": each(rule, "destination", written_destination),
        "filter": each(rule, "filter", filter),
        "source_selection_criteria": each(rule, "source_selection_criteria", criteria),
    });
    Attributes::from(Value::Object(kept)).with(written).as_json().clone()
}

fn written_destination(destination: &Attributes) -> Value {
    let key = destination.text("/replica_kms_key_id").map(|key| json!([{ "replica_kms_key_id": key }]));
    let timed = |limit: &'static str| move |block: &Attributes| json!({ "status": block.at("/status"), limit: [{ "minutes": block.at("/minutes") }] });
    json!({
        "bucket": destination.at("/bucket"),
        "account": destination.at("/account_id"),
        "storage_class": destination.at("/storage_class"),
        "access_control_translation":
            each(destination, "access_control_translation", |owner| json!({ "owner": owner.at("/owner") })),
        "encryption_configuration": key,
        "metrics": each(destination, "metrics", timed("event_threshold")),
        "replication_time": each(destination, "replication_time", timed("time")),
    })
}
