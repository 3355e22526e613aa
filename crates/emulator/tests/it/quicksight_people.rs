//! QuickSight's namespaces, users, groups and policy assignments, and what is set for an account.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud};
use crate::filled::filled;
use crate::quicksight_assets::{arn, assert_status, quicksight, with};

fn within(members: Value) -> Value {
    let mut all = with(json!({ "Namespace": "default" }));
    all.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    all
}

fn register(cloud: &Cloud, name: &str) {
    let members =
        json!({ "IdentityType": "QUICKSIGHT", "Email": "e", "UserRole": "READER", "UserName": name });
    cloud.ok("RegisterUser", within(members));
}

fn group(cloud: &Cloud, name: &str) {
    cloud.ok("CreateGroup", within(json!({ "GroupName": name })));
}

#[test]
fn every_member_of_a_user_is_kept() {
    let cloud = quicksight();
    let given = json!({
        "IdentityType": "IAM", "Email": "ada@example.org", "UserRole": "AUTHOR",
        "IamArn": format!("arn:aws:iam::{ACCOUNT}:role/people/analyst"), "SessionName": "ada",
        "CustomPermissionsName": "c", "ExternalLoginFederationProviderType": "CUSTOM_OIDC",
        "CustomFederationProviderUrl": "https://login", "ExternalLoginId": "l",
        "Tags": [{ "Key": "team", "Value": "data" }],
    });
    let reply = cloud.ok("RegisterUser", within(given));
    assert_status(&reply, 201);
    let named = within(json!({ "UserName": "analyst/ada" }));
    let get = || cloud.ok("DescribeUser", named.clone()).members["User"].clone();
    assert_eq!(get(), reply.members["User"]);
    let principal = reply.members["User"]["PrincipalId"].clone();
    let expected = json!({
        "Arn": arn("user/default/analyst/ada"), "UserName": "analyst/ada", "Email": "ada@example.org",
        "Role": "AUTHOR", "IdentityType": "IAM", "Active": true, "PrincipalId": principal,
        "CustomPermissionsName": "c", "ExternalLoginFederationProviderType": "CUSTOM_OIDC",
        "ExternalLoginFederationProviderUrl": "https://login", "ExternalLoginId": "l",
    });
    assert_eq!(get(), expected);
    let tags = cloud.ok("ListTagsForResource", json!({ "ResourceArn": arn("user/default/analyst/ada") }));
    assert_eq!(tags.members["Tags"], json!([{ "Key": "team", "Value": "data" }]));
    let mut update = named.clone();
    update["Email"] = json!("b");
    update["Role"] = json!("ADMIN");
    update["UnapplyCustomPermissions"] = json!(true);
    cloud.ok("UpdateUser", update);
    let changed = get();
    assert_eq!((&changed["Role"], &changed["CustomPermissionsName"]), (&json!("ADMIN"), &Value::Null));
    assert_eq!(cloud.ok("ListUsers", within(json!({}))).column("UserList", "Email"), ["b"]);
    cloud.ok("DeleteUserByPrincipalId", within(json!({ "PrincipalId": principal })));
    assert_eq!(cloud.refused("DescribeUser", named).0, 404);
}

#[test]
fn users_are_in_groups() {
    let cloud = quicksight();
    let made = cloud.ok("CreateGroup", within(json!({ "GroupName": "readers", "Description": "d" })));
    assert_status(&made, 201);
    let held = cloud.ok("DescribeGroup", within(json!({ "GroupName": "readers" }))).members["Group"].clone();
    assert_eq!(held, made.members["Group"]);
    assert_eq!((&held["Arn"], &held["Description"]), (&json!(arn("group/default/readers")), &json!("d")));
    group(&cloud, "writers");
    register(&cloud, "ada");
    let member = within(json!({ "GroupName": "readers", "MemberName": "ada" }));
    let shown = json!({ "Arn": arn("user/default/ada"), "MemberName": "ada" });
    assert_eq!(cloud.ok("CreateGroupMembership", member.clone()).members["GroupMember"], shown);
    cloud.ok("CreateGroupMembership", member.clone());
    assert_eq!(cloud.ok("DescribeGroupMembership", member.clone()).members["GroupMember"], shown);
    let members = |cloud: &Cloud| {
        cloud.ok("ListGroupMemberships", within(json!({ "GroupName": "readers" }))).members["GroupMemberList"]
            .clone()
    };
    assert_eq!(members(&cloud), json!([shown]));
    let groups = cloud.ok("ListUserGroups", within(json!({ "UserName": "ada" })));
    assert_eq!(groups.column("GroupList", "GroupName"), ["readers"]);
    let fork = cloud.fork();
    fork.ok("DeleteGroupMembership", member.clone());
    assert_eq!(fork.refused("DeleteGroupMembership", member).0, 404);
    assert_eq!((members(&cloud), members(&fork)), (json!([shown]), json!([])));
    cloud.ok("DeleteUser", within(json!({ "UserName": "ada" })));
    assert_eq!(members(&cloud), json!([]));
    cloud.ok("UpdateGroup", within(json!({ "GroupName": "readers" })));
    let held = cloud.ok("DescribeGroup", within(json!({ "GroupName": "readers" }))).members["Group"].clone();
    assert_eq!(held["Description"], Value::Null);
    cloud.ok("DeleteGroup", within(json!({ "GroupName": "readers" })));
    assert_eq!(cloud.ok("ListGroups", within(json!({}))).column("GroupList", "GroupName"), ["writers"]);
}

#[test]
fn namespaces_keep_users_apart() {
    let cloud = quicksight();
    let given = json!({
        "Namespace": "tenant", "IdentityStore": "QUICKSIGHT", "Tags": [{ "Key": "team", "Value": "data" }],
    });
    assert_status(&cloud.ok("CreateNamespace", with(given.clone())), 201);
    assert_eq!(cloud.refused("CreateNamespace", with(given)).1, "ResourceExistsException");
    let held =
        cloud.ok("DescribeNamespace", with(json!({ "Namespace": "tenant" }))).members["Namespace"].clone();
    let expected = json!({
        "Name": "tenant", "Arn": arn("namespace/tenant"), "CapacityRegion": "eu-west-2", "CreationStatus": "CREATED",
        "IdentityStore": "QUICKSIGHT",
    });
    assert_eq!(held, expected);
    assert_eq!(
        cloud.ok("ListNamespaces", with(json!({}))).column("Namespaces", "Name"),
        ["default", "tenant"]
    );
    register(&cloud, "ada");
    let there = with(json!({ "Namespace": "tenant", "UserName": "ada" }));
    assert_eq!(cloud.refused("DescribeUser", there).1, "ResourceNotFoundException");
    cloud.ok("DeleteNamespace", with(json!({ "Namespace": "tenant" })));
    assert_eq!(
        cloud.refused("ListUsers", with(json!({ "Namespace": "tenant" }))).1,
        "ResourceNotFoundException"
    );
    assert_eq!(cloud.refused("DeleteNamespace", within(json!({}))).1, "PreconditionNotMetException");
}

#[test]
fn every_member_of_a_policy_assignment_is_kept() {
    let cloud = quicksight();
    register(&cloud, "ada");
    register(&cloud, "bob");
    group(&cloud, "readers");
    cloud.ok("CreateGroupMembership", within(json!({ "GroupName": "readers", "MemberName": "bob" })));
    let given = json!({
        "AssignmentName": "as", "AssignmentStatus": "ENABLED", "PolicyArn": "arn:aws:iam::aws:policy/p",
        "Identities": { "user": ["ada"], "group": ["readers"] },
    });
    let made = cloud.ok("CreateIAMPolicyAssignment", within(given.clone()));
    assert_status(&made, 201);
    let named = within(json!({ "AssignmentName": "as" }));
    let held = cloud.ok("DescribeIAMPolicyAssignment", named.clone()).members["IAMPolicyAssignment"].clone();
    for (name, value) in given.as_object().unwrap() {
        assert_eq!((&held[name], &made.members[name]), (value, value), "{name}");
    }
    assert_eq!(held["AwsAccountId"], ACCOUNT);
    let active = |user: &str| {
        let reply = cloud.ok("ListIAMPolicyAssignmentsForUser", within(json!({ "UserName": user })));
        reply.members["ActiveAssignments"].clone()
    };
    let one = json!([{ "AssignmentName": "as", "PolicyArn": "arn:aws:iam::aws:policy/p" }]);
    assert_eq!((active("ada"), active("bob")), (one.clone(), one));
    let mut update = named.clone();
    update["AssignmentStatus"] = json!("DISABLED");
    cloud.ok("UpdateIAMPolicyAssignment", update);
    assert_eq!(active("ada"), json!([]));
    let list = |status: &str| {
        let reply = cloud.ok("ListIAMPolicyAssignments", within(json!({ "AssignmentStatus": status })));
        reply.members["IAMPolicyAssignments"].as_array().unwrap().len()
    };
    assert_eq!((list("DISABLED"), list("ENABLED")), (1, 0));
    assert_eq!(cloud.ok("DeleteIAMPolicyAssignment", named.clone()).text("AssignmentName"), "as");
    assert_eq!(cloud.refused("DescribeIAMPolicyAssignment", named).0, 404);
}

#[test]
fn an_account_signs_up_and_off() {
    let cloud = quicksight();
    assert_eq!(cloud.refused("DescribeAccountSubscription", with(json!({}))).1, "ResourceNotFoundException");
    let given = json!({
        "AccountName": "cci", "AuthenticationMethod": "IAM_AND_QUICKSIGHT", "NotificationEmail": "n", "Edition": "STANDARD",
        "FirstName": "a", "LastName": "b", "EmailAddress": "c", "ContactNumber": "d",
    });
    let signed = cloud.ok("CreateAccountSubscription", with(given.clone()));
    assert_eq!(signed.members["SignupResponse"]["accountName"], "cci");
    assert_eq!(cloud.refused("CreateAccountSubscription", with(given)).1, "ResourceExistsException");
    let info = cloud.ok("DescribeAccountSubscription", with(json!({}))).members["AccountInfo"].clone();
    let expected = json!({
        "AccountName": "cci", "Edition": "STANDARD", "NotificationEmail": "n",
        "AuthenticationType": "IAM_AND_QUICKSIGHT", "AccountSubscriptionStatus": "ACCOUNT_CREATED",
    });
    assert_eq!(info, expected);
    assert_eq!(cloud.refused("DeleteAccountSubscription", with(json!({}))).1, "PreconditionNotMetException");
    let update = json!({
        "DefaultNamespace": "default", "NotificationEmail": "m", "TerminationProtectionEnabled": false,
    });
    cloud.ok("UpdateAccountSettings", with(update));
    let settings = cloud.ok("DescribeAccountSettings", with(json!({}))).members["AccountSettings"].clone();
    let expected = json!({
        "AccountName": "cci", "Edition": "STANDARD", "DefaultNamespace": "default", "NotificationEmail": "m",
        "PublicSharingEnabled": false, "TerminationProtectionEnabled": false,
    });
    assert_eq!(settings, expected);
    cloud.ok("DeleteAccountSubscription", with(json!({})));
    let info = cloud.ok("DescribeAccountSubscription", with(json!({}))).members["AccountInfo"].clone();
    assert_eq!(info["AccountSubscriptionStatus"], "UNSUBSCRIBED");
    assert_eq!(cloud.refused("DeleteAccountSubscription", with(json!({}))).0, 404);
}

#[test]
fn what_is_set_for_an_account_is_kept() {
    let cloud = quicksight();
    let look = filled("quicksight", "AccountCustomization");
    let given = json!({ "AccountCustomization": look, "Tags": [{ "Key": "team", "Value": "data" }] });
    cloud.ok("CreateAccountCustomization", with(given.clone()));
    assert_eq!(cloud.refused("CreateAccountCustomization", with(given)).0, 409);
    let held = cloud.ok("DescribeAccountCustomization", with(json!({})));
    assert_eq!(
        (&held.members["AccountCustomization"], held.text("Arn")),
        (&look, arn(&format!("customization/account/{ACCOUNT}")).as_str())
    );
    assert_eq!(cloud.refused("DescribeAccountCustomization", within(json!({}))).0, 404);
    let theme = json!({ "AccountCustomization": { "DefaultTheme": "t" } });
    cloud.ok("CreateAccountCustomization", within(theme.clone()));
    let resolved = cloud.ok("DescribeAccountCustomization", within(json!({ "Resolved": true }))).members;
    assert_eq!(resolved["AccountCustomization"]["DefaultTheme"], "t");
    assert_eq!(
        resolved["AccountCustomization"]["DefaultEmailCustomizationTemplate"],
        look["DefaultEmailCustomizationTemplate"]
    );
    cloud.ok("UpdateAccountCustomization", with(theme.clone()));
    assert_eq!(
        cloud.ok("DescribeAccountCustomization", with(json!({}))).members["AccountCustomization"],
        theme["AccountCustomization"]
    );
    cloud.ok("DeleteAccountCustomization", with(json!({})));
    assert_eq!(cloud.refused("UpdateAccountCustomization", with(theme)).0, 404);
    let addresses = json!({
        "IpRestrictionRuleMap": { "10.0.0.0/8": "d" }, "VpcIdRestrictionRuleMap": { "vpc-1": "d" },
        "VpcEndpointIdRestrictionRuleMap": { "vpce-1": "d" }, "Enabled": true,
    });
    cloud.ok("UpdateIpRestriction", with(addresses.clone()));
    let held = cloud.ok("DescribeIpRestriction", with(json!({}))).members;
    for (name, value) in addresses.as_object().unwrap() {
        assert_eq!(&held[name], value, "{name}");
    }
    let key = |id: &str, default: bool| json!({ "KeyArn": format!("arn:aws:kms:eu-west-2:{ACCOUNT}:key/{id}"), "DefaultKey": default });
    let keys = json!([key("a", true), key("b", false)]);
    let done = cloud.ok("UpdateKeyRegistration", with(json!({ "KeyRegistration": keys })));
    assert_eq!(done.members["SuccessfulKeyRegistration"].as_array().unwrap().len(), 2);
    assert_eq!(cloud.ok("DescribeKeyRegistration", with(json!({}))).members["KeyRegistration"], keys);
    let default = cloud.ok("DescribeKeyRegistration", with(json!({ "DefaultKeyOnly": true })));
    assert_eq!(default.members["KeyRegistration"], json!([key("a", true)]));
}

#[test]
fn wrong_calls_are_told_apart() {
    let cloud = quicksight();
    register(&cloud, "ada");
    group(&cloud, "readers");
    let invalid = "InvalidParameterValueException";
    let user = |more: Value| {
        let mut members = json!({ "IdentityType": "IAM", "Email": "e", "UserRole": "READER" });
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        members
    };
    for (operation, members, status, code) in [
        ("RegisterUser", user(json!({})), 400, invalid),
        ("RegisterUser", user(json!({ "IamArn": format!("arn:aws:iam::{ACCOUNT}:role/r") })), 400, invalid),
        ("RegisterUser", user(json!({ "IdentityType": "QUICKSIGHT" })), 400, invalid),
        (
            "RegisterUser",
            user(json!({ "IdentityType": "QUICKSIGHT", "UserName": "ada" })),
            409,
            "ResourceExistsException",
        ),
        (
            "RegisterUser",
            user(json!({ "IdentityType": "IAM_IDENTITY_CENTER", "UserName": "x" })),
            501,
            "NotImplemented",
        ),
        ("RegisterUser", user(json!({ "UserRole": "KING" })), 400, "ValidationException"),
        ("DescribeUser", json!({ "UserName": "x" }), 404, "ResourceNotFoundException"),
        ("CreateGroup", json!({ "GroupName": "readers" }), 409, "ResourceExistsException"),
        (
            "CreateGroupMembership",
            json!({ "GroupName": "readers", "MemberName": "x" }),
            404,
            "ResourceNotFoundException",
        ),
        (
            "DescribeGroupMembership",
            json!({ "GroupName": "readers", "MemberName": "ada" }),
            404,
            "ResourceNotFoundException",
        ),
        (
            "CreateIAMPolicyAssignment",
            json!({ "AssignmentName": "as", "AssignmentStatus": "ENABLED", "Identities": { "role": ["r"] } }),
            400,
            invalid,
        ),
        (
            "CreateIAMPolicyAssignment",
            json!({ "AssignmentName": "a b", "AssignmentStatus": "DRAFT" }),
            400,
            "ValidationException",
        ),
    ] {
        assert_eq!(
            cloud.refused(operation, within(members.clone())),
            (status, code.to_owned()),
            "{operation} {members}"
        );
    }
    let other = json!({ "AwsAccountId": "222222222222", "Namespace": "default", "UserName": "ada" });
    assert_eq!(cloud.other_account().refused("DescribeUser", other).0, 404);
    let keys = json!({ "KeyRegistration": [{ "KeyArn": "k" }] });
    assert_eq!(cloud.refused("UpdateKeyRegistration", with(keys)).1, invalid);
}
