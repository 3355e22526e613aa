//! Tags of tables.

use serde_json::{Value, json};

use crate::dynamodb::{definition, orders, parts, table, with};

#[test]
fn tags_are_added_changed_and_removed() {
    let cloud = orders();
    let arn = table(&cloud, "orders")["TableArn"].clone();
    let tag = |key: &str, value: &str| json!({ "Key": key, "Value": value });
    let add = |tags: Value| json!({ "ResourceArn": arn, "Tags": tags });
    cloud.ok("dynamodb:TagResource", add(json!([tag("b", "1"), tag("a", ""), tag("é", "x")])));
    cloud.ok("dynamodb:TagResource", add(json!([tag("b", "2")])));
    cloud.ok("dynamodb:UntagResource", json!({ "ResourceArn": arn, "TagKeys": ["é", "none"] }));
    let listed = cloud.ok("ListTagsOfResource", json!({ "ResourceArn": arn })).members;
    assert_eq!(listed, json!({ "Tags": [tag("a", ""), tag("b", "2")] }));
    let many: Vec<Value> = (0..51).map(|n| tag(&n.to_string(), "")).collect();
    for wrong in [
        json!([]),
        json!([tag("", "x")]),
        json!([tag(&"k".repeat(129), "x")]),
        json!([tag("k", &"v".repeat(257))]),
        json!([tag("aws:x", "")]),
        json!([tag("k", ""), tag("k", "")]),
        json!(many),
    ] {
        assert_eq!(
            cloud.refused("dynamodb:TagResource", add(wrong.clone())).1,
            "ValidationException",
            "{wrong}"
        );
    }
    assert_eq!(cloud.refused("dynamodb:TagResource", add(json!(&many[..49]))).1, "ValidationException");
    assert_eq!(
        cloud.refused("dynamodb:UntagResource", json!({ "ResourceArn": arn, "TagKeys": [] })).1,
        "ValidationException"
    );
    assert_eq!(cloud.ok("ListTagsOfResource", json!({ "ResourceArn": arn })).members, listed);
}

#[test]
fn tables_are_made_with_sound_tags_alone() {
    let cloud = orders();
    let tags = json!({ "Tags": [{ "Key": "aws:x", "Value": "" }] });
    assert_eq!(cloud.refused("CreateTable", with(definition("another"), tags)).1, "ValidationException");
}

#[test]
fn only_tables_have_tags() {
    let cloud = orders();
    let arn = table(&cloud, "orders")["TableArn"].as_str().unwrap().to_owned();
    let none = arn.replace("orders", "none");
    for (operation, more) in [
        ("ListTagsOfResource", json!({})),
        ("dynamodb:TagResource", json!({ "Tags": [{ "Key": "a", "Value": "" }] })),
        ("dynamodb:UntagResource", json!({ "TagKeys": ["a"] })),
    ] {
        let on = |arn: &str| with(json!({ "ResourceArn": arn }), more.clone());
        let error = cloud.err(operation, on(&none));
        let text = format!("Requested resource not found: ResourcArn: {none} not found");
        assert_eq!(parts(&error), (400, "ResourceNotFoundException", text.as_str()));
        assert_eq!(cloud.refused(operation, on("orders")).1, "ValidationException");
        assert_eq!(cloud.refused(operation, on(&format!("{arn}/stream/x"))).1, "NotImplemented");
        assert_eq!(cloud.refused(operation, more.clone()).1, "ValidationException");
    }
}
