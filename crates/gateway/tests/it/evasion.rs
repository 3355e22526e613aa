//! Ways round the policies, each tried and shut.

use serde_json::json;
use stackproof_aws::client::{Call, Signing};
use stackproof_gateway::Outcome;

use crate::world::{ACCOUNT, OTHER, World, allow, call, code, document};

/// A call of which more headers are signed than its members say.
fn with_headers(mut call: Call, headers: &[(&str, &str)]) -> Call {
    call.headers.extend(headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    call
}

async fn acl_bucket(world: &World, ownership: &str) {
    let members = json!({
        "Bucket": "calls", "CreateBucketConfiguration": { "LocationConstraint": "eu-west-2" }, "ObjectOwnership": ownership,
    });
    world.set("s3:CreateBucket", members).await;
}

#[tokio::test]
async fn a_key_spelt_with_json_escapes_is_the_same_key() {
    let world = World::new().await;
    world.bucket("calls").await;
    world
        .put(&world.operator(), json!({ "Bucket": "calls", "Key": "a", "Tagging": "state=dirty" }), "x")
        .await;
    let policy = document(json!([{
        "Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::calls/*",
        "Condition": { "StringEquals": { "s3:ExistingObjectTag/state": "dirty" } },
    }]));
    let policy = policy.replace("ExistingObjectTag", "Existing\\u004fbjectTag");
    world.set("s3:PutBucketPolicy", json!({ "Bucket": "calls", "Policy": policy })).await;
    let (_, decision) =
        world.call(&world.operator(), "s3:GetObject", json!({ "Bucket": "calls", "Key": "a" })).await;
    assert_eq!(decision.outcome, Outcome::ExplicitDeny);
}

#[tokio::test]
async fn an_object_of_another_account_is_not_the_bucket_owners_to_give() {
    let world = World::new().await;
    acl_bucket(&world, "ObjectWriter").await;
    let bob = world.user_in(OTHER, "bob", json!([allow(&["s3:*"], &["*"])])).await;
    let admit = json!([{
        "Effect": "Allow", "Principal": { "AWS": OTHER }, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::calls/*",
    }]);
    world.policy("calls", admit).await;
    let key = json!({ "Bucket": "calls", "Key": "a" });
    assert_eq!(world.put(&bob, key.clone(), "x").await.0.status, 200);
    let alice = world.user("alice", json!([allow(&["s3:*"], &["*"])])).await;
    for (who, outcome) in [(&alice, Outcome::ImplicitDeny), (&bob, Outcome::Allowed)] {
        for operation in ["s3:GetObject", "s3:GetObjectAcl"] {
            let (_, decision) = world.call(who, operation, key.clone()).await;
            assert_eq!(decision.outcome, outcome, "{operation} {decision:?}");
        }
    }
    assert_eq!(world.put(&alice, key.clone(), "y").await.0.status, 200, "writing is the bucket's matter");
    assert_eq!(world.call(&alice, "s3:GetObject", key).await.0.status, 200);
}

#[tokio::test]
async fn each_version_has_an_access_control_list_of_its_own() {
    let world = World::new().await;
    acl_bucket(&world, "BucketOwnerPreferred").await;
    world.set("s3:DeletePublicAccessBlock", json!({ "Bucket": "calls" })).await;
    let versioning = json!({ "Bucket": "calls", "VersioningConfiguration": { "Status": "Enabled" } });
    world.set("s3:PutBucketVersioning", versioning).await;
    let open = json!({ "Bucket": "calls", "Key": "a", "ACL": "public-read" });
    let version = world.put(&world.operator(), open, "x").await.0.result.unwrap()["VersionId"].clone();
    world.put(&world.operator(), json!({ "Bucket": "calls", "Key": "a" }), "y").await;
    let alice = world.user("alice", json!([])).await;
    let current = json!({ "Bucket": "calls", "Key": "a" });
    assert_eq!(world.call(&alice, "s3:GetObject", current).await.1.outcome, Outcome::ImplicitDeny);
    let old = json!({ "Bucket": "calls", "Key": "a", "VersionId": version });
    assert_eq!(world.call(&alice, "s3:GetObject", old).await.1.outcome, Outcome::Allowed);
}

#[tokio::test]
async fn tags_that_differ_in_case_alone_are_not_chosen_between() {
    let world = World::new().await;
    world.bucket("calls").await;
    let statement = json!([{
        "Effect": "Allow", "Action": ["s3:PutObject", "s3:PutObjectTagging"], "Resource": "*",
        "Condition": { "StringEquals": { "s3:RequestObjectTag/team": "blue" } },
    }]);
    let user = world.user("alice", statement).await;
    for (tags, outcome) in [
        ("team=blue", Outcome::Allowed),
        ("Team=red", Outcome::ImplicitDeny),
        ("Team=red&team=blue", Outcome::Undetermined),
    ] {
        let (_, decision) =
            world.put(&user, json!({ "Bucket": "calls", "Key": "a", "Tagging": tags }), "x").await;
        assert_eq!(decision.outcome, outcome, "{tags}");
    }
}

#[tokio::test]
async fn a_not_principal_means_the_principal_of_its_day() {
    let world = World::new().await;
    world.bucket("calls").await;
    let everything = || json!([allow(&["s3:*"], &["*"])]);
    let alice = world.user("alice", everything()).await;
    let arn = format!("arn:aws:iam::{ACCOUNT}:user/alice");
    let spare = |arn: &str| {
        json!([{
            "Effect": "Deny", "NotPrincipal": { "AWS": [arn, ACCOUNT] }, "Action": "s3:ListBucket",
            "Resource": "arn:aws:s3:::calls",
        }])
    };
    world.policy("calls", spare(&arn)).await;
    let list = json!({ "Bucket": "calls" });
    assert_eq!(world.call(&alice, "s3:ListObjectsV2", list.clone()).await.0.status, 200);
    let key = json!({ "UserName": "alice", "AccessKeyId": alice.access_key_id });
    world.set("iam:DeleteAccessKey", key).await;
    world.set("iam:DeleteUserPolicy", json!({ "UserName": "alice", "PolicyName": "inline" })).await;
    world.set("iam:DeleteUser", json!({ "UserName": "alice" })).await;
    let nobody = json!({ "Bucket": "calls", "Policy": document(spare(&arn)) });
    assert_eq!(code(&world.call(&world.operator(), "s3:PutBucketPolicy", nobody).await.0), "MalformedPolicy");
    let again = world.user("alice", everything()).await;
    let (_, decision) = world.call(&again, "s3:ListObjectsV2", list).await;
    assert_eq!(decision.outcome, Outcome::ExplicitDeny, "the one who is spared is another");
}

#[tokio::test]
async fn nobody_in_particular_begins_no_upload() {
    let world = World::new().await;
    world.bucket("calls").await;
    world.set("s3:DeletePublicAccessBlock", json!({ "Bucket": "calls" })).await;
    let everyone = json!([{
        "Effect": "Allow", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::calls/*",
    }]);
    world.policy("calls", everyone).await;
    let members = json!({ "Bucket": "calls", "Key": "a" });
    let (reply, decision) = world.send(call("s3:CreateMultipartUpload", members, Signing::Anonymous)).await;
    assert_eq!((reply.status, code(&reply)), (403, "AccessDenied"));
    assert_eq!(decision.outcome, Outcome::ExplicitDeny);
}

#[tokio::test]
async fn encryption_headers_stand_only_where_something_is_encrypted() {
    let world = World::new().await;
    world.bucket("calls").await;
    let key = json!({ "Bucket": "calls", "Key": "a" });
    let upload = world.set("s3:CreateMultipartUpload", key.clone()).await["UploadId"].clone();
    world.put(&world.operator(), key.clone(), "x").await;
    let part = json!({ "Bucket": "calls", "Key": "a", "UploadId": upload, "PartNumber": 1 });
    for (operation, members) in
        [("s3:UploadPart", part), ("s3:GetObject", key.clone()), ("s3:HeadObject", key)]
    {
        let call = call(operation, members, Signing::Header(world.operator()));
        let (reply, decision) =
            world.send(with_headers(call, &[("x-amz-server-side-encryption", "aws:kms")])).await;
        assert_eq!((reply.status, decision.outcome), (400, Outcome::Rejected), "{operation}");
        assert_eq!(decision.error.as_deref(), Some("InvalidArgument"), "{operation}");
    }
}

#[tokio::test]
async fn documents_are_what_their_digests_say() {
    let world = World::new().await;
    world.bucket("calls").await;
    let policy = document(json!([{
        "Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::calls/*",
    }]));
    for (header, value, expected) in [
        ("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg==", "BadDigest"),
        ("content-md5", "nonsense", "InvalidDigest"),
        ("x-amz-checksum-crc32", "AAAAAA==", "BadDigest"),
        ("x-amz-checksum-sha256", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "BadDigest"),
    ] {
        let put = call(
            "s3:PutBucketPolicy",
            json!({ "Bucket": "calls", "Policy": policy }),
            Signing::Header(world.operator()),
        );
        let (reply, _) = world.send(with_headers(put, &[(header, value)])).await;
        assert_eq!((reply.status, code(&reply)), (400, expected), "{header}: {value}");
    }
}

#[tokio::test]
async fn parts_need_the_key_that_their_upload_began_with() {
    let world = World::new().await;
    world.bucket("calls").await;
    let encryption = |algorithm: &str| {
        let default = json!({ "ApplyServerSideEncryptionByDefault": { "SSEAlgorithm": algorithm } });
        json!({ "Bucket": "calls", "ServerSideEncryptionConfiguration": { "Rules": [default] } })
    };
    world.set("s3:PutBucketEncryption", encryption("aws:kms")).await;
    let upload = world.set("s3:CreateMultipartUpload", json!({ "Bucket": "calls", "Key": "a" })).await;
    world.set("s3:PutBucketEncryption", encryption("AES256")).await;
    let part = json!({ "Bucket": "calls", "Key": "a", "UploadId": upload["UploadId"], "PartNumber": 1 });
    let mut part = call("s3:UploadPart", part, Signing::Header(world.operator()));
    part.body = "part".into();
    let (_, decision) = world.send(part).await;
    let actions: Vec<_> = decision.checks.iter().map(|check| check.action.as_str()).collect();
    assert_eq!(actions, ["s3:PutObject", "kms:Decrypt", "kms:GenerateDataKey"], "{decision:?}");
}

#[tokio::test]
async fn who_began_an_upload_may_perhaps_end_it() {
    let world = World::new().await;
    world.bucket("calls").await;
    let may_put = || json!([allow(&["s3:PutObject"], &["*"])]);
    let (alice, bob) = (world.user("alice", may_put()).await, world.user("bob", may_put()).await);
    let upload =
        world.set_as(&alice, "s3:CreateMultipartUpload", json!({ "Bucket": "calls", "Key": "a" })).await;
    let members = json!({ "Bucket": "calls", "Key": "a", "UploadId": upload["UploadId"] });
    for operation in ["s3:ListParts", "s3:AbortMultipartUpload"] {
        let outcome = async |who| world.call(who, operation, members.clone()).await.1.outcome;
        assert_eq!(outcome(&alice).await, Outcome::Undetermined, "{operation}");
        assert_eq!(outcome(&bob).await, Outcome::ImplicitDeny, "{operation}");
    }
}

#[tokio::test]
async fn what_an_operation_needs_besides_and_nobody_derives_is_undetermined() {
    let world = World::new().await;
    world.bucket("calls").await;
    let key = json!({ "Bucket": "calls", "Key": "a" });
    world.put(&world.operator(), key.clone(), "x").await;
    let nobody = world.user("alice", json!([])).await;
    let members = json!({ "Bucket": "calls", "Key": "a", "ObjectEncryption": {} });
    let (_, decision) = world.call(&nobody, "s3:UpdateObjectEncryption", members).await;
    assert_eq!(decision.outcome, Outcome::Undetermined, "{decision:?}");
}

#[tokio::test]
async fn endpoints_of_other_services_are_not_read_as_paths() {
    let world = World::new().await;
    world.bucket("calls").await;
    for host in [
        "calls.s3-website.eu-west-2.amazonaws.com",
        "calls.s3-website-eu-west-2.amazonaws.com",
        "point-111111111111.s3-accesspoint.eu-west-2.amazonaws.com",
        "111111111111.s3-control.eu-west-2.amazonaws.com",
        "calls.s3-outposts.eu-west-2.amazonaws.com",
    ] {
        let request = http::Request::builder().uri("/calls/a").header("host", host);
        let (_, _, decision) = world.raw(request, "").await;
        assert_eq!(decision.outcome, Outcome::Undetermined, "{host} {decision:?}");
    }
    let request = http::Request::builder().uri("http://calls.s3.amazonaws.com/a");
    let (_, _, decision) = world.raw(request, "").await;
    assert_eq!(decision.checks[0].resource, "arn:aws:s3:::calls/a", "an absolute form names its host");
}

#[tokio::test]
async fn access_points_are_refused_by_what_they_are() {
    let world = World::new().await;
    for (path, host) in [
        ("/arn%3Aaws%3As3%3Aeu-west-2%3A111111111111%3Aaccesspoint%2Fpoint/a", "localhost"),
        ("/arn:aws:s3:eu-west-2:111111111111:accesspoint:point/a", "localhost"),
        ("/a", "point-111111111111.s3-accesspoint.eu-west-2.localhost"),
    ] {
        let request = http::Request::builder().uri(path).header("host", host);
        let (_, _, decision) = world.raw(request, "").await;
        assert_eq!(decision.outcome, Outcome::Undetermined, "{path} {decision:?}");
        assert!(
            decision.reason.as_ref().is_some_and(|reason| reason.contains("access point")),
            "{decision:?}"
        );
    }
}

#[tokio::test]
async fn a_key_has_1024_bytes_and_a_version_an_id() {
    let world = World::new().await;
    world.bucket("calls").await;
    let operator = world.operator();
    let (reply, decision) =
        world.put(&operator, json!({ "Bucket": "calls", "Key": "é".repeat(513) }), "x").await;
    assert_eq!((code(&reply), decision.outcome), ("KeyTooLongError", Outcome::Rejected));
    let empty = json!({ "Bucket": "calls", "Key": "a", "VersionId": "" });
    for operation in ["s3:GetObject", "s3:DeleteObject", "s3:GetObjectTagging"] {
        let (reply, decision) = world.call(&operator, operation, empty.clone()).await;
        assert_eq!((code(&reply), decision.outcome), ("InvalidArgument", Outcome::Rejected), "{operation}");
    }
}

#[tokio::test]
async fn half_a_presigned_url_is_no_anonymous_request() {
    let world = World::new().await;
    world.bucket("calls").await;
    for query in [
        "X-Amz-Signature=00",
        "X-Amz-Credential=AKIA/20260115/eu-west-2/s3/aws4_request",
        "X-Amz-Algorithm=x",
    ] {
        let request = http::Request::builder().uri(format!("/calls/a?{query}")).header("host", "localhost");
        let (status, _, decision) = world.raw(request, "").await;
        assert_eq!((status, decision.outcome), (400, Outcome::Unauthenticated), "{query}");
    }
}

/// Services take unsigned calls that nobody here answers: what these would come to is not known.
#[tokio::test]
async fn unsigned_calls_of_others_are_not_judged() {
    let world = World::new().await;
    let form = |action: &str| format!("Action={action}");
    for (body, outcome) in [
        (form("AssumeRoleWithWebIdentity"), Outcome::Undetermined),
        (form("AssumeRoleWithSAML"), Outcome::Undetermined),
        (form("SendMessage"), Outcome::Undetermined),
        (form("GetCallerIdentity"), Outcome::Unauthenticated),
        (form("ListUsers"), Outcome::Unauthenticated),
        (String::new(), Outcome::Undetermined),
    ] {
        let request = http::Request::builder().method("POST").uri("/").header("host", "localhost");
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let (_, _, decision) = world.raw(request, &body).await;
        assert_eq!(decision.outcome, outcome, "{body}");
    }
    let request = http::Request::builder().method("POST").uri("/").header("host", "localhost");
    let (_, _, decision) = world.raw(request.header("x-amz-target", "AmazonSQS.SendMessage"), "{}").await;
    assert_eq!(decision.outcome, Outcome::Undetermined);
}

/// A URL that was signed for one thing is good for that thing alone.
#[tokio::test]
async fn a_captured_url_opens_nothing_else() {
    let world = World::new().await;
    world.bucket("calls").await;
    world.put(&world.operator(), json!({ "Bucket": "calls", "Key": "a/b" }), "x").await;
    let signing = Signing::Presigned(world.operator(), std::time::Duration::from_secs(60));
    let url = world.client.presign(call("s3:GetObject", json!({ "Bucket": "calls", "Key": "a/b" }), signing));
    let url = url.unwrap();
    let attempt = async |method: &str, url: &str, headers: &[(&str, &str)]| {
        let uri: http::Uri = url.parse().unwrap();
        let mut request = http::Request::builder().method(method).uri(uri.path_and_query().unwrap().as_str());
        if headers.iter().all(|(name, _)| *name != "host") {
            request = request.header("host", uri.authority().unwrap().as_str());
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        world.raw(request, "").await.2
    };
    for same in
        [url.clone(), url.replace("a/b", "a%2Fb"), url.replace("a/b", "%61/b"), url.replace('?', "?&")]
    {
        assert_eq!(attempt("GET", &same, &[]).await.outcome, Outcome::Allowed, "{same}");
    }
    let replaced = |from: &str, to: &str| {
        assert!(url.contains(from), "{from} in {url}");
        url.replacen(from, to, 1)
    };
    for (method, url, headers) in [
        ("HEAD", url.clone(), &[][..]),
        ("DELETE", url.clone(), &[]),
        ("PUT", url.clone(), &[]),
        ("GET", replaced("a/b", "a"), &[]),
        ("GET", replaced("a/b", "a/b/"), &[]),
        ("GET", replaced("a/b", "a//b"), &[]),
        ("GET", replaced("a/b", "a/./b"), &[]),
        ("GET", replaced("a/b", "a%252Fb"), &[]),
        ("GET", replaced("/calls/", "/other/"), &[]),
        ("GET", replaced("?", "?acl&"), &[]),
        ("GET", replaced("?", "?versionId=null&"), &[]),
        ("GET", replaced("?", "?X-Amz-Date=20260101T000000Z&"), &[]),
        ("GET", replaced("?", "?x-amz-expires=604800&"), &[]),
        ("GET", replaced("X-Amz-Expires=60", "X-Amz-Expires=600"), &[]),
        ("GET", replaced("eu-west-2", "us-east-1"), &[]),
        ("GET", replaced("%2Fs3%2F", "%2Fsts%2F"), &[]),
        ("GET", url.clone(), &[("host", "other.s3.amazonaws.com")]),
        ("GET", url.clone(), &[("x-amz-acl", "public-read")]),
        ("GET", url.clone(), &[("x-amz-security-token", "t")]),
        ("GET", url.clone(), &[("x-amz-content-sha256", "UNSIGNED-PAYLOAD")]),
        ("GET", url.clone(), &[("authorization", "AWS4-HMAC-SHA256 Credential=a")]),
    ] {
        let decision = attempt(method, &url, headers).await;
        let refused = [Outcome::Unauthenticated, Outcome::Rejected].contains(&decision.outcome);
        assert!(refused, "{method} {url} {headers:?}: {decision:?}");
    }
}

#[tokio::test]
async fn headers_that_are_read_once_stand_once() {
    let world = World::new().await;
    world.bucket("calls").await;
    for (name, one, other) in [
        ("x-amz-content-sha256", "UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
        ("x-amz-decoded-content-length", "1", "2"),
        ("x-amz-trailer", "x-amz-checksum-crc32", "x-amz-checksum-sha1"),
        ("x-amz-date", "20260101T000000Z", "20260102T000000Z"),
        ("x-amz-security-token", "a", "b"),
        ("host", "localhost", "calls.localhost"),
    ] {
        let request =
            http::Request::builder().method("PUT").uri("/calls/a").header(name, one).header(name, other);
        let (status, _, decision) = world.raw(request, "x").await;
        assert_eq!((status, decision.outcome), (400, Outcome::Rejected), "{name}");
    }
}
