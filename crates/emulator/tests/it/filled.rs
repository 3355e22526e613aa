//! Values that have every member that the tables know, and whether such were kept.

use serde_json::{Value, json};
use stackproof_aws::Service;
use stackproof_aws::model::Shape;

/// A value of that kind: each member set, each list and map with one entry. What contains itself ends there.
pub fn filled(service: &str, kind: &str) -> Value {
    fill(Service::named(service).unwrap(), kind, &mut Vec::new()).expect("a shape that ends")
}

fn fill(service: &Service, kind: &str, within: &mut Vec<String>) -> Option<Value> {
    let Some(shape) = service.shape(kind) else { return Some(scalar(kind)) };
    if within.iter().any(|outer| outer == kind) {
        return None;
    }
    within.push(kind.to_owned());
    let value = match shape {
        Shape::Structure { members, .. } => {
            let set = members
                .iter()
                .filter_map(|member| Some((member.name.clone(), fill(service, &member.kind, within)?)));
            Some(Value::Object(set.collect()))
        }
        Shape::List { list } => fill(service, &list.kind, within).map(|item| json!([item])),
        Shape::Map { map } => fill(service, &map.1.kind, within).map(|item| json!({ "k": item })),
    };
    within.pop();
    value
}

fn scalar(kind: &str) -> Value {
    match kind {
        "string" => json!("text"),
        "boolean" => json!(true),
        "integer" | "long" => json!(1),
        "number" => json!(1.5),
        "timestamp" => json!("2026-01-01T00:00:00Z"),
        "blob" => json!("Ynl0ZXM="),
        _ => json!({}),
    }
}

/// Every member that was given is held as it was given, but for those of these names.
#[track_caller]
pub fn assert_has(held: &Value, given: &Value, but: &[&str]) {
    for (name, value) in given.as_object().unwrap().iter().filter(|(name, _)| !but.contains(&name.as_str())) {
        assert_eq!(&held[name], value, "{name}");
    }
}
