//! Lists: prefixes, delimiters, pages.

use serde_json::{Value, json};

use crate::cloud::{Cloud, Reply};

const KEYS: [&str; 7] = ["a", "b/1", "b/2", "c", "d/e/1", "z", "ä"];

fn filled() -> Cloud {
    let cloud = Cloud::with_bucket();
    for key in KEYS.iter().rev() {
        cloud.put(key, "x");
    }
    cloud
}

fn list(cloud: &Cloud, operation: &str, more: Value) -> Reply {
    let mut members = json!({ "Bucket": "logs" });
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    cloud.ok(operation, members)
}

#[test]
fn keys_come_in_the_order_of_their_bytes() {
    let cloud = filled();
    for operation in ["ListObjects", "ListObjectsV2"] {
        let listed = list(&cloud, operation, json!({}));
        assert_eq!(listed.column("Contents", "Key"), KEYS);
        assert_eq!(
            (&listed.members["IsTruncated"], &listed.members["MaxKeys"]),
            (&json!(false), &json!(1000))
        );
        let entry = &listed.members["Contents"][0];
        assert_eq!((&entry["Size"], &entry["StorageClass"]), (&json!(1), &json!("STANDARD")));
        assert_eq!(entry.get("Owner").is_some(), operation == "ListObjects");
    }
    let with_owner = list(&cloud, "ListObjectsV2", json!({ "FetchOwner": true }));
    assert!(with_owner.members["Contents"][0]["Owner"]["ID"].is_string());
}

#[test]
fn prefixes_and_delimiters_roll_up() {
    let cloud = filled();
    for (query, keys, prefixes) in [
        (json!({ "Delimiter": "/" }), vec!["a", "c", "z", "ä"], vec!["b/", "d/"]),
        (json!({ "Delimiter": "/", "Prefix": "d/" }), vec![], vec!["d/e/"]),
        (json!({ "Prefix": "b" }), vec!["b/1", "b/2"], vec![]),
        (json!({ "Delimiter": "/", "Prefix": "b/1" }), vec!["b/1"], vec![]),
        (json!({ "Delimiter": "/e/" }), vec!["a", "b/1", "b/2", "c", "z", "ä"], vec!["d/e/"]),
        (json!({ "Delimiter": "" }), KEYS.to_vec(), vec![]),
        (json!({ "Prefix": "x" }), vec![], vec![]),
    ] {
        let listed = list(&cloud, "ListObjectsV2", query.clone());
        assert_eq!(listed.column("Contents", "Key"), keys, "{query}");
        assert_eq!(listed.column("CommonPrefixes", "Prefix"), prefixes, "{query}");
        assert_eq!(listed.members["KeyCount"], keys.len() + prefixes.len(), "{query}");
    }
}

#[test]
fn pages_of_v2_join_up() {
    let cloud = filled();
    for size in 1..=4 {
        let (mut seen, mut token) = (Vec::new(), Value::Null);
        let mut pages = 0..100;
        loop {
            pages.next().expect("pages come to an end");
            let query = json!({ "Delimiter": "/", "MaxKeys": size, "ContinuationToken": token });
            let page = list(&cloud, "ListObjectsV2", query);
            seen.extend(page.column("Contents", "Key").into_iter().map(str::to_owned));
            seen.extend(page.column("CommonPrefixes", "Prefix").into_iter().map(str::to_owned));
            let Some(next) = page.members.get("NextContinuationToken") else { break };
            assert_eq!(
                (&page.members["IsTruncated"], &page.members["KeyCount"]),
                (&json!(true), &json!(size))
            );
            assert!(!KEYS.contains(&next.as_str().unwrap()), "the token is a key");
            token = next.clone();
        }
        seen.sort();
        assert_eq!(seen, ["a", "b/", "c", "d/", "z", "ä"], "pages of {size}");
    }
    let started = list(&cloud, "ListObjectsV2", json!({ "StartAfter": "c" }));
    assert_eq!(started.column("Contents", "Key"), ["d/e/1", "z", "ä"]);
    let wrong = json!({ "Bucket": "logs", "ContinuationToken": "?" });
    assert_eq!(cloud.refused("ListObjectsV2", wrong), (400, "InvalidArgument".into()));
}

#[test]
fn pages_of_v1_go_on_after_a_marker() {
    let cloud = filled();
    let page = list(&cloud, "ListObjects", json!({ "MaxKeys": 2 }));
    assert_eq!((page.column("Contents", "Key"), page.members.get("NextMarker")), (vec!["a", "b/1"], None));
    let rest = list(&cloud, "ListObjects", json!({ "Marker": "b/1" }));
    assert_eq!(rest.column("Contents", "Key"), KEYS[2..]);
    let rolled = list(&cloud, "ListObjects", json!({ "MaxKeys": 2, "Delimiter": "/" }));
    assert_eq!(rolled.text("NextMarker"), "b/");
    let rest = list(&cloud, "ListObjects", json!({ "Marker": "b/", "Delimiter": "/" }));
    assert_eq!(rest.column("Contents", "Key"), ["c", "z", "ä"]);
    assert_eq!(rest.column("CommonPrefixes", "Prefix"), ["d/"]);
}

#[test]
fn limits_are_limits() {
    let cloud = filled();
    let none = list(&cloud, "ListObjectsV2", json!({ "MaxKeys": 0 }));
    assert_eq!((&none.members["KeyCount"], &none.members["IsTruncated"]), (&json!(0), &json!(false)));
    assert_eq!(list(&cloud, "ListObjectsV2", json!({ "MaxKeys": 5000 })).members["MaxKeys"], 1000);
    for wrong in
        [json!({ "Bucket": "logs", "MaxKeys": -1 }), json!({ "Bucket": "logs", "EncodingType": "xml" })]
    {
        assert_eq!(cloud.refused("ListObjectsV2", wrong), (400, "InvalidArgument".into()));
    }
}

#[test]
fn keys_are_encoded_on_request() {
    let cloud = Cloud::with_bucket();
    cloud.put("a b/c+d\u{1}~", "x");
    let listed = list(&cloud, "ListObjectsV2", json!({ "EncodingType": "url", "Prefix": "a b/" }));
    assert_eq!(listed.column("Contents", "Key"), ["a+b/c%2Bd%01%7E"]);
    assert_eq!((listed.text("Prefix"), listed.text("EncodingType")), ("a+b/", "url"));
    let rolled = list(&cloud, "ListObjectsV2", json!({ "EncodingType": "url", "Delimiter": "/" }));
    assert_eq!(rolled.column("CommonPrefixes", "Prefix"), ["a+b/"]);
}

#[test]
fn markers_hide_keys_from_plain_lists() {
    let cloud = filled();
    cloud.versioned("Enabled");
    cloud.ok("DeleteObject", json!({ "Bucket": "logs", "Key": "a" }));
    assert_eq!(list(&cloud, "ListObjectsV2", json!({})).column("Contents", "Key"), KEYS[1..]);
}

#[test]
fn versions_come_newest_first() {
    let cloud = Cloud::with_bucket();
    cloud.versioned("Enabled");
    let ids: Vec<String> =
        (0..3).map(|n| cloud.put("k", &n.to_string()).text("VersionId").to_owned()).collect();
    cloud.put("d/1", "x");
    let marker =
        cloud.ok("DeleteObject", json!({ "Bucket": "logs", "Key": "k" })).text("VersionId").to_owned();
    let listed = list(&cloud, "ListObjectVersions", json!({ "Delimiter": "/" }));
    assert_eq!(listed.column("Versions", "VersionId"), [ids[2].as_str(), &ids[1], &ids[0]]);
    assert_eq!(listed.column("CommonPrefixes", "Prefix"), ["d/"]);
    assert_eq!(listed.members["Versions"][0]["IsLatest"], false);
    let found = &listed.members["DeleteMarkers"][0];
    assert_eq!((&found["VersionId"], &found["IsLatest"]), (&json!(marker), &json!(true)));
}

#[test]
fn pages_of_versions_survive_deletes() {
    let cloud = Cloud::with_bucket();
    cloud.put("k", "null");
    cloud.versioned("Enabled");
    for n in 0..4 {
        cloud.put("k", &n.to_string());
        cloud.put("l", &n.to_string());
    }
    let (mut key, mut id, mut gone) = (Value::Null, Value::Null, 0);
    let mut pages = 0..100;
    loop {
        pages.next().expect("pages come to an end");
        let query = json!({ "MaxKeys": 2, "KeyMarker": key, "VersionIdMarker": id });
        let page = list(&cloud, "ListObjectVersions", query);
        for entry in page.members["Versions"].as_array().unwrap() {
            let version = json!({ "Bucket": "logs", "Key": entry["Key"], "VersionId": entry["VersionId"] });
            cloud.ok("DeleteObject", version);
            gone += 1;
        }
        if page.members["IsTruncated"] == false {
            break;
        }
        (key, id) = (page.members["NextKeyMarker"].clone(), page.members["NextVersionIdMarker"].clone());
    }
    assert_eq!(gone, 9);
    cloud.ok("DeleteBucket", json!({ "Bucket": "logs" }));
}

#[test]
fn a_marker_that_is_gone_keeps_its_place() {
    let cloud = Cloud::with_bucket();
    cloud.versioned("Enabled");
    let ids: Vec<String> =
        (0..3).map(|n| cloud.put("k", &n.to_string()).text("VersionId").to_owned()).collect();
    let page = list(&cloud, "ListObjectVersions", json!({ "MaxKeys": 2 }));
    assert_eq!(page.text("NextVersionIdMarker"), ids[1]);
    cloud.ok("DeleteObject", json!({ "Bucket": "logs", "Key": "k", "VersionId": ids[1] }));
    let after = json!({ "KeyMarker": "k", "VersionIdMarker": ids[1] });
    assert_eq!(list(&cloud, "ListObjectVersions", after).column("Versions", "VersionId"), [ids[0].as_str()]);
}

#[test]
fn a_marker_inside_a_common_prefix_is_behind_it() {
    let cloud = filled();
    for (operation, marker, list_of) in [
        ("ListObjects", "Marker", "Contents"),
        ("ListObjectsV2", "StartAfter", "Contents"),
        ("ListObjectVersions", "KeyMarker", "Versions"),
    ] {
        let mut query = json!({ "Delimiter": "/", "MaxKeys": 2 });
        query[marker] = json!("b/1");
        let page = list(&cloud, operation, query);
        assert_eq!(page.column("CommonPrefixes", "Prefix"), ["d/"], "{operation}");
        assert_eq!(page.column(list_of, "Key"), ["c"], "{operation}");
    }
}

#[test]
fn a_token_takes_the_place_of_what_it_began_with() {
    let cloud = filled();
    let first = list(&cloud, "ListObjectsV2", json!({ "StartAfter": "a", "MaxKeys": 1 }));
    assert_eq!((first.text("StartAfter"), first.column("Contents", "Key")), ("a", vec!["b/1"]));
    let token = first.text("NextContinuationToken");
    let next = list(&cloud, "ListObjectsV2", json!({ "StartAfter": "c", "ContinuationToken": token }));
    assert_eq!(next.members.get("StartAfter"), None);
    assert_eq!(next.column("Contents", "Key"), ["b/2", "c", "d/e/1", "z", "ä"]);
    let empty = json!({ "Bucket": "logs", "ContinuationToken": "" });
    assert_eq!(cloud.refused("ListObjectsV2", empty), (400, "InvalidArgument".into()));
}

#[test]
fn version_markers_need_their_key() {
    let cloud = filled();
    for wrong in [
        json!({ "Bucket": "logs", "VersionIdMarker": "null" }),
        json!({ "Bucket": "logs", "KeyMarker": "a", "VersionIdMarker": "x" }),
    ] {
        assert_eq!(cloud.refused("ListObjectVersions", wrong), (400, "InvalidArgument".into()));
    }
}

#[test]
fn uploads_are_listed_by_key_and_age() {
    let cloud = Cloud::with_bucket();
    let start = |key: &str| {
        let upload = cloud.ok(
            "CreateMultipartUpload",
            json!({ "Bucket": "logs", "Key": key, "StorageClass": "STANDARD_IA" }),
        );
        upload.text("UploadId").to_owned()
    };
    let ids = [start("b"), start("a"), start("b"), start("d/e")];
    let listed = list(&cloud, "ListMultipartUploads", json!({ "Delimiter": "/" }));
    assert_eq!(listed.column("Uploads", "UploadId"), [ids[1].as_str(), &ids[0], &ids[2]]);
    assert_eq!(listed.column("CommonPrefixes", "Prefix"), ["d/"]);
    let entry = &listed.members["Uploads"][0];
    assert_eq!(
        (&entry["StorageClass"], &entry["Initiated"]),
        (&json!("STANDARD_IA"), &json!("2026-01-15T10:00:00Z"))
    );
    assert_eq!(entry["Initiator"]["DisplayName"], "ada");
    let page = list(&cloud, "ListMultipartUploads", json!({ "MaxUploads": 2 }));
    assert_eq!(page.members["IsTruncated"], true);
    let after =
        json!({ "KeyMarker": page.text("NextKeyMarker"), "UploadIdMarker": page.text("NextUploadIdMarker") });
    let rest = list(&cloud, "ListMultipartUploads", after);
    assert_eq!(rest.column("Uploads", "UploadId"), [ids[2].as_str(), &ids[3]]);
    // The last page says where it ended, too.
    let end = (rest.text("NextKeyMarker"), rest.text("NextUploadIdMarker"));
    assert_eq!((&rest.members["IsTruncated"], end), (&json!(false), ("d/e", ids[3].as_str())));
    let none = list(&cloud, "ListMultipartUploads", json!({ "KeyMarker": "d/e" }));
    assert_eq!((none.text("NextKeyMarker"), none.text("NextUploadIdMarker")), ("", ""));
    let alone = list(&cloud, "ListMultipartUploads", json!({ "UploadIdMarker": ids[0], "MaxUploads": 1 }));
    assert_eq!(alone.column("Uploads", "UploadId"), [ids[1].as_str()], "it means nothing without its key");
    for wrong in [ids[1].as_str(), "nonsense"] {
        let members = json!({ "Bucket": "logs", "KeyMarker": "b", "UploadIdMarker": wrong });
        assert_eq!(cloud.refused("ListMultipartUploads", members), (400, "InvalidArgument".into()));
    }
    let aborted = json!({ "Bucket": "logs", "Key": "b", "UploadId": ids[0] });
    cloud.ok("AbortMultipartUpload", aborted);
    let gone = list(&cloud, "ListMultipartUploads", json!({ "KeyMarker": "b", "UploadIdMarker": ids[0] }));
    assert_eq!(gone.column("Uploads", "UploadId"), [ids[2].as_str(), &ids[3]]);
}
