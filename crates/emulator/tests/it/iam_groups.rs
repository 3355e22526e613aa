//! Groups.

use serde_json::json;

use crate::cloud::{ACCOUNT, Cloud};

#[test]
fn groups_hold_users() {
    let cloud = Cloud::new();
    let made = cloud.ok("CreateGroup", json!({ "GroupName": "Readers", "Path": "/teams/" })).members;
    assert_eq!(made["Group"]["Arn"], format!("arn:aws:iam::{ACCOUNT}:group/teams/Readers"));
    assert!(made["Group"]["GroupId"].as_str().unwrap().starts_with("AGPA"));
    for name in ["ada", "bob"] {
        cloud.ok("CreateUser", json!({ "UserName": name }));
        for _ in 0..2 {
            cloud.ok("AddUserToGroup", json!({ "GroupName": "readers", "UserName": name }));
        }
    }
    let group = cloud.ok("GetGroup", json!({ "GroupName": "Readers" }));
    assert_eq!(group.column("Users", "UserName"), ["ada", "bob"]);
    assert_eq!(group.members["Group"], made["Group"]);
    cloud.ok("UpdateGroup", json!({ "GroupName": "Readers", "NewGroupName": "Writers" }));
    let groups = cloud.ok("ListGroupsForUser", json!({ "UserName": "ada" }));
    assert_eq!(groups.column("Groups", "GroupName"), ["Writers"]);
    cloud.ok("RemoveUserFromGroup", json!({ "GroupName": "Writers", "UserName": "ada" }));
    assert_eq!(cloud.ok("ListGroupsForUser", json!({ "UserName": "ada" })).members["Groups"], json!([]));
    assert_eq!(cloud.ok("ListGroups", json!({})).column("Groups", "GroupName"), ["Writers"]);
}

#[test]
fn groups_go_last() {
    let cloud = Cloud::new();
    let arn = "arn:aws:iam::aws:policy/AdministratorAccess";
    cloud.ok("CreateUser", json!({ "UserName": "ada" }));
    cloud.ok("CreateGroup", json!({ "GroupName": "g" }));
    assert_eq!(
        cloud.refused("CreateGroup", json!({ "GroupName": "G" })),
        (409, "EntityAlreadyExists".into())
    );
    cloud.ok("AddUserToGroup", json!({ "GroupName": "g", "UserName": "ada" }));
    cloud.ok("AttachGroupPolicy", json!({ "GroupName": "g", "PolicyArn": arn }));
    cloud.ok("PutGroupPolicy", json!({ "GroupName": "g", "PolicyName": "p", "PolicyDocument": "{}" }));
    for (operation, members) in [
        ("RemoveUserFromGroup", json!({ "GroupName": "g", "UserName": "ada" })),
        ("DetachGroupPolicy", json!({ "GroupName": "g", "PolicyArn": arn })),
        ("DeleteGroupPolicy", json!({ "GroupName": "g", "PolicyName": "p" })),
    ] {
        assert_eq!(
            cloud.refused("DeleteGroup", json!({ "GroupName": "g" })).1,
            "DeleteConflict",
            "before {operation}"
        );
        cloud.ok(operation, members);
    }
    cloud.ok("DeleteGroup", json!({ "GroupName": "g" }));
    let missing = cloud.err("GetGroup", json!({ "GroupName": "g" }));
    assert_eq!(missing.message, "The group with name g cannot be found.");
}

#[test]
fn a_user_is_in_ten_groups_at_most() {
    let cloud = Cloud::new();
    cloud.ok("CreateUser", json!({ "UserName": "ada" }));
    for n in 0..11 {
        let group = format!("g{n}");
        cloud.ok("CreateGroup", json!({ "GroupName": group }));
        let add = json!({ "GroupName": group, "UserName": "ada" });
        if n < 10 {
            cloud.ok("AddUserToGroup", add);
        } else {
            assert_eq!(cloud.refused("AddUserToGroup", add), (409, "LimitExceeded".into()));
        }
    }
}
