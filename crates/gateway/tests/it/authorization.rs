//! S3: who may do what, and what the answer says.

use serde_json::json;
use stackproof_aws::client::Signing;
use stackproof_gateway::{Outcome, Place};
use stackproof_policy::{Certainty, statement_hash};

use crate::world::{ACCOUNT, OTHER, World, allow, call, code, document, message};

#[tokio::test]
async fn a_user_does_what_its_policy_allows_and_nothing_else() {
    let world = World::new().await;
    world.bucket("calls").await;
    let user = world.user("alice", json!([allow(&["s3:PutObject"], &["arn:aws:s3:::calls/in/*"])])).await;
    let (reply, decision) = world.put(&user, json!({ "Bucket": "calls", "Key": "in/a b+c" }), "hello").await;
    assert_eq!((reply.status, decision.outcome), (200, Outcome::Allowed), "{decision:?}");
    assert_eq!(decision.checks[0].resource, "arn:aws:s3:::calls/in/a b+c");
    assert_eq!(decision.statement.as_ref().unwrap().policy, "inline policy inline of user alice");

    let (reply, decision) = world.put(&user, json!({ "Bucket": "calls", "Key": "out/a" }), "hello").await;
    assert_eq!((reply.status, code(&reply)), (403, "AccessDenied"));
    assert_eq!(
        message(&reply),
        format!(
            "User: arn:aws:iam::{ACCOUNT}:user/alice is not authorized to perform: s3:PutObject on resource: \
             \"arn:aws:s3:::calls/out/a\" because no identity-based policy allows the s3:PutObject action"
        )
    );
    assert_eq!(decision.outcome, Outcome::ImplicitDeny);
    assert_eq!(decision.checks[0].layer.as_deref(), Some("identity-based policy"));
}

#[tokio::test]
async fn a_bucket_policy_denies_with_its_statement_and_its_place() {
    let world = World::new().await;
    world.bucket("calls").await;
    let deny = json!({
        "Sid": "DenyKms", "Effect": "Deny", "Principal": "*", "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::calls/*",
        "Condition": { "StringEquals": { "s3:x-amz-server-side-encryption": ["aws:kms", "aws:kms:dsse"] } },
    });
    // The same words in the policy of another bucket, and what was noted first.
    let elsewhere = Place { file: "others.tf".to_owned(), line: 1 };
    world.gateway.sources().register(statement_hash(&deny), elsewhere, vec!["others".to_owned()]);
    let place = Place { file: "main.tf".to_owned(), line: 7 };
    world.gateway.sources().register(statement_hash(&deny), place.clone(), vec!["calls".to_owned()]);
    world.policy("calls", json!([deny])).await;
    let user = world.user("alice", json!([allow(&["s3:*"], &["*"])])).await;
    for encryption in ["aws:kms", "aws:kms:dsse"] {
        let members = json!({ "Bucket": "calls", "Key": "a", "ServerSideEncryption": encryption });
        let (reply, decision) = world.put(&user, members, "x").await;
        assert!(message(&reply).ends_with("with an explicit deny in a resource-based policy"), "{reply:?}");
        let statement = decision.statement.clone().unwrap();
        assert_eq!(decision.outcome, Outcome::ExplicitDeny);
        assert_eq!((statement.sid.as_deref(), statement.place), (Some("DenyKms"), Some(place.clone())));
    }
    let members = json!({ "Bucket": "calls", "Key": "a", "ServerSideEncryption": "AES256" });
    assert_eq!(world.put(&user, members, "x").await.0.status, 200);
    let (reply, _) = world.call(&user, "s3:GetObject", json!({ "Bucket": "calls", "Key": "a" })).await;
    assert_eq!((reply.status, &reply.body[..]), (200, &b"x"[..]));
}

#[tokio::test]
async fn a_query_member_counts_as_the_header_that_it_stands_for() {
    let world = World::new().await;
    world.bucket("calls").await;
    let user = world.user("alice", json!([allow(&["s3:PutObject"], &["arn:aws:s3:::calls/*"])])).await;
    let signing = Signing::Presigned(user, std::time::Duration::from_secs(60));
    let url = world
        .client
        .presign(call("s3:PutObject", json!({ "Bucket": "calls", "Key": "a" }), signing))
        .unwrap();
    let with_acl = format!("{url}&x-amz-acl=public-read");
    let (status, body, decision) = world.raw(request("PUT", &with_acl), "x").await;
    assert_eq!(status, 403, "the signature covers the query: {body}");
    assert_eq!(decision.outcome, Outcome::Unauthenticated);
    let (status, body, _) = world.raw(request("PUT", &url), "x").await;
    assert_eq!(status, 200, "{body}");
    let anonymous = "https://calls.s3.amazonaws.com/a?x-amz-acl=public-read";
    let (status, _, decision) = world.raw(request("PUT", anonymous), "x").await;
    assert_eq!(status, 403);
    assert_eq!(decision.checks[0].context["s3:x-amz-acl"], ["public-read"]);
    for name in ["If-None-Match", "if-none-match"] {
        let conditional = format!("https://calls.s3.amazonaws.com/a?{name}=%2A");
        let (_, _, decision) = world.raw(request("PUT", &conditional), "x").await;
        assert_eq!(decision.checks[0].context["s3:if-none-match"], ["*"], "{name}");
    }
}

fn request(method: &str, url: &str) -> http::request::Builder {
    let uri: http::Uri = url.parse().unwrap();
    let host = uri.authority().unwrap().to_string();
    let path = uri.path_and_query().unwrap().to_string();
    http::Request::builder().method(method).uri(path).header("host", host)
}

#[tokio::test]
async fn an_acl_and_tags_need_their_own_actions() {
    let world = World::new().await;
    world.bucket("calls").await;
    let user = world.user("alice", json!([allow(&["s3:PutObject"], &["arn:aws:s3:::calls/*"])])).await;
    for (member, value, action) in [
        ("ACL", "bucket-owner-full-control", "s3:PutObjectAcl"),
        ("GrantRead", "id=abc", "s3:PutObjectAcl"),
        ("Tagging", "a=b", "s3:PutObjectTagging"),
        ("ObjectLockLegalHoldStatus", "ON", "s3:PutObjectLegalHold"),
    ] {
        let members = json!({ "Bucket": "calls", "Key": "a", member: value });
        let (reply, decision) = world.put(&user, members, "x").await;
        assert_eq!(reply.status, 403, "{member}");
        assert_eq!(decision.deciding().unwrap().action, action);
    }
}

#[tokio::test]
async fn a_missing_key_is_a_404_to_those_who_may_list() {
    let world = World::new().await;
    world.bucket("calls").await;
    let reader = world.user("reader", json!([allow(&["s3:GetObject"], &["arn:aws:s3:::calls/*"])])).await;
    let lister = json!([
        allow(&["s3:GetObject"], &["arn:aws:s3:::calls/*"]),
        allow(&["s3:ListBucket"], &["arn:aws:s3:::calls"])
    ]);
    let lister = world.user("lister", lister).await;
    let key = json!({ "Bucket": "calls", "Key": "nothing" });
    let (reply, decision) = world.call(&reader, "s3:GetObject", key.clone()).await;
    assert_eq!((reply.status, code(&reply)), (403, "AccessDenied"));
    assert_eq!(decision.deciding().unwrap().action, "s3:ListBucket");
    let (reply, decision) = world.call(&lister, "s3:GetObject", key.clone()).await;
    assert_eq!((reply.status, code(&reply), decision.outcome), (404, "NoSuchKey", Outcome::Allowed));
    assert_eq!(decision.error.as_deref(), Some("NoSuchKey"));
    assert_eq!(world.call(&reader, "s3:HeadObject", key.clone()).await.0.status, 403);
    assert_eq!(world.call(&lister, "s3:HeadObject", key).await.0.status, 404);
    let homely = json!([
        allow(&["s3:GetObject"], &["arn:aws:s3:::calls/*"]),
        {
            "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::calls",
            "Condition": { "StringLike": { "s3:prefix": "home/*" } },
        },
    ]);
    let homely = world.user("homely", homely).await;
    let (_, decision) =
        world.call(&homely, "s3:GetObject", json!({ "Bucket": "calls", "Key": "nothing" })).await;
    assert_eq!(decision.outcome, Outcome::Undetermined, "by which prefix S3 asks is not known");
    let (_, decision) = world.call(&homely, "s3:ListObjectsV2", json!({ "Bucket": "calls" })).await;
    assert_eq!((decision.outcome, decision.certainty), (Outcome::ImplicitDeny, Certainty::Reading));
    let (reply, decision) = world.call(&reader, "s3:ListObjectsV2", json!({ "Bucket": "none-such" })).await;
    assert_eq!((reply.status, code(&reply), decision.outcome), (404, "NoSuchBucket", Outcome::Rejected));
}

#[tokio::test]
async fn copying_needs_the_source_as_well() {
    let world = World::new().await;
    world.bucket("calls").await;
    world.put(&world.operator(), json!({ "Bucket": "calls", "Key": "from/a", "Tagging": "k=v" }), "x").await;
    let statements = |more: &[&str]| {
        let mut all = vec![allow(&["s3:PutObject"], &["arn:aws:s3:::calls/to/*"])];
        all.extend(more.iter().map(|action| allow(&[*action], &["arn:aws:s3:::calls/*"])));
        json!(all)
    };
    let copy = json!({ "Bucket": "calls", "Key": "to/a", "CopySource": "calls/from/a" });
    for (name, more, missing) in [
        ("one", &[][..], Some("s3:GetObject")),
        ("two", &["s3:GetObject"][..], Some("s3:GetObjectTagging")),
        ("three", &["s3:GetObject", "s3:GetObjectTagging"][..], Some("s3:PutObjectTagging")),
        ("four", &["s3:GetObject", "s3:GetObjectTagging", "s3:PutObjectTagging"][..], None),
    ] {
        let user = world.user(name, statements(more)).await;
        let (reply, decision) = world.call(&user, "s3:CopyObject", copy.clone()).await;
        let denied = decision.checks.iter().find(|check| check.outcome != Outcome::Allowed);
        assert_eq!(denied.map(|check| check.action.as_str()), missing, "{name}: {reply:?}");
        let tags = decision.checks.iter().filter(|check| check.action.ends_with("ObjectTagging"));
        assert!(tags.into_iter().all(|check| check.certainty == Certainty::Reading), "no page says so");
    }
}

#[tokio::test]
async fn versions_have_their_own_actions() {
    let world = World::new().await;
    world.bucket("calls").await;
    let versioning = json!({ "Bucket": "calls", "VersioningConfiguration": { "Status": "Enabled" } });
    world.set("s3:PutBucketVersioning", versioning).await;
    let (reply, _) = world.put(&world.operator(), json!({ "Bucket": "calls", "Key": "a" }), "x").await;
    let version = reply.result.unwrap()["VersionId"].clone();
    let user = world.user("alice", json!([allow(&["s3:GetObject"], &["arn:aws:s3:::calls/*"])])).await;
    let key = json!({ "Bucket": "calls", "Key": "a" });
    assert_eq!(world.call(&user, "s3:GetObject", key.clone()).await.0.status, 200);
    let one = json!({ "Bucket": "calls", "Key": "a", "VersionId": version });
    let (reply, decision) = world.call(&user, "s3:GetObject", one).await;
    assert_eq!((reply.status, decision.checks[0].action.as_str()), (403, "s3:GetObjectVersion"));
}

#[tokio::test]
async fn several_keys_are_deleted_key_by_key() {
    let world = World::new().await;
    world.bucket("calls").await;
    for key in ["a/1", "b/1"] {
        world.put(&world.operator(), json!({ "Bucket": "calls", "Key": key }), "x").await;
    }
    let user = world.user("alice", json!([allow(&["s3:DeleteObject"], &["arn:aws:s3:::calls/a/*"])])).await;
    let objects = json!([{ "Key": "a/1" }, { "Key": "b/1" }]);
    let mut delete = call(
        "s3:DeleteObjects",
        json!({ "Bucket": "calls", "Delete": { "Objects": objects } }),
        Signing::Header(user),
    );
    delete.headers.push(("x-amz-sdk-checksum-algorithm".to_owned(), "CRC32".to_owned()));
    let (reply, decision) = world.send(delete).await;
    let output = reply.result.unwrap();
    assert_eq!(output["Deleted"][0]["Key"], "a/1");
    assert_eq!(
        (&output["Errors"][0]["Key"], &output["Errors"][0]["Code"]),
        (&json!("b/1"), &json!("AccessDenied"))
    );
    assert_eq!((reply.status, decision.outcome, decision.checks.len()), (200, Outcome::ImplicitDeny, 2));
    assert_eq!(
        world
            .call(&world.operator(), "s3:HeadObject", json!({ "Bucket": "calls", "Key": "b/1" }))
            .await
            .0
            .status,
        200
    );
}

#[tokio::test]
async fn several_keys_are_named_in_a_document_with_a_digest() {
    let world = World::new().await;
    world.bucket("calls").await;
    let post = || request("POST", "https://calls.s3.amazonaws.com/?delete");
    let document = "<Delete><Object><Key>a</Key></Object></Delete>";
    let (status, body, decision) = world.raw(post(), document).await;
    assert_eq!((status, decision.outcome), (400, Outcome::Rejected));
    assert!(body.contains("Missing required header for this request: Content-MD5"), "{body}");
    let digest = "aFPqFnlCon58cZ4Qt7zwvQ==";
    let (status, body, decision) = world.raw(post().header("content-md5", digest), document).await;
    assert_eq!((status, decision.outcome), (200, Outcome::ImplicitDeny), "{body}");
}

#[tokio::test]
async fn another_account_needs_both_sides_and_is_told_less() {
    let world = World::new().await;
    world.bucket("calls").await;
    world.put(&world.operator(), json!({ "Bucket": "calls", "Key": "a" }), "x").await;
    let stranger = world.user_in(OTHER, "bob", json!([allow(&["s3:*"], &["*"])])).await;
    let key = json!({ "Bucket": "calls", "Key": "a" });
    let (reply, decision) = world.call(&stranger, "s3:GetObject", key.clone()).await;
    assert_eq!((reply.status, message(&reply)), (403, "Access Denied"));
    assert_eq!(decision.checks[0].layer.as_deref(), Some("resource-based policy"));
    let admit = json!([{
        "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{OTHER}:user/bob") },
        "Action": ["s3:GetObject", "s3:GetBucketPolicy"], "Resource": ["arn:aws:s3:::calls", "arn:aws:s3:::calls/*"],
    }]);
    world.policy("calls", admit).await;
    assert_eq!(world.call(&stranger, "s3:GetObject", key).await.0.status, 200);
    let (reply, _) = world.call(&stranger, "s3:GetBucketPolicy", json!({ "Bucket": "calls" })).await;
    assert_eq!((reply.status, code(&reply)), (405, "MethodNotAllowed"));
}

#[tokio::test]
async fn tags_that_an_object_has_are_asked_for_where_a_policy_turns_on_them() {
    let world = World::new().await;
    world.bucket("calls").await;
    for (key, tag) in [("a", "state=clean"), ("b", "state=dirty")] {
        world.put(&world.operator(), json!({ "Bucket": "calls", "Key": key, "Tagging": tag }), "x").await;
    }
    let statement = json!([{
        "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::calls/*",
        "Condition": { "StringEquals": { "s3:ExistingObjectTag/state": "clean" } },
    }]);
    let user = world.user("alice", statement).await;
    for (key, status) in [("a", 200), ("b", 403)] {
        let (reply, _) = world.call(&user, "s3:GetObject", json!({ "Bucket": "calls", "Key": key })).await;
        assert_eq!(reply.status, status, "{key}");
    }
}

#[tokio::test]
async fn parts_have_the_encryption_that_their_upload_was_initiated_with() {
    let world = World::new().await;
    world.bucket("calls").await;
    let deny = json!([{
        "Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::calls/*",
        "Condition": { "StringNotEquals": { "s3:x-amz-server-side-encryption": "AES256" } },
    }]);
    world.policy("calls", deny).await;
    let user = world.user("alice", json!([allow(&["s3:PutObject"], &["arn:aws:s3:::calls/*"])])).await;
    let plain = json!({ "Bucket": "calls", "Key": "a" });
    assert_eq!(world.call(&user, "s3:CreateMultipartUpload", plain).await.0.status, 403);
    let members = json!({ "Bucket": "calls", "Key": "a", "ServerSideEncryption": "AES256" });
    let (reply, _) = world.call(&user, "s3:CreateMultipartUpload", members).await;
    let upload = reply.result.unwrap()["UploadId"].clone();
    let mut part = call(
        "s3:UploadPart",
        json!({ "Bucket": "calls", "Key": "a", "UploadId": upload, "PartNumber": 1 }),
        Signing::Header(user.clone()),
    );
    part.body = "part".into();
    let (reply, decision) = world.send(part).await;
    assert_eq!(reply.status, 200, "{reply:?} {decision:?}");
    let unknown = json!({ "Bucket": "calls", "Key": "a", "UploadId": "other", "PartNumber": 1 });
    let (_, decision) = world.call(&user, "s3:UploadPart", unknown).await;
    assert_eq!(decision.outcome, Outcome::Undetermined);
}

#[tokio::test]
async fn what_cannot_be_read_is_undetermined_and_no_denial() {
    let world = World::new().await;
    world.bucket("calls").await;
    let statement = json!([{
        "Effect": "Deny", "Principal": "*", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::calls",
        "Condition": { "NumericGreaterThan": { "s3:max-keys": "10" } },
    }]);
    world.policy("calls", statement).await;
    let (reply, decision) =
        world.call(&world.operator(), "s3:ListObjectsV2", json!({ "Bucket": "calls" })).await;
    assert_eq!(
        (reply.status, code(&reply), decision.outcome),
        (501, "NotImplemented", Outcome::Undetermined)
    );
    assert!(message(&reply).starts_with("undetermined: "), "{}", message(&reply));
    assert!(decision.reason.is_some());
    let (reply, _) =
        world.call(&world.operator(), "s3:ListObjectsV2", json!({ "Bucket": "calls", "MaxKeys": 5 })).await;
    assert_eq!(reply.status, 200);
}

#[tokio::test]
async fn documents_are_checked_before_they_are_stored() {
    let world = World::new().await;
    world.bucket("calls").await;
    let nobody = json!([{
        "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{ACCOUNT}:user/nobody") },
        "Action": "s3:GetObject", "Resource": "arn:aws:s3:::calls/*",
    }]);
    // Whom it is for is missing, which does not make it a public policy.
    let unaddressed =
        json!([{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::calls/*" }]);
    for policy in ["not json".to_owned(), document(nobody), document(unaddressed)] {
        let (reply, decision) = world
            .call(&world.operator(), "s3:PutBucketPolicy", json!({ "Bucket": "calls", "Policy": policy }))
            .await;
        assert_eq!(
            (reply.status, code(&reply), decision.outcome),
            (400, "MalformedPolicy", Outcome::Allowed)
        );
    }
}

#[tokio::test]
async fn what_a_reader_may_not_see_is_left_out() {
    let world = World::new().await;
    world.bucket("calls").await;
    world.put(&world.operator(), json!({ "Bucket": "calls", "Key": "a", "Tagging": "k=v" }), "x").await;
    let get = json!({ "Bucket": "calls", "Key": "a" });
    for (name, actions, count) in
        [("one", &["s3:GetObject"][..], None), ("two", &["s3:GetObject", "s3:GetObjectTagging"][..], Some(1))]
    {
        let user = world.user(name, json!([allow(actions, &["arn:aws:s3:::calls/*"])])).await;
        let (reply, decision) = world.call(&user, "s3:GetObject", get.clone()).await;
        assert_eq!(reply.result.unwrap().get("TagCount").and_then(|count| count.as_i64()), count);
        assert_eq!((decision.outcome, decision.checks.len()), (Outcome::Allowed, 1));
    }
}
