//! Uploads by browser forms.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Request;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use stackproof_aws::client::Signing;
use stackproof_aws::{Credentials, wire};
use stackproof_gateway::{ConnectionFacts, Outcome};

use crate::world::{REGION, World, allow, call, code, hmac, message};

const OBJECTS: &str = "arn:aws:s3:::calls/*";

/// A form in the making.
struct Form {
    fields: Vec<(String, String)>,
    content: String,
    file_name: &'static str,
}

struct Answer {
    status: u16,
    headers: http::HeaderMap,
    body: String,
    decision: std::sync::Arc<stackproof_gateway::Decision>,
}

impl Answer {
    fn code(&self) -> &str {
        self.body.split("<Code>").nth(1).and_then(|rest| rest.split('<').next()).unwrap_or("Ok")
    }

    fn message(&self) -> String {
        let message = self.body.split("<Message>").nth(1).and_then(|rest| rest.split('<').next());
        message.unwrap_or_default().replace("&quot;", "\"").replace("&apos;", "'")
    }
}

impl Form {
    fn new(key: &str) -> Self {
        let fields = vec![("key".to_owned(), key.to_owned())];
        Self { fields, content: "hello".to_owned(), file_name: "call 1.wav" }
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Signed under a policy of these conditions, besides those that every signed form needs.
    fn signed(self, who: &Credentials, conditions: Value) -> Self {
        let expires = Timestamp::now() + SignedDuration::from_mins(5);
        self.signed_at(Timestamp::now(), who, conditions, &expires.to_string())
    }

    fn signed_at(mut self, at: Timestamp, who: &Credentials, conditions: Value, expires: &str) -> Self {
        let date = at.strftime("%Y%m%d").to_string();
        let credential = format!("{}/{date}/{REGION}/s3/aws4_request", who.access_key_id);
        let mut more = vec![
            ("x-amz-algorithm", "AWS4-HMAC-SHA256".to_owned()),
            ("x-amz-credential", credential),
            ("x-amz-date", at.strftime("%Y%m%dT%H%M%SZ").to_string()),
        ];
        if let Some(token) = &who.session_token {
            more.push(("x-amz-security-token", token.expose().to_owned()));
        }
        let mut conditions = conditions.as_array().unwrap().clone();
        conditions.extend(more.iter().map(|(name, value)| json!({ *name: value })));
        let policy = STANDARD.encode(json!({ "expiration": expires, "conditions": conditions }).to_string());
        let seed = format!("AWS4{}", who.secret_access_key.expose());
        let scope = [date.as_str(), REGION, "s3", "aws4_request"];
        let key = scope.iter().fold(seed.into_bytes(), |key, part| hmac(&key, part));
        let signature = hmac(&key, &policy).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        more.extend([("policy", policy), ("x-amz-signature", signature)]);
        self.fields.extend(more.into_iter().map(|(name, value)| (name.to_owned(), value)));
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self
    }

    fn body(&self) -> String {
        let mut body = String::new();
        for (name, value) in &self.fields {
            body += &format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        }
        let (name, content) = (self.file_name, &self.content);
        body += &format!(
            "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{content}\r\n--XX--\r\n"
        );
        body
    }

    async fn post(&self, world: &World) -> Answer {
        let request = Request::post("/calls").header("content-type", "multipart/form-data; boundary=XX");
        let facts = ConnectionFacts { secure: true, tls_version: Some("1.3"), peer: [127, 0, 0, 1].into() };
        let response = world.gateway.handle(facts, request.body(wire::full(self.body())).unwrap()).await;
        let (parts, body) = response.into_parts();
        let id = parts.headers["x-amz-request-id"].to_str().unwrap();
        let decision = world.gateway.decisions().find(id).unwrap();
        let body = http_body_util::BodyExt::collect(body).await.unwrap().to_bytes();
        let body = String::from_utf8(body.to_vec()).unwrap();
        Answer { status: parts.status.as_u16(), headers: parts.headers, body, decision }
    }
}

fn any_key() -> Value {
    json!([{ "bucket": "calls" }, ["starts-with", "$key", ""]])
}

async fn stored(world: &World, key: &str) -> Option<String> {
    let get =
        call("s3:GetObject", json!({ "Bucket": "calls", "Key": key }), Signing::Header(world.operator()));
    let (reply, _) = world.send(get).await;
    reply.result.is_ok().then(|| String::from_utf8(reply.body.to_vec()).unwrap())
}

#[tokio::test]
async fn a_signed_form_is_a_put_of_its_signer() {
    let world = World::new().await;
    world.bucket("calls").await;
    let ada = world.user("ada", json!([allow(&["s3:PutObject"], &[OBJECTS])])).await;
    let answer = Form::new("in/${filename}").signed(&ada, any_key()).post(&world).await;
    assert_eq!((answer.status, answer.body.as_str()), (204, ""), "{}", answer.body);
    assert_eq!(answer.headers["etag"], "\"5d41402abc4b2a76b9719d911017c592\"");
    assert_eq!(answer.headers["location"], "https://calls.s3.eu-west-2.amazonaws.com/in/call%201.wav");
    assert_eq!(stored(&world, "in/call 1.wav").await.as_deref(), Some("hello"));
    let decision = answer.decision;
    assert_eq!((decision.operation.as_str(), decision.outcome), ("PutObject", Outcome::Allowed));
    let context = &decision.checks[0].context;
    assert_eq!(context["s3:authtype"], ["POST"]);
    assert!(context["s3:signatureage"][0].parse::<u64>().is_ok());

    let eve = world.user("eve", json!([])).await;
    let denied = Form::new("in/x").signed(&eve, any_key()).post(&world).await;
    assert_eq!((denied.status, denied.code()), (403, "AccessDenied"));
    assert_eq!(denied.decision.outcome, Outcome::ImplicitDeny);
    assert_eq!(stored(&world, "in/x").await, None);
}

#[tokio::test]
async fn fields_are_the_headers_of_the_put_with_all_that_they_ask_of_the_caller() {
    let world = World::new().await;
    world.bucket("calls").await;
    let ada = world.user("ada", json!([allow(&["s3:PutObject"], &[OBJECTS])])).await;
    let tags = "<Tagging><TagSet><Tag><Key>a b</Key><Value>c=d</Value></Tag></TagSet></Tagging>";
    let form = |name: &str, value: &str| {
        let conditions = json!([{ "bucket": "calls" }, { "key": "k" }, { name: value }]);
        Form::new("k").with(name, value).signed(&ada, conditions)
    };
    for (name, value, action) in
        [("tagging", tags, "s3:PutObjectTagging"), ("acl", "bucket-owner-full-control", "s3:PutObjectAcl")]
    {
        let denied = form(name, value).post(&world).await;
        assert_eq!((denied.status, denied.decision.checks.last().unwrap().action.as_str()), (403, action));
    }
    let operator = world.operator();
    let conditions = json!([
        { "bucket": "calls" }, { "key": "k" }, { "tagging": tags }, { "Content-Type": "audio/wav" },
        { "x-amz-meta-origin": "pbx" }, { "x-amz-storage-class": "STANDARD_IA" },
    ]);
    let form = Form::new("k")
        .with("tagging", tags)
        .with("Content-Type", "audio/wav")
        .with("x-amz-meta-origin", "pbx")
        .with("x-amz-storage-class", "STANDARD_IA")
        .with("x-ignore-me", "x");
    let answer = form.signed(&operator, conditions).post(&world).await;
    assert_eq!(answer.status, 204, "{}", answer.body);
    let head = world.set("s3:HeadObject", json!({ "Bucket": "calls", "Key": "k" })).await;
    assert_eq!(head["ContentType"], "audio/wav");
    assert_eq!(head["Metadata"], json!({ "origin": "pbx" }));
    assert_eq!(head["StorageClass"], "STANDARD_IA");
    let set = world.set("s3:GetObjectTagging", json!({ "Bucket": "calls", "Key": "k" })).await;
    assert_eq!(set["TagSet"], json!([{ "Key": "a b", "Value": "c=d" }]));
    // A bucket policy cannot be evaded by what a form says instead of a header.
    let statement = json!({
        "Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": OBJECTS, "Sid": "DenyKms",
        "Condition": { "StringEquals": { "s3:x-amz-server-side-encryption": "aws:kms" } },
    });
    world.policy("calls", json!([statement])).await;
    let conditions =
        json!([{ "bucket": "calls" }, { "key": "k" }, { "x-amz-server-side-encryption": "aws:kms" }]);
    let form = Form::new("k").with("x-amz-server-side-encryption", "aws:kms").signed(&operator, conditions);
    let denied = form.post(&world).await;
    assert_eq!((denied.status, denied.decision.outcome), (403, Outcome::ExplicitDeny));
}

#[tokio::test]
async fn every_field_may_name_the_file() {
    let world = World::new().await;
    world.bucket("calls").await;
    let signed = |origin: &str| {
        let conditions = json!([["starts-with", "$key", "in/call"], { "x-amz-meta-name": origin }]);
        let form = Form::new("in/${filename}").with("x-amz-meta-name", "from ${filename}");
        form.signed(&world.operator(), conditions)
    };
    let answer = signed("from ${filename}").post(&world).await;
    assert_eq!(
        (answer.status, answer.code()),
        (403, "AccessDenied"),
        "policies are of what comes to stand there"
    );
    let answer = signed("from call 1.wav").post(&world).await;
    assert_eq!(answer.status, 204, "{}", answer.body);
    let head = world.set("s3:HeadObject", json!({ "Bucket": "calls", "Key": "in/call 1.wav" })).await;
    assert_eq!(head["Metadata"], json!({ "name": "from call 1.wav" }));
}

#[tokio::test]
async fn what_the_signer_did_not_admit_is_not_stored() {
    let world = World::new().await;
    world.bucket("calls").await;
    let who = world.operator();
    let wrong = Credentials { secret_access_key: stackproof_aws::Secret::new("wrong"), ..who.clone() };
    let unknown = Credentials { access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(), ..who.clone() };
    let length =
        |from: u64, to: u64| json!([["starts-with", "$key", ""], ["content-length-range", from, to]]);
    let now = Timestamp::now();
    let hours = |hours: i64| now + SignedDuration::from_hours(hours);
    let soon = hours(1).to_string();
    let form = || Form::new("k");
    for (form, status, code, text) in [
        (form().signed(&wrong, any_key()), 403, "SignatureDoesNotMatch", ""),
        (form().signed(&unknown, any_key()), 403, "InvalidAccessKeyId", ""),
        (
            form().signed(&who, any_key()).with("acl", "private"),
            403,
            "AccessDenied",
            "Extra input fields: acl",
        ),
        (
            form().signed(&who, json!([{ "key": "other" }])),
            403,
            "AccessDenied",
            "Policy Condition failed: {\"key\":\"other\"}",
        ),
        (
            form().signed(&who, json!([{ "bucket": "other" }, { "key": "k" }])),
            403,
            "AccessDenied",
            "Policy Condition failed",
        ),
        (
            form().signed_at(now, &who, any_key(), "2020-01-01T00:00:00Z"),
            403,
            "AccessDenied",
            "Policy expired.",
        ),
        (
            form().signed_at(now, &who, any_key(), "soon"),
            400,
            "InvalidPolicyDocument",
            "Invalid 'expiration' value",
        ),
        (
            form().signed_at(hours(-24 * 8), &who, any_key(), &soon),
            403,
            "AccessDenied",
            "Request has expired",
        ),
        (form().signed_at(hours(1), &who, any_key(), &soon), 403, "AccessDenied", "Request is not valid yet"),
        (form().signed(&who, length(0, 4)), 400, "EntityTooLarge", ""),
        (form().signed(&who, length(6, 9)), 400, "EntityTooSmall", ""),
        (form().signed(&who, any_key()).without("policy"), 400, "InvalidArgument", "a field named 'policy'"),
        (
            form().signed(&who, any_key()).without("x-amz-signature"),
            400,
            "InvalidArgument",
            "a field named 'X-Amz-Signature'",
        ),
        (
            form().signed(&who, any_key()).without("x-amz-credential"),
            400,
            "InvalidArgument",
            "a field named 'X-Amz-Credential'",
        ),
        (form().signed(&who, any_key()).without("key"), 400, "InvalidArgument", "a field named 'key'"),
        (
            form().signed(&who, any_key()).with("Key", "l"),
            400,
            "InvalidArgument",
            "the form field key is repeated",
        ),
        (
            form().with("AWSAccessKeyId", "x").with("signature", "y"),
            400,
            "InvalidRequest",
            "AWS4-HMAC-SHA256",
        ),
        (
            Form::new("").signed(&who, any_key()),
            400,
            "InvalidArgument",
            "User key must have a length greater than 0.",
        ),
        (Form::new(&"k".repeat(1025)).signed(&who, any_key()), 400, "KeyTooLongError", ""),
        (form(), 403, "AccessDenied", ""),
    ] {
        let answer = form.post(&world).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{:?}: {}", form.fields, answer.body);
        assert!(answer.message().contains(text), "{text}: {}", answer.message());
        assert_eq!(stored(&world, "k").await, None);
    }
    assert_eq!(form().signed(&who, length(5, 5)).post(&world).await.status, 204);
}

#[tokio::test]
async fn success_is_answered_as_the_form_asks() {
    let world = World::new().await;
    world.bucket("calls").await;
    let signed = |name: &str, value: &str| {
        let conditions = json!([{ "bucket": "calls" }, { "key": "a b" }, { name: value }]);
        Form::new("a b").with(name, value).signed(&world.operator(), conditions)
    };
    for (value, status) in [("200", 200), ("201", 201), ("204", 204), ("404", 204)] {
        let answer = signed("success_action_status", value).post(&world).await;
        assert_eq!(answer.status, status, "{}", answer.body);
        let document = answer.body.contains(
            "<PostResponse><Location>https://calls.s3.eu-west-2.amazonaws.com/a%20b</Location><Bucket>calls</Bucket>\
             <Key>a b</Key><ETag>&quot;5d41402abc4b2a76b9719d911017c592&quot;</ETag></PostResponse>",
        );
        assert_eq!(document, status == 201, "{}", answer.body);
    }
    let answer = signed("success_action_redirect", "https://example.com/done?x=1").post(&world).await;
    assert_eq!(answer.status, 303);
    assert_eq!(
        answer.headers["location"],
        "https://example.com/done?x=1&bucket=calls&key=a%20b&etag=%225d41402abc4b2a76b9719d911017c592%22"
    );
    assert_eq!(signed("success_action_redirect", "javascript:x").post(&world).await.status, 204);
}

#[tokio::test]
async fn an_unsigned_form_is_an_anonymous_put() {
    let world = World::new().await;
    world.bucket("calls").await;
    assert_eq!(Form::new("k").post(&world).await.code(), "AccessDenied");
    world.set("s3:DeletePublicAccessBlock", json!({ "Bucket": "calls" })).await;
    let statement =
        json!({ "Effect": "Allow", "Principal": "*", "Action": "s3:PutObject", "Resource": OBJECTS });
    world.policy("calls", json!([statement])).await;
    let answer = Form::new("k").post(&world).await;
    assert_eq!((answer.status, answer.decision.principal.as_str()), (204, "anonymous"));
    assert_eq!(stored(&world, "k").await.as_deref(), Some("hello"));
    let customer = Form::new("c")
        .with("x-amz-server-side-encryption-customer-algorithm", "AES256")
        .with("x-amz-server-side-encryption-customer-key", &STANDARD.encode([7; 32]));
    assert_eq!(customer.post(&world).await.code(), "AccessDenied", "blocked in new buckets");
}

#[tokio::test]
async fn what_is_no_form_is_no_post_of_an_object() {
    let world = World::new().await;
    world.bucket("calls").await;
    let form = Form::new("k").body();
    let kind = "multipart/form-data; boundary=XX";
    for (uri, kind, header, status, expected) in [
        ("/calls", "text/plain", None, 412, "PreconditionFailed"),
        ("/calls", "multipart/form-data", None, 400, "MalformedPOSTRequest"),
        ("/calls", "multipart/form-data; boundary=YY", None, 400, "MalformedPOSTRequest"),
        ("/calls/k", kind, None, 405, "MethodNotAllowed"),
        ("/", kind, None, 405, "MethodNotAllowed"),
        ("/calls?uploads", kind, None, 400, "InvalidArgument"),
        ("/calls", kind, Some(("x-amz-acl", "public-read")), 400, "InvalidArgument"),
        ("/none", kind, None, 404, "NoSuchBucket"),
    ] {
        let mut request = Request::post(uri).header("content-type", kind);
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        let (answered, body, _) = world.raw(request, &form).await;
        assert_eq!(answered, status, "{uri} {kind}: {body}");
        assert!(body.contains(&format!("<Code>{expected}</Code>")), "{uri} {kind}: {body}");
    }
}

#[tokio::test]
async fn the_client_sends_forms_too() {
    let world = World::new().await;
    world.bucket("calls").await;
    let members = json!({
        "Bucket": "calls", "Key": "ä/${x}", "Tagging": "a%20b=c%3Dd", "Metadata": { "origin": "pbx" },
        "ContentType": "audio/wav", "ServerSideEncryption": "AES256",
    });
    let mut put = call("s3:PutObject", members, Signing::Form(Some(world.operator())));
    put.body = vec![b'\r'; 3 << 20].into();
    let (reply, decision) = world.send(put).await;
    assert_eq!((code(&reply), message(&reply), reply.status), ("Ok", "", 204));
    assert_eq!(decision.checks[0].context["s3:authtype"], ["POST"]);
    assert_eq!(stored(&world, "ä/${x}").await.map(|body| body.len()), Some(3 << 20));
    let set = world.set("s3:GetObjectTagging", json!({ "Bucket": "calls", "Key": "ä/${x}" })).await;
    assert_eq!(set["TagSet"], json!([{ "Key": "a b", "Value": "c=d" }]));
    let list = call("s3:ListObjectsV2", json!({ "Bucket": "calls" }), Signing::Form(None));
    assert!(world.client.send(list).await.unwrap_err().to_string().contains("`ListObjectsV2`"));
}
