//! Policies of the organization, their types, and what they are attached to.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud};

const SERVICE: &str = "SERVICE_CONTROL_POLICY";
const RESOURCE: &str = "RESOURCE_CONTROL_POLICY";

/// With an organization of the account; the id of its root.
fn organized() -> (Cloud, String) {
    let cloud = Cloud::new().of("organizations");
    cloud.ok("CreateOrganization", json!({}));
    let root = cloud.ok("ListRoots", json!({})).members["Roots"][0]["Id"].as_str().unwrap().to_owned();
    (cloud, root)
}

fn policy(cloud: &Cloud, name: &str, kind: &str) -> String {
    let members = json!({ "Name": name, "Description": "d", "Type": kind, "Content": "{}" });
    let made = cloud.ok("CreatePolicy", members).members;
    made["Policy"]["PolicySummary"]["Id"].as_str().unwrap().to_owned()
}

fn attached(cloud: &Cloud, target: &str, kind: &str) -> Vec<String> {
    let of = json!({ "TargetId": target, "Filter": kind });
    let found = cloud.ok("ListPoliciesForTarget", of);
    found.column("Policies", "Name").into_iter().map(str::to_owned).collect()
}

#[track_caller]
fn fails(cloud: &Cloud, operation: &str, members: Value, code: &str) {
    assert_eq!(cloud.err(operation, members).code, code, "{operation}");
}

#[test]
fn a_type_that_is_enabled_brings_full_access_to_everything() {
    let (cloud, root) = organized();
    let scp = policy(&cloud, "deny", SERVICE);
    let there = json!({ "PolicyId": scp, "TargetId": root });
    fails(&cloud, "AttachPolicy", there.clone(), "PolicyTypeNotEnabledException");
    let enable = json!({ "RootId": root, "PolicyType": SERVICE });
    let enabled = cloud.ok("EnablePolicyType", enable.clone()).members["Root"]["PolicyTypes"].clone();
    assert_eq!(enabled, json!([{ "Type": SERVICE, "Status": "ENABLED" }]));
    fails(&cloud, "EnablePolicyType", enable.clone(), "PolicyTypeAlreadyEnabledException");
    fails(
        &cloud,
        "EnablePolicyType",
        json!({ "RootId": "r-none", "PolicyType": RESOURCE }),
        "RootNotFoundException",
    );
    cloud.ok("EnablePolicyType", json!({ "RootId": root, "PolicyType": RESOURCE }));
    let unit = cloud.ok("CreateOrganizationalUnit", json!({ "ParentId": root, "Name": "u" })).members;
    let unit = unit["OrganizationalUnit"]["Id"].as_str().unwrap();
    let made = cloud.ok("CreateAccount", json!({ "AccountName": "a", "Email": "a@example.com" })).members;
    let account = made["CreateAccountStatus"]["AccountId"].as_str().unwrap();
    for target in [root.as_str(), unit, account, ACCOUNT] {
        assert_eq!(attached(&cloud, target, SERVICE), ["FullAWSAccess"], "{target}");
        assert_eq!(attached(&cloud, target, RESOURCE), ["RCPFullAWSAccess"], "{target}");
    }
    cloud.ok("AttachPolicy", there);
    cloud.ok("DisablePolicyType", enable.clone());
    assert!(attached(&cloud, &root, SERVICE).is_empty());
    fails(&cloud, "DisablePolicyType", enable, "PolicyTypeNotEnabledException");
}

#[test]
fn policies_are_attached_and_detached_within_the_limits() {
    let (cloud, root) = organized();
    for kind in [SERVICE, RESOURCE] {
        cloud.ok("EnablePolicyType", json!({ "RootId": root, "PolicyType": kind }));
    }
    let scp = policy(&cloud, "deny", SERVICE);
    let at = |policy: &str| json!({ "PolicyId": policy, "TargetId": root });
    cloud.ok("AttachPolicy", at(&scp));
    fails(&cloud, "AttachPolicy", at(&scp), "DuplicatePolicyAttachmentException");
    fails(&cloud, "AttachPolicy", at("p-00000000"), "PolicyNotFoundException");
    fails(
        &cloud,
        "AttachPolicy",
        json!({ "PolicyId": scp, "TargetId": "333333333333" }),
        "TargetNotFoundException",
    );
    fails(&cloud, "DeletePolicy", json!({ "PolicyId": scp }), "PolicyInUseException");
    let targets = cloud.ok("ListTargetsForPolicy", json!({ "PolicyId": scp })).members["Targets"].clone();
    assert_eq!((&targets[0]["TargetId"], &targets[0]["Type"]), (&json!(root), &json!("ROOT")));
    // One stays, whichever it is.
    cloud.ok("DetachPolicy", at("p-FullAWSAccess"));
    fails(&cloud, "DetachPolicy", at(&scp), "ConstraintViolationException");
    fails(&cloud, "DetachPolicy", at("p-FullAWSAccess"), "PolicyNotAttachedException");
    fails(&cloud, "DetachPolicy", at("p-RCPFullAWSAccess"), "ConstraintViolationException");
    for at_most in [(SERVICE, 9), (RESOURCE, 5)] {
        for number in 0..at_most.1 {
            let more = policy(&cloud, &format!("more {number}"), at_most.0);
            cloud.ok("AttachPolicy", at(&more));
        }
        let beyond = policy(&cloud, "beyond", at_most.0);
        let error = cloud.err("AttachPolicy", at(&beyond));
        let reason = ("Reason", "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED".to_owned());
        assert!(error.details.contains(&reason), "{error:?}");
    }
}

#[test]
fn every_member_of_a_policy_comes_back() {
    let (cloud, _) = organized();
    let id = policy(&cloud, "deny", SERVICE);
    let again = json!({ "Name": "deny", "Description": "", "Type": SERVICE, "Content": "{}" });
    fails(&cloud, "CreatePolicy", again.clone(), "DuplicatePolicyException");
    policy(&cloud, "deny", RESOURCE);
    let update = json!({ "PolicyId": id, "Name": "other", "Content": "{ }" });
    let updated = cloud.ok("UpdatePolicy", update).members["Policy"].clone();
    assert_eq!(cloud.ok("DescribePolicy", json!({ "PolicyId": id })).members["Policy"], updated);
    let organization = cloud.ok("DescribeOrganization", json!({})).members["Organization"]["Id"].clone();
    let organization = organization.as_str().unwrap();
    let summary = json!({
        "Id": id, "Name": "other", "Description": "d", "Type": SERVICE, "AwsManaged": false,
        "Arn": format!("arn:aws:organizations::{ACCOUNT}:policy/{organization}/service_control_policy/{id}"),
    });
    assert_eq!(updated, json!({ "PolicySummary": summary, "Content": "{ }" }));
    let listed = cloud.ok("ListPolicies", json!({ "Filter": SERVICE }));
    let names: std::collections::BTreeSet<&str> = listed.column("Policies", "Name").into_iter().collect();
    assert_eq!(names, ["FullAWSAccess", "other"].into());
    let aws = cloud.ok("DescribePolicy", json!({ "PolicyId": "p-FullAWSAccess" })).members["Policy"].clone();
    let arn = "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess";
    assert_eq!(aws["PolicySummary"]["Arn"], arn);
    fails(&cloud, "DeletePolicy", json!({ "PolicyId": "p-FullAWSAccess" }), "InvalidInputException");
    cloud.ok("DeletePolicy", json!({ "PolicyId": id }));
    fails(&cloud, "DescribePolicy", json!({ "PolicyId": id }), "PolicyNotFoundException");
}

#[test]
fn everything_has_tags() {
    let (cloud, root) = organized();
    let id = policy(&cloud, "deny", SERVICE);
    for resource in [root.as_str(), ACCOUNT, &id] {
        cloud.ok("TagResource", json!({ "ResourceId": resource, "Tags": [{ "Key": "a", "Value": "b" }] }));
        let of = json!({ "ResourceId": resource });
        let tags = cloud.ok("ListTagsForResource", of.clone()).members["Tags"].clone();
        assert_eq!(tags, json!([{ "Key": "a", "Value": "b" }]));
        cloud.ok("UntagResource", json!({ "ResourceId": resource, "TagKeys": ["a"] }));
        assert_eq!(cloud.ok("ListTagsForResource", of).members["Tags"], json!([]));
    }
    let aws = json!({ "ResourceId": "p-FullAWSAccess" });
    fails(&cloud, "ListTagsForResource", aws, "TargetNotFoundException");
}

/// Policies that refuse calls in ways that are not decided here cannot be attached; others can.
#[test]
fn what_would_not_be_enforced_is_not_attached() {
    let (cloud, root) = organized();
    for (kind, works) in [("AISERVICES_OPT_OUT_POLICY", true), ("TAG_POLICY", true), ("S3_POLICY", false)] {
        cloud.ok("EnablePolicyType", json!({ "RootId": root, "PolicyType": kind }));
        let id = policy(&cloud, "p", kind);
        let attach = json!({ "PolicyId": id, "TargetId": root });
        let enforced = json!({ "PolicyId": id, "Content": r#"{"tags":{"a":{"enforced_for":{}}}}"# });
        match works {
            true if kind == "TAG_POLICY" => {
                cloud.ok("AttachPolicy", attach);
                fails(&cloud, "UpdatePolicy", enforced, "NotImplemented");
            }
            true => _ = cloud.ok("AttachPolicy", attach),
            false => fails(&cloud, "AttachPolicy", attach, "NotImplemented"),
        }
    }
    fails(&cloud, "EnableAllFeatures", json!({}), "NotImplemented");
}
