//! Versions of parameters, their labels, and tags.

use serde_json::{Value, json};

use crate::cloud::Cloud;

fn with_versions(count: usize) -> Cloud {
    let cloud = Cloud::new().of("ssm");
    cloud.ok("PutParameter", json!({ "Name": "/a", "Value": "1", "Type": "String", "Description": "d" }));
    for number in 2..=count {
        cloud.ok("PutParameter", json!({ "Name": "/a", "Value": number.to_string(), "Overwrite": true }));
    }
    cloud
}

fn label(version: Value, labels: Value) -> Value {
    json!({ "Name": "/a", "ParameterVersion": version, "Labels": labels })
}

#[test]
fn a_history_has_every_version() {
    let cloud = with_versions(3);
    let first = cloud.ok("GetParameterHistory", json!({ "Name": "/a", "MaxResults": 2 }));
    assert_eq!(first.column("Parameters", "Value"), ["1", "2"]);
    assert_eq!(first.members["Parameters"][1]["Description"], "d");
    let rest = json!({ "Name": "/a", "NextToken": first.text("NextToken") });
    assert_eq!(cloud.ok("GetParameterHistory", rest).column("Parameters", "Value"), ["3"]);
    assert_eq!(cloud.refused("GetParameterHistory", json!({ "Name": "/b" })).1, "ParameterNotFound");
}

#[test]
fn a_label_stands_at_one_version() {
    let cloud = with_versions(2);
    let labelled =
        cloud.ok("LabelParameterVersion", label(json!(1), json!(["prod", "1st", "aws-x"]))).members;
    assert_eq!(labelled, json!({ "InvalidLabels": ["1st", "aws-x"], "ParameterVersion": 1 }));
    let read = || cloud.ok("GetParameter", json!({ "Name": "/a:prod" })).members["Parameter"].clone();
    assert_eq!((&read()["Value"], &read()["Selector"]), (&json!("1"), &json!(":prod")));
    cloud.ok("LabelParameterVersion", label(json!(null), json!(["prod"])));
    assert_eq!(read()["Value"], "2");
    let filter = json!([{ "Key": "Label", "Values": ["prod"] }]);
    let found = cloud.ok("GetParametersByPath", json!({ "Path": "/", "ParameterFilters": filter }));
    assert_eq!(found.column("Parameters", "Value"), ["2"]);
    let removed = cloud.ok("UnlabelParameterVersion", label(json!(2), json!(["prod", "dev"]))).members;
    assert_eq!(removed, json!({ "RemovedLabels": ["prod"], "InvalidLabels": ["dev"] }));
    assert_eq!(cloud.refused("GetParameter", json!({ "Name": "/a:prod" })).1, "ParameterVersionNotFound");
    assert_eq!(
        cloud.refused("LabelParameterVersion", label(json!(9), json!(["x"]))).1,
        "ParameterVersionNotFound"
    );
}

#[test]
fn a_version_has_ten_labels_at_most() {
    let cloud = with_versions(1);
    let labels: Vec<String> = (0..10).map(|number| format!("l{number}")).collect();
    cloud.ok("LabelParameterVersion", label(json!(1), json!(labels)));
    let error = cloud.err("LabelParameterVersion", label(json!(1), json!(["more"])));
    assert_eq!((error.status, error.code.as_ref()), (400, "ParameterVersionLabelLimitExceeded"));
}

#[test]
fn the_oldest_version_goes_unless_it_has_a_label() {
    let cloud = with_versions(101);
    assert_eq!(cloud.refused("GetParameter", json!({ "Name": "/a:1" })).1, "ParameterVersionNotFound");
    cloud.ok("LabelParameterVersion", label(json!(2), json!(["keep"])));
    let error = cloud.err("PutParameter", json!({ "Name": "/a", "Value": "102", "Overwrite": true }));
    assert_eq!((error.status, error.code.as_ref()), (400, "ParameterMaxVersionLimitExceeded"));
    assert!(error.message.contains("Version 2, the oldest version"), "{error}");
}

#[test]
fn tags_are_added_and_removed() {
    let cloud = with_versions(1);
    let of = |more: Value| {
        let mut members = json!({ "ResourceType": "Parameter", "ResourceId": "/a" });
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        members
    };
    let list = || cloud.ok("ListTagsForResource", of(json!({}))).members["TagList"].clone();
    cloud.ok(
        "AddTagsToResource",
        of(json!({ "Tags": [{ "Key": "a", "Value": "1" }, { "Key": "b", "Value": "" }] })),
    );
    cloud.ok("AddTagsToResource", of(json!({ "Tags": [{ "Key": "a", "Value": "2" }] })));
    cloud.ok("RemoveTagsFromResource", of(json!({ "TagKeys": ["b"] })));
    assert_eq!(list(), json!([{ "Key": "a", "Value": "2" }]));
    let many: Vec<Value> =
        (0..51).map(|number| json!({ "Key": format!("k{number}"), "Value": "" })).collect();
    assert_eq!(cloud.refused("AddTagsToResource", of(json!({ "Tags": many }))).1, "TooManyTagsError");
    for (more, code) in [
        (json!({ "ResourceId": "/b" }), "InvalidResourceId"),
        (json!({ "ResourceType": "Document" }), "NotImplemented"),
    ] {
        assert_eq!(cloud.refused("ListTagsForResource", of(more)).1, code);
    }
}
