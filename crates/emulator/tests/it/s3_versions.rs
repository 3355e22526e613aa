//! Versions and delete markers.

use serde_json::{Value, json};

use crate::cloud::Cloud;

fn at(id: &str) -> Value {
    json!({ "Bucket": "logs", "Key": "k", "VersionId": id })
}

fn k() -> Value {
    json!({ "Bucket": "logs", "Key": "k" })
}

#[test]
fn overwritten_and_deleted_versions_stay() {
    let cloud = Cloud::with_bucket();
    cloud.versioned("Enabled");
    let first = cloud.put("k", "one").text("VersionId").to_owned();
    let second = cloud.put("k", "two").text("VersionId").to_owned();
    assert_ne!(first, second);
    assert_eq!(first.len(), 32);
    assert_eq!(cloud.get("k").bytes(), b"two");
    assert_eq!(cloud.get("k").text("VersionId"), second);
    assert_eq!(cloud.ok("GetObject", at(&first)).bytes(), b"one");

    let deleted = cloud.ok("DeleteObject", k());
    assert_eq!(deleted.members["DeleteMarker"], true);
    let marker = deleted.text("VersionId");
    for operation in ["GetObject", "HeadObject"] {
        let gone = cloud.err(operation, k());
        assert_eq!((gone.status, gone.code.as_ref()), (404, "NoSuchKey"));
        let headers: Vec<_> =
            gone.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(headers, [("x-amz-delete-marker", "true"), ("x-amz-version-id", marker)]);
    }
    let asked = cloud.err("GetObject", at(marker));
    assert_eq!((asked.status, asked.code.as_ref()), (405, "MethodNotAllowed"));
    assert!(asked.headers.iter().any(|(name, value)| name == "allow" && value == "DELETE"));
    assert!(
        asked
            .headers
            .iter()
            .any(|(name, value)| name == "last-modified" && value == "Thu, 15 Jan 2026 10:00:00 GMT")
    );
    assert_eq!(cloud.ok("GetObject", at(&second)).bytes(), b"two");

    let back = cloud.ok("DeleteObject", at(marker));
    assert_eq!((back.text("VersionId"), &back.members["DeleteMarker"]), (marker, &json!(true)));
    assert_eq!(cloud.get("k").bytes(), b"two");
    assert_eq!(cloud.ok("DeleteObject", at(&second)).members, json!({ "VersionId": second }));
    assert_eq!(cloud.get("k").bytes(), b"one");
}

#[test]
fn an_earlier_version_is_restored_by_a_copy() {
    let cloud = Cloud::with_bucket();
    cloud.versioned("Enabled");
    let first = cloud.put("k", "one").text("VersionId").to_owned();
    cloud.put("k", "two");
    let copy = cloud.ok(
        "CopyObject",
        json!({ "Bucket": "logs", "Key": "k", "CopySource": format!("logs/k?versionId={first}") }),
    );
    assert_eq!(copy.text("CopySourceVersionId"), first);
    assert_eq!(cloud.get("k").text("VersionId"), copy.text("VersionId"));
    assert_eq!(cloud.get("k").bytes(), b"one");
}

#[test]
fn suspended_buckets_act_on_the_null_version() {
    let cloud = Cloud::with_bucket();
    assert!(cloud.put("k", "before").members.get("VersionId").is_none());
    cloud.versioned("Enabled");
    let kept = cloud.put("k", "kept").text("VersionId").to_owned();
    assert_eq!(cloud.ok("GetObject", at("null")).bytes(), b"before");
    cloud.versioned("Suspended");
    // Puts do not show the id of a `null` version; copies and reads do, but for that of a copy's source.
    assert!(cloud.put("k", "null again").members.get("VersionId").is_none());
    assert_eq!(cloud.get("k").text("VersionId"), "null");
    let copy = cloud.ok("CopyObject", json!({ "Bucket": "logs", "Key": "copy", "CopySource": "logs/k" }));
    assert_eq!((copy.text("VersionId"), copy.members.get("CopySourceVersionId")), ("null", None));
    cloud.ok("DeleteObject", json!({ "Bucket": "logs", "Key": "copy", "VersionId": "null" }));
    assert_eq!(cloud.ok("GetObject", at("null")).bytes(), b"null again");
    assert_eq!(cloud.ok("GetObject", at(&kept)).bytes(), b"kept");
    let deleted = cloud.ok("DeleteObject", k());
    assert_eq!(deleted.members, json!({ "VersionId": "null", "DeleteMarker": true }));
    assert_eq!(cloud.refused("GetObject", at("null")).0, 405);
    let listed = cloud.ok("ListObjectVersions", json!({ "Bucket": "logs" }));
    assert_eq!(listed.column("Versions", "VersionId"), [kept.as_str()]);
    assert_eq!(listed.column("DeleteMarkers", "VersionId"), ["null"]);
    cloud.ok("DeleteObject", at("null"));
    assert_eq!(cloud.get("k").bytes(), b"kept");
}

#[test]
fn ids_that_were_never_given_out() {
    let cloud = Cloud::with_bucket();
    cloud.versioned("Enabled");
    let id = cloud.put("k", "x").text("VersionId").to_owned();
    cloud.ok("DeleteObject", at(&id));
    assert_eq!(cloud.refused("GetObject", at(&id)), (404, "NoSuchVersion".into()));
    assert_eq!(cloud.refused("GetObject", at("null")), (404, "NoSuchVersion".into()));
    // As long as ours, of the same letters, but made up.
    let spliced = format!("{}ABCD", &id[..28]);
    for wrong in ["", "x", "../x", "HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD", &spliced] {
        assert_eq!(cloud.refused("GetObject", at(wrong)), (400, "InvalidArgument".into()), "{wrong}");
        assert_eq!(cloud.refused("DeleteObject", at(wrong)), (400, "InvalidArgument".into()), "{wrong}");
    }
    assert_eq!(cloud.ok("DeleteObject", at(&id)).text("VersionId"), id);
}

#[test]
fn tags_belong_to_a_version() {
    let cloud = Cloud::with_bucket();
    cloud.versioned("Enabled");
    let first = cloud.put("k", "one").text("VersionId").to_owned();
    let second = cloud.put("k", "two").text("VersionId").to_owned();
    let mut members = at(&first);
    members["Tagging"] = json!({ "TagSet": [{ "Key": "a", "Value": "1" }] });
    assert_eq!(cloud.ok("PutObjectTagging", members).text("VersionId"), first);
    let now = cloud.ok("GetObjectTagging", k());
    assert_eq!((now.text("VersionId"), &now.members["TagSet"]), (second.as_str(), &json!([])));
    assert_eq!(cloud.ok("GetObjectTagging", at(&first)).members["TagSet"][0]["Key"], "a");
}

#[test]
fn many_deletes_tell_of_their_markers() {
    let cloud = Cloud::with_bucket();
    cloud.versioned("Enabled");
    let id = cloud.put("k", "x").text("VersionId").to_owned();
    let delete = |entry: Value| json!({ "Bucket": "logs", "Delete": { "Objects": [entry] } });
    let made = cloud.ok("DeleteObjects", delete(json!({ "Key": "k" })));
    let entry = &made.members["Deleted"][0];
    assert_eq!((&entry["DeleteMarker"], entry.get("VersionId")), (&json!(true), None));
    let marker = entry["DeleteMarkerVersionId"].clone();
    let removed = cloud.ok("DeleteObjects", delete(json!({ "Key": "k", "VersionId": marker })));
    assert_eq!(
        removed.members["Deleted"],
        json!([{ "Key": "k", "VersionId": marker, "DeleteMarker": true, "DeleteMarkerVersionId": marker }])
    );
    let last = cloud.ok("DeleteObjects", delete(json!({ "Key": "k", "VersionId": id })));
    assert_eq!(last.members["Deleted"], json!([{ "Key": "k", "VersionId": id }]));
    let wrong = cloud.ok("DeleteObjects", delete(json!({ "Key": "k", "VersionId": "x" })));
    assert_eq!(wrong.members["Errors"][0]["Code"], "NoSuchVersion");
}

#[test]
fn a_marker_has_neither_tags_nor_lists() {
    let cloud = Cloud::with_bucket();
    cloud.ok(
        "PutBucketOwnershipControls",
        json!({ "Bucket": "logs", "OwnershipControls": { "Rules": [{ "ObjectOwnership": "ObjectWriter" }] } }),
    );
    cloud.versioned("Enabled");
    let kept = cloud.put("k", "x").text("VersionId").to_owned();
    let marker = cloud.ok("DeleteObject", k()).text("VersionId").to_owned();
    let tagging = json!({ "TagSet": [{ "Key": "a", "Value": "1" }] });
    for (operation, member, value, method) in [
        ("GetObjectTagging", "Key", json!("k"), "GET"),
        ("PutObjectTagging", "Tagging", tagging, "PUT"),
        ("DeleteObjectTagging", "Key", json!("k"), "DELETE"),
        ("PutObjectAcl", "ACL", json!("private"), "PUT"),
    ] {
        for id in [None, Some(&marker)] {
            let mut members = k();
            members[member] = value.clone();
            if let Some(id) = id {
                members["VersionId"] = json!(id);
            }
            let error = cloud.err(operation, members);
            assert_eq!((error.status, error.code.as_ref()), (405, "MethodNotAllowed"), "{operation} {id:?}");
            let details = [("Method", method.to_owned()), ("ResourceType", "DeleteMarker".to_owned())];
            assert_eq!(error.details, details, "{operation}");
        }
        let mut members = at(&kept);
        members[member] = value;
        cloud.ok(operation, members);
    }
    assert_eq!(cloud.refused("GetObjectAcl", k()), (404, "NoSuchKey".into()));
    assert_eq!(cloud.refused("GetObjectAcl", at(&marker)), (405, "MethodNotAllowed".into()));
}
