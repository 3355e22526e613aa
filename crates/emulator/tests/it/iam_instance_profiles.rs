//! Instance profiles.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud};

fn profile(more: Value) -> Value {
    let mut members = json!({ "InstanceProfileName": "worker" });
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    members
}

fn with_profile() -> Cloud {
    let cloud = Cloud::new();
    cloud.role("worker");
    cloud.ok("CreateInstanceProfile", profile(json!({})));
    cloud
}

#[test]
fn a_profile_has_what_it_was_given() {
    let cloud = Cloud::new();
    let role = cloud.role("worker");
    let tags = json!([{ "Key": "Team", "Value": "calls" }]);
    cloud.ok("CreateInstanceProfile", profile(json!({ "Path": "/data/", "Tags": tags })));
    cloud.ok("AddRoleToInstanceProfile", profile(json!({ "RoleName": "WORKER" })));
    let got = cloud.ok("GetInstanceProfile", profile(json!({}))).members;
    let got = &got["InstanceProfile"];
    assert_eq!(got["Arn"], format!("arn:aws:iam::{ACCOUNT}:instance-profile/data/worker"));
    assert_eq!((&got["Roles"][0]["Arn"], &got["Tags"]), (&json!(role), &tags));
    assert_eq!(got["CreateDate"], "2026-01-15T10:00:00Z");
    let id = got["InstanceProfileId"].as_str().unwrap();
    assert!(id.starts_with("AIPA") && id.len() == 21, "{id}");
    for (operation, members) in [
        ("ListInstanceProfiles", json!({ "PathPrefix": "/data/" })),
        ("ListInstanceProfilesForRole", json!({ "RoleName": "worker" })),
    ] {
        let listed = cloud.ok(operation, members);
        assert_eq!(listed.column("InstanceProfiles", "InstanceProfileName"), ["worker"], "{operation}");
        assert!(listed.members["InstanceProfiles"][0].get("Tags").is_none(), "{operation}");
    }
    let elsewhere = cloud.ok("ListInstanceProfiles", json!({ "PathPrefix": "/other/" }));
    assert_eq!(elsewhere.members["InstanceProfiles"], json!([]));
}

#[test]
fn a_profile_has_one_role_at_most() {
    let cloud = with_profile();
    cloud.role("other");
    cloud.ok("AddRoleToInstanceProfile", profile(json!({ "RoleName": "worker" })));
    let error = cloud.err("AddRoleToInstanceProfile", profile(json!({ "RoleName": "other" })));
    assert_eq!((error.status, error.code.as_ref()), (409, "LimitExceeded"));
    assert_eq!(error.message, "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1");
    let other = profile(json!({ "RoleName": "other" }));
    assert_eq!(cloud.refused("RemoveRoleFromInstanceProfile", other), (404, "NoSuchEntity".into()));
    cloud.ok("RemoveRoleFromInstanceProfile", profile(json!({ "RoleName": "worker" })));
    cloud.ok("AddRoleToInstanceProfile", profile(json!({ "RoleName": "other" })));
    let roles =
        cloud.ok("GetInstanceProfile", profile(json!({}))).members["InstanceProfile"]["Roles"].clone();
    assert_eq!(roles[0]["RoleName"], "other");
}

#[test]
fn a_role_and_its_profile_go_one_after_the_other() {
    let cloud = with_profile();
    let both = || profile(json!({ "RoleName": "worker" }));
    cloud.ok("AddRoleToInstanceProfile", both());
    for (operation, members) in
        [("DeleteRole", json!({ "RoleName": "worker" })), ("DeleteInstanceProfile", profile(json!({})))]
    {
        let error = cloud.err(operation, members);
        assert_eq!((error.status, error.code.as_ref()), (409, "DeleteConflict"), "{operation}");
        assert_eq!(error.message, "Cannot delete entity, must remove roles from instance profile first.");
    }
    cloud.ok("RemoveRoleFromInstanceProfile", both());
    cloud.ok("DeleteInstanceProfile", profile(json!({})));
    cloud.ok("DeleteRole", json!({ "RoleName": "worker" }));
    let gone = cloud.err("GetInstanceProfile", profile(json!({})));
    assert_eq!(gone.message, "Instance Profile worker cannot be found.");
    assert_eq!(cloud.refused("DeleteInstanceProfile", profile(json!({}))), (404, "NoSuchEntity".into()));
}

#[test]
fn what_does_not_fit_is_refused() {
    let cloud = with_profile();
    for (members, code, text) in [
        (
            profile(json!({ "InstanceProfileName": "WORKER" })),
            "EntityAlreadyExists",
            "worker already exists.",
        ),
        (profile(json!({ "InstanceProfileName": "a b" })), "ValidationError", "instanceProfileName"),
        (profile(json!({ "InstanceProfileName": "x".repeat(129) })), "ValidationError", "equal to 128"),
        (profile(json!({ "InstanceProfileName": "new", "Path": "data" })), "ValidationError", "path"),
        (json!({}), "ValidationError", "Value null at 'instanceProfileName'"),
    ] {
        let error = cloud.err("CreateInstanceProfile", members);
        assert_eq!(error.code, code, "{error}");
        assert!(error.message.contains(text), "{error}");
    }
    let unknown = cloud.err("AddRoleToInstanceProfile", profile(json!({ "RoleName": "none" })));
    assert_eq!(unknown.message, "The role with name none cannot be found.");
}

#[test]
fn profiles_have_tags_and_pages() {
    let cloud = with_profile();
    cloud.ok("TagInstanceProfile", profile(json!({ "Tags": [{ "Key": "a", "Value": "1" }] })));
    assert_eq!(cloud.ok("ListInstanceProfileTags", profile(json!({}))).column("Tags", "Key"), ["a"]);
    cloud.ok("UntagInstanceProfile", profile(json!({ "TagKeys": ["A"] })));
    assert_eq!(cloud.ok("ListInstanceProfileTags", profile(json!({}))).members["Tags"], json!([]));
    for name in ["Alpha", "beta"] {
        cloud.ok("CreateInstanceProfile", json!({ "InstanceProfileName": name }));
    }
    let first = cloud.ok("ListInstanceProfiles", json!({ "MaxItems": 2 }));
    assert_eq!(first.column("InstanceProfiles", "InstanceProfileName"), ["Alpha", "beta"]);
    assert_eq!(first.members["IsTruncated"], true);
    let rest = cloud.ok("ListInstanceProfiles", json!({ "Marker": first.text("Marker") }));
    assert_eq!(rest.column("InstanceProfiles", "InstanceProfileName"), ["worker"]);
}
