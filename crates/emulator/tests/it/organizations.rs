//! The organization, its units and accounts, and who may ask.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use stackproof_emulator::{AccountSeed, Emulator, OrganizationSeed, PolicySeed, PolicyType, UnitSeed};

use crate::cloud::{ACCOUNT, Cloud, OTHER};

fn organizations() -> Cloud {
    Cloud::new().of("organizations")
}

/// With an organization of the account; the id of its root.
fn organized() -> (Cloud, String) {
    let cloud = organizations();
    cloud.ok("CreateOrganization", json!({}));
    let root = cloud.ok("ListRoots", json!({})).members["Roots"][0]["Id"].as_str().unwrap().to_owned();
    (cloud, root)
}

fn unit(cloud: &Cloud, parent: &str, name: &str) -> String {
    let made = cloud.ok("CreateOrganizationalUnit", json!({ "ParentId": parent, "Name": name }));
    made.members["OrganizationalUnit"]["Id"].as_str().unwrap().to_owned()
}

fn account(cloud: &Cloud, name: &str) -> String {
    let email = format!("{name}@example.com");
    let made = cloud.ok("CreateAccount", json!({ "AccountName": name, "Email": email }));
    made.members["CreateAccountStatus"]["AccountId"].as_str().unwrap().to_owned()
}

#[track_caller]
fn fails(cloud: &Cloud, operation: &str, members: Value, code: &str) {
    assert_eq!(cloud.err(operation, members).code, code, "{operation}");
}

#[test]
fn an_organization_is_made_described_and_unmade() {
    let cloud = organizations();
    fails(&cloud, "DescribeOrganization", json!({}), "AWSOrganizationsNotInUseException");
    let made = cloud.ok("CreateOrganization", json!({})).members["Organization"].clone();
    let id = made["Id"].as_str().unwrap();
    assert!(id.len() == 12 && id.starts_with("o-"), "{id}");
    assert_eq!(made["Arn"], json!(format!("arn:aws:organizations::{ACCOUNT}:organization/{id}")));
    assert_eq!(
        made["MasterAccountArn"],
        json!(format!("arn:aws:organizations::{ACCOUNT}:account/{id}/{ACCOUNT}"))
    );
    assert_eq!(cloud.ok("DescribeOrganization", json!({})).members["Organization"], made);
    fails(&cloud, "CreateOrganization", json!({}), "AlreadyInOrganizationException");
    fails(&cloud.other_account(), "CreateOrganization", json!({}), "NotImplemented");
    fails(&cloud.other_account(), "DescribeOrganization", json!({}), "AWSOrganizationsNotInUseException");
    let member = account(&cloud, "prod");
    let root = cloud.ok("ListRoots", json!({})).members["Roots"][0]["Id"].as_str().unwrap().to_owned();
    unit(&cloud, &root, "workloads");
    fails(&cloud, "DeleteOrganization", json!({}), "OrganizationNotEmptyException");
    cloud.ok("RemoveAccountFromOrganization", json!({ "AccountId": member }));
    cloud.ok("DeleteOrganization", json!({}));
    fails(&cloud, "ListRoots", json!({}), "AWSOrganizationsNotInUseException");
}

#[test]
fn units_nest_and_are_told_apart_by_name() {
    let (cloud, root) = organized();
    let workloads = unit(&cloud, &root, "workloads");
    assert!(workloads.starts_with(&format!("ou-{}-", &root[2..])), "{workloads}");
    fails(
        &cloud,
        "CreateOrganizationalUnit",
        json!({ "ParentId": root, "Name": "workloads" }),
        "DuplicateOrganizationalUnitException",
    );
    let nowhere = json!({ "ParentId": "ou-abcd-12345678", "Name": "x" });
    fails(&cloud, "CreateOrganizationalUnit", nowhere, "ParentNotFoundException");
    let mut deepest = workloads.clone();
    for name in ["b", "c", "d", "e"] {
        deepest = unit(&cloud, &deepest, name);
    }
    let error = cloud.err("CreateOrganizationalUnit", json!({ "ParentId": deepest, "Name": "f" }));
    assert_eq!(error.code, "ConstraintViolationException");
    let parents = cloud.ok("ListParents", json!({ "ChildId": workloads })).members;
    assert_eq!(parents["Parents"], json!([{ "Id": root, "Type": "ROOT" }]));
    cloud.ok("UpdateOrganizationalUnit", json!({ "OrganizationalUnitId": workloads, "Name": "work" }));
    let described = cloud.ok("DescribeOrganizationalUnit", json!({ "OrganizationalUnitId": workloads }));
    assert_eq!(described.members["OrganizationalUnit"]["Name"], "work");
    let id = json!({ "OrganizationalUnitId": workloads });
    fails(&cloud, "DeleteOrganizationalUnit", id, "OrganizationalUnitNotEmptyException");
    cloud.ok("DeleteOrganizationalUnit", json!({ "OrganizationalUnitId": deepest }));
    let units = cloud.ok("ListOrganizationalUnitsForParent", json!({ "ParentId": root }));
    assert_eq!(units.column("OrganizationalUnits", "Name"), ["work"]);
}

#[test]
fn accounts_are_made_moved_and_closed() {
    let (cloud, root) = organized();
    let prod = account(&cloud, "prod");
    assert_eq!(prod, "900000000001");
    let again = json!({ "AccountName": "x", "Email": "prod@example.com" });
    let failed = cloud.ok("CreateAccount", again).members["CreateAccountStatus"].clone();
    assert_eq!(
        (&failed["State"], &failed["FailureReason"]),
        (&json!("FAILED"), &json!("EMAIL_ALREADY_EXISTS"))
    );
    let status = json!({ "CreateAccountRequestId": failed["Id"] });
    assert_eq!(cloud.ok("DescribeCreateAccountStatus", status).members["CreateAccountStatus"], failed);
    let described = cloud.ok("DescribeAccount", json!({ "AccountId": prod })).members["Account"].clone();
    assert_eq!((&described["Status"], &described["JoinedMethod"]), (&json!("ACTIVE"), &json!("CREATED")));
    let workloads = unit(&cloud, &root, "workloads");
    let to = |source: &str, destination: &str| json!({ "AccountId": prod, "SourceParentId": source, "DestinationParentId": destination });
    fails(&cloud, "MoveAccount", to(&workloads, &root), "SourceParentNotFoundException");
    fails(&cloud, "MoveAccount", to(&root, "ou-abcd-12345678"), "DestinationParentNotFoundException");
    fails(&cloud, "MoveAccount", to(&root, &root), "DuplicateAccountException");
    cloud.ok("MoveAccount", to(&root, &workloads));
    let there = cloud.ok("ListAccountsForParent", json!({ "ParentId": workloads }));
    assert_eq!(there.column("Accounts", "Id"), [prod.as_str()]);
    let children = json!({ "ParentId": root, "ChildType": "ACCOUNT" });
    assert_eq!(cloud.ok("ListChildren", children).column("Children", "Id"), [ACCOUNT]);
    cloud.ok("CloseAccount", json!({ "AccountId": prod }));
    fails(&cloud, "CloseAccount", json!({ "AccountId": prod }), "AccountAlreadyClosedException");
    fails(&cloud, "CloseAccount", json!({ "AccountId": ACCOUNT }), "ConstraintViolationException");
    let gone = json!({ "AccountId": ACCOUNT });
    fails(&cloud, "RemoveAccountFromOrganization", gone, "MasterCannotLeaveOrganizationException");
    // What one fork does another does not see, and ids are not given twice.
    let fork = cloud.fork();
    fork.ok("RemoveAccountFromOrganization", json!({ "AccountId": prod }));
    assert_eq!(account(&fork, "next"), "900000000002");
    assert_eq!(cloud.ok("ListAccounts", json!({})).column("Accounts", "Id"), [ACCOUNT, prod.as_str()]);
}

#[test]
fn lists_have_pages() {
    let (cloud, root) = organized();
    for at in 0..25 {
        unit(&cloud, &root, &format!("unit {at}"));
    }
    let first = cloud.ok("ListOrganizationalUnitsForParent", json!({ "ParentId": root }));
    assert_eq!(first.column("OrganizationalUnits", "Id").len(), 20);
    let next = json!({ "ParentId": root, "NextToken": first.text("NextToken") });
    let second = cloud.ok("ListOrganizationalUnitsForParent", next).members;
    assert_eq!(
        (second["OrganizationalUnits"].as_array().unwrap().len(), &second["NextToken"]),
        (5, &Value::Null)
    );
    fails(&cloud, "ListRoots", json!({ "MaxResults": 21 }), "InvalidInputException");
}

#[test]
fn members_see_the_organization_and_delegated_administrators_all_of_it() {
    let cloud = Cloud {
        emulator: Emulator::new(organizations().emulator.clock().clone()).organized(seed()),
        ..organizations()
    };
    let member = cloud.other_account();
    assert_eq!(member.ok("DescribeOrganization", json!({})).members["Organization"]["Id"], "o-exampleorgid");
    fails(&member, "ListAccounts", json!({}), "AccessDeniedException");
    let service =
        |account: &str| json!({ "AccountId": account, "ServicePrincipal": "guardduty.amazonaws.com" });
    fails(&cloud, "RegisterDelegatedAdministrator", service(OTHER), "ConstraintViolationException");
    cloud.ok("EnableAWSServiceAccess", json!({ "ServicePrincipal": "guardduty.amazonaws.com" }));
    let enabled = cloud.ok("ListAWSServiceAccessForOrganization", json!({}));
    assert_eq!(enabled.column("EnabledServicePrincipals", "ServicePrincipal"), ["guardduty.amazonaws.com"]);
    fails(&cloud, "RegisterDelegatedAdministrator", service(ACCOUNT), "ConstraintViolationException");
    cloud.ok("RegisterDelegatedAdministrator", service(OTHER));
    fails(&cloud, "RegisterDelegatedAdministrator", service(OTHER), "AccountAlreadyRegisteredException");
    assert_eq!(
        member.ok("ListDelegatedAdministrators", json!({})).column("DelegatedAdministrators", "Id"),
        [OTHER]
    );
    let services = member.ok("ListDelegatedServicesForAccount", json!({ "AccountId": OTHER }));
    assert_eq!(services.column("DelegatedServices", "ServicePrincipal"), ["guardduty.amazonaws.com"]);
    fails(&member, "DeleteOrganization", json!({}), "AccessDeniedException");
    cloud.ok("DeregisterDelegatedAdministrator", service(OTHER));
    fails(&cloud, "DeregisterDelegatedAdministrator", service(OTHER), "AccountNotRegisteredException");
    fails(&member, "ListAccounts", json!({}), "AccessDeniedException");
    // Whom the resource policy lets in is decided by whoever authorizes.
    let policy = cloud.ok("PutResourcePolicy", json!({ "Content": "{}" })).members["ResourcePolicy"].clone();
    assert_eq!(cloud.ok("DescribeResourcePolicy", json!({})).members["ResourcePolicy"], policy);
    member.ok("ListAccounts", json!({}));
    fails(&member, "DeleteOrganization", json!({}), "AccessDeniedException");
    cloud.ok("DeleteResourcePolicy", json!({}));
    fails(&cloud, "DescribeResourcePolicy", json!({}), "ResourcePolicyNotFoundException");
}

fn seed() -> OrganizationSeed {
    let (root, unit) = ("r-ab12".to_owned(), "ou-ab12-11111111".to_owned());
    OrganizationSeed {
        id: "o-exampleorgid".to_owned(),
        root_id: root.clone(),
        management_account: ACCOUNT.to_owned(),
        units: vec![UnitSeed { id: unit.clone(), name: "workloads".to_owned(), parent: root.clone() }],
        accounts: vec![
            AccountSeed { id: ACCOUNT.to_owned(), name: "audit".to_owned(), parent: root },
            AccountSeed { id: OTHER.to_owned(), name: "main".to_owned(), parent: unit.clone() },
        ],
        policies: vec![PolicySeed {
            name: "policies/storage.json".to_owned(),
            kind: PolicyType::ServiceControl,
            content: "{}".to_owned(),
            targets: BTreeSet::from([unit.clone()]),
        }],
        without_full_access: BTreeSet::from([unit]),
    }
}

#[test]
fn an_organization_may_stand_already() {
    let cloud = Cloud {
        emulator: Emulator::new(organizations().emulator.clock().clone()).organized(seed()),
        ..organizations()
    };
    let attached = |target: &str| {
        let of = json!({ "TargetId": target, "Filter": "SERVICE_CONTROL_POLICY" });
        cloud.ok("ListPoliciesForTarget", of).column("Policies", "Name").join(", ")
    };
    assert_eq!(attached("ou-ab12-11111111"), "policies/storage.json");
    assert_eq!(attached("r-ab12"), "FullAWSAccess");
    let account = cloud.ok("DescribeAccount", json!({ "AccountId": OTHER })).members["Account"].clone();
    assert_eq!(account["Paths"], json!(["o-exampleorgid/r-ab12/ou-ab12-11111111/222222222222/"]));
    let unknown = Emulator::new(cloud.emulator.clock().clone()).organized_somehow("which account manages it");
    let error = Cloud { emulator: unknown, ..cloud.clone() }.err("ListRoots", json!({}));
    assert_eq!(
        (error.code.as_ref(), error.message.as_ref()),
        ("NotImplemented", "it is not known which account manages it")
    );
}
