//! Roles.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud};

const TRUST: &str = "{ \"Version\": \"2012-10-17\", \"Statement\": [\"ä~\"] }";
const ENCODED: &str =
    "%7B%20%22Version%22%3A%20%222012-10-17%22%2C%20%22Statement%22%3A%20%5B%22%C3%A4~%22%5D%20%7D";
const BOUNDARY: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

fn role(more: Value) -> Value {
    let mut members = json!({ "RoleName": "migrator" });
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    members
}

fn with_role() -> Cloud {
    let cloud = Cloud::new();
    cloud.ok("CreateRole", role(json!({ "AssumeRolePolicyDocument": TRUST })));
    cloud
}

#[test]
fn every_member_of_a_role_comes_back() {
    let cloud = Cloud::new();
    let tags = json!([{ "Key": "Team", "Value": "calls" }]);
    cloud.ok(
        "CreateRole",
        role(json!({
            "Path": "/data/", "AssumeRolePolicyDocument": TRUST, "Description": "moves calls", "MaxSessionDuration": 28800,
            "PermissionsBoundary": BOUNDARY, "Tags": tags,
        })),
    );
    let got = cloud.ok("GetRole", role(json!({}))).members;
    let got = &got["Role"];
    assert_eq!(got["Arn"], format!("arn:aws:iam::{ACCOUNT}:role/data/migrator"));
    assert_eq!(got["AssumeRolePolicyDocument"], ENCODED);
    assert_eq!((&got["Description"], &got["MaxSessionDuration"]), (&json!("moves calls"), &json!(28800)));
    assert_eq!(got["PermissionsBoundary"]["PermissionsBoundaryArn"], BOUNDARY);
    assert_eq!((&got["Tags"], &got["RoleLastUsed"]), (&tags, &json!({})));
    let id = got["RoleId"].as_str().unwrap();
    assert!(id.starts_with("AROA") && id.len() == 21);
    let listed = cloud.ok("ListRoles", json!({ "PathPrefix": "/data/" })).members;
    assert_eq!(listed["Roles"][0]["AssumeRolePolicyDocument"], ENCODED);
    assert!(listed["Roles"][0].get("Tags").is_none());
    assert_eq!(
        cloud.ok("ListInstanceProfilesForRole", role(json!({}))).members["InstanceProfiles"],
        json!([])
    );
}

#[test]
fn roles_change() {
    let cloud = with_role();
    cloud.ok("UpdateRole", role(json!({ "Description": "d", "MaxSessionDuration": 7200 })));
    cloud.ok("UpdateAssumeRolePolicy", role(json!({ "PolicyDocument": "{}" })));
    let got = cloud.ok("GetRole", role(json!({}))).members;
    assert_eq!(
        (&got["Role"]["Description"], &got["Role"]["MaxSessionDuration"]),
        (&json!("d"), &json!(7200))
    );
    assert_eq!(got["Role"]["AssumeRolePolicyDocument"], "%7B%7D");
    cloud.ok("UpdateRole", role(json!({})));
    let got = cloud.ok("GetRole", role(json!({}))).members;
    assert_eq!(
        (&got["Role"]["Description"], &got["Role"]["MaxSessionDuration"]),
        (&json!("d"), &json!(3600))
    );
    let described = cloud.ok("UpdateRoleDescription", role(json!({ "Description": "e" }))).members;
    assert_eq!(described["Role"]["Description"], "e");
    cloud.ok("TagRole", role(json!({ "Tags": [{ "Key": "a", "Value": "1" }] })));
    assert_eq!(cloud.ok("ListRoleTags", role(json!({}))).column("Tags", "Key"), ["a"]);
    cloud.ok("UntagRole", role(json!({ "TagKeys": ["A"] })));
    assert_eq!(cloud.ok("ListRoleTags", role(json!({}))).members["Tags"], json!([]));
    cloud.ok("PutRolePermissionsBoundary", role(json!({ "PermissionsBoundary": BOUNDARY })));
    cloud.ok("DeleteRolePermissionsBoundary", role(json!({})));
}

#[test]
fn what_does_not_fit_is_refused() {
    let cloud = with_role();
    let new = |more: Value| {
        let mut members = json!({ "RoleName": "new", "AssumeRolePolicyDocument": "{}" });
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        members
    };
    for (members, code, text) in [
        (new(json!({ "MaxSessionDuration": 3599 })), "ValidationError", "greater than or equal to 3600"),
        (new(json!({ "MaxSessionDuration": 43201 })), "ValidationError", "less than or equal to 43200"),
        (
            new(json!({ "RoleName": "r/../x" })),
            "ValidationError",
            "The specified value for roleName is invalid.",
        ),
        (
            new(json!({ "RoleName": "MIGRATOR" })),
            "EntityAlreadyExists",
            "Role with name migrator already exists.",
        ),
        (
            new(json!({ "AssumeRolePolicyDocument": "x".repeat(2049) })),
            "LimitExceeded",
            "ACLSizePerRole: 2048",
        ),
        (
            new(json!({ "AssumeRolePolicyDocument": null })),
            "ValidationError",
            "Value null at 'assumeRolePolicyDocument'",
        ),
        (new(json!({ "Description": "x".repeat(1001) })), "ValidationError", "'description'"),
    ] {
        let error = cloud.err("CreateRole", members);
        assert_eq!(error.code, code, "{error}");
        assert!(error.message.contains(text), "{error}");
    }
    let missing = cloud.err("GetRole", json!({ "RoleName": "new" }));
    assert_eq!(missing.message, "The role with name new cannot be found.");
}

#[test]
fn roles_go_last() {
    let cloud = with_role();
    cloud.ok("AttachRolePolicy", role(json!({ "PolicyArn": BOUNDARY })));
    cloud.ok("PutRolePolicy", role(json!({ "PolicyName": "p", "PolicyDocument": "{}" })));
    let error = cloud.err("DeleteRole", role(json!({})));
    assert_eq!(
        (error.status, error.message.as_str()),
        (409, "Cannot delete entity, must detach all policies first.")
    );
    cloud.ok("DetachRolePolicy", role(json!({ "PolicyArn": BOUNDARY })));
    let error = cloud.err("DeleteRole", role(json!({})));
    assert_eq!(error.message, "Cannot delete entity, must delete policies first.");
    cloud.ok("DeleteRolePolicy", role(json!({ "PolicyName": "p" })));
    cloud.ok("DeleteRole", role(json!({})));
    let again = with_role();
    let id = |cloud: &Cloud| cloud.ok("GetRole", role(json!({}))).members["Role"]["RoleId"].clone();
    cloud.ok("CreateRole", role(json!({ "AssumeRolePolicyDocument": TRUST })));
    assert_ne!(id(&cloud), id(&again), "an id was given twice");
}
