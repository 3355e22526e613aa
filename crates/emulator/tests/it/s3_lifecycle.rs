//! Lifecycle rules, carried out as the clock passes.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::cloud::Cloud;

/// A bucket with these rules, on 15 January 2026 at 10:30.
fn ruled(rules: Value) -> Cloud {
    let cloud = Cloud::with_bucket();
    until(&cloud, "2026-01-15T10:30:00Z");
    rule(&cloud, rules);
    cloud
}

fn versioned(rules: Value) -> Cloud {
    let cloud = ruled(rules);
    cloud.versioned("Enabled");
    cloud
}

fn rule(cloud: &Cloud, rules: Value) {
    let configuration = json!({ "Rules": rules });
    cloud.ok(
        "PutBucketLifecycleConfiguration",
        json!({ "Bucket": "logs", "LifecycleConfiguration": configuration }),
    );
}

/// A rule for everything, with more members or others.
fn all(more: Value) -> Value {
    let mut rule = json!({ "ID": "r", "Status": "Enabled", "Filter": {} });
    rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    rule
}

/// Moves the clock there.
fn until(cloud: &Cloud, text: &str) {
    let clock = cloud.emulator.clock();
    clock.advance(text.parse::<Timestamp>().unwrap().duration_since(clock.now()));
}

/// What is left: keys, whether they are delete markers, and how many days of January they were made on.
fn left(cloud: &Cloud) -> Vec<String> {
    let list = cloud.ok("ListObjectVersions", json!({ "Bucket": "logs" })).members;
    let rows = |name: &str| list[name].as_array().cloned().unwrap_or_default();
    let show = |row: &Value, kind: &str| {
        format!("{}{kind} {}", row["Key"].as_str().unwrap(), &row["LastModified"].as_str().unwrap()[8..10])
    };
    let versions = rows("Versions").iter().map(|row| show(row, "")).collect::<Vec<_>>();
    versions.into_iter().chain(rows("DeleteMarkers").iter().map(|row| show(row, "!"))).collect()
}

fn class(cloud: &Cloud, key: &str) -> String {
    let head = cloud.ok("HeadObject", json!({ "Bucket": "logs", "Key": key }));
    head.members["StorageClass"].as_str().unwrap_or("STANDARD").to_owned()
}

fn big() -> String {
    "x".repeat(128 * 1024)
}

#[test]
fn a_day_is_rounded_up_to_the_next_midnight_and_not_a_second_earlier() {
    for (made, last, gone) in [
        ("2026-01-15T10:30:00Z", "2026-01-16T23:59:59Z", "2026-01-17T00:00:00Z"),
        ("2026-01-15T23:59:59Z", "2026-01-16T23:59:59Z", "2026-01-17T00:00:00Z"),
        ("2026-01-16T00:00:00Z", "2026-01-17T23:59:59Z", "2026-01-18T00:00:00Z"),
    ] {
        let cloud = ruled(json!([all(json!({ "Expiration": { "Days": 1 } }))]));
        until(&cloud, made);
        cloud.put("k", "x");
        until(&cloud, last);
        cloud.get("k");
        until(&cloud, gone);
        assert_eq!(left(&cloud), [""; 0], "made {made}");
    }
}

#[test]
fn what_will_expire_is_announced() {
    let cloud = ruled(json!([
        { "ID": "one day", "Status": "Enabled", "Filter": { "Prefix": "d/" }, "Expiration": { "Days": 1 } },
        { "ID": "later", "Status": "Enabled", "Filter": {}, "Expiration": { "Date": "2026-03-01T00:00:00Z" } },
        { "ID": "off", "Status": "Disabled", "Filter": {}, "Expiration": { "Days": 1 } },
    ]));
    let day = "expiry-date=\"Sat, 17 Jan 2026 00:00:00 GMT\", rule-id=\"one%20day\"";
    let later = "expiry-date=\"Sun, 01 Mar 2026 00:00:00 GMT\", rule-id=\"later\"";
    assert_eq!(cloud.put("d/k", "x").text("Expiration"), day);
    assert_eq!(cloud.put("k", "x").text("Expiration"), later);
    assert_eq!(cloud.get("d/k").text("Expiration"), day);
    assert_eq!(cloud.ok("HeadObject", json!({ "Bucket": "logs", "Key": "d/k" })).text("Expiration"), day);
    let copy = json!({ "Bucket": "logs", "Key": "d/copy", "CopySource": "logs/k" });
    assert_eq!(cloud.ok("CopyObject", copy).text("Expiration"), day);
    let upload = cloud.ok("CreateMultipartUpload", json!({ "Bucket": "logs", "Key": "d/m" }));
    let id = upload.text("UploadId");
    let part = json!({ "Bucket": "logs", "Key": "d/m", "UploadId": id, "PartNumber": 1 });
    let etag = cloud.ok_with("UploadPart", part, "x").text("ETag").to_owned();
    let parts = json!({ "Parts": [{ "PartNumber": 1, "ETag": etag }] });
    let complete = json!({ "Bucket": "logs", "Key": "d/m", "UploadId": id, "MultipartUpload": parts });
    assert_eq!(cloud.ok("CompleteMultipartUpload", complete).text("Expiration"), day);
}

#[test]
fn only_the_current_version_is_announced_to_expire() {
    let cloud = versioned(json!([all(json!({ "Expiration": { "Days": 1 } }))]));
    let id = cloud.put("k", "one").text("VersionId").to_owned();
    let at = json!({ "Bucket": "logs", "Key": "k", "VersionId": id });
    assert!(cloud.get("k").members.get("Expiration").is_some());
    assert!(cloud.ok("GetObject", at.clone()).members.get("Expiration").is_none(), "it is asked for by id");
    cloud.put("k", "two");
    assert!(cloud.ok("GetObject", at).members.get("Expiration").is_none());
    cloud.ok("DeleteBucketLifecycle", json!({ "Bucket": "logs" }));
    assert!(cloud.get("k").members.get("Expiration").is_none());
}

#[test]
fn a_versioned_bucket_keeps_what_expires_under_a_marker() {
    let cloud = versioned(json!([all(json!({ "Expiration": { "Days": 1 } }))]));
    cloud.put("k", "x");
    until(&cloud, "2026-01-17T00:00:00Z");
    assert_eq!(left(&cloud), ["k 15", "k! 17"]);
    until(&cloud, "2036-01-17T00:00:00Z");
    assert_eq!(left(&cloud), ["k 15", "k! 17"], "what is not current stays for ever");
}

#[test]
fn a_suspended_bucket_replaces_the_null_version() {
    let cloud = versioned(json!([all(json!({ "Expiration": { "Days": 1 } }))]));
    cloud.put("k", "with an id");
    cloud.versioned("Suspended");
    assert!(cloud.put("k", "null").members.get("Expiration").is_some());
    cloud.put("n", "null");
    until(&cloud, "2026-01-17T00:00:00Z");
    assert_eq!(left(&cloud), ["k 15", "k! 17", "n! 17"]);
}

#[test]
fn noncurrent_versions_go_by_the_age_of_their_successor() {
    let rule = json!({ "NoncurrentVersionExpiration": { "NoncurrentDays": 2 } });
    let cloud = versioned(json!([all(rule)]));
    cloud.put("k", "one");
    until(&cloud, "2026-01-20T08:00:00Z");
    cloud.put("k", "two");
    until(&cloud, "2026-01-22T23:59:59Z");
    assert_eq!(left(&cloud), ["k 20", "k 15"]);
    until(&cloud, "2026-01-23T00:00:00Z");
    assert_eq!(left(&cloud), ["k 20"]);
}

#[test]
fn the_newest_of_the_noncurrent_versions_can_be_kept() {
    let rule =
        json!({ "NoncurrentVersionExpiration": { "NoncurrentDays": 1, "NewerNoncurrentVersions": 2 } });
    let cloud = versioned(json!([all(rule)]));
    for day in 15..20 {
        until(&cloud, &format!("2026-01-{day}T12:00:00Z"));
        cloud.put("k", "x");
    }
    until(&cloud, "2026-02-15T00:00:00Z");
    assert_eq!(left(&cloud), ["k 19", "k 18", "k 17"]);
}

#[test]
fn a_key_ends_with_its_last_marker() {
    let cloud = versioned(json!([
        all(json!({ "Expiration": { "Days": 1 }, "NoncurrentVersionExpiration": { "NoncurrentDays": 1 } })),
        { "ID": "markers", "Status": "Enabled", "Filter": {}, "Expiration": { "ExpiredObjectDeleteMarker": true } },
    ]));
    cloud.put("k", "x");
    until(&cloud, "2026-01-18T23:59:59Z");
    assert_eq!(left(&cloud), ["k 15", "k! 17"]);
    until(&cloud, "2026-01-19T00:00:00Z");
    assert_eq!(left(&cloud), [""; 0]);
}

#[test]
fn a_marker_that_covers_nothing_is_removed_by_age_too() {
    let cloud = versioned(json!([all(json!({ "Expiration": { "Days": 3 } }))]));
    cloud.ok("DeleteObject", json!({ "Bucket": "logs", "Key": "k" }));
    until(&cloud, "2026-01-18T23:59:59Z");
    assert_eq!(left(&cloud), ["k! 15"]);
    until(&cloud, "2026-01-19T00:00:00Z");
    assert_eq!(left(&cloud), [""; 0]);
}

#[test]
fn an_upload_is_announced_to_be_aborted_and_is() {
    let rule = json!({ "ID": "tidy", "Filter": { "Prefix": "u/" }, "AbortIncompleteMultipartUpload": { "DaysAfterInitiation": 2 } });
    let cloud = ruled(json!([all(rule)]));
    let start = |key: &str| cloud.ok("CreateMultipartUpload", json!({ "Bucket": "logs", "Key": key }));
    assert!(start("other").members.get("AbortDate").is_none());
    let upload = start("u/k");
    let list = json!({ "Bucket": "logs", "Key": "u/k", "UploadId": upload.text("UploadId") });
    for answer in [&upload, &cloud.ok("ListParts", list.clone())] {
        assert_eq!(answer.text("AbortDate"), "2026-01-18T00:00:00Z");
        assert_eq!(answer.text("AbortRuleId"), "tidy");
    }
    until(&cloud, "2026-01-17T23:59:59Z");
    cloud.ok("ListParts", list.clone());
    until(&cloud, "2026-01-18T00:00:00Z");
    assert_eq!(cloud.refused("ListParts", list), (404, "NoSuchUpload".into()));
    let uploads = cloud.ok("ListMultipartUploads", json!({ "Bucket": "logs" }));
    assert_eq!(uploads.column("Uploads", "Key"), ["other"]);
}

#[test]
fn transitions_change_the_storage_class() {
    let cloud = ruled(json!([all(json!({ "Transitions": [
        { "Days": 30, "StorageClass": "STANDARD_IA" },
        { "Days": 60, "StorageClass": "GLACIER" },
    ] }))]));
    cloud.put("big", &big());
    cloud.put("small", "x");
    for (at, expected) in [
        ("2026-02-14T23:59:59Z", "STANDARD"),
        ("2026-02-15T00:00:00Z", "STANDARD_IA"),
        ("2026-03-17T00:00:00Z", "GLACIER"),
    ] {
        until(&cloud, at);
        assert_eq!(class(&cloud, "big"), expected, "{at}");
        assert_eq!(class(&cloud, "small"), "STANDARD", "{at}");
    }
    assert_eq!(cloud.refused("GetObject", json!({ "Bucket": "logs", "Key": "big" })).1, "InvalidObjectState");
}

#[test]
fn noncurrent_versions_move_too() {
    let rule =
        json!({ "NoncurrentVersionTransitions": [{ "NoncurrentDays": 30, "StorageClass": "GLACIER_IR" }] });
    let cloud = versioned(json!([all(rule)]));
    let id = cloud.put("k", &big()).text("VersionId").to_owned();
    cloud.put("k", &big());
    until(&cloud, "2026-02-15T00:00:00Z");
    assert_eq!(class(&cloud, "k"), "STANDARD");
    let old = cloud.ok("HeadObject", json!({ "Bucket": "logs", "Key": "k", "VersionId": id }));
    assert_eq!(old.text("StorageClass"), "GLACIER_IR");
}

#[test]
fn which_sizes_move_can_be_said() {
    for (filter, smallest, key, expected) in [
        (json!({}), Some("varies_by_storage_class"), "GLACIER", "GLACIER"),
        (json!({}), Some("varies_by_storage_class"), "GLACIER_IR", "STANDARD"),
        (json!({}), None, "GLACIER", "STANDARD"),
        (json!({ "ObjectSizeGreaterThan": 2 }), None, "GLACIER_IR", "GLACIER_IR"),
        (json!({ "ObjectSizeGreaterThan": 3 }), None, "GLACIER_IR", "STANDARD"),
        (json!({ "ObjectSizeLessThan": 4 }), None, "GLACIER_IR", "GLACIER_IR"),
        (json!({ "ObjectSizeLessThan": 3 }), None, "GLACIER_IR", "STANDARD"),
    ] {
        let cloud = Cloud::with_bucket();
        let rule = all(json!({ "Filter": filter, "Transitions": [{ "Days": 0, "StorageClass": key }] }));
        let members = json!({
            "Bucket": "logs",
            "LifecycleConfiguration": { "Rules": [rule] },
            "TransitionDefaultMinimumObjectSize": smallest,
        });
        let answer = cloud.ok("PutBucketLifecycleConfiguration", members);
        assert_eq!(
            answer.text("TransitionDefaultMinimumObjectSize"),
            smallest.unwrap_or("all_storage_classes_128K")
        );
        cloud.put("k", "xyz");
        until(&cloud, "2026-01-16T00:00:00Z");
        assert_eq!(class(&cloud, "k"), expected, "{filter} {smallest:?} {key}");
    }
}

#[test]
fn of_several_rules_the_stronger_acts() {
    let cloud = ruled(json!([
        { "ID": "a", "Status": "Enabled", "Filter": {}, "Expiration": { "Days": 9 } },
        { "ID": "b", "Status": "Enabled", "Filter": {}, "Expiration": { "Days": 1 } },
        { "ID": "c", "Status": "Enabled", "Filter": {}, "Transitions": [{ "Days": 1, "StorageClass": "GLACIER" }] },
    ]));
    cloud.put("k", &big());
    until(&cloud, "2026-01-17T00:00:00Z");
    assert_eq!(left(&cloud), [""; 0], "the shorter expiration, before a move");

    let cloud = ruled(json!([
        { "ID": "a", "Status": "Enabled", "Filter": {}, "Transitions": [{ "Days": 0, "StorageClass": "GLACIER_IR" }] },
        { "ID": "b", "Status": "Enabled", "Filter": {}, "Transitions": [{ "Days": 0, "StorageClass": "DEEP_ARCHIVE" }] },
    ]));
    cloud.put("k", &big());
    until(&cloud, "2026-01-16T00:00:00Z");
    assert_eq!(class(&cloud, "k"), "DEEP_ARCHIVE", "the cheaper class");

    let one_day =
        json!({ "Expiration": { "Days": 1 }, "NoncurrentVersionExpiration": { "NoncurrentDays": 1 } });
    let cloud = versioned(json!([all(one_day)]));
    cloud.put("k", "one");
    cloud.put("k", "two");
    until(&cloud, "2026-01-17T00:00:00Z");
    let kept: Vec<String> = left(&cloud);
    assert_eq!(kept, ["k 15", "k! 17"], "one version went for good, the other under a marker");
}

#[test]
fn filters_choose() {
    let tag = |key: &str, value: &str| json!({ "Key": key, "Value": value });
    for (filter, expected) in [
        (json!({}), "a b/a b/b"),
        (json!({ "Prefix": "" }), "a b/a b/b"),
        (json!({ "Prefix": "b/" }), "b/a b/b"),
        (json!({ "Tag": tag("k", "v") }), "a b/a"),
        (json!({ "Tag": tag("k", "w") }), ""),
        (json!({ "And": { "Prefix": "b/", "Tags": [tag("k", "v")] } }), "b/a"),
        (json!({ "And": { "Prefix": "b", "Tags": [tag("k", "v"), tag("l", "")] } }), ""),
        (json!({ "And": { "Prefix": "b", "ObjectSizeGreaterThan": 1, "ObjectSizeLessThan": 3 } }), "b/b"),
    ] {
        let cloud = ruled(json!([all(json!({ "Filter": filter, "Expiration": { "Days": 1 } }))]));
        for (key, tags, body) in [("a", "k=v", "x"), ("b/a", "k=v&m=", "x"), ("b/b", "", "xx")] {
            cloud.ok_with("PutObject", json!({ "Bucket": "logs", "Key": key, "Tagging": tags }), body);
        }
        until(&cloud, "2026-01-17T00:00:00Z");
        let list = cloud.ok("ListObjectsV2", json!({ "Bucket": "logs" }));
        let left = list.column("Contents", "Key");
        let gone: Vec<_> = ["a", "b/a", "b/b"].into_iter().filter(|key| !left.contains(key)).collect();
        assert_eq!(gone.join(" "), expected, "{filter}");
    }
    let mut old = all(json!({ "Prefix": "b/", "Expiration": { "Days": 1 } }));
    old.as_object_mut().unwrap().remove("Filter");
    let cloud = ruled(json!([old]));
    cloud.put("a", "x");
    cloud.put("b/a", "x");
    until(&cloud, "2026-01-17T00:00:00Z");
    assert_eq!(left(&cloud), ["a 15"]);
}

#[test]
fn a_date_acts_on_its_midnight_and_on_what_comes_later() {
    let cloud = ruled(json!([all(json!({ "Expiration": { "Date": "2026-01-20T00:00:00Z" } }))]));
    cloud.put("k", "x");
    until(&cloud, "2026-01-19T23:59:59Z");
    cloud.get("k");
    until(&cloud, "2026-01-20T00:00:00Z");
    assert_eq!(left(&cloud), [""; 0]);
    assert!(cloud.put("k", "x").text("Expiration").contains("Wed, 21 Jan 2026 00:00:00 GMT"));
    until(&cloud, "2026-01-21T00:00:00Z");
    assert_eq!(left(&cloud), [""; 0]);
}

#[test]
fn what_was_there_before_the_rule_goes_at_the_next_midnight() {
    let cloud = Cloud::with_bucket();
    cloud.put("k", "x");
    until(&cloud, "2026-01-25T10:00:00Z");
    rule(&cloud, json!([all(json!({ "Expiration": { "Days": 1 } }))]));
    until(&cloud, "2026-01-25T23:59:59Z");
    cloud.get("k");
    until(&cloud, "2026-01-26T00:00:00Z");
    assert_eq!(left(&cloud), [""; 0]);
}

#[test]
fn a_disabled_rule_does_nothing() {
    let cloud = ruled(json!([all(json!({ "Status": "Disabled", "Expiration": { "Days": 1 } }))]));
    cloud.put("k", "x");
    until(&cloud, "2027-01-15T00:00:00Z");
    assert_eq!(left(&cloud), ["k 15"]);
}

#[test]
fn forks_and_clocks_that_are_set_back_live_their_own_time() {
    let cloud = ruled(json!([all(json!({ "Expiration": { "Days": 1 } }))]));
    cloud.put("k", "x");
    let copy = Cloud { emulator: cloud.emulator.fork(), ..cloud.clone() };
    until(&copy, "2026-01-17T00:00:00Z");
    assert_eq!(left(&copy), [""; 0]);
    assert_eq!(left(&cloud), ["k 15"]);
    until(&cloud, "2026-01-10T12:00:00Z");
    cloud.put("earlier", "x");
    until(&cloud, "2026-01-12T00:00:00Z");
    assert_eq!(left(&cloud), ["k 15"]);
}

#[test]
fn the_configuration_is_given_back_whole() {
    let rules = json!([
        {
            "ID": "one", "Status": "Enabled",
            "Filter": { "And": { "Prefix": "a/", "Tags": [{ "Key": "k", "Value": "v" }], "ObjectSizeGreaterThan": 1, "ObjectSizeLessThan": 9 } },
            "Expiration": { "Days": 400 },
            "Transitions": [{ "Days": 30, "StorageClass": "STANDARD_IA" }, { "Days": 60, "StorageClass": "DEEP_ARCHIVE" }],
            "NoncurrentVersionExpiration": { "NoncurrentDays": 90, "NewerNoncurrentVersions": 3 },
            "NoncurrentVersionTransitions": [{ "NoncurrentDays": 30, "NewerNoncurrentVersions": 1, "StorageClass": "ONEZONE_IA" }],
        },
        {
            "ID": "two", "Status": "Disabled", "Filter": { "Prefix": "" },
            "Expiration": { "ExpiredObjectDeleteMarker": true },
            "AbortIncompleteMultipartUpload": { "DaysAfterInitiation": 7 },
        },
        { "ID": "three", "Status": "Enabled", "Prefix": "old/", "Expiration": { "Date": "2030-01-01T00:00:00Z" } },
    ]);
    let cloud = ruled(rules.clone());
    let get = || cloud.ok("GetBucketLifecycleConfiguration", json!({ "Bucket": "logs" })).members;
    assert_eq!(get()["Rules"], rules);
    assert_eq!(get()["TransitionDefaultMinimumObjectSize"], "all_storage_classes_128K");

    rule(&cloud, json!([{ "Status": "Enabled", "Filter": {}, "Expiration": { "Days": 1 } }]));
    let id = get()["Rules"][0]["ID"].as_str().unwrap().to_owned();
    assert_eq!(id.len(), 48);
    assert_eq!(get()["Rules"][0]["ID"], id.as_str(), "it stays the same");
    cloud.ok("DeleteBucketLifecycle", json!({ "Bucket": "logs" }));
    let gone = cloud.refused("GetBucketLifecycleConfiguration", json!({ "Bucket": "logs" }));
    assert_eq!(gone, (404, "NoSuchLifecycleConfiguration".into()));
}

#[test]
fn what_contradicts_itself_is_refused() {
    let day = json!({ "Expiration": { "Days": 1 } });
    let with = |more: Value| {
        let mut rule = all(day.clone());
        rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        rule
    };
    let steps = |steps: Value| all(json!({ "Transitions": steps }));
    let tagged = json!({ "Tag": { "Key": "k", "Value": "v" } });
    let cases = [
        (json!([]), "MalformedXML"),
        (Value::Array((0..1001).map(|n| with(json!({ "ID": n.to_string() }))).collect()), "MalformedXML"),
        (json!([with(json!({ "Status": "On" }))]), "MalformedXML"),
        (json!([{ "Status": "Enabled", "Expiration": { "Days": 1 } }]), "MalformedXML"),
        (json!([with(json!({ "Filter": { "Prefix": "a", "ObjectSizeLessThan": 1 } }))]), "MalformedXML"),
        (json!([with(json!({ "Filter": { "And": {} } }))]), "MalformedXML"),
        (json!([with(json!({ "Prefix": "a" }))]), "InvalidRequest"),
        (json!([with(json!({ "ID": "x".repeat(256) }))]), "InvalidArgument"),
        (json!([with(json!({})), with(json!({}))]), "InvalidArgument"),
        (json!([all(json!({}))]), "InvalidRequest"),
        (json!([all(json!({ "Expiration": {} }))]), "MalformedXML"),
        (json!([all(json!({ "Expiration": { "Days": 0 } }))]), "InvalidArgument"),
        (
            json!([all(json!({ "Expiration": { "Days": 1, "Date": "2030-01-01T00:00:00Z" } }))]),
            "MalformedXML",
        ),
        (
            json!([all(json!({ "Expiration": { "Days": 1, "ExpiredObjectDeleteMarker": true } }))]),
            "MalformedXML",
        ),
        (json!([all(json!({ "Expiration": { "Date": "2030-01-01T10:00:00Z" } }))]), "InvalidArgument"),
        (
            json!([all(json!({ "AbortIncompleteMultipartUpload": { "DaysAfterInitiation": 0 } }))]),
            "InvalidArgument",
        ),
        (
            json!([all(
                json!({ "Filter": tagged, "AbortIncompleteMultipartUpload": { "DaysAfterInitiation": 1 } })
            )]),
            "InvalidRequest",
        ),
        (
            json!([all(json!({ "Filter": tagged, "Expiration": { "ExpiredObjectDeleteMarker": true } }))]),
            "InvalidRequest",
        ),
        (json!([all(json!({ "NoncurrentVersionExpiration": { "NoncurrentDays": 0 } }))]), "InvalidArgument"),
        (
            json!([all(json!({ "NoncurrentVersionExpiration": { "NewerNoncurrentVersions": 1 } }))]),
            "MalformedXML",
        ),
        (
            json!([all(
                json!({ "NoncurrentVersionExpiration": { "NoncurrentDays": 1, "NewerNoncurrentVersions": 101 } })
            )]),
            "InvalidArgument",
        ),
        (json!([steps(json!([{ "Days": 30, "StorageClass": "STANDARD" }]))]), "MalformedXML"),
        (json!([steps(json!([{ "StorageClass": "GLACIER" }]))]), "MalformedXML"),
        (json!([steps(json!([{ "Days": -1, "StorageClass": "GLACIER" }]))]), "InvalidArgument"),
        (json!([steps(json!([{ "Days": 29, "StorageClass": "STANDARD_IA" }]))]), "InvalidArgument"),
        (
            json!([steps(
                json!([{ "Days": 1, "StorageClass": "GLACIER" }, { "Days": 2, "StorageClass": "GLACIER" }])
            )]),
            "InvalidRequest",
        ),
        (
            json!([steps(
                json!([{ "Days": 30, "StorageClass": "STANDARD_IA" }, { "Days": 59, "StorageClass": "GLACIER" }])
            )]),
            "InvalidArgument",
        ),
        (
            json!([steps(
                json!([{ "Days": 1, "StorageClass": "GLACIER" }, { "Days": 1, "StorageClass": "DEEP_ARCHIVE" }])
            )]),
            "InvalidArgument",
        ),
        (
            json!([with(json!({ "Transitions": [{ "Days": 1, "StorageClass": "GLACIER" }] }))]),
            "InvalidArgument",
        ),
        (
            json!([with(
                json!({ "Transitions": [{ "Date": "2030-01-01T00:00:00Z", "StorageClass": "GLACIER" }] })
            )]),
            "InvalidRequest",
        ),
        (
            json!([all(
                json!({ "Filter": { "And": { "ObjectSizeGreaterThan": 5, "ObjectSizeLessThan": 5 } }, "Expiration": { "Days": 1 } })
            )]),
            "InvalidRequest",
        ),
    ];
    let cloud = Cloud::with_bucket();
    for (rules, code) in cases {
        let members = json!({ "Bucket": "logs", "LifecycleConfiguration": { "Rules": rules } });
        assert_eq!(cloud.refused("PutBucketLifecycleConfiguration", members), (400, code.into()), "{rules}");
    }
}
