//! Roles that are linked to services.

use serde_json::json;

use crate::cloud::{ACCOUNT, Cloud};

const ROLE: &str = "AWSServiceRoleForECS";

fn with_role() -> Cloud {
    let cloud = Cloud::new();
    let members = json!({ "AWSServiceName": "ecs.amazonaws.com", "Description": "for tasks" });
    let made = cloud.ok("CreateServiceLinkedRole", members).members;
    let arn = format!("arn:aws:iam::{ACCOUNT}:role/aws-service-role/ecs.amazonaws.com/{ROLE}");
    assert_eq!(made["Role"]["Arn"], arn);
    cloud
}

#[test]
fn the_service_names_its_role() {
    let cloud = with_role();
    let got = cloud.ok("GetRole", json!({ "RoleName": ROLE })).members;
    assert_eq!(got["Role"]["Description"], "for tasks");
    assert!(got["Role"]["AssumeRolePolicyDocument"].as_str().unwrap().contains("ecs.amazonaws.com"));
    let again = cloud.err("CreateServiceLinkedRole", json!({ "AWSServiceName": "ecs.amazonaws.com" }));
    assert_eq!((again.status, again.code.as_ref()), (400, "InvalidInput"));
    assert!(again.message.contains("has been taken in this account"), "{again}");
    let suffix = |service: &str| json!({ "AWSServiceName": service, "CustomSuffix": "blue" });
    let made = cloud.ok("CreateServiceLinkedRole", suffix("autoscaling.amazonaws.com")).members;
    assert_eq!(made["Role"]["RoleName"], "AWSServiceRoleForAutoScaling_blue");
    assert_eq!(cloud.refused("CreateServiceLinkedRole", suffix("rds.amazonaws.com")).1, "InvalidInput");
    let unknown = json!({ "AWSServiceName": "example.amazonaws.com" });
    assert_eq!(cloud.refused("CreateServiceLinkedRole", unknown), (501, "NotImplemented".into()));
}

#[test]
fn only_the_service_changes_its_role() {
    let cloud = with_role();
    let policy = "arn:aws:iam::aws:policy/AdministratorAccess";
    for (operation, members) in [
        ("AttachRolePolicy", json!({ "RoleName": ROLE, "PolicyArn": policy })),
        ("PutRolePolicy", json!({ "RoleName": ROLE, "PolicyName": "p", "PolicyDocument": "{}" })),
        ("PutRolePermissionsBoundary", json!({ "RoleName": ROLE, "PermissionsBoundary": policy })),
        ("UpdateAssumeRolePolicy", json!({ "RoleName": ROLE, "PolicyDocument": "{}" })),
        ("UpdateRole", json!({ "RoleName": ROLE, "MaxSessionDuration": 7200 })),
        ("DeleteRole", json!({ "RoleName": ROLE })),
    ] {
        let error = cloud.err(operation, members);
        assert_eq!((error.status, error.code.as_ref()), (400, "UnmodifiableEntity"), "{operation}");
    }
    cloud.ok("UpdateRole", json!({ "RoleName": ROLE, "Description": "d" }));
    cloud.ok("TagRole", json!({ "RoleName": ROLE, "Tags": [{ "Key": "a", "Value": "1" }] }));
}

#[test]
fn a_deletion_has_a_task() {
    let cloud = with_role();
    let task = cloud.ok("DeleteServiceLinkedRole", json!({ "RoleName": ROLE }));
    let task = task.text("DeletionTaskId");
    assert!(task.starts_with(&format!("task/aws-service-role/ecs.amazonaws.com/{ROLE}/")), "{task}");
    let status = cloud.ok("GetServiceLinkedRoleDeletionStatus", json!({ "DeletionTaskId": task }));
    assert_eq!(status.members, json!({ "Status": "SUCCEEDED" }));
    assert_eq!(cloud.refused("GetRole", json!({ "RoleName": ROLE })), (404, "NoSuchEntity".into()));
    let other = json!({ "DeletionTaskId": "task/other" });
    assert_eq!(cloud.refused("GetServiceLinkedRoleDeletionStatus", other), (404, "NoSuchEntity".into()));
    cloud.role("ordinary");
    let ordinary = json!({ "RoleName": "ordinary" });
    assert_eq!(cloud.refused("DeleteServiceLinkedRole", ordinary), (400, "InvalidInput".into()));
}
