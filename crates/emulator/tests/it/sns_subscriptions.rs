//! SNS's subscriptions.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud, OTHER};
use crate::sns_topics::{arn, attributes, create, on, topic};

fn queue(account: &str, name: &str) -> String {
    format!("arn:aws:sqs:eu-west-2:{account}:{name}")
}

fn subscribe(cloud: &Cloud, protocol: &str, endpoint: &str, attributes: Value) -> String {
    let members = json!({
        "Protocol": protocol, "Endpoint": endpoint, "Attributes": attributes, "ReturnSubscriptionArn": true,
    });
    cloud.ok("Subscribe", on("t", members)).text("SubscriptionArn").to_owned()
}

fn subscription(cloud: &Cloud, arn: &str) -> Value {
    cloud.ok("GetSubscriptionAttributes", json!({ "SubscriptionArn": arn })).members["Attributes"].clone()
}

#[test]
fn every_attribute_of_a_subscription_is_kept() {
    let cloud = topic();
    let given = json!({
        "DeliveryPolicy": r#"{"healthyRetryPolicy":{"numRetries":5}}"#,
        "FilterPolicy": r#"{"tenant":["a",{"prefix":"b"}],"store":{"size":[{"numeric":[">",1,"<=",5]}]}}"#,
        "FilterPolicyScope": "MessageBody", "RawMessageDelivery": "true",
        "RedrivePolicy": format!(r#"{{"deadLetterTargetArn":"{}"}}"#, queue(ACCOUNT, "dead")),
        "SubscriptionRoleArn": format!("arn:aws:iam::{ACCOUNT}:role/r"),
    });
    let endpoint = queue(ACCOUNT, "q");
    let id = subscribe(&cloud, "sqs", &endpoint, given.clone());
    assert!(id.starts_with(&format!("{}:", arn("t"))), "{id}");
    let held = subscription(&cloud, &id);
    let mut expected = given;
    for (name, value) in [
        ("SubscriptionArn", id.as_str()),
        ("TopicArn", arn("t").as_str()),
        ("Protocol", "sqs"),
        ("Endpoint", endpoint.as_str()),
        ("Owner", ACCOUNT),
        ("PendingConfirmation", "false"),
        ("ConfirmationWasAuthenticated", "true"),
        ("SubscriptionPrincipal", &format!("arn:aws:iam::{ACCOUNT}:user/people/ada")),
    ] {
        expected[name] = json!(value);
    }
    expected["EffectiveDeliveryPolicy"] = held["EffectiveDeliveryPolicy"].clone();
    assert_eq!(held, expected);
    let set = |name: &str, value: &str| json!({ "SubscriptionArn": id, "AttributeName": name, "AttributeValue": value });
    cloud.ok("SetSubscriptionAttributes", set("FilterPolicy", ""));
    cloud.ok("SetSubscriptionAttributes", set("RawMessageDelivery", "false"));
    let held = subscription(&cloud, &id);
    assert_eq!((&held["FilterPolicy"], &held["FilterPolicyScope"]), (&Value::Null, &Value::Null));
    assert_eq!(held["RawMessageDelivery"], "false");
    assert_eq!(cloud.refused("SetSubscriptionAttributes", set("ReplayPolicy", "{}")).1, "NotImplemented");
    assert_eq!(cloud.refused("SetSubscriptionAttributes", set("Nothing", "x")).1, "InvalidParameter");
}

#[test]
fn subscriptions_are_confirmed_or_wait() {
    let cloud = topic();
    let function = format!("arn:aws:lambda:eu-west-2:{ACCOUNT}:function:f");
    for (protocol, endpoint, pending) in [
        ("sqs", queue(ACCOUNT, "q"), "false"),
        ("sqs", queue(OTHER, "q"), "true"),
        ("lambda", function, "false"),
        ("https", "https://example.org/".to_owned(), "true"),
        ("email", "ada@example.org".to_owned(), "true"),
    ] {
        let id = subscribe(&cloud, protocol, &endpoint, json!({}));
        assert_eq!(subscription(&cloud, &id)["PendingConfirmation"], pending, "{protocol} {endpoint}");
    }
    let held = attributes(&cloud, "t");
    assert_eq!((&held["SubscriptionsConfirmed"], &held["SubscriptionsPending"]), (&json!("2"), &json!("3")));
    let again = on("t", json!({ "Protocol": "email", "Endpoint": "ada@example.org" }));
    assert_eq!(cloud.ok("Subscribe", again).text("SubscriptionArn"), "pending confirmation");
    let list = cloud.ok("ListSubscriptionsByTopic", on("t", json!({})));
    let pending = list.column("Subscriptions", "SubscriptionArn");
    assert_eq!(pending.iter().filter(|arn| **arn == "PendingConfirmation").count(), 3);
    let confirm = on("t", json!({ "Token": "x", "AuthenticateOnUnsubscribe": "true" }));
    assert_eq!(cloud.refused("ConfirmSubscription", confirm).1, "InvalidParameter");
}

#[test]
fn subscriptions_are_made_once_and_ended() {
    let cloud = topic();
    let endpoint = queue(ACCOUNT, "q");
    let id = subscribe(&cloud, "sqs", &endpoint, json!({ "RawMessageDelivery": "true" }));
    assert_eq!(subscribe(&cloud, "sqs", &endpoint, json!({})), id);
    let other =
        json!({ "Protocol": "sqs", "Endpoint": endpoint, "Attributes": { "RawMessageDelivery": "false" } });
    assert_eq!(cloud.refused("Subscribe", on("t", other)).1, "InvalidParameter");
    let foreign = cloud.other_account();
    let theirs = json!({ "Protocol": "sqs", "Endpoint": queue(OTHER, "q"), "ReturnSubscriptionArn": true });
    let theirs = foreign.ok("Subscribe", on("t", theirs)).text("SubscriptionArn").to_owned();
    let list = |cloud: &Cloud| {
        let reply = cloud.ok("ListSubscriptions", json!({}));
        reply.members["Subscriptions"].clone()
    };
    let row = |id: &str, owner: &str| {
        json!({
            "SubscriptionArn": id, "Owner": owner, "Protocol": "sqs", "Endpoint": queue(owner, "q"), "TopicArn": arn("t"),
        })
    };
    assert_eq!(list(&cloud), json!([row(&id, ACCOUNT)]));
    assert_eq!(list(&foreign), json!([row(&theirs, OTHER)]));
    let fork = cloud.fork();
    cloud.ok("Unsubscribe", json!({ "SubscriptionArn": id }));
    assert_eq!(cloud.refused("Unsubscribe", json!({ "SubscriptionArn": id })), (404, "NotFound".to_owned()));
    assert_eq!(attributes(&cloud, "t")["SubscriptionsDeleted"], "1");
    subscription(&fork, &id);
    fork.ok("DeleteTopic", on("t", json!({})));
    assert_eq!(list(&fork), json!([]));
}

#[test]
fn endpoints_and_filters_are_checked() {
    let cloud = topic();
    let fifo = on("t", json!({ "Protocol": "sqs", "Endpoint": queue(ACCOUNT, "q.fifo") }));
    let by = |protocol: &str, endpoint: &str| on("t", json!({ "Protocol": protocol, "Endpoint": endpoint }));
    let stream = format!("arn:aws:firehose:eu-west-2:{ACCOUNT}:deliverystream/s");
    for (members, code) in [
        (fifo, "InvalidParameter"),
        (by("sqs", "q"), "InvalidParameter"),
        (by("lambda", "f"), "InvalidParameter"),
        (by("http", "https://example.org"), "InvalidParameter"),
        (by("email", "ada"), "InvalidParameter"),
        (by("pigeon", "x"), "InvalidParameter"),
        (by("firehose", &stream), "InvalidParameter"),
        (by("sms", "+441234567890"), "NotImplemented"),
        (by("application", "x"), "NotImplemented"),
        (json!({ "TopicArn": arn("x"), "Protocol": "sqs", "Endpoint": queue(ACCOUNT, "q") }), "NotFound"),
    ] {
        assert_eq!(cloud.refused("Subscribe", members.clone()).1, code, "{members}");
    }
    create(&cloud, "f.fifo", json!({ "FifoTopic": "true" }));
    let lambda = json!({
        "TopicArn": arn("f.fifo"), "Protocol": "lambda",
        "Endpoint": format!("arn:aws:lambda:eu-west-2:{ACCOUNT}:function:f"),
    });
    assert_eq!(cloud.refused("Subscribe", lambda).1, "InvalidParameter");
    let many: Value = (0..6).map(|n| (n.to_string(), json!(["x"]))).collect();
    let complex: Value = (0..3).map(|n| (n.to_string(), json!([1, 2, 3, 4, 5, 6]))).collect();
    for filter in [
        "x".to_owned(),
        "[]".to_owned(),
        many.to_string(),
        complex.to_string(),
        r#"{"a":"b"}"#.to_owned(),
        r#"{"a":[]}"#.to_owned(),
        r#"{"a":{"b":["c"]}}"#.to_owned(),
        r#"{"a":[["b"]]}"#.to_owned(),
        r#"{"a":[{"like":"b"}]}"#.to_owned(),
        r#"{"a":[{"prefix":1}]}"#.to_owned(),
        r#"{"a":[{"exists":"x"}]}"#.to_owned(),
        r#"{"a":[{"numeric":["<","1"]}]}"#.to_owned(),
        r#"{"a":[{"numeric":["~",1]}]}"#.to_owned(),
        r#"{"a":[{"numeric":[">",5,"<",1]}]}"#.to_owned(),
    ] {
        let members = json!({
            "Protocol": "sqs", "Endpoint": queue(ACCOUNT, "q"), "Attributes": { "FilterPolicy": filter },
        });
        assert_eq!(cloud.refused("Subscribe", on("t", members)).1, "InvalidParameter", "{filter}");
    }
    for filter in [
        r#"{"a":["b",1,true,null,{"anything-but":["c"]},{"exists":false},{"suffix":"d"}]}"#,
        r#"{"$or":[{"a":["b"]},{"c":[{"numeric":["=",1]}]}]}"#,
    ] {
        subscribe(&cloud, "sqs", &queue(ACCOUNT, filter), json!({ "FilterPolicy": filter }));
    }
    let raw = json!({
        "Protocol": "lambda", "Endpoint": format!("arn:aws:lambda:eu-west-2:{ACCOUNT}:function:f"),
        "Attributes": { "RawMessageDelivery": "true" },
    });
    assert_eq!(cloud.refused("Subscribe", on("t", raw)).1, "InvalidParameter");
    let redrive = json!({
        "Protocol": "sqs", "Endpoint": queue(ACCOUNT, "q"), "Attributes": { "RedrivePolicy": "{}" },
    });
    assert_eq!(cloud.refused("Subscribe", on("t", redrive)).1, "InvalidParameter");
}
