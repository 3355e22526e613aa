//! Users and their access keys.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud};

const BOUNDARY: &str = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";

fn ada() -> Value {
    json!({ "UserName": "ada" })
}

fn with_ada() -> Cloud {
    let cloud = Cloud::new();
    cloud.ok("CreateUser", ada());
    cloud
}

#[test]
fn every_member_of_a_user_comes_back() {
    let cloud = Cloud::new();
    let tags = json!([{ "Key": "Team", "Value": "calls" }, { "Key": "Z", "Value": "" }]);
    let sent =
        json!({ "UserName": "Ada.L", "Path": "/people/", "PermissionsBoundary": BOUNDARY, "Tags": tags });
    let made = cloud.ok("CreateUser", sent).members;
    let user = &made["User"];
    assert_eq!((&user["UserName"], &user["Path"]), (&json!("Ada.L"), &json!("/people/")));
    assert_eq!(user["Arn"], format!("arn:aws:iam::{ACCOUNT}:user/people/Ada.L"));
    assert_eq!(user["CreateDate"], "2026-01-15T10:00:00Z");
    assert_eq!(
        user["PermissionsBoundary"],
        json!({ "PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": BOUNDARY })
    );
    assert_eq!(user["Tags"], tags);
    let id = user["UserId"].as_str().unwrap();
    assert!(id.starts_with("AIDA") && id.len() == 21);
    assert!(id.chars().all(|c| c.is_ascii_uppercase() || ('2'..='7').contains(&c)), "{id}");
    assert_eq!(cloud.ok("GetUser", json!({ "UserName": "ada.l" })).members, made, "names differ by case");

    let listed = cloud.ok("ListUsers", json!({ "PathPrefix": "/people" }));
    assert_eq!(listed.column("Users", "UserName"), ["Ada.L"]);
    assert!(listed.members["Users"][0].get("Tags").is_none(), "lists leave tags to GetUser");
    assert_eq!(cloud.ok("ListUsers", json!({ "PathPrefix": "/other/" })).members["Users"], json!([]));
}

#[test]
fn a_caller_is_meant_where_no_name_is_given() {
    let cloud = with_ada();
    assert_eq!(cloud.ok("GetUser", json!({})).members["User"]["UserName"], "ada");
    assert_eq!(cloud.ok("CreateAccessKey", json!({})).members["AccessKey"]["UserName"], "ada");
    let nobody = Cloud { anonymous: true, ..cloud };
    assert_eq!(nobody.refused("GetUser", json!({})), (400, "ValidationError".into()));
}

#[test]
fn names_are_unique_whatever_their_case() {
    let cloud = with_ada();
    let error = cloud.err("CreateUser", json!({ "UserName": "ADA" }));
    assert_eq!((error.status, error.code.as_ref()), (409, "EntityAlreadyExists"));
    assert_eq!(error.message, "User with name ada already exists.");
    cloud.other_account().ok("CreateUser", ada());
    let missing = cloud.err("GetUser", json!({ "UserName": "grace" }));
    assert_eq!((missing.status, missing.code.as_ref()), (404, "NoSuchEntity"));
    assert_eq!(missing.message, "The user with name grace cannot be found.");
}

#[test]
fn what_does_not_fit_is_refused() {
    let cloud = with_ada();
    let tag = |key: &str, value: &str| json!({ "UserName": "x", "Tags": [{ "Key": key, "Value": value }] });
    let many: Vec<_> = (0..51).map(|n| json!({ "Key": format!("k{n}"), "Value": "" })).collect();
    let twice = json!([{ "Key": "a", "Value": "" }, { "Key": "A", "Value": "" }]);
    for (members, code) in [
        (json!({}), "ValidationError"),
        (json!({ "UserName": "" }), "ValidationError"),
        (json!({ "UserName": "a b" }), "ValidationError"),
        (json!({ "UserName": "x".repeat(65) }), "ValidationError"),
        (json!({ "UserName": "x", "Path": "people" }), "ValidationError"),
        (
            json!({ "UserName": "x", "PermissionsBoundary": "arn:aws:iam::111111111111:policy/none" }),
            "NoSuchEntity",
        ),
        (
            json!({ "UserName": "x", "PermissionsBoundary": "arn:aws:iam::111111111111:role/none" }),
            "InvalidInput",
        ),
        (tag("", "x"), "ValidationError"),
        (tag("a*", "x"), "ValidationError"),
        (tag("a", "${x}"), "ValidationError"),
        (tag("aws:a", "x"), "InvalidInput"),
        (json!({ "UserName": "x", "Tags": twice }), "InvalidInput"),
        (json!({ "UserName": "x", "Tags": many }), "LimitExceeded"),
    ] {
        assert_eq!(cloud.refused("CreateUser", members.clone()).1, code, "{members}");
    }
    assert_eq!(cloud.ok("ListUsers", json!({})).column("Users", "UserName"), ["ada"]);
}

#[test]
fn tags_are_added_and_removed() {
    let cloud = with_ada();
    let tag = |key: &str, value: &str| json!({ "UserName": "ada", "Tags": [{ "Key": key, "Value": value }] });
    cloud.ok("TagUser", tag("b", "1"));
    cloud.ok("TagUser", tag("a", "1"));
    cloud.ok("TagUser", tag("B", "2"));
    let listed = cloud.ok("ListUserTags", ada()).members;
    assert_eq!(listed["Tags"], json!([{ "Key": "B", "Value": "2" }, { "Key": "a", "Value": "1" }]));
    assert_eq!(cloud.ok("GetUser", ada()).members["User"]["Tags"], listed["Tags"]);
    cloud.ok("UntagUser", json!({ "UserName": "ada", "TagKeys": ["b", "none"] }));
    assert_eq!(cloud.ok("ListUserTags", ada()).column("Tags", "Key"), ["a"]);
}

#[test]
fn a_user_has_no_other_credentials() {
    let cloud = with_ada();
    for (operation, member) in [
        ("ListMFADevices", "MFADevices"),
        ("ListServiceSpecificCredentials", "ServiceSpecificCredentials"),
        ("ListSigningCertificates", "Certificates"),
        ("ListSSHPublicKeys", "SSHPublicKeys"),
    ] {
        assert_eq!(cloud.ok(operation, ada()).members[member], json!([]), "{operation}");
        assert_eq!(cloud.refused(operation, json!({ "UserName": "bob" })).1, "NoSuchEntity", "{operation}");
    }
    assert_eq!(cloud.err("GetLoginProfile", ada()).message, "Login Profile for User ada cannot be found.");
}

#[test]
fn boundaries_are_put_and_removed() {
    let cloud = with_ada();
    let put = |arn: &str| json!({ "UserName": "ada", "PermissionsBoundary": arn });
    for (arn, code) in [
        ("arn:aws:iam::111111111111:policy/Nothing", "NoSuchEntity"),
        ("arn:aws:iam::aws:policy/Unknown", "NotImplemented"),
    ] {
        assert_eq!(cloud.refused("PutUserPermissionsBoundary", put(arn)).1, code);
    }
    cloud.ok("PutUserPermissionsBoundary", put(BOUNDARY));
    let user = cloud.ok("GetUser", ada()).members;
    assert_eq!(user["User"]["PermissionsBoundary"]["PermissionsBoundaryArn"], BOUNDARY);
    cloud.ok("DeleteUserPermissionsBoundary", ada());
    assert!(cloud.ok("GetUser", ada()).members["User"].get("PermissionsBoundary").is_none());
}

#[test]
fn pages_of_users_join_up() {
    let cloud = Cloud::new();
    let names = ["Bob", "ada", "carol", "dan", "eve"];
    for name in names {
        cloud.ok("CreateUser", json!({ "UserName": name }));
    }
    let (mut seen, mut marker) = (Vec::new(), Value::Null);
    let mut pages = 0..100;
    loop {
        pages.next().expect("pages come to an end");
        let page = cloud.ok("ListUsers", json!({ "MaxItems": 2, "Marker": marker }));
        seen.extend(page.column("Users", "UserName").into_iter().map(str::to_owned));
        if page.members["IsTruncated"] == false {
            break;
        }
        marker = page.members["Marker"].clone();
    }
    assert_eq!(seen, ["ada", "Bob", "carol", "dan", "eve"]);
    for wrong in [
        json!({ "MaxItems": 0 }),
        json!({ "MaxItems": 1001 }),
        json!({ "Marker": "?" }),
        json!({ "PathPrefix": "x" }),
    ] {
        assert_eq!(cloud.refused("ListUsers", wrong), (400, "ValidationError".into()));
    }
}

#[test]
fn users_are_renamed_with_all_they_have() {
    let cloud = with_ada();
    let id = cloud.ok("GetUser", ada()).members["User"]["UserId"].clone();
    cloud.ok("CreateGroup", json!({ "GroupName": "readers" }));
    cloud.ok("AddUserToGroup", json!({ "GroupName": "readers", "UserName": "ada" }));
    cloud.ok("CreateUser", json!({ "UserName": "grace" }));
    let taken = json!({ "UserName": "ada", "NewUserName": "Grace" });
    assert_eq!(cloud.refused("UpdateUser", taken), (409, "EntityAlreadyExists".into()));
    cloud.ok("UpdateUser", json!({ "UserName": "ada", "NewUserName": "Ada", "NewPath": "/people/" }));
    let user = cloud.ok("GetUser", json!({ "UserName": "Ada" })).members;
    assert_eq!((&user["User"]["UserId"], &user["User"]["Path"]), (&id, &json!("/people/")));
    let groups = cloud.ok("ListGroupsForUser", json!({ "UserName": "Ada" }));
    assert_eq!(groups.column("Groups", "GroupName"), ["readers"]);
}

#[test]
fn access_keys_are_two_at_most() {
    let cloud = with_ada();
    let made = cloud.ok("CreateAccessKey", ada()).members;
    let key = &made["AccessKey"];
    let id = key["AccessKeyId"].as_str().unwrap();
    assert!(id.starts_with("AKIA") && id.len() == 20, "{id}");
    assert_eq!(key["SecretAccessKey"].as_str().unwrap().len(), 40);
    assert_eq!((&key["Status"], &key["CreateDate"]), (&json!("Active"), &json!("2026-01-15T10:00:00Z")));
    cloud.ok("CreateAccessKey", ada());
    let third = cloud.err("CreateAccessKey", ada());
    assert_eq!((third.status, third.message.as_str()), (409, "Cannot exceed quota for AccessKeysPerUser: 2"));

    let named = |more: Value| {
        let mut members = json!({ "UserName": "ada", "AccessKeyId": id });
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        members
    };
    cloud.ok("UpdateAccessKey", named(json!({ "Status": "Inactive" })));
    assert_eq!(cloud.refused("UpdateAccessKey", named(json!({ "Status": "Gone" }))).1, "ValidationError");
    let listed = cloud.ok("ListAccessKeys", ada()).members;
    let rows = listed["AccessKeyMetadata"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().any(|row| row["AccessKeyId"] == id && row["Status"] == "Inactive"));
    assert!(rows.iter().all(|row| row.get("SecretAccessKey").is_none()));
    let used = cloud.ok("GetAccessKeyLastUsed", json!({ "AccessKeyId": id })).members;
    assert_eq!(
        used,
        json!({ "UserName": "ada", "AccessKeyLastUsed": { "ServiceName": "N/A", "Region": "N/A" } })
    );
    cloud.ok("DeleteAccessKey", named(json!({})));
    assert_eq!(cloud.refused("DeleteAccessKey", named(json!({}))), (404, "NoSuchEntity".into()));
}

#[test]
fn users_go_last() {
    let cloud = with_ada();
    let key = cloud.ok("CreateAccessKey", ada()).members["AccessKey"]["AccessKeyId"].clone();
    cloud.ok("PutUserPolicy", json!({ "UserName": "ada", "PolicyName": "p", "PolicyDocument": "{}" }));
    cloud.ok("AttachUserPolicy", json!({ "UserName": "ada", "PolicyArn": BOUNDARY }));
    cloud.ok("CreateGroup", json!({ "GroupName": "g" }));
    cloud.ok("AddUserToGroup", json!({ "UserName": "ada", "GroupName": "g" }));
    for (operation, members) in [
        ("DeleteAccessKey", json!({ "UserName": "ada", "AccessKeyId": key })),
        ("DeleteUserPolicy", json!({ "UserName": "ada", "PolicyName": "p" })),
        ("DetachUserPolicy", json!({ "UserName": "ada", "PolicyArn": BOUNDARY })),
        ("RemoveUserFromGroup", json!({ "UserName": "ada", "GroupName": "g" })),
    ] {
        assert_eq!(cloud.refused("DeleteUser", ada()), (409, "DeleteConflict".into()), "before {operation}");
        cloud.ok(operation, members);
    }
    cloud.ok("DeleteUser", ada());
    assert_eq!(cloud.refused("DeleteUser", ada()), (404, "NoSuchEntity".into()));
}

#[test]
fn what_is_not_there_is_said() {
    let cloud = with_ada();
    let error = cloud.err("CreateLoginProfile", json!({ "UserName": "ada", "Password": "x" }));
    assert_eq!((error.status, error.code.as_ref()), (501, "NotImplemented"));
    assert!(error.message.contains("CreateLoginProfile"));
}
