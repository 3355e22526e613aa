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
fn lists_that_make_no_sense() {
    let cloud = Cloud::with_bucket();
    owned_by(&cloud, "ObjectWriter");
    let grants = |grantee: Value| json!({ "AccessControlPolicy": { "Grants": [{ "Grantee": grantee, "Permission": "READ" }] } });
    for (members, code) in [
        (json!({}), "MissingSecurityHeader"),
        (json!({ "ACL": "open-to-friends" }), "InvalidArgument"),
        (json!({ "ACL": "aws-exec-read" }), "NotImplemented"),
        (
            json!({ "ACL": "private", "GrantRead": format!("id={}", canonical_user_id(OTHER)) }),
            "InvalidRequest",
        ),
        (json!({ "GrantRead": "id=\"me\"" }), "InvalidArgument"),
        (json!({ "GrantRead": "uri=\"http://example.com/\"" }), "InvalidArgument"),
        (json!({ "GrantRead": "emailAddress=\"a@example.com\"" }), "UnresolvableGrantByEmailAddress"),
        (json!({ "GrantRead": "nonsense" }), "InvalidArgument"),
        (grants(json!({ "Type": "Robot" })), "MalformedXML"),
        (grants(json!({ "Type": "Group" })), "MalformedXML"),
    ] {
        assert_eq!(cloud.refused("PutBucketAcl", logs(members.clone())).1, code, "{members}");
    }
}
