//! Settings of a bucket that are kept: acceleration, logging, replication, who pays, website; and those of which there
//! are many.

use serde_json::{Value, json};

use crate::cloud::Cloud;

fn logs(more: Value) -> Value {
    let mut members = json!({ "Bucket": "logs" });
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    members
}

fn with_target() -> Cloud {
    let cloud = Cloud::with_bucket();
    cloud.versioned("Enabled");
    cloud.bucket("target");
    let enabled = json!({ "Status": "Enabled" });
    cloud.ok("PutBucketVersioning", json!({ "Bucket": "target", "VersioningConfiguration": enabled }));
    cloud
}

fn rule(more: Value) -> Value {
    let mut rule = json!({
        "ID": "all", "Status": "Enabled", "Priority": 1, "Filter": { "Prefix": "" },
        "DeleteMarkerReplication": { "Status": "Disabled" }, "Destination": { "Bucket": "arn:aws:s3:::target" },
    });
    for (name, value) in more.as_object().unwrap() {
        match value {
            Value::Null => _ = rule.as_object_mut().unwrap().remove(name),
            value => rule[name] = value.clone(),
        }
    }
    rule
}

fn replication(rules: Value) -> Value {
    let role = "arn:aws:iam::111111111111:role/replicator";
    logs(json!({ "ReplicationConfiguration": { "Role": role, "Rules": rules } }))
}

#[test]
fn settings_come_back_as_they_were_put() {
    let cloud = with_target();
    for (subject, member, value) in [
        ("BucketAccelerateConfiguration", "AccelerateConfiguration", json!({ "Status": "Enabled" })),
        (
            "BucketLogging",
            "BucketLoggingStatus",
            json!({ "LoggingEnabled": {
                "TargetBucket": "target", "TargetPrefix": "logs/",
                "TargetObjectKeyFormat": { "PartitionedPrefix": { "PartitionDateSource": "EventTime" } },
            } }),
        ),
        ("BucketRequestPayment", "RequestPaymentConfiguration", json!({ "Payer": "Requester" })),
        (
            "BucketWebsite",
            "WebsiteConfiguration",
            json!({
                "IndexDocument": { "Suffix": "index.html" }, "ErrorDocument": { "Key": "error.html" },
                "RoutingRules": [{
                    "Condition": { "KeyPrefixEquals": "old/", "HttpErrorCodeReturnedEquals": "404" },
                    "Redirect": { "ReplaceKeyPrefixWith": "new/", "HttpRedirectCode": "301", "Protocol": "https" },
                }],
            }),
        ),
    ] {
        cloud.ok(&format!("Put{subject}"), logs(json!({ member: value.clone() })));
        assert_eq!(cloud.ok(&format!("Get{subject}"), logs(json!({}))).members, value, "{subject}");
    }
    cloud.ok("DeleteBucketWebsite", logs(json!({})));
    assert_eq!(cloud.refused("GetBucketWebsite", logs(json!({}))).1, "NoSuchWebsiteConfiguration");
    cloud.ok("PutBucketLogging", logs(json!({ "BucketLoggingStatus": {} })));
    assert_eq!(cloud.ok("GetBucketLogging", logs(json!({}))).members, json!({}));
}

#[test]
fn a_bucket_that_is_replicated_keeps_versions() {
    let cloud = with_target();
    cloud.ok("PutBucketReplication", replication(json!([rule(json!({}))])));
    let held = cloud.ok("GetBucketReplication", logs(json!({}))).members;
    assert_eq!(held["ReplicationConfiguration"]["Rules"], json!([rule(json!({}))]));
    let suspended = json!({ "VersioningConfiguration": { "Status": "Suspended" } });
    assert_eq!(
        cloud.refused("PutBucketVersioning", logs(suspended.clone())),
        (409, "InvalidBucketState".into())
    );
    cloud.ok("DeleteBucketReplication", logs(json!({})));
    cloud.ok("PutBucketVersioning", logs(suspended));
    let error = cloud.err("PutBucketReplication", replication(json!([rule(json!({}))])));
    assert_eq!((error.status, error.code.as_ref()), (400, "InvalidRequest"));
    assert!(error.message.starts_with("Versioning must be 'Enabled'"), "{error}");
}

#[test]
fn replication_that_does_not_fit_is_refused() {
    let cloud = with_target();
    cloud.bucket("plain");
    let to = |bucket: &str| json!({ "Destination": { "Bucket": format!("arn:aws:s3:::{bucket}") } });
    let encrypted = json!({ "SseKmsEncryptedObjects": { "Status": "Enabled" } });
    for (rules, code, text) in [
        (json!([]), "MalformedXML", ""),
        (json!([rule(json!({})), rule(json!({ "Priority": 2 }))]), "InvalidArgument", "unique"),
        (json!([rule(json!({})), rule(json!({ "ID": "b" }))]), "InvalidRequest", "duplicate priority 1"),
        (json!([rule(json!({ "Status": "On" }))]), "MalformedXML", ""),
        (json!([rule(json!({ "Priority": null }))]), "InvalidRequest", "Priority must be"),
        (json!([rule(json!({ "DeleteMarkerReplication": null }))]), "InvalidRequest", "DeleteMarker"),
        (json!([rule(json!({ "Prefix": "a" }))]), "MalformedXML", ""),
        (json!([rule(to("nowhere"))]), "InvalidRequest", "Destination bucket must exist."),
        (json!([rule(to("plain"))]), "InvalidRequest", "must have versioning enabled"),
        (json!([rule(json!({ "SourceSelectionCriteria": encrypted }))]), "InvalidRequest", "ReplicaKmsKeyID"),
        (json!([rule(json!({ "Destination": { "Bucket": "target" } }))]), "InvalidArgument", "bucket ARN"),
    ] {
        let error = cloud.err("PutBucketReplication", replication(rules.clone()));
        assert_eq!(error.code, code, "{rules} {error}");
        assert!(error.message.contains(text), "{rules} {error}");
    }
    let mut other = replication(json!([rule(json!({}))]));
    other["ReplicationConfiguration"]["Role"] = json!("arn:aws:iam::222222222222:role/replicator");
    assert_eq!(cloud.refused("PutBucketReplication", other).1, "InvalidArgument");
}

#[test]
fn settings_that_do_not_fit_are_refused() {
    let cloud = Cloud::with_bucket();
    cloud.bucket("with.dot");
    cloud.other_account().bucket("others");
    cloud.in_region("eu-west-1").bucket("elsewhere");
    let to = |bucket: &str| json!({ "BucketLoggingStatus": { "LoggingEnabled": { "TargetBucket": bucket, "TargetPrefix": "" } } });
    let website = |configuration: Value| json!({ "WebsiteConfiguration": configuration });
    let routed = |rule: Value| website(json!({ "IndexDocument": { "Suffix": "i" }, "RoutingRules": [rule] }));
    for (operation, members, code) in [
        ("PutBucketLogging", to("nowhere"), "InvalidTargetBucketForLogging"),
        ("PutBucketLogging", to("others"), "InvalidTargetBucketForLogging"),
        ("PutBucketLogging", to("elsewhere"), "CrossLocationLoggingProhibited"),
        (
            "PutBucketLogging",
            json!({ "BucketLoggingStatus": { "LoggingEnabled": { "TargetBucket": "logs" } } }),
            "MalformedXML",
        ),
        (
            "PutBucketRequestPayment",
            json!({ "RequestPaymentConfiguration": { "Payer": "Me" } }),
            "MalformedXML",
        ),
        ("PutBucketAccelerateConfiguration", json!({ "AccelerateConfiguration": {} }), "MalformedXML"),
        (
            "PutBucketAccelerateConfiguration",
            json!({ "Bucket": "with.dot", "AccelerateConfiguration": { "Status": "Enabled" } }),
            "InvalidRequest",
        ),
        ("PutBucketWebsite", website(json!({ "ErrorDocument": { "Key": "e" } })), "InvalidArgument"),
        ("PutBucketWebsite", website(json!({ "IndexDocument": { "Suffix": "a/b" } })), "InvalidArgument"),
        (
            "PutBucketWebsite",
            website(
                json!({ "RedirectAllRequestsTo": { "HostName": "h" }, "IndexDocument": { "Suffix": "i" } }),
            ),
            "InvalidArgument",
        ),
        ("PutBucketWebsite", routed(json!({ "Redirect": {} })), "MalformedXML"),
        ("PutBucketWebsite", routed(json!({ "Redirect": { "HttpRedirectCode": "300" } })), "InvalidRequest"),
        ("PutBucketWebsite", routed(json!({ "Redirect": { "Protocol": "ftp" } })), "InvalidRequest"),
        (
            "PutBucketWebsite",
            routed(json!({ "Redirect": { "ReplaceKeyWith": "a", "ReplaceKeyPrefixWith": "b" } })),
            "InvalidRequest",
        ),
        (
            "PutBucketWebsite",
            routed(json!({ "Condition": {}, "Redirect": { "HostName": "h" } })),
            "InvalidRequest",
        ),
    ] {
        assert_eq!(cloud.refused(operation, logs(members.clone())).1, code, "{operation} {members}");
    }
}

#[test]
fn requesters_pay_or_are_refused() {
    let cloud = Cloud::with_bucket();
    cloud.put("a", "text");
    let payer = json!({ "RequestPaymentConfiguration": { "Payer": "Requester" } });
    cloud.ok("PutBucketRequestPayment", logs(payer));
    cloud.get("a");
    let other = cloud.other_account();
    let object = logs(json!({ "Key": "a" }));
    assert_eq!(other.refused("GetObject", object.clone()), (403, "AccessDenied".into()));
    let paid = logs(json!({ "Key": "a", "RequestPayer": "requester" }));
    other.ok("GetObject", paid.clone());
    let anonymous = Cloud { anonymous: true, ..cloud };
    assert_eq!(anonymous.refused("GetObject", paid), (403, "AccessDenied".into()));
}

/// One of each kind, by its member without `Configuration`.
fn listed() -> [(&'static str, Value); 4] {
    let destination = |format: &str| json!({ "S3BucketDestination": { "Bucket": "arn:aws:s3:::target", "Format": format } });
    [
        (
            "Analytics",
            json!({ "Id": "one", "StorageClassAnalysis": { "DataExport": {
                "OutputSchemaVersion": "V_1", "Destination": destination("CSV"),
            } } }),
        ),
        (
            "IntelligentTiering",
            json!({
                "Id": "one", "Status": "Enabled", "Filter": { "Prefix": "a" },
                "Tierings": [{ "Days": 90, "AccessTier": "ARCHIVE_ACCESS" }],
            }),
        ),
        (
            "Inventory",
            json!({
                "Id": "one", "IsEnabled": true, "IncludedObjectVersions": "All", "OptionalFields": ["Size"],
                "Schedule": { "Frequency": "Daily" }, "Destination": destination("ORC"),
            }),
        ),
        (
            "Metrics",
            json!({ "Id": "one", "Filter": { "And": { "Prefix": "a", "Tags": [{ "Key": "b", "Value": "c" }] } } }),
        ),
    ]
}

#[test]
fn what_there_is_much_of_is_listed_by_its_id() {
    let cloud = Cloud::with_bucket();
    for (kind, configuration) in listed() {
        let member = format!("{kind}Configuration");
        let put = |id: &str| {
            let mut configuration = configuration.clone();
            configuration["Id"] = json!(id);
            cloud
                .ok(&format!("PutBucket{member}"), logs(json!({ "Id": id, member.as_str(): configuration })));
        };
        put("one");
        let one = logs(json!({ "Id": "one" }));
        let held = cloud.ok(&format!("GetBucket{member}"), one.clone()).members;
        assert_eq!(held, json!({ member.as_str(): configuration }));
        for number in 0..100 {
            put(&format!("n{number:03}"));
        }
        let list = |members: Value| cloud.ok(&format!("ListBucket{member}s"), logs(members));
        let first = list(json!({}));
        assert_eq!(first.members["IsTruncated"], true);
        assert_eq!(first.column(&format!("{member}List"), "Id").len(), 100);
        let rest = list(json!({ "ContinuationToken": first.text("NextContinuationToken") }));
        assert_eq!(rest.column(&format!("{member}List"), "Id"), ["one"], "{kind}");
        cloud.ok(&format!("DeleteBucket{member}"), one.clone());
        for verb in ["Get", "Delete"] {
            let refused = cloud.refused(&format!("{verb}Bucket{member}"), one.clone());
            assert_eq!(refused, (404, "NoSuchConfiguration".into()));
        }
        let other = logs(json!({ "Id": "two", member.as_str(): configuration }));
        assert_eq!(cloud.refused(&format!("PutBucket{member}"), other).1, "InvalidArgument", "{kind}");
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let cloud = Cloud::with_bucket();
    let [(_, analytics), (_, tiering), (_, inventory), (_, metrics)] = listed();
    let with = |base: &Value, pointer: &str, value: Value| {
        let mut changed = base.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        changed
    };
    let bucket = "/Destination/S3BucketDestination/Bucket";
    let export = "/StorageClassAnalysis/DataExport/OutputSchemaVersion";
    for (kind, configuration, code) in [
        ("Analytics", with(&analytics, export, json!("V_2")), "MalformedXML"),
        ("IntelligentTiering", with(&tiering, "/Status", json!("On")), "MalformedXML"),
        ("IntelligentTiering", with(&tiering, "/Tierings/0/Days", json!(89)), "InvalidArgument"),
        ("IntelligentTiering", with(&tiering, "/Tierings", json!([])), "MalformedXML"),
        ("Inventory", with(&inventory, "/Schedule/Frequency", json!("Hourly")), "MalformedXML"),
        ("Inventory", with(&inventory, bucket, json!("target")), "InvalidS3DestinationBucket"),
        ("Inventory", with(&inventory, "/Schedule", json!(null)), "MalformedXML"),
        ("Metrics", with(&metrics, "/Filter/And", json!({})), "MalformedXML"),
        ("Metrics", with(&metrics, "/Filter", json!({})), "MalformedXML"),
    ] {
        let member = format!("{kind}Configuration");
        let members = logs(json!({ "Id": "one", member.as_str(): configuration }));
        assert_eq!(cloud.refused(&format!("PutBucket{member}"), members.clone()).1, code, "{members}");
    }
}
