//! Notification configurations.

use serde_json::{Value, json};

use crate::cloud::Cloud;

fn lambda(events: &[&str], rules: Value) -> Value {
    json!({
        "LambdaFunctionArn": "arn:aws:lambda:eu-west-2:111111111111:function:f",
        "Events": events,
        "Filter": { "Key": { "FilterRules": rules } },
    })
}

#[test]
fn a_configuration_is_given_back_with_ids_and_replaced_whole() {
    let cloud = Cloud::with_bucket();
    let of_bucket = json!({ "Bucket": "logs" });
    let get = || cloud.ok("GetBucketNotificationConfiguration", of_bucket.clone()).members;
    assert_eq!(get(), json!({}));
    let zip = lambda(&["s3:ObjectCreated:*"], json!([{ "Name": "suffix", "Value": ".zip" }]));
    let configuration = json!({ "LambdaFunctionConfigurations": [zip], "EventBridgeConfiguration": {} });
    let put = json!({ "Bucket": "logs", "NotificationConfiguration": configuration });
    cloud.ok("PutBucketNotificationConfiguration", put);
    let mut kept = get();
    let id = kept["LambdaFunctionConfigurations"][0].as_object_mut().unwrap().remove("Id").unwrap();
    assert_eq!(id.as_str().unwrap().len(), 48);
    assert_eq!(kept, configuration);
    cloud.ok(
        "PutBucketNotificationConfiguration",
        json!({ "Bucket": "logs", "NotificationConfiguration": {} }),
    );
    assert_eq!(get(), json!({}));
}

#[test]
fn what_would_be_told_twice_or_never_is_refused() {
    let cloud = Cloud::with_bucket();
    let suffix = |value: &str| json!([{ "Name": "suffix", "Value": value }]);
    let put = |parts: Value| {
        let configuration = json!({ "LambdaFunctionConfigurations": parts });
        let members = json!({ "Bucket": "logs", "NotificationConfiguration": configuration });
        cloud
            .call("PutBucketNotificationConfiguration", members, "")
            .err()
            .map(|error| error.code.into_owned())
    };
    let created = ["s3:ObjectCreated:Put"];
    let invalid = Some("InvalidArgument".to_owned());
    for (parts, expected) in [
        (json!([lambda(&created, suffix(".wav")), lambda(&created, suffix(".zip"))]), None),
        (
            json!([lambda(&created, suffix("a.wav")), lambda(&["s3:ObjectCreated:*"], suffix(".wav"))]),
            invalid.clone(),
        ),
        (json!([lambda(&created, suffix(".wav")), lambda(&["s3:ObjectRemoved:*"], suffix(".wav"))]), None),
        (json!([lambda(&["s3:Object"], suffix(".wav"))]), invalid.clone()),
        (json!([lambda(&[], suffix(".wav"))]), invalid.clone()),
        (json!([lambda(&created, json!([{ "Name": "middle", "Value": "a" }]))]), invalid),
    ] {
        assert_eq!(put(parts.clone()), expected, "{parts}");
    }
}
