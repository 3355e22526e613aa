//! Object lock: what is locked stays.

use serde_json::{Value, json};

use crate::cloud::Cloud;

const UNTIL: &str = "2026-01-20T00:00:00Z";

fn locking() -> Cloud {
    let cloud = Cloud::new();
    let place = json!({ "LocationConstraint": cloud.region });
    let members =
        json!({ "Bucket": "logs", "CreateBucketConfiguration": place, "ObjectLockEnabledForBucket": true });
    cloud.ok("CreateBucket", members);
    cloud
}

/// Puts `k` with these members and gives its version.
fn put(cloud: &Cloud, more: Value) -> Value {
    let reply = cloud.ok_with("PutObject", locked(more), "x");
    json!({ "Bucket": "logs", "Key": "k", "VersionId": reply.text("VersionId") })
}

fn locked(more: Value) -> Value {
    with(&json!({ "Bucket": "logs", "Key": "k", "ChecksumAlgorithm": "CRC32" }), more)
}

fn with(members: &Value, more: Value) -> Value {
    let mut members = members.clone();
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    members
}

fn retained(mode: &str) -> Value {
    json!({ "ObjectLockMode": mode, "ObjectLockRetainUntilDate": UNTIL })
}

fn retain(version: &Value, mode: &str, until: &str) -> Value {
    with(version, json!({ "Retention": { "Mode": mode, "RetainUntilDate": until } }))
}

#[test]
fn a_locking_bucket_keeps_versions_for_good() {
    let cloud = locking();
    assert_eq!(cloud.ok("GetBucketVersioning", json!({ "Bucket": "logs" })).text("Status"), "Enabled");
    let lock = cloud.ok("GetObjectLockConfiguration", json!({ "Bucket": "logs" }));
    assert_eq!(lock.members["ObjectLockConfiguration"], json!({ "ObjectLockEnabled": "Enabled" }));
    let suspend = json!({ "Bucket": "logs", "VersioningConfiguration": { "Status": "Suspended" } });
    assert_eq!(cloud.refused("PutBucketVersioning", suspend), (409, "InvalidBucketState".into()));
}

#[test]
fn a_bucket_locks_later_once_it_keeps_versions() {
    let cloud = Cloud::with_bucket();
    let absent = cloud.refused("GetObjectLockConfiguration", json!({ "Bucket": "logs" }));
    assert_eq!(absent, (404, "ObjectLockConfigurationNotFoundError".into()));
    let enable = json!({ "Bucket": "logs", "ObjectLockConfiguration": { "ObjectLockEnabled": "Enabled" } });
    assert_eq!(
        cloud.refused("PutObjectLockConfiguration", enable.clone()),
        (409, "InvalidBucketState".into())
    );
    assert_eq!(cloud.refused("PutObject", locked(retained("GOVERNANCE"))), (400, "InvalidRequest".into()));
    cloud.versioned("Enabled");
    cloud.ok("PutObjectLockConfiguration", enable);
    put(&cloud, retained("GOVERNANCE"));
}

#[test]
fn what_is_locked_is_covered_but_not_removed() {
    for (more, bypass, free) in [
        (retained("COMPLIANCE"), true, false),
        (retained("GOVERNANCE"), false, false),
        (retained("GOVERNANCE"), true, true),
        (json!({ "ObjectLockLegalHoldStatus": "ON" }), true, false),
        (json!({ "ObjectLockLegalHoldStatus": "OFF" }), false, true),
        (json!({}), false, true),
    ] {
        let cloud = locking();
        let version = put(&cloud, more.clone());
        let delete = with(&version, json!({ "BypassGovernanceRetention": bypass }));
        cloud.ok("DeleteObject", json!({ "Bucket": "logs", "Key": "k" }));
        let entry = json!({ "Key": "k", "VersionId": version["VersionId"] });
        if free {
            cloud.ok("DeleteObject", delete);
            continue;
        }
        let error = cloud.err("DeleteObject", delete);
        assert_eq!((error.status, error.code.as_ref()), (403, "AccessDenied"), "{more}");
        assert_eq!(error.message, "Access Denied because object protected by object lock.");
        let many = json!({ "Bucket": "logs", "Delete": { "Objects": [entry] }, "BypassGovernanceRetention": bypass });
        assert_eq!(cloud.ok("DeleteObjects", many).column("Errors", "Code"), ["AccessDenied"], "{more}");
        cloud.ok("GetObject", version.clone());
    }
}

#[test]
fn without_a_lock_there_is_nothing_to_bypass() {
    let cloud = Cloud::with_bucket();
    cloud.put("k", "x");
    for bypass in [true, false] {
        let one = json!({ "Bucket": "logs", "Key": "k", "BypassGovernanceRetention": bypass });
        let many = json!({
            "Bucket": "logs", "Delete": { "Objects": [{ "Key": "k" }] }, "BypassGovernanceRetention": bypass,
        });
        for (operation, members) in [("DeleteObject", one), ("DeleteObjects", many)] {
            let error = cloud.err(operation, members);
            assert_eq!((error.status, error.code.as_ref()), (400, "InvalidArgument"), "{operation} {bypass}");
        }
    }
    assert_eq!(cloud.get("k").bytes(), b"x");
}

#[test]
fn retention_ends_and_holds_do_not() {
    let cloud = locking();
    let version = put(&cloud, retained("COMPLIANCE"));
    let held = put(&cloud, with(&retained("COMPLIANCE"), json!({ "ObjectLockLegalHoldStatus": "ON" })));
    cloud.later(4 * 86_400 + 14 * 3600 - 1);
    assert_eq!(cloud.refused("DeleteObject", version.clone()).0, 403);
    cloud.later(1);
    cloud.ok("DeleteObject", version);
    assert_eq!(cloud.refused("DeleteObject", held.clone()).0, 403);
    cloud.ok("PutObjectLegalHold", with(&held, json!({ "LegalHold": { "Status": "OFF" } })));
    cloud.ok("DeleteObject", held);
}

#[test]
fn answers_say_how_an_object_is_locked() {
    let cloud = locking();
    let version = put(&cloud, with(&retained("GOVERNANCE"), json!({ "ObjectLockLegalHoldStatus": "ON" })));
    for operation in ["GetObject", "HeadObject"] {
        let reply = cloud.ok(operation, version.clone());
        assert_eq!(reply.text("ObjectLockMode"), "GOVERNANCE");
        assert_eq!(reply.text("ObjectLockRetainUntilDate"), UNTIL);
        assert_eq!(reply.text("ObjectLockLegalHoldStatus"), "ON");
    }
    let retention = cloud.ok("GetObjectRetention", version.clone());
    assert_eq!(retention.members["Retention"], json!({ "Mode": "GOVERNANCE", "RetainUntilDate": UNTIL }));
    assert_eq!(cloud.ok("GetObjectLegalHold", version).members["LegalHold"], json!({ "Status": "ON" }));
    let plain = put(&cloud, json!({}));
    for operation in ["GetObjectRetention", "GetObjectLegalHold"] {
        assert_eq!(cloud.refused(operation, plain.clone()), (404, "NoSuchObjectLockConfiguration".into()));
    }
}

#[test]
fn copies_and_uploads_are_locked_as_they_say() {
    let cloud = locking();
    put(&cloud, retained("COMPLIANCE"));
    let to = |key: &str, more: Value| with(&json!({ "Bucket": "logs", "Key": key }), more);
    cloud.ok("CopyObject", to("plain", json!({ "CopySource": "logs/k" })));
    assert!(cloud.get("plain").members.get("ObjectLockMode").is_none(), "a lock is not copied");
    cloud.ok("CopyObject", to("copy", with(&retained("GOVERNANCE"), json!({ "CopySource": "logs/k" }))));
    assert_eq!(cloud.get("copy").text("ObjectLockMode"), "GOVERNANCE");
    let upload = cloud.ok("CreateMultipartUpload", to("m", retained("COMPLIANCE")));
    let id = upload.text("UploadId");
    let part = cloud.ok_with("UploadPart", to("m", json!({ "UploadId": id, "PartNumber": 1 })), "x");
    let parts = json!({ "Parts": [{ "PartNumber": 1, "ETag": part.text("ETag") }] });
    cloud.ok("CompleteMultipartUpload", to("m", json!({ "UploadId": id, "MultipartUpload": parts })));
    assert_eq!(cloud.get("m").text("ObjectLockMode"), "COMPLIANCE");
}

#[test]
fn a_bucket_locks_what_says_nothing() {
    for (period, until) in
        [(json!({ "Days": 3 }), "2026-01-18T10:00:00Z"), (json!({ "Years": 2 }), "2028-01-15T10:00:00Z")]
    {
        let cloud = locking();
        let retention = with(&json!({ "Mode": "COMPLIANCE" }), period);
        let configuration =
            json!({ "ObjectLockEnabled": "Enabled", "Rule": { "DefaultRetention": retention } });
        cloud.ok(
            "PutObjectLockConfiguration",
            json!({ "Bucket": "logs", "ObjectLockConfiguration": configuration }),
        );
        let lock = cloud.ok("GetObjectLockConfiguration", json!({ "Bucket": "logs" }));
        assert_eq!(lock.members["ObjectLockConfiguration"], configuration);
        put(&cloud, json!({}));
        assert_eq!(cloud.get("k").text("ObjectLockMode"), "COMPLIANCE");
        assert_eq!(cloud.get("k").text("ObjectLockRetainUntilDate"), until);
        put(&cloud, retained("GOVERNANCE"));
        assert_eq!(cloud.get("k").text("ObjectLockRetainUntilDate"), UNTIL);
    }
}

#[test]
fn retention_is_lengthened_and_not_shortened() {
    let (shorter, longer) = ("2026-01-19T00:00:00Z", "2026-01-21T00:00:00Z");
    for (from, to, until, bypass, free) in [
        ("COMPLIANCE", "COMPLIANCE", longer, false, true),
        ("COMPLIANCE", "COMPLIANCE", shorter, true, false),
        ("COMPLIANCE", "GOVERNANCE", longer, true, false),
        ("GOVERNANCE", "GOVERNANCE", longer, false, true),
        ("GOVERNANCE", "GOVERNANCE", shorter, false, false),
        ("GOVERNANCE", "GOVERNANCE", shorter, true, true),
        ("GOVERNANCE", "COMPLIANCE", longer, false, false),
        ("GOVERNANCE", "COMPLIANCE", longer, true, true),
    ] {
        let cloud = locking();
        let version = put(&cloud, retained(from));
        let change = with(&retain(&version, to, until), json!({ "BypassGovernanceRetention": bypass }));
        let case = format!("{from} to {to} until {until}, {bypass}");
        let (mode, end) = if free {
            cloud.ok("PutObjectRetention", change);
            (to, until)
        } else {
            assert_eq!(cloud.refused("PutObjectRetention", change), (403, "AccessDenied".into()), "{case}");
            (from, UNTIL)
        };
        let kept = cloud.ok("GetObjectRetention", version);
        assert_eq!(kept.members["Retention"], json!({ "Mode": mode, "RetainUntilDate": end }), "{case}");
    }
    let cloud = locking();
    let version = put(&cloud, retained("GOVERNANCE"));
    let nothing = with(&version, json!({ "Retention": {} }));
    assert_eq!(cloud.refused("PutObjectRetention", nothing.clone()).0, 403);
    cloud.ok("PutObjectRetention", with(&nothing, json!({ "BypassGovernanceRetention": true })));
    cloud.ok("DeleteObject", version);
}

#[test]
fn a_retention_can_be_put_back_as_it_was_read() {
    let cloud = locking();
    cloud.emulator.clock().advance(jiff::SignedDuration::from_millis(700));
    let retention = json!({ "Mode": "COMPLIANCE", "Days": 1 });
    let configuration = json!({ "ObjectLockEnabled": "Enabled", "Rule": { "DefaultRetention": retention } });
    cloud.ok(
        "PutObjectLockConfiguration",
        json!({ "Bucket": "logs", "ObjectLockConfiguration": configuration }),
    );
    let version = put(&cloud, json!({}));
    let read = cloud.ok("GetObjectRetention", version.clone()).members["Retention"].clone();
    cloud.ok("PutObjectRetention", with(&version, json!({ "Retention": read })));
}

#[test]
fn rules_of_lifecycle_leave_locked_versions() {
    let cloud = locking();
    let rule = json!({
        "ID": "r", "Status": "Enabled", "Filter": {},
        "Expiration": { "Days": 1 }, "NoncurrentVersionExpiration": { "NoncurrentDays": 1 },
    });
    let configuration = json!({ "Bucket": "logs", "LifecycleConfiguration": { "Rules": [rule] } });
    cloud.ok("PutBucketLifecycleConfiguration", configuration);
    let version = put(
        &cloud,
        json!({
            "ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": "2026-02-01T12:00:00Z",
        }),
    );
    let held = put(&cloud, json!({ "ObjectLockLegalHoldStatus": "ON" }));
    cloud.later(17 * 86_400);
    cloud.ok("GetObject", version.clone());
    assert_eq!(cloud.refused("GetObject", json!({ "Bucket": "logs", "Key": "k" })).1, "NoSuchKey");
    cloud.later(86_400);
    assert_eq!(cloud.refused("GetObject", version).1, "NoSuchVersion");
    cloud.later(365 * 86_400);
    cloud.ok("GetObject", held);
}

#[test]
fn what_does_not_fit_is_refused() {
    let cloud = locking();
    for (more, code) in [
        (json!({ "ObjectLockMode": "GOVERNANCE" }), "InvalidArgument"),
        (json!({ "ObjectLockRetainUntilDate": UNTIL }), "InvalidArgument"),
        (json!({ "ObjectLockMode": "NONE", "ObjectLockRetainUntilDate": UNTIL }), "InvalidArgument"),
        (
            json!({ "ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": "2026-01-15T09:00:00Z" }),
            "InvalidArgument",
        ),
        (json!({ "ObjectLockLegalHoldStatus": "MAYBE" }), "InvalidArgument"),
    ] {
        assert_eq!(cloud.refused("PutObject", locked(more.clone())), (400, code.into()), "{more}");
    }
    let bare = with(&json!({ "Bucket": "logs", "Key": "k" }), retained("GOVERNANCE"));
    assert_eq!(cloud.refused("PutObject", bare), (400, "InvalidRequest".into()));
    let version = put(&cloud, json!({}));
    for (retention, code) in [
        (json!({ "Mode": "GOVERNANCE" }), "MalformedXML"),
        (json!({ "Mode": "X", "RetainUntilDate": UNTIL }), "MalformedXML"),
        (json!({ "Mode": "GOVERNANCE", "RetainUntilDate": "2026-01-01T00:00:00Z" }), "InvalidArgument"),
        (json!({ "Mode": "GOVERNANCE", "RetainUntilDate": UNTIL, "EventHold": "ON" }), "NotImplemented"),
    ] {
        let members = with(&version, json!({ "Retention": retention }));
        assert_eq!(cloud.refused("PutObjectRetention", members).1, code, "{retention}");
    }
    for (rule, code) in [
        (json!({ "Mode": "COMPLIANCE" }), "MalformedXML"),
        (json!({ "Mode": "COMPLIANCE", "Days": 1, "Years": 1 }), "MalformedXML"),
        (json!({ "Mode": "COMPLIANCE", "Days": 0 }), "InvalidArgument"),
        (json!({ "Mode": "COMPLIANCE", "Years": 101 }), "InvalidArgument"),
        (json!({ "Mode": "X", "Days": 1 }), "MalformedXML"),
    ] {
        let configuration = json!({ "ObjectLockEnabled": "Enabled", "Rule": { "DefaultRetention": rule } });
        let members = json!({ "Bucket": "logs", "ObjectLockConfiguration": configuration });
        assert_eq!(cloud.refused("PutObjectLockConfiguration", members).1, code, "{rule}");
    }
    let off = json!({ "Bucket": "logs", "ObjectLockConfiguration": { "ObjectLockEnabled": "Disabled" } });
    assert_eq!(cloud.refused("PutObjectLockConfiguration", off).1, "MalformedXML");
}
