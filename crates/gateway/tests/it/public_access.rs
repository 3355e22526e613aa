//! Block Public Access: each of the four settings, on a bucket and on its account.

use serde_json::{Value, json};
use stackproof_aws::client::Signing;
use stackproof_gateway::Outcome;

use crate::world::{ACCOUNT, OTHER, World, allow, call, code, document, message};

const SETTINGS: [&str; 4] =
    ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];

/// Where the settings are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Bucket,
    Account,
}

fn object(bucket: &str) -> Value {
    json!({ "Bucket": bucket, "Key": "a" })
}

fn everyone(bucket: &str) -> Value {
    json!({ "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": format!("arn:aws:s3:::{bucket}/*") })
}

/// A bucket whose object is public by its list, and one that is public by its policy.
async fn open_world() -> World {
    let world = World::new().await;
    for bucket in ["lists", "policies"] {
        world.bucket(bucket).await;
        world.set("s3:DeletePublicAccessBlock", json!({ "Bucket": bucket })).await;
        let controls = json!({ "Rules": [{ "ObjectOwnership": "ObjectWriter" }] });
        let members = json!({ "Bucket": bucket, "OwnershipControls": controls });
        world.set("s3:PutBucketOwnershipControls", members).await;
    }
    let open = json!({ "Bucket": "lists", "Key": "a", "ACL": "public-read" });
    assert_eq!(world.put(&world.operator(), open, "x").await.0.status, 200);
    assert_eq!(world.put(&world.operator(), object("policies"), "x").await.0.status, 200);
    let other = json!({
        "Effect": "Allow", "Principal": { "AWS": OTHER }, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::policies/*",
    });
    world.policy("policies", json!([everyone("policies"), other])).await;
    world
}

async fn set(world: &World, level: Level, block: Value) {
    match level {
        Level::Bucket => {
            for bucket in ["lists", "policies"] {
                let members = json!({ "Bucket": bucket, "PublicAccessBlockConfiguration": block });
                world.set("s3:PutPublicAccessBlock", members).await;
            }
        }
        Level::Account => {
            let members = json!({ "AccountId": ACCOUNT, "PublicAccessBlockConfiguration": block });
            world.set("s3control:PutPublicAccessBlock", members).await;
        }
    }
}

/// Makes the attack that a setting stops: whether it succeeds, which nothing but that setting may decide.
async fn attack(world: &World, setting: &str) -> bool {
    let (operator, public) = (world.operator(), json!({ "ACL": "public-read" }));
    let mut outcomes = Vec::new();
    let mut note =
        |(reply, decision): (stackproof_aws::client::Reply, std::sync::Arc<stackproof_gateway::Decision>)| {
            let allowed = reply.status < 300;
            let refused = reply.status == 403 && code(&reply) == "AccessDenied";
            assert!(allowed || refused, "{setting}: {reply:?}");
            assert_eq!(allowed, decision.outcome == Outcome::Allowed, "{setting}: {decision:?}");
            outcomes.push(allowed);
        };
    match setting {
        "BlockPublicAcls" => {
            let with = |members: Value| {
                let mut members = members;
                members.as_object_mut().unwrap().extend(public.as_object().unwrap().clone());
                members
            };
            note(world.call(&operator, "s3:PutBucketAcl", with(json!({ "Bucket": "lists" }))).await);
            note(world.call(&operator, "s3:PutObjectAcl", with(object("lists"))).await);
            note(world.put(&operator, with(json!({ "Bucket": "lists", "Key": "b" })), "x").await);
            let upload = with(json!({ "Bucket": "lists", "Key": "c" }));
            note(world.call(&operator, "s3:CreateMultipartUpload", upload).await);
            let copy = with(json!({ "Bucket": "lists", "Key": "d", "CopySource": "lists/a" }));
            note(world.call(&operator, "s3:CopyObject", copy).await);
            let uri = "uri=\"http://acs.amazonaws.com/groups/global/AuthenticatedUsers\"";
            note(world.put(&operator, json!({ "Bucket": "lists", "Key": "e", "GrantRead": uri }), "x").await);
        }
        "IgnorePublicAcls" => {
            note(world.send(call("s3:GetObject", object("lists"), Signing::Anonymous)).await);
        }
        "BlockPublicPolicy" => {
            let policy = document(json!([everyone("lists")]));
            let members = json!({ "Bucket": "lists", "Policy": policy });
            note(world.call(&operator, "s3:PutBucketPolicy", members).await);
        }
        _ => {
            note(world.send(call("s3:GetObject", object("policies"), Signing::Anonymous)).await);
            let bob = world.user_in(OTHER, "bob", json!([allow(&["s3:*"], &["*"])])).await;
            note(world.call(&bob, "s3:GetObject", object("policies")).await);
        }
    }
    let first = outcomes[0];
    assert!(outcomes.iter().all(|outcome| *outcome == first), "{setting}: {outcomes:?}");
    first
}

#[tokio::test]
async fn each_setting_stops_its_own_attack_on_either_level() {
    let open = open_world().await;
    for level in [Level::Bucket, Level::Account] {
        for weakened in SETTINGS {
            let block: Value = SETTINGS.iter().map(|name| (*name, *name != weakened)).collect();
            for attacked in SETTINGS {
                let world = open.fork().await;
                set(&world, level, block.clone()).await;
                let succeeded = attack(&world, attacked).await;
                assert_eq!(succeeded, attacked == weakened, "{level:?} without {weakened}: {attacked}");
            }
        }
    }
}

#[tokio::test]
async fn the_more_restrictive_level_counts() {
    let open = open_world().await;
    for (bucket, account, allowed) in
        [(true, true, false), (true, false, false), (false, true, false), (false, false, true)]
    {
        for setting in SETTINGS {
            let world = open.fork().await;
            set(&world, Level::Bucket, json!({ setting: bucket })).await;
            set(&world, Level::Account, json!({ setting: account })).await;
            assert_eq!(attack(&world, setting).await, allowed, "{setting} bucket {bucket} account {account}");
        }
    }
}

#[tokio::test]
async fn a_refusal_says_which_level_it_comes_from() {
    let world = open_world().await;
    let block = json!({ "BlockPublicAcls": true, "BlockPublicPolicy": true });
    set(&world, Level::Account, block.clone()).await;
    let policy = json!({ "Bucket": "lists", "Policy": document(json!([everyone("lists")])) });
    let acl = json!({ "Bucket": "lists", "ACL": "public-read" });
    for (operation, members, setting) in
        [("s3:PutBucketPolicy", policy, "BlockPublicPolicy"), ("s3:PutBucketAcl", acl, "BlockPublicAcls")]
    {
        let (reply, decision) = world.call(&world.operator(), operation, members.clone()).await;
        assert!(message(&reply).contains(&format!("blocked by the {setting} block public access setting")));
        assert!(
            decision.reason.as_ref().unwrap().starts_with(&format!("{setting} of the account")),
            "{decision:?}"
        );
        let both = world.fork().await;
        set(&both, Level::Bucket, block.clone()).await;
        let (_, decision) = both.call(&both.operator(), operation, members).await;
        assert!(decision.reason.as_ref().unwrap().starts_with(&format!("{setting} refuses")), "{decision:?}");
    }
}

/// The owner's people and AWS's services go on using a bucket that is restricted.
#[tokio::test]
async fn a_restricted_bucket_serves_its_own_account() {
    let world = open_world().await;
    set(&world, Level::Account, json!({ "RestrictPublicBuckets": true })).await;
    let idle = world.user("idle", json!([])).await;
    assert_eq!(world.call(&idle, "s3:GetObject", object("policies")).await.0.status, 200);
    let (reply, decision) = world.send(call("s3:GetObject", object("lists"), Signing::Anonymous)).await;
    assert_eq!(reply.status, 200, "its policy is not public: {decision:?}");
}

#[tokio::test]
async fn the_settings_of_an_account_are_its_own() {
    let world = World::new().await;
    let operator = world.operator();
    let account = json!({ "AccountId": ACCOUNT });
    let (reply, _) = world.call(&operator, "s3control:GetPublicAccessBlock", account.clone()).await;
    assert_eq!((reply.status, code(&reply)), (404, "NoSuchPublicAccessBlockConfiguration"));
    let block = json!({ "BlockPublicAcls": true, "IgnorePublicAcls": false, "BlockPublicPolicy": true, "RestrictPublicBuckets": false });
    let put = json!({ "AccountId": ACCOUNT, "PublicAccessBlockConfiguration": block });
    world.set("s3control:PutPublicAccessBlock", put.clone()).await;
    let found = world.set("s3control:GetPublicAccessBlock", account.clone()).await;
    assert_eq!(found["PublicAccessBlockConfiguration"], block);
    let of_other = world.gateway.operator(OTHER).unwrap();
    let (reply, _) =
        world.call(&of_other, "s3control:GetPublicAccessBlock", json!({ "AccountId": OTHER })).await;
    assert_eq!(code(&reply), "NoSuchPublicAccessBlockConfiguration");

    let reader = world.user("reader", json!([allow(&["s3:GetAccountPublicAccessBlock"], &["*"])])).await;
    let bucket_only = world.user("writer", json!([allow(&["s3:PutBucketPublicAccessBlock"], &["*"])])).await;
    let (reply, decision) = world.call(&reader, "s3control:GetPublicAccessBlock", account.clone()).await;
    assert_eq!((reply.status, decision.service.as_str()), (200, "s3control"));
    for (who, operation, members, action) in [
        (&reader, "s3control:PutPublicAccessBlock", put.clone(), "s3:PutAccountPublicAccessBlock"),
        (&reader, "s3control:DeletePublicAccessBlock", account.clone(), "s3:PutAccountPublicAccessBlock"),
        (&bucket_only, "s3control:PutPublicAccessBlock", put, "s3:PutAccountPublicAccessBlock"),
        (&of_other, "s3control:GetPublicAccessBlock", account.clone(), "s3:GetAccountPublicAccessBlock"),
    ] {
        let (reply, decision) = world.call(who, operation, members).await;
        assert_eq!(
            (reply.status, code(&reply), decision.outcome),
            (403, "AccessDenied", Outcome::ImplicitDeny)
        );
        let check = decision.deciding().unwrap();
        assert_eq!((check.action.as_str(), check.resource.as_str()), (action, "*"));
    }
    let (reply, decision) =
        world.send(call("s3control:GetPublicAccessBlock", account.clone(), Signing::Anonymous)).await;
    assert_eq!((reply.status, decision.outcome), (403, Outcome::ImplicitDeny));
    world.set("s3control:DeletePublicAccessBlock", account.clone()).await;
    let (reply, _) = world.call(&operator, "s3control:GetPublicAccessBlock", account).await;
    assert_eq!(code(&reply), "NoSuchPublicAccessBlockConfiguration");
}

#[tokio::test]
async fn what_s3_control_is_asked_for_is_read_in_one_way() {
    let world = World::new().await;
    let path = "/v20180820/configuration/publicAccessBlock";
    let request = |method: &str, path: &str, host: &str| {
        http::Request::builder()
            .method(method)
            .uri(path)
            .header("host", host)
            .header("x-amz-account-id", ACCOUNT)
    };
    let aws = "111111111111.s3-control.eu-west-2.amazonaws.com";
    for (method, uri, host, service, outcome) in [
        ("GET", path, "localhost", "s3control", Outcome::ImplicitDeny),
        ("GET", path, "111111111111.localhost", "s3control", Outcome::ImplicitDeny),
        ("GET", path, "222222222222.localhost", "s3control", Outcome::Rejected),
        ("GET", path, aws, "s3control", Outcome::ImplicitDeny),
        ("GET", path, "222222222222.s3-control.eu-west-2.amazonaws.com", "s3control", Outcome::Rejected),
        ("POST", "/v20180820/jobs", "localhost", "s3control", Outcome::Undetermined),
        (
            "GET",
            "/v20180820/configuration/publicAccessBlock?x=1",
            "localhost",
            "s3control",
            Outcome::Undetermined,
        ),
        // AWS's own host of S3 serves buckets, whatever they are called.
        ("GET", path, "s3.eu-west-2.amazonaws.com", "s3", Outcome::Rejected),
    ] {
        let (_, body, decision) = world.raw(request(method, uri, host), "").await;
        assert_eq!((decision.service.as_str(), decision.outcome), (service, outcome), "{uri} {host} {body}");
    }
    let (_, body, decision) = world.raw(request("POST", "/v20180820/jobs", aws), "").await;
    assert_eq!(decision.outcome, Outcome::Undetermined);
    assert!(body.contains("`POST /v20180820/jobs` of S3 Control"), "{body}");
    assert!(body.contains("<ErrorResponse><Error><Code>NotImplemented</Code>"), "{body}");
    let unnamed = http::Request::builder().uri(path).header("host", aws);
    let (status, body, decision) = world.raw(unnamed, "").await;
    assert_eq!((status, decision.outcome), (400, Outcome::Rejected), "{body}");
    // Without the header it is an object of a bucket of that name.
    let unnamed = http::Request::builder().uri(path).header("host", "localhost");
    let (status, body, decision) = world.raw(unnamed, "").await;
    assert_eq!((status, decision.service.as_str()), (404, "s3"), "{body}");
}
