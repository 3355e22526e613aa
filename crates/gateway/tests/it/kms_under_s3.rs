//! What S3 asks of KMS in the name of whoever calls S3.

use serde_json::{Value, json};
use stackproof_aws::Credentials;
use stackproof_gateway::{Decision, Outcome};

use crate::world::{
    ACCOUNT, OTHER, REGION, World, account_statement, allow, call, code, document, message, user_arn,
};

const VIA: &str = "s3.eu-west-2.amazonaws.com";

fn object(key: &str) -> Value {
    json!({ "Bucket": "calls", "Key": key })
}

fn under(key: &str, arn: &str) -> Value {
    json!({ "Bucket": "calls", "Key": key, "ServerSideEncryption": "aws:kms", "SSEKMSKeyId": arn })
}

async fn default_key(world: &World, arn: &str, bucket_key: bool) {
    let default = json!({ "SSEAlgorithm": "aws:kms", "KMSMasterKeyID": arn });
    let rule = json!({ "ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": bucket_key });
    let members = json!({ "Bucket": "calls", "ServerSideEncryptionConfiguration": { "Rules": [rule] } });
    world.set("s3:PutBucketEncryption", members).await;
}

fn actions(decision: &Decision) -> Vec<(&str, Outcome)> {
    decision.checks.iter().map(|check| (check.action.as_str(), check.outcome)).collect()
}

/// A user who may do everything with objects, and these actions with keys.
async fn user(world: &World, name: &str, actions: &[&str]) -> Credentials {
    let mut statements = vec![allow(&["s3:*"], &["*"])];
    if !actions.is_empty() {
        statements.push(allow(actions, &["*"]));
    }
    world.user(name, json!(statements)).await
}

#[tokio::test]
async fn an_object_needs_its_key_to_be_written_and_read() {
    let world = World::new().await;
    world.bucket("calls").await;
    let key = world.key(json!([account_statement(ACCOUNT)])).await;
    let writer = user(&world, "writer", &["kms:GenerateDataKey"]).await;
    let reader = user(&world, "reader", &["kms:Decrypt"]).await;
    let (reply, decision) = world.put(&writer, under("a", &key), "x").await;
    assert_eq!(reply.status, 200, "{reply:?} {decision:?}");
    assert_eq!(
        actions(&decision),
        [("s3:PutObject", Outcome::Allowed), ("kms:GenerateDataKey", Outcome::Allowed)]
    );
    let check = &decision.checks[1];
    assert_eq!(check.resource, key);
    assert_eq!(check.statement.as_ref().unwrap().policy, "inline policy inline of user writer");
    for (name, value) in [
        ("kms:viaservice", VIA),
        ("kms:calleraccount", ACCOUNT),
        ("kms:encryptioncontext:aws:s3:arn", "arn:aws:s3:::calls/a"),
        ("kms:encryptioncontextkeys", "aws:s3:arn"),
        ("aws:viaawsservice", "true"),
        ("aws:username", "writer"),
    ] {
        assert_eq!(check.context[name], [value], "{name}");
    }
    assert!(!check.context.contains_key("aws:sourceip"), "S3 calls from an address of its own");

    let (reply, decision) = world.put(&reader, under("a", &key), "x").await;
    assert_eq!((reply.status, code(&reply)), (403, "AccessDenied"));
    assert_eq!(
        message(&reply),
        format!(
            "User: {} is not authorized to perform: kms:GenerateDataKey on resource: {key} because no identity-based \
             policy allows the kms:GenerateDataKey action",
            user_arn("reader")
        )
    );
    assert_eq!(decision.deciding().unwrap().action, "kms:GenerateDataKey");
    let (reply, _) = world.call(&reader, "s3:GetObject", object("a")).await;
    assert_eq!((reply.status, &reply.body[..]), (200, &b"x"[..]));
    let (reply, decision) = world.call(&writer, "s3:GetObject", object("a")).await;
    assert_eq!((code(&reply), decision.deciding().unwrap().action.as_str()), ("AccessDenied", "kms:Decrypt"));
}

#[tokio::test]
async fn what_shows_no_plaintext_needs_no_key() {
    let world = World::new().await;
    world.bucket("calls").await;
    let key = world.key(json!([account_statement(ACCOUNT)])).await;
    world.put(&world.operator(), under("a", &key), "x").await;
    let nobody = user(&world, "nobody", &[]).await;
    let of_object = object("a");
    for operation in ["s3:HeadObject", "s3:GetObjectTagging", "s3:DeleteObjectTagging"] {
        let (reply, decision) = world.call(&nobody, operation, of_object.clone()).await;
        assert!(reply.status < 300, "{operation}: {decision:?}");
    }
    let checksum = json!({ "Bucket": "calls", "Key": "a", "ChecksumMode": "ENABLED" });
    let attributes = json!({ "Bucket": "calls", "Key": "a", "ObjectAttributes": ["ETag"] });
    // S3 is not particular about how the mode is written.
    let lower = json!({ "Bucket": "calls", "Key": "a", "ChecksumMode": "enabled" });
    for (operation, members) in
        [("s3:HeadObject", checksum), ("s3:HeadObject", lower), ("s3:GetObjectAttributes", attributes)]
    {
        let (reply, decision) = world.call(&nobody, operation, members).await;
        assert_eq!((reply.status, decision.deciding().unwrap().action.as_str()), (403, "kms:Decrypt"));
    }
    assert_eq!(world.call(&nobody, "s3:DeleteObject", of_object).await.0.status, 204);
}

#[tokio::test]
async fn a_buckets_default_key_is_needed_without_a_header() {
    let world = World::new().await;
    world.bucket("calls").await;
    let key = world.key(json!([account_statement(ACCOUNT)])).await;
    world.set("kms:CreateAlias", json!({ "AliasName": "alias/calls", "TargetKeyId": key })).await;
    let writer = user(&world, "writer", &["kms:GenerateDataKey"]).await;
    let nobody = user(&world, "nobody", &[]).await;
    for named in [key.as_str(), "alias/calls", key.rsplit('/').next().unwrap()] {
        default_key(&world, named, false).await;
        let (reply, decision) = world.put(&writer, object("a"), "x").await;
        assert_eq!((reply.status, decision.checks[1].resource.as_str()), (200, key.as_str()), "{named}");
        let (reply, decision) = world.put(&nobody, object("a"), "x").await;
        assert_eq!(
            (reply.status, decision.deciding().unwrap().action.as_str()),
            (403, "kms:GenerateDataKey"),
            "{named}"
        );
    }
    let plain = json!({ "Bucket": "calls", "Key": "a", "ServerSideEncryption": "AES256" });
    assert_eq!(world.put(&nobody, plain, "x").await.0.status, 200);
}

#[tokio::test]
async fn a_policy_that_wants_s3_refuses_direct_calls() {
    let world = World::new().await;
    world.bucket("calls").await;
    let alice = user(&world, "alice", &[]).await;
    let key = world
        .key(json!([{
            "Effect": "Allow", "Principal": { "AWS": user_arn("alice") },
            "Action": ["kms:GenerateDataKey", "kms:Decrypt"], "Resource": "*",
            "Condition": { "StringEquals": { "kms:ViaService": VIA, "kms:CallerAccount": ACCOUNT } },
        }]))
        .await;
    assert_eq!(world.put(&alice, under("a", &key), "x").await.0.status, 200);
    assert_eq!(world.call(&alice, "s3:GetObject", object("a")).await.0.status, 200);
    let (reply, decision) =
        world.call(&alice, "kms:GenerateDataKey", json!({ "KeyId": key, "KeySpec": "AES_256" })).await;
    assert_eq!((code(&reply), decision.outcome), ("AccessDeniedException", Outcome::ImplicitDeny));
}

#[tokio::test]
async fn a_policy_may_ask_for_the_objects_context() {
    let world = World::new().await;
    world.bucket("calls").await;
    let alice = user(&world, "alice", &[]).await;
    let limited = |pattern: &str| {
        json!([{
            "Effect": "Allow", "Principal": { "AWS": user_arn("alice") },
            "Action": ["kms:GenerateDataKey", "kms:Decrypt"], "Resource": "*",
            "Condition": { "StringLike": { "kms:EncryptionContext:aws:s3:arn": pattern } },
        }])
    };
    let objects = world.key(limited("arn:aws:s3:::calls/in/*")).await;
    let buckets = world.key(limited("arn:aws:s3:::calls")).await;
    assert_eq!(world.put(&alice, under("in/a", &objects), "x").await.0.status, 200);
    assert_eq!(world.put(&alice, under("out/a", &objects), "x").await.0.status, 403);
    assert_eq!(world.put(&alice, under("in/b", &buckets), "x").await.0.status, 403);
    let with_bucket_key = |key: &str, arn: &str| {
        let mut members = under(key, arn);
        members["BucketKeyEnabled"] = json!(true);
        members
    };
    // With a bucket key the context is the bucket's, and the object's own ARN fits no longer.
    assert_eq!(world.put(&alice, with_bucket_key("in/a", &objects), "x").await.0.status, 403);
    assert_eq!(world.put(&alice, with_bucket_key("in/b", &buckets), "x").await.0.status, 200);
    assert_eq!(world.call(&alice, "s3:GetObject", object("in/a")).await.0.status, 200);
    assert_eq!(world.call(&alice, "s3:GetObject", object("in/b")).await.0.status, 200);
    default_key(&world, &buckets, true).await;
    assert_eq!(world.put(&alice, object("in/c"), "x").await.0.status, 200);
    default_key(&world, &buckets, false).await;
    assert_eq!(world.put(&alice, object("in/c"), "x").await.0.status, 403);
}

#[tokio::test]
async fn a_writers_own_context_is_part_of_it() {
    use base64::Engine;
    let world = World::new().await;
    world.bucket("calls").await;
    let alice = user(&world, "alice", &[]).await;
    let key = world
        .key(json!([{
            "Effect": "Allow", "Principal": { "AWS": user_arn("alice") },
            "Action": ["kms:GenerateDataKey", "kms:Decrypt"], "Resource": "*",
            "Condition": { "StringEquals": { "kms:EncryptionContext:team": "red" } },
        }]))
        .await;
    let with = |context: Value| {
        let mut members = under("a", &key);
        let context = base64::engine::general_purpose::STANDARD.encode(context.to_string());
        members["SSEKMSEncryptionContext"] = json!(context);
        members
    };
    assert_eq!(world.put(&alice, under("a", &key), "x").await.0.status, 403);
    assert_eq!(world.put(&alice, with(json!({ "team": "blue" })), "x").await.0.status, 403);
    let (reply, decision) = world.put(&alice, with(json!({ "team": "red" })), "x").await;
    assert_eq!(reply.status, 200, "{decision:?}");
    assert_eq!(decision.checks[1].context["kms:encryptioncontextkeys"], ["aws:s3:arn", "team"]);
    let (_, decision) = world.call(&alice, "s3:GetObject", object("a")).await;
    assert_eq!(decision.outcome, Outcome::Undetermined, "an object does not show its writer's pairs");
}

#[tokio::test]
async fn a_multipart_upload_needs_the_key_at_every_step() {
    let world = World::new().await;
    world.bucket("calls").await;
    let key = world.key(json!([account_statement(ACCOUNT)])).await;
    let encrypts = user(&world, "encrypts", &["kms:GenerateDataKey"]).await;
    let decrypts = user(&world, "decrypts", &["kms:Decrypt"]).await;
    let both = user(&world, "both", &["kms:GenerateDataKey", "kms:Decrypt"]).await;
    let (reply, _) = world.call(&decrypts, "s3:CreateMultipartUpload", under("a", &key)).await;
    assert_eq!(reply.status, 403);
    let upload = world.set_as(&encrypts, "s3:CreateMultipartUpload", under("a", &key)).await;
    let part = async |who: &Credentials| {
        let members =
            json!({ "Bucket": "calls", "Key": "a", "UploadId": upload["UploadId"], "PartNumber": 1 });
        let mut part = call("s3:UploadPart", members, stackproof_aws::client::Signing::Header(who.clone()));
        part.body = "part".into();
        world.send(part).await
    };
    let (reply, decision) = part(&encrypts).await;
    assert_eq!((reply.status, decision.deciding().unwrap().action.as_str()), (403, "kms:Decrypt"));
    let (_, decision) = part(&decrypts).await;
    assert_eq!(decision.outcome, Outcome::Undetermined, "whether it needs GenerateDataKey as well");
    let (reply, _) = part(&both).await;
    assert_eq!(reply.status, 200);
    let etag = reply.result.as_ref().unwrap()["ETag"].clone();
    let complete = json!({
        "Bucket": "calls", "Key": "a", "UploadId": upload["UploadId"],
        "MultipartUpload": { "Parts": [{ "PartNumber": 1, "ETag": etag }] },
    });
    let (reply, decision) = world.call(&encrypts, "s3:CompleteMultipartUpload", complete.clone()).await;
    assert_eq!((reply.status, decision.deciding().unwrap().action.as_str()), (403, "kms:Decrypt"));
    assert_eq!(world.call(&decrypts, "s3:CompleteMultipartUpload", complete).await.0.status, 200);
}

#[tokio::test]
async fn a_copy_needs_the_key_of_either_side() {
    let world = World::new().await;
    world.bucket("calls").await;
    let from = world.key(json!([account_statement(ACCOUNT)])).await;
    let to = world.key(json!([account_statement(ACCOUNT)])).await;
    world.put(&world.operator(), under("a", &from), "x").await;
    let mut copy = under("b", &to);
    copy["CopySource"] = json!("calls/a");
    let may = |read: &str, write: &str| {
        json!([
            allow(&["s3:*"], &["*"]),
            allow(&["kms:Decrypt"], &[read]),
            allow(&["kms:GenerateDataKey"], &[write]),
        ])
    };
    let both = world.user("both", may(&from, &to)).await;
    let (reply, decision) = world.call(&both, "s3:CopyObject", copy.clone()).await;
    assert_eq!(reply.status, 200, "{decision:?}");
    let used: Vec<_> = decision.checks.iter().filter(|check| check.action.starts_with("kms:")).collect();
    assert_eq!(used.len(), 2);
    assert_eq!(used[0].context["kms:encryptioncontext:aws:s3:arn"], ["arn:aws:s3:::calls/b"]);
    assert_eq!(used[1].context["kms:encryptioncontext:aws:s3:arn"], ["arn:aws:s3:::calls/a"]);
    for (name, statements, action, resource) in [
        ("reads", may(&from, &from), "kms:GenerateDataKey", &to),
        ("writes", may(&to, &to), "kms:Decrypt", &from),
    ] {
        let one = world.user(name, statements).await;
        let (reply, decision) = world.call(&one, "s3:CopyObject", copy.clone()).await;
        let check = decision.deciding().unwrap();
        assert_eq!((reply.status, check.action.as_str(), &check.resource), (403, action, resource));
    }
}

#[tokio::test]
async fn a_key_of_another_account_needs_both_accounts() {
    let world = World::new().await;
    world.bucket("calls").await;
    let members = |statements: Value| json!({ "Policy": document(statements) });
    let operator = world.gateway.operator(OTHER).unwrap();
    let theirs = async |statements: Value| {
        let made = world.set_as(&operator, "kms:CreateKey", members(statements)).await;
        made["KeyMetadata"]["Arn"].as_str().unwrap().to_owned()
    };
    let closed = theirs(json!([account_statement(OTHER)])).await;
    let shares = json!({
        "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{ACCOUNT}:root") },
        "Action": ["kms:GenerateDataKey", "kms:Decrypt"], "Resource": "*",
    });
    let shared = theirs(json!([account_statement(OTHER), shares])).await;
    let may = user(&world, "may", &["kms:*"]).await;
    let may_not = user(&world, "may-not", &[]).await;
    let (reply, decision) = world.put(&may, under("a", &shared), "x").await;
    assert_eq!(reply.status, 200, "{decision:?}");
    assert_eq!(decision.checks[1].context["aws:resourceaccount"], [OTHER]);
    assert_eq!(world.call(&may, "s3:GetObject", object("a")).await.0.status, 200);
    assert_eq!(world.put(&may_not, under("a", &shared), "x").await.0.status, 403);
    let absent = closed.replace(closed.rsplit('/').next().unwrap(), "1234abcd-12ab-34cd-56ef-1234567890ab");
    for key in [&closed, &absent] {
        let (reply, decision) = world.put(&may, under("a", key), "x").await;
        assert_eq!(
            message(&reply),
            format!(
                "User: {} is not authorized to perform: kms:GenerateDataKey on this resource because the resource does \
                 not exist in this Region, no resource-based policies allow access, or a resource-based policy \
                 explicitly denies access",
                user_arn("may")
            )
        );
        assert_eq!((reply.status, decision.outcome), (403, Outcome::ImplicitDeny));
    }
    let (reply, _) = world.call(&may_not, "s3:GetObject", object("a")).await;
    assert!(message(&reply).contains("kms:Decrypt on the resource associated with this ciphertext because"));
}

#[tokio::test]
async fn who_reads_from_another_account_needs_the_key_as_well() {
    let world = World::new().await;
    world.bucket("calls").await;
    let theirs = format!("arn:aws:iam::{OTHER}:root");
    let reads = json!({
        "Effect": "Allow", "Principal": { "AWS": theirs }, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::calls/*",
    });
    world.policy("calls", json!([reads])).await;
    let closed = world.key(json!([account_statement(ACCOUNT)])).await;
    let shares = json!({ "Effect": "Allow", "Principal": { "AWS": theirs }, "Action": "kms:Decrypt", "Resource": "*" });
    let shared = world.key(json!([account_statement(ACCOUNT), shares])).await;
    world.put(&world.operator(), under("closed", &closed), "x").await;
    world.put(&world.operator(), under("shared", &shared), "x").await;
    let bob = world.user_in(OTHER, "bob", json!([allow(&["s3:*", "kms:*"], &["*"])])).await;
    assert_eq!(world.call(&bob, "s3:GetObject", object("shared")).await.0.status, 200);
    let (reply, decision) = world.call(&bob, "s3:GetObject", object("closed")).await;
    assert_eq!((reply.status, decision.deciding().unwrap().action.as_str()), (403, "kms:Decrypt"));
}

#[tokio::test]
async fn a_session_policy_narrows_what_s3_may_ask_for() {
    let world = World::new().await;
    world.bucket("calls").await;
    let key = world.key(json!([account_statement(ACCOUNT)])).await;
    let trust = json!([{
        "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{ACCOUNT}:root") }, "Action": "sts:AssumeRole",
    }]);
    let role = world.role("app", trust, json!([allow(&["s3:*", "kms:*"], &["*"])])).await;
    let whole = world.session(&role, None).await;
    let narrow = world.session(&role, Some(json!([allow(&["s3:*"], &["*"])]))).await;
    assert_eq!(world.put(&whole, under("a", &key), "x").await.0.status, 200);
    let (reply, decision) = world.put(&narrow, under("a", &key), "x").await;
    assert_eq!((reply.status, decision.deciding().unwrap().layer.as_deref()), (403, Some("session policy")));
    assert!(message(&reply).ends_with("because no session policy allows the kms:GenerateDataKey action"));
}

#[tokio::test]
async fn a_grant_serves_through_s3() {
    let world = World::new().await;
    world.bucket("calls").await;
    let key = world.key(json!([account_statement(ACCOUNT)])).await;
    let alice = user(&world, "alice", &[]).await;
    assert_eq!(world.put(&alice, under("in/a", &key), "x").await.0.status, 403);
    let subset = json!({ "aws:s3:arn": "arn:aws:s3:::calls/in/a" });
    let grant = json!({
        "KeyId": key, "GranteePrincipal": user_arn("alice"), "Operations": ["GenerateDataKey", "Decrypt"],
        "Constraints": { "EncryptionContextSubset": subset },
    });
    world.set("kms:CreateGrant", grant).await;
    assert_eq!(world.put(&alice, under("in/a", &key), "x").await.0.status, 200);
    assert_eq!(world.call(&alice, "s3:GetObject", object("in/a")).await.0.status, 200);
    assert_eq!(world.put(&alice, under("in/b", &key), "x").await.0.status, 403);
}

#[tokio::test]
async fn the_state_of_a_key_is_told_after_the_denial() {
    let world = World::new().await;
    world.bucket("calls").await;
    let key = world.key(json!([account_statement(ACCOUNT)])).await;
    let may = user(&world, "may", &["kms:*"]).await;
    let may_not = user(&world, "may-not", &[]).await;
    world.put(&may, under("a", &key), "x").await;
    world.set("kms:DisableKey", json!({ "KeyId": key })).await;
    let (reply, decision) = world.put(&may, under("b", &key), "x").await;
    assert_eq!(
        (reply.status, code(&reply), decision.outcome),
        (400, "KMS.DisabledException", Outcome::Allowed)
    );
    assert_eq!(code(&world.call(&may, "s3:GetObject", object("a")).await.0), "KMS.DisabledException");
    assert_eq!(code(&world.put(&may_not, under("b", &key), "x").await.0), "AccessDenied");
    assert_eq!(code(&world.call(&may_not, "s3:GetObject", object("a")).await.0), "AccessDenied");
}

#[tokio::test]
async fn a_key_that_is_not_there_is_kms_own_error() {
    let world = World::new().await;
    world.bucket("calls").await;
    let may = user(&world, "may", &["kms:*"]).await;
    let missing = format!("arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab");
    let elsewhere = missing.replace(REGION, "eu-west-1");
    let unknown = missing.replace(ACCOUNT, "333333333333");
    for (key, expected, outcome) in [
        (missing.as_str(), "KMS.NotFoundException", Outcome::Rejected),
        ("alias/nothing", "KMS.NotFoundException", Outcome::Rejected),
        (&elsewhere, "KMS.NotFoundException", Outcome::Rejected),
        (&unknown, "NotImplemented", Outcome::Undetermined),
    ] {
        let (reply, decision) = world.put(&may, under("a", key), "x").await;
        assert_eq!((code(&reply), decision.outcome), (expected, outcome), "{key}");
    }
}

#[tokio::test]
async fn an_alias_is_looked_up_in_the_account_of_who_asks() {
    let world = World::new().await;
    world.bucket("calls").await;
    let key = world.key(json!([account_statement(ACCOUNT)])).await;
    world.set("kms:CreateAlias", json!({ "AliasName": "alias/calls", "TargetKeyId": key })).await;
    let may = user(&world, "may", &["kms:*"]).await;
    let (reply, decision) = world.put(&may, under("a", "alias/calls"), "x").await;
    assert_eq!((reply.status, decision.checks[1].resource.as_str()), (200, key.as_str()), "{decision:?}");
    assert_eq!(reply.result.as_ref().unwrap()["SSEKMSKeyId"], key);
    let everyone = json!({
        "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{OTHER}:root") }, "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::calls/*",
    });
    world.policy("calls", json!([everyone])).await;
    let bob = world.user_in(OTHER, "bob", json!([allow(&["s3:*", "kms:*"], &["*"])])).await;
    let (reply, _) = world.put(&bob, under("a", "alias/calls"), "x").await;
    assert_eq!(code(&reply), "KMS.NotFoundException");
    default_key(&world, "alias/calls", false).await;
    let (_, decision) = world.put(&bob, object("a"), "x").await;
    assert_eq!(decision.outcome, Outcome::Undetermined, "whose alias the bucket's default is");
}

#[tokio::test]
async fn an_upload_that_nobody_saw_begin_is_undetermined() {
    use stackproof_aws::{Caller, CanonicalRequest, Operation, Upstream, wire};
    let world = World::new().await;
    world.bucket("calls").await;
    let operation = Operation::named("s3", "CreateMultipartUpload").unwrap();
    let behind = CanonicalRequest {
        id: "1".to_owned(),
        operation,
        account: ACCOUNT.to_owned(),
        region: REGION.to_owned(),
        caller: Caller { arn: None, account: Some(ACCOUNT.to_owned()), user_id: "behind".to_owned() },
        signer: wire::Signer::Account,
        secure: true,
        members: object("a").as_object().unwrap().clone(),
        body: wire::empty(),
    };
    let made = world.emulator.call(behind).await.unwrap().members(operation).await.unwrap();
    let parts = |id: &Value| json!({ "Bucket": "calls", "Key": "a", "UploadId": id });
    let (_, decision) = world.call(&world.operator(), "s3:ListParts", parts(&made["UploadId"])).await;
    assert_eq!(decision.outcome, Outcome::Undetermined);
    let (reply, _) = world.call(&world.operator(), "s3:ListParts", parts(&json!("none"))).await;
    assert_eq!(code(&reply), "NoSuchUpload");
}
