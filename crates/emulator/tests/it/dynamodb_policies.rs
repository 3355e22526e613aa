//! Resource policies.

use serde_json::{Value, json};

use crate::dynamodb::{definition, orders, parts, table, with};

const POLICY: &str = "{ \"Version\" : \"2012-10-17\",\n  \"Statement\": [] }";

#[test]
fn a_policy_is_kept_verbatim_by_revisions() {
    let cloud = orders();
    let arn = table(&cloud, "orders")["TableArn"].clone();
    let on = |more: Value| with(json!({ "ResourceArn": arn }), more);
    let revision = |policy: Value| cloud.ok("PutResourcePolicy", on(policy)).text("RevisionId").to_owned();
    let error = cloud.err("GetResourcePolicy", on(json!({})));
    assert_eq!((error.status, error.code.as_ref()), (400, "PolicyNotFoundException"));
    let first = revision(
        json!({ "Policy": POLICY, "ConfirmRemoveSelfResourceAccess": true, "ExpectedRevisionId": "NO_POLICY" }),
    );
    let got = cloud.ok("GetResourcePolicy", on(json!({}))).members;
    assert_eq!(got, json!({ "Policy": POLICY, "RevisionId": first }));
    assert_eq!(revision(json!({ "Policy": POLICY })), first);
    let second = revision(json!({ "Policy": "{}", "ExpectedRevisionId": first }));
    assert_ne!(second, first);
    for expected in [first.as_str(), "NO_POLICY"] {
        let members = on(json!({ "Policy": POLICY, "ExpectedRevisionId": expected }));
        assert_eq!(cloud.refused("PutResourcePolicy", members).1, "PolicyNotFoundException");
    }
    assert_eq!(
        cloud.refused("DeleteResourcePolicy", on(json!({ "ExpectedRevisionId": first }))).1,
        "PolicyNotFoundException"
    );
    assert_eq!(cloud.ok("DeleteResourcePolicy", on(json!({}))).members, json!({ "RevisionId": second }));
    assert_eq!(cloud.ok("DeleteResourcePolicy", on(json!({}))).members, json!({}));
    assert_eq!(
        cloud.refused("DeleteResourcePolicy", on(json!({ "ExpectedRevisionId": second }))).1,
        "PolicyNotFoundException"
    );
}

#[test]
fn a_stream_has_a_policy_of_its_own() {
    let cloud = orders();
    let stream = json!({ "StreamEnabled": true, "StreamViewType": "KEYS_ONLY" });
    cloud.ok("CreateTable", with(definition("watched"), json!({ "StreamSpecification": stream })));
    let (arn, stream) =
        (table(&cloud, "watched")["TableArn"].clone(), table(&cloud, "watched")["LatestStreamArn"].clone());
    cloud.ok("PutResourcePolicy", json!({ "ResourceArn": stream, "Policy": POLICY }));
    assert_eq!(cloud.ok("GetResourcePolicy", json!({ "ResourceArn": stream })).text("Policy"), POLICY);
    assert_eq!(
        cloud.refused("GetResourcePolicy", json!({ "ResourceArn": arn })).1,
        "PolicyNotFoundException"
    );
}

#[test]
fn wrong_policies_and_places_are_refused() {
    let cloud = orders();
    let arn = table(&cloud, "orders")["TableArn"].as_str().unwrap().to_owned();
    for text in ["", "[]", "{", "\"x\"", &format!("{{\"Id\":\"{}\"}}", "x".repeat(20 * 1024))] {
        let members = json!({ "ResourceArn": arn, "Policy": text });
        assert_eq!(cloud.refused("PutResourcePolicy", members).1, "ValidationException");
    }
    assert_eq!(cloud.refused("PutResourcePolicy", json!({ "ResourceArn": arn })).1, "ValidationException");
    for (resource, code) in [
        (format!("{arn}/index/x"), "ValidationException"),
        (format!("{arn}/stream/x"), "ResourceNotFoundException"),
        (arn.replace("orders", "none"), "ResourceNotFoundException"),
    ] {
        let error = cloud.err("GetResourcePolicy", json!({ "ResourceArn": resource }));
        assert_eq!(parts(&error).1, code, "{resource}");
    }
}
