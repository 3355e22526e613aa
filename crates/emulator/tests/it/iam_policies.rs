//! Policies: inline, managed, their versions and attachments.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud};

const ARN: &str = "arn:aws:iam::111111111111:policy/data/Read";

fn arn(more: Value) -> Value {
    let mut members = json!({ "PolicyArn": ARN });
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    members
}

/// With a policy `Read`, a user, a group and a role.
fn with_policy() -> Cloud {
    let cloud = Cloud::new();
    cloud.ok(
        "CreatePolicy",
        json!({
            "PolicyName": "Read", "Path": "/data/", "PolicyDocument": "{\"v\": 1}", "Description": "reads",
            "Tags": [{ "Key": "a", "Value": "1" }],
        }),
    );
    cloud.ok("CreateUser", json!({ "UserName": "ada" }));
    cloud.ok("CreateGroup", json!({ "GroupName": "readers" }));
    cloud.ok("CreateRole", json!({ "RoleName": "migrator", "AssumeRolePolicyDocument": "{}" }));
    cloud
}

#[test]
fn inline_policies_come_back_encoded() {
    let cloud = with_policy();
    for (kind, member, name) in
        [("User", "UserName", "ada"), ("Group", "GroupName", "readers"), ("Role", "RoleName", "migrator")]
    {
        let of = |more: Value| {
            let mut members = json!({ member: name });
            members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            members
        };
        let [put, get, list, delete] = ["Put", "Get", "List", "Delete"].map(|verb| match verb {
            "List" => format!("List{kind}Policies"),
            _ => format!("{verb}{kind}Policy"),
        });
        for policy in ["two", "one"] {
            cloud.ok(&put, of(json!({ "PolicyName": policy, "PolicyDocument": "{ \"a\": \"*+/\" }" })));
        }
        let got = cloud.ok(&get, of(json!({ "PolicyName": "one" }))).members;
        let encoded = "%7B%20%22a%22%3A%20%22%2A%2B%2F%22%20%7D";
        assert_eq!(got, json!({ member: name, "PolicyName": "one", "PolicyDocument": encoded }));
        assert_eq!(cloud.ok(&list, of(json!({}))).members["PolicyNames"], json!(["one", "two"]));
        cloud.ok(&delete, of(json!({ "PolicyName": "one" })));
        let gone = cloud.err(&get, of(json!({ "PolicyName": "one" })));
        let text = format!("The {} policy with name one cannot be found.", kind.to_lowercase());
        assert_eq!((gone.status, gone.message), (404, text));
        assert_eq!(cloud.refused(&delete, of(json!({ "PolicyName": "one" }))).1, "NoSuchEntity");
    }
}

#[test]
fn inline_policies_are_counted_together_without_blanks() {
    let cloud = with_policy();
    for (kind, member, name, limit) in [
        ("User", "UserName", "ada", 2048),
        ("Group", "GroupName", "readers", 5120),
        ("Role", "RoleName", "migrator", 10_240),
    ] {
        let operation = format!("Put{kind}Policy");
        let put = |policy: &str, size: usize| json!({ member: name, "PolicyName": policy, "PolicyDocument": "x \n".repeat(size) });
        cloud.ok(&operation, put("a", limit - 1));
        cloud.ok(&operation, put("b", 1));
        let error = cloud.err(&operation, put("c", 1));
        assert_eq!((error.status, error.code.as_ref()), (409, "LimitExceeded"));
        assert_eq!(
            error.message,
            format!("Maximum policy size of {limit} bytes exceeded for {} {name}", kind.to_lowercase())
        );
    }
}

#[test]
fn every_member_of_a_managed_policy_comes_back() {
    let cloud = with_policy();
    let got = cloud.ok("GetPolicy", arn(json!({}))).members;
    let policy = &got["Policy"];
    for (member, value) in [
        ("PolicyName", json!("Read")),
        ("Path", json!("/data/")),
        ("Arn", json!(ARN)),
        ("Description", json!("reads")),
        ("Tags", json!([{ "Key": "a", "Value": "1" }])),
        ("DefaultVersionId", json!("v1")),
        ("AttachmentCount", json!(0)),
        ("PermissionsBoundaryUsageCount", json!(0)),
        ("IsAttachable", json!(true)),
        ("CreateDate", json!("2026-01-15T10:00:00Z")),
        ("UpdateDate", json!("2026-01-15T10:00:00Z")),
    ] {
        assert_eq!(policy[member], value, "{member}");
    }
    let id = policy["PolicyId"].as_str().unwrap();
    assert!(id.starts_with("ANPA") && id.len() == 21);
    let version = cloud.ok("GetPolicyVersion", arn(json!({ "VersionId": "v1" }))).members;
    assert_eq!(
        version["PolicyVersion"],
        json!({ "VersionId": "v1", "IsDefaultVersion": true, "CreateDate": "2026-01-15T10:00:00Z", "Document": "%7B%22v%22%3A%201%7D" })
    );
    let listed = cloud.ok("ListPolicies", json!({ "Scope": "Local" }));
    assert_eq!(listed.column("Policies", "Arn"), [ARN]);
    cloud.ok("TagPolicy", arn(json!({ "Tags": [{ "Key": "A", "Value": "2" }] })));
    assert_eq!(
        cloud.ok("ListPolicyTags", arn(json!({}))).members["Tags"],
        json!([{ "Key": "A", "Value": "2" }])
    );
}

#[test]
fn versions_are_five_at_most_and_numbers_stay_taken() {
    let cloud = with_policy();
    let new = |default: bool| arn(json!({ "PolicyDocument": "{}", "SetAsDefault": default }));
    cloud.later(60);
    for number in 2..=5 {
        let made = cloud.ok("CreatePolicyVersion", new(number == 3)).members;
        assert_eq!(made["PolicyVersion"]["VersionId"], format!("v{number}"));
        assert_eq!(made["PolicyVersion"]["IsDefaultVersion"], number == 3);
    }
    let sixth = cloud.err("CreatePolicyVersion", new(false));
    assert_eq!((sixth.status, sixth.code.as_ref()), (409, "LimitExceeded"));
    assert_eq!(
        cloud.refused("DeletePolicyVersion", arn(json!({ "VersionId": "v3" }))),
        (409, "DeleteConflict".into())
    );
    cloud.ok("DeletePolicyVersion", arn(json!({ "VersionId": "v5" })));
    assert_eq!(cloud.ok("CreatePolicyVersion", new(false)).members["PolicyVersion"]["VersionId"], "v6");
    let listed = cloud.ok("ListPolicyVersions", arn(json!({})));
    assert_eq!(listed.column("Versions", "VersionId"), ["v6", "v4", "v3", "v2", "v1"]);
    cloud.ok("SetDefaultPolicyVersion", arn(json!({ "VersionId": "v1" })));
    let policy = cloud.ok("GetPolicy", arn(json!({}))).members;
    assert_eq!(
        (&policy["Policy"]["DefaultVersionId"], &policy["Policy"]["UpdateDate"]),
        (&json!("v1"), &json!("2026-01-15T10:01:00Z"))
    );
    for (operation, id) in
        [("GetPolicyVersion", "v5"), ("SetDefaultPolicyVersion", "v9"), ("DeletePolicyVersion", "1")]
    {
        assert_eq!(
            cloud.refused(operation, arn(json!({ "VersionId": id }))).1,
            "NoSuchEntity",
            "{operation}"
        );
    }
    assert_eq!(cloud.refused("DeletePolicy", arn(json!({}))), (409, "DeleteConflict".into()));
}

#[test]
fn policies_are_attached_listed_and_detached() {
    let cloud = with_policy();
    for (kind, member, name) in
        [("User", "UserName", "ada"), ("Group", "GroupName", "readers"), ("Role", "RoleName", "migrator")]
    {
        let [attach, detach] = ["Attach", "Detach"].map(|verb| format!("{verb}{kind}Policy"));
        let list = format!("ListAttached{kind}Policies");
        for _ in 0..2 {
            cloud.ok(&attach, arn(json!({ member: name })));
        }
        let listed = cloud.ok(&list, json!({ member: name })).members;
        assert_eq!(listed["AttachedPolicies"], json!([{ "PolicyName": "Read", "PolicyArn": ARN }]));
        let elsewhere = cloud.ok(&list, json!({ member: name, "PathPrefix": "/other/" })).members;
        assert_eq!(elsewhere["AttachedPolicies"], json!([]));
        assert_eq!(cloud.refused("DeletePolicy", arn(json!({}))), (409, "DeleteConflict".into()));
        cloud.ok(&detach, arn(json!({ member: name })));
        assert_eq!(cloud.refused(&detach, arn(json!({ member: name }))), (404, "NoSuchEntity".into()));
        for wrong in ["arn:aws:iam::111111111111:policy/None", "arn:aws:iam::222222222222:policy/data/Read"] {
            let error = cloud.err(&attach, json!({ member: name, "PolicyArn": wrong }));
            assert_eq!(error.message, format!("Policy {wrong} does not exist or is not attachable."));
        }
        let unknown = json!({ member: name, "PolicyArn": "arn:aws:iam::aws:policy/Unknown" });
        assert_eq!(cloud.refused(&attach, unknown).1, "NotImplemented");
    }
    cloud.ok("DeletePolicy", arn(json!({})));
    assert_eq!(cloud.refused("GetPolicy", arn(json!({}))), (404, "NoSuchEntity".into()));
}

#[test]
fn a_policy_knows_who_uses_it() {
    let cloud = with_policy();
    cloud.ok("AttachUserPolicy", arn(json!({ "UserName": "ada" })));
    cloud.ok("AttachGroupPolicy", arn(json!({ "GroupName": "readers" })));
    cloud.ok("PutRolePermissionsBoundary", json!({ "RoleName": "migrator", "PermissionsBoundary": ARN }));
    let policy = cloud.ok("GetPolicy", arn(json!({}))).members;
    assert_eq!(
        (&policy["Policy"]["AttachmentCount"], &policy["Policy"]["PermissionsBoundaryUsageCount"]),
        (&json!(2), &json!(1))
    );
    for (filter, counts) in [
        (json!({}), [1, 1, 1]),
        (json!({ "EntityFilter": "User" }), [0, 0, 1]),
        (json!({ "PolicyUsageFilter": "PermissionsBoundary" }), [0, 1, 0]),
        (json!({ "PolicyUsageFilter": "PermissionsPolicy" }), [1, 0, 1]),
        (json!({ "PathPrefix": "/x/" }), [0, 0, 0]),
    ] {
        let found = cloud.ok("ListEntitiesForPolicy", arn(filter.clone()));
        let lists = [("PolicyGroups", "GroupName"), ("PolicyRoles", "RoleName"), ("PolicyUsers", "UserName")];
        assert_eq!(lists.map(|(list, name)| found.column(list, name).len()), counts, "{filter}");
    }
    let mut names = Vec::new();
    let mut marker = Value::Null;
    let mut pages = 0..100;
    loop {
        pages.next().expect("pages come to an end");
        let page = cloud.ok("ListEntitiesForPolicy", arn(json!({ "MaxItems": 1, "Marker": marker })));
        names.extend(page.column("PolicyGroups", "GroupName").into_iter().map(str::to_owned));
        names.extend(page.column("PolicyRoles", "RoleName").into_iter().map(str::to_owned));
        names.extend(page.column("PolicyUsers", "UserName").into_iter().map(str::to_owned));
        let Some(next) = page.members.get("Marker") else { break };
        marker = next.clone();
    }
    assert_eq!(names, ["readers", "migrator", "ada"]);
    assert_eq!(cloud.refused("DeletePolicy", arn(json!({}))), (409, "DeleteConflict".into()));
}

#[test]
fn policies_of_aws_are_in_every_account() {
    let cloud = Cloud::new();
    let arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
    let policy = cloud.ok("GetPolicy", json!({ "PolicyArn": arn })).members;
    assert_eq!(
        (&policy["Policy"]["Arn"], &policy["Policy"]["Path"]),
        (&json!(arn), &json!("/service-role/"))
    );
    let version = json!({ "PolicyArn": arn, "VersionId": policy["Policy"]["DefaultVersionId"] });
    let document = cloud.ok("GetPolicyVersion", version).members;
    assert!(document["PolicyVersion"]["Document"].as_str().unwrap().contains("logs%3ACreateLogGroup"));
    let listed = cloud.ok("ListPolicies", json!({ "Scope": "AWS" })).members;
    assert!(listed["Policies"].as_array().unwrap().iter().any(|policy| policy["Arn"] == arn));
    // AWS may have it, so that it is not for us to say that there is none.
    for operation in ["DeletePolicy", "GetPolicy"] {
        let unknown = json!({ "PolicyArn": "arn:aws:iam::aws:policy/Unknown" });
        assert_eq!(cloud.refused(operation, unknown).1, "NotImplemented");
    }
    assert_eq!(cloud.refused("DeletePolicy", json!({ "PolicyArn": arn })), (400, "InvalidInput".into()));
}

#[test]
fn quotas_and_names_are_checked() {
    let cloud = with_policy();
    let new = |name: &str, document: &str| json!({ "PolicyName": name, "PolicyDocument": document });
    cloud.ok("CreatePolicy", new("Longest", &"x ".repeat(6144)));
    let long = cloud.err("CreatePolicy", new("Longer", &"x".repeat(6145)));
    assert_eq!((long.status, long.message.as_str()), (409, "Cannot exceed quota for PolicySize: 6144"));
    let taken = cloud.err("CreatePolicy", new("READ", "{}"));
    assert_eq!(taken.message, "A policy called READ already exists. Duplicate names are not allowed.");
    assert_eq!(cloud.refused("CreatePolicy", new("a b", "{}")), (400, "ValidationError".into()));
    for wrong in ["arn:aws:iam::111111111111:user/ada-lovelace", "policy-without-an-arn"] {
        assert_eq!(cloud.refused("GetPolicy", json!({ "PolicyArn": wrong })), (400, "InvalidInput".into()));
    }
    for n in 0..11 {
        cloud.ok("CreatePolicy", new(&format!("p{n}"), "{}"));
        let attach = json!({ "UserName": "ada", "PolicyArn": format!("arn:aws:iam::{ACCOUNT}:policy/p{n}") });
        if n < 10 {
            cloud.ok("AttachUserPolicy", attach);
        } else {
            let error = cloud.err("AttachUserPolicy", attach);
            assert_eq!(error.message, "Cannot exceed quota for PoliciesPerUser: 10");
        }
    }
}
