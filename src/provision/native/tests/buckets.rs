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

#[tokio::test]
async fn an_object_may_be_the_copy_of_another() {
    let (_embedded, environment) = target().await;
    let (_folder, request) = module(
        "resource \"aws_s3_bucket\" \"b\" {\n  bucket = \"copies\"\n}\nresource \"aws_s3_object\" \"a\" {\n  bucket = aws_s3_bucket.b.id\n  key = \"a b.txt\"\n  content = \"hello\"\n  content_type = \"text/plain\"\n  metadata = { origin = \"pbx\" }\n}\n\
         resource \"aws_s3_object_copy\" \"c\" {\n  bucket = aws_s3_bucket.b.id\n  key = \"c.txt\"\n  source = \"${aws_s3_object.a.bucket}/${aws_s3_object.a.key}\"\n  storage_class = \"STANDARD_IA\"\n  tags = { kind = \"copy\" }\n}\n",
    );
    let provisioned = apply(&environment, &request).await.unwrap_or_else(|wrong| panic!("{wrong}"));
    let copy = provisioned.stack().resources["aws_s3_object_copy.c"].clone();
    let operator = Operators::of(&environment).unwrap().main;
    let of = json!({ "Bucket": "copies", "Key": "c.txt" });
    let head = operator.call("s3", "HeadObject", of.clone()).await.unwrap();
    assert_eq!((head.at("/ContentType"), head.at("/ContentLength")), (&json!("text/plain"), &json!(5)));
    assert_eq!(
        (head.at("/StorageClass"), &copy["storage_class"]),
        (&json!("STANDARD_IA"), &json!("STANDARD_IA"))
    );
    assert_eq!(
        (&copy["arn"], &copy["metadata"]),
        (&json!("arn:aws:s3:::copies/c.txt"), &json!({ "origin": "pbx" }))
    );
    let tags = operator.call("s3", "GetObjectTagging", of).await.unwrap();
    assert_eq!(*tags.at("/TagSet"), json!([{ "Key": "kind", "Value": "copy" }]));
    provisioned.destroy().await.unwrap();
}
