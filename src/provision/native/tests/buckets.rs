//! What buckets are set to, and what is read of them.

use super::*;

const BUCKETS: &str = include_str!("../../../../tests/data/fields/buckets/main.tf");

#[tokio::test]
async fn buckets_are_set_as_they_are_told() {
    let (_embedded, environment) = target().await;
    let (_folder, request) = module(BUCKETS);
    let provisioned = apply(&environment, &request).await.unwrap();
    assert_eq!(
        provisioned.stack().outputs["read"].value,
        json!({
            "endpoint": "site-here.s3-website.eu-west-2.amazonaws.com", "metric": "site-here:all",
            "body": "<p>hello</p>", "keys": ["pages/index.html"],
        })
    );
    let operator = Operators::of(&environment).unwrap().main;
    let read = async |operation: &str, more: serde_json::Value| {
        let mut members = json!({ "Bucket": "site-here" });
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        operator.call("s3", operation, members).await.unwrap().at("").clone()
    };
    let logging = read("GetBucketLogging", json!({})).await;
    let format = json!({ "SimplePrefix": {} });
    let enabled = json!({ "TargetBucket": "copy-here", "TargetPrefix": "", "TargetObjectKeyFormat": format });
    assert_eq!(logging["LoggingEnabled"], enabled);
    let rules = &read("GetBucketReplication", json!({})).await["ReplicationConfiguration"]["Rules"];
    assert_eq!((&rules[0]["Filter"], &rules[0]["Priority"]), (&json!({ "Prefix": "" }), &json!(0)));
    let inventory = read("GetBucketInventoryConfiguration", json!({ "Id": "daily" })).await;
    let destination = &inventory["InventoryConfiguration"]["Destination"]["S3BucketDestination"];
    assert_eq!(destination["Encryption"], json!({ "SSES3": {} }));
    let notification = read("GetBucketNotificationConfiguration", json!({})).await;
    assert_eq!(notification["QueueConfigurations"][0]["Id"], "made");
    assert_eq!(notification["EventBridgeConfiguration"], json!({}));
    let website = read("GetBucketWebsite", json!({})).await;
    assert_eq!(website["RoutingRules"][0]["Redirect"], json!({ "ReplaceKeyPrefixWith": "new/" }));
    provisioned.destroy().await.unwrap();
    let buckets = operator.call("s3", "ListBuckets", json!({})).await.unwrap();
    assert!(buckets.list("/Buckets").is_empty());
}
