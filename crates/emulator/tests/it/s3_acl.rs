//! Access control lists, kept where ownership allows them.

use serde_json::{Value, json};
use stackproof_emulator::canonical_user_id;

use crate::cloud::{ACCOUNT, Cloud, OTHER};

fn logs(more: Value) -> Value {
    let mut members = json!({ "Bucket": "logs" });
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    members
}

fn owned_by(cloud: &Cloud, ownership: &str) {
    let controls = json!({ "Rules": [{ "ObjectOwnership": ownership }] });
    cloud.ok("PutBucketOwnershipControls", logs(json!({ "OwnershipControls": controls })));
}

fn full_control(account: &str) -> Value {
    json!({ "Grantee": { "Type": "CanonicalUser", "ID": canonical_user_id(account) }, "Permission": "FULL_CONTROL" })
}

fn everyone(permission: &str) -> Value {
    let uri = "http://acs.amazonaws.com/groups/global/AllUsers";
    json!({ "Grantee": { "Type": "Group", "URI": uri }, "Permission": permission })
}

#[test]
fn enforced_ownership_allows_one_list() {
    let cloud = Cloud::with_bucket();
    for acl in ["private", "public-read", "authenticated-read"] {
        for (operation, members) in [
            ("PutObject", json!({ "Key": "k", "ACL": acl })),
            ("CreateMultipartUpload", json!({ "Key": "k", "ACL": acl })),
            ("PutBucketAcl", json!({ "ACL": acl })),
        ] {
            let error = cloud.refused(operation, logs(members));
            assert_eq!(error, (400, "AccessControlListNotSupported".into()), "{operation} {acl}");
        }
    }
    let grant = json!({ "Key": "k", "GrantRead": format!("id=\"{}\"", canonical_user_id(OTHER)) });
    assert_eq!(cloud.refused("PutObject", logs(grant)).1, "AccessControlListNotSupported");
    cloud.ok("PutObject", logs(json!({ "Key": "k", "ACL": "bucket-owner-full-control" })));
    cloud.ok("PutObjectAcl", logs(json!({ "Key": "k", "ACL": "bucket-owner-full-control" })));
    let own = json!({ "Owner": { "ID": canonical_user_id(ACCOUNT) }, "Grants": [full_control(ACCOUNT)] });
    cloud.ok("PutObjectAcl", logs(json!({ "Key": "k", "AccessControlPolicy": own })));
    assert_eq!(cloud.ok("GetObjectAcl", logs(json!({ "Key": "k" }))).members, own);
    assert_eq!(cloud.ok("GetBucketAcl", logs(json!({}))).members, own);
}

#[test]
fn a_bucket_is_not_made_with_both() {
    let cloud = Cloud::new();
    let place = json!({ "LocationConstraint": "eu-west-2" });
    let open = json!({ "Bucket": "open", "ACL": "public-read", "CreateBucketConfiguration": place });
    assert_eq!(cloud.refused("CreateBucket", open.clone()).1, "InvalidBucketAclWithObjectOwnership");
    let mut written = open;
    written["ObjectOwnership"] = json!("ObjectWriter");
    cloud.ok("CreateBucket", written);
    let acl = cloud.ok("GetBucketAcl", json!({ "Bucket": "open" }));
    assert_eq!(acl.members["Grants"], json!([full_control(ACCOUNT), everyone("READ")]));
    let enforce = json!({ "Bucket": "open", "OwnershipControls": { "Rules": [{ "ObjectOwnership": "BucketOwnerEnforced" }] } });
    assert_eq!(cloud.refused("PutBucketOwnershipControls", enforce).1, "InvalidBucketAclWithObjectOwnership");
}

#[test]
fn lists_are_kept_and_given_back() {
    let cloud = Cloud::with_bucket();
    owned_by(&cloud, "ObjectWriter");
    let other = format!("id=\"{}\"", canonical_user_id(OTHER));
    cloud.ok("PutObject", logs(json!({ "Key": "k", "GrantRead": other, "GrantReadACP": other })));
    let grantee = json!({ "Type": "CanonicalUser", "ID": canonical_user_id(OTHER) });
    assert_eq!(
        cloud.ok("GetObjectAcl", logs(json!({ "Key": "k" }))).members["Grants"],
        json!([{ "Grantee": grantee, "Permission": "READ" }, { "Grantee": grantee, "Permission": "READ_ACP" }])
    );
    for (acl, grants) in [
        ("public-read-write", json!([full_control(ACCOUNT), everyone("READ"), everyone("WRITE")])),
        ("private", json!([full_control(ACCOUNT)])),
    ] {
        cloud.ok("PutBucketAcl", logs(json!({ "ACL": acl })));
        assert_eq!(cloud.ok("GetBucketAcl", logs(json!({}))).members["Grants"], grants, "{acl}");
    }
    let document = json!({ "Owner": { "ID": canonical_user_id(ACCOUNT) }, "Grants": [everyone("READ_ACP")] });
    cloud.ok("PutObjectAcl", logs(json!({ "Key": "k", "AccessControlPolicy": document })));
    assert_eq!(cloud.ok("GetObjectAcl", logs(json!({ "Key": "k" }))).members, document);
    let nothing = json!({ "Owner": { "ID": canonical_user_id(ACCOUNT) }, "Grants": [] });
    cloud.ok("PutObjectAcl", logs(json!({ "Key": "k", "AccessControlPolicy": nothing })));
    assert_eq!(cloud.ok("GetObjectAcl", logs(json!({ "Key": "k" }))).members, nothing);
    owned_by(&cloud, "BucketOwnerEnforced");
    assert_eq!(
        cloud.refused("PutObjectAcl", logs(json!({ "Key": "k", "AccessControlPolicy": nothing }))).0,
        400
    );
    let now = cloud.ok("GetObjectAcl", logs(json!({ "Key": "k" })));
    assert_eq!(
        now.members["Grants"],
        json!([full_control(ACCOUNT)]),
        "a list counts under enforced ownership"
    );
}

#[test]
fn objects_are_owned_by_who_ownership_says() {
    let cloud = Cloud::with_bucket();
    let other = cloud.other_account();
    let owner = |key: &str| {
        let acl = cloud.ok("GetObjectAcl", logs(json!({ "Key": key })));
        acl.members["Owner"]["ID"].as_str().unwrap().to_owned()
    };
    other.put("enforced", "x");
    owned_by(&cloud, "BucketOwnerPreferred");
    other.put("written", "x");
    other.ok("PutObject", logs(json!({ "Key": "given", "ACL": "bucket-owner-full-control" })));
    assert_eq!(owner("enforced"), canonical_user_id(ACCOUNT));
    assert_eq!(owner("written"), canonical_user_id(OTHER));
    assert_eq!(owner("given"), canonical_user_id(ACCOUNT));
    owned_by(&cloud, "ObjectWriter");
    other.ok("PutObject", logs(json!({ "Key": "shared", "ACL": "bucket-owner-full-control" })));
    assert_eq!(owner("shared"), canonical_user_id(OTHER));
    let acl = cloud.ok("GetObjectAcl", logs(json!({ "Key": "shared" })));
    assert_eq!(acl.members["Grants"], json!([full_control(OTHER), full_control(ACCOUNT)]));
}

#[test]
fn canned_lists_are_the_documented_ones() {
    let cloud = Cloud::with_bucket();
    owned_by(&cloud, "ObjectWriter");
    let group = |name: &str, permission: &str| {
        let uri = format!("http://acs.amazonaws.com/groups/{name}");
        json!({ "Grantee": { "Type": "Group", "URI": uri }, "Permission": permission })
    };
    let bundles = "6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c";
    let bundles = json!({ "Grantee": { "Type": "CanonicalUser", "ID": bundles }, "Permission": "READ" });
    let delivery = "s3/LogDelivery";
    for (acl, beside_the_owner) in [
        ("private", json!([])),
        ("public-read", json!([everyone("READ")])),
        ("public-read-write", json!([everyone("READ"), everyone("WRITE")])),
        ("authenticated-read", json!([group("global/AuthenticatedUsers", "READ")])),
        ("aws-exec-read", json!([bundles])),
        ("bucket-owner-read", json!([])),
        ("bucket-owner-full-control", json!([])),
        ("log-delivery-write", json!([group(delivery, "WRITE"), group(delivery, "READ_ACP")])),
    ] {
        cloud.ok("PutBucketAcl", logs(json!({ "ACL": acl })));
        let mut expected = vec![full_control(ACCOUNT)];
        expected.extend(beside_the_owner.as_array().unwrap().clone());
        assert_eq!(cloud.ok("GetBucketAcl", logs(json!({}))).members["Grants"], json!(expected), "{acl}");
    }
    let other = cloud.other_account();
    for (acl, grants) in [
        (
            "bucket-owner-read",
            json!([full_control(OTHER), {
                "Grantee": { "Type": "CanonicalUser", "ID": canonical_user_id(ACCOUNT) }, "Permission": "READ",
            }]),
        ),
        ("bucket-owner-full-control", json!([full_control(OTHER), full_control(ACCOUNT)])),
    ] {
        other.ok("PutObject", logs(json!({ "Key": "k", "ACL": acl })));
        assert_eq!(cloud.ok("GetObjectAcl", logs(json!({ "Key": "k" }))).members["Grants"], grants, "{acl}");
    }
    let refused = cloud.refused("PutObject", logs(json!({ "Key": "k", "ACL": "log-delivery-write" })));
    assert_eq!(refused, (501, "NotImplemented".into()), "what it is to an object is not known");
}

#[test]
fn lists_that_make_no_sense() {
    let cloud = Cloud::with_bucket();
    owned_by(&cloud, "ObjectWriter");
    let owner = || json!({ "ID": canonical_user_id(ACCOUNT) });
    let grants = |grantee: Value| json!({ "AccessControlPolicy": { "Owner": owner(), "Grants": [{ "Grantee": grantee, "Permission": "READ" }] } });
    let document =
        |owner: Value, grants: Value| json!({ "AccessControlPolicy": { "Owner": owner, "Grants": grants } });
    let many = |count: usize| vec![full_control(OTHER); count];
    cloud.ok("PutBucketAcl", logs(document(owner(), json!(many(100)))));
    for (members, code) in [
        (json!({}), "MissingSecurityHeader"),
        (json!({ "ACL": "open-to-friends" }), "InvalidArgument"),
        (
            json!({ "ACL": "private", "GrantRead": format!("id={}", canonical_user_id(OTHER)) }),
            "InvalidRequest",
        ),
        (json!({ "GrantRead": "id=\"me\"" }), "InvalidArgument"),
        (json!({ "GrantRead": "uri=\"http://example.com/\"" }), "InvalidArgument"),
        (json!({ "GrantRead": "emailAddress=\"a@example.com\"" }), "MethodNotAllowed"),
        (json!({ "GrantRead": "nonsense" }), "InvalidArgument"),
        (
            grants(json!({ "Type": "AmazonCustomerByEmail", "EmailAddress": "a@example.com" })),
            "MethodNotAllowed",
        ),
        (grants(json!({ "Type": "Robot" })), "MalformedACLError"),
        (grants(json!({ "Type": "Group" })), "MalformedACLError"),
        (grants(json!({ "Type": "CanonicalUser", "ID": "me" })), "InvalidArgument"),
        (document(json!({}), json!([])), "MalformedACLError"),
        (document(json!(null), json!([])), "MalformedACLError"),
        (document(owner(), json!(null)), "MalformedACLError"),
        (document(owner(), json!([{ "Permission": "READ" }])), "MalformedACLError"),
        (
            document(
                owner(),
                json!([{ "Grantee": { "Type": "CanonicalUser", "ID": canonical_user_id(OTHER) } }]),
            ),
            "MalformedACLError",
        ),
        (document(owner(), json!(many(101))), "MalformedACLError"),
        (
            json!({ "GrantRead": vec![format!("id={}", canonical_user_id(OTHER)); 101].join(",") }),
            "MalformedACLError",
        ),
        (document(json!({ "ID": canonical_user_id(OTHER) }), json!([full_control(OTHER)])), "AccessDenied"),
        (
            json!({ "ACL": "private", "AccessControlPolicy": { "Owner": owner(), "Grants": [] } }),
            "UnexpectedContent",
        ),
    ] {
        assert_eq!(cloud.refused("PutBucketAcl", logs(members.clone())).1, code, "{members}");
    }
}
