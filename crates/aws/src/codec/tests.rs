use http::HeaderMap;
use http_body_util::BodyExt;
use serde_json::{Value, json};

use super::*;

mod ec2;
mod errors;
mod rest_json;
mod tables;

fn op(service: &str, name: &str) -> &'static Operation {
    Operation::named(service, name).unwrap()
}

fn members(value: Value) -> Members {
    value.as_object().unwrap().clone()
}

/// Client to gateway: what was meant is what is read.
fn there(service: &str, name: &str, value: Value) -> Members {
    let operation = op(service, name);
    let wire = encode_request(operation, &members(value.clone())).unwrap();
    let labels: Vec<(&str, String)> = ["Bucket", "Key"]
        .into_iter()
        .filter_map(|name| Some((name, value.get(name)?.as_str()?.to_owned())))
        .collect();
    let query = if operation.protocol == Protocol::Query { form(&wire.body) } else { wire.query };
    let input = WireInput { labels: &labels, query: &query, headers: &wire.headers, body: &wire.body };
    decode_request(operation, &input).unwrap()
}

/// A form, decoded.
fn form(body: &[u8]) -> Vec<(String, String)> {
    let pairs = std::str::from_utf8(body).unwrap().split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (decode(name), decode(value))).collect()
}

fn decode(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned()
}

/// Gateway to client, likewise.
async fn back(service: &str, name: &str, value: Value) -> (Members, String) {
    let operation = op(service, name);
    let response = encode_response(operation, Output::new(members(value)), "request-1");
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let read = decode_response(operation, parts.status.as_u16(), &parts.headers, &bytes).unwrap();
    (read, String::from_utf8(bytes.to_vec()).unwrap())
}

#[test]
fn requests_come_back_as_they_went() {
    let cases = [
        (
            "s3",
            "PutObject",
            json!({"Bucket": "b", "Key": "a b/ü+.wav", "ServerSideEncryption": "AES256",
            "Metadata": {"agent": "7"}, "ContentLength": 3, "ObjectLockRetainUntilDate": "2026-01-15T10:00:00Z"}),
        ),
        ("s3", "ListObjectsV2", json!({"Bucket": "b", "Prefix": "a/", "MaxKeys": 7, "FetchOwner": true})),
        (
            "s3",
            "PutBucketVersioning",
            json!({"Bucket": "b", "VersioningConfiguration": {"Status": "Enabled"}}),
        ),
        ("s3", "PutBucketPolicy", json!({"Bucket": "b", "Policy": "{\"a\": 1}"})),
        (
            "s3",
            "DeleteObjects",
            json!({"Bucket": "b", "Delete": {"Objects": [{"Key": "x"}, {"Key": "y\r", "VersionId": "1"}]}}),
        ),
        (
            "s3",
            "PutObjectAcl",
            json!({"Bucket": "b", "Key": "k", "AccessControlPolicy": {"Grants": [
            {"Grantee": {"Type": "CanonicalUser", "ID": "abc"}, "Permission": "READ"}], "Owner": {"ID": "abc"}}}),
        ),
        (
            "s3",
            "GetObjectAttributes",
            json!({"Bucket": "b", "Key": "k", "ObjectAttributes": ["ETag", "ObjectSize"]}),
        ),
        (
            "iam",
            "CreateRole",
            json!({"RoleName": "r", "AssumeRolePolicyDocument": "{}", "MaxSessionDuration": 28800,
            "Tags": [{"Key": "a", "Value": "é &="}, {"Key": "b", "Value": ""}]}),
        ),
        (
            "sts",
            "AssumeRole",
            json!({"RoleArn": "arn:aws:iam::111111111111:role/r", "RoleSessionName": "s",
            "TransitiveTagKeys": ["a"], "PolicyArns": [{"arn": "arn:aws:iam::aws:policy/x"}]}),
        ),
        (
            "kms",
            "ImportKeyMaterial",
            json!({"KeyId": "k", "ImportToken": "AAE=", "EncryptedKeyMaterial": "", "ValidTo": "2026-01-15T10:00:00Z"}),
        ),
        (
            "kms",
            "CreateGrant",
            json!({"KeyId": "k", "Operations": ["Decrypt"], "DryRun": false,
            "Constraints": {"EncryptionContextSubset": {"a.b": "é"}}}),
        ),
    ];
    for (service, name, value) in cases {
        assert_eq!(Value::Object(there(service, name, value.clone())), value, "{name}");
    }
}

#[tokio::test]
async fn answers_come_back_as_they_went() {
    let cases = [
        (
            "s3",
            "GetObjectTagging",
            json!({"VersionId": "v", "TagSet": [{"Key": "a", "Value": "b"}]}),
            "<Tagging ",
        ),
        (
            "s3",
            "ListObjectsV2",
            json!({"Name": "b", "IsTruncated": false, "KeyCount": 1, "Contents": [
            {"Key": "k", "Size": 3, "ETag": "\"x\"", "LastModified": "2026-01-15T10:00:00Z"}]}),
            "<ListBucketResult ",
        ),
        (
            "s3",
            "GetBucketLocation",
            json!({"LocationConstraint": "eu-west-2"}),
            ">eu-west-2</LocationConstraint>",
        ),
        (
            "s3",
            "GetPublicAccessBlock",
            json!({"PublicAccessBlockConfiguration": {"BlockPublicAcls": true}}),
            "<PublicAccessBlockConfiguration ",
        ),
        (
            "s3",
            "HeadObject",
            json!({"ContentLength": 3, "LastModified": "2026-01-15T10:00:00Z", "Metadata": {"a": "b"}}),
            "",
        ),
        (
            "iam",
            "GetUser",
            json!({"User": {"Path": "/", "UserName": "u", "UserId": "AIDA", "Arn": "arn:aws:iam::1:user/u",
            "CreateDate": "2026-01-15T10:00:00Z", "Tags": [{"Key": "a", "Value": "b"}]}}),
            "<GetUserResult>",
        ),
        (
            "kms",
            "DescribeKey",
            json!({"KeyMetadata": {"KeyId": "k", "CreationDate": "2026-01-15T10:00:00Z", "Enabled": true}}),
            "\"CreationDate\":1768471200,",
        ),
        (
            "kms",
            "ScheduleKeyDeletion",
            json!({"DeletionDate": "2026-01-15T10:00:00.25Z", "PendingWindowInDays": 7}),
            "\"DeletionDate\":1768471200.25,",
        ),
        ("kms", "EnableKey", json!({}), ""),
    ];
    for (service, name, value, contains) in cases {
        let (read, text) = back(service, name, value.clone()).await;
        assert_eq!(Value::Object(read), value, "{name}");
        assert!(text.contains(contains), "{name}: {text}");
    }
}

/// The API reference's sample answers, where the model says nothing of them.
#[test]
fn some_puts_succeed_without_content() {
    for (name, status) in [("PutBucketPolicy", 204), ("PutBucketTagging", 204), ("PutObjectTagging", 200)] {
        let response = encode_response(op("s3", name), Output::default(), "request-1");
        assert_eq!(response.status(), status, "{name}");
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let bad = |name: &str, body: &str, query: &[(&str, &str)]| {
        let query: Vec<_> = query.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let labels = [("Bucket", "b".to_owned()), ("Key", "k".to_owned())];
        let input =
            WireInput { labels: &labels, query: &query, headers: &HeaderMap::new(), body: body.as_bytes() };
        decode_request(op("s3", name), &input).unwrap_err().code
    };
    assert_eq!(bad("PutBucketVersioning", "", &[]), "MissingRequestBodyError");
    assert_eq!(bad("PutBucketVersioning", "<Versioning/>", &[]), "MalformedXML");
    let twice = "<VersioningConfiguration><Status>Enabled</Status><Status>Suspended</Status></VersioningConfiguration>";
    assert_eq!(bad("PutBucketVersioning", twice, &[]), "MalformedXML");
    let unknown = "<VersioningConfiguration><State>Enabled</State></VersioningConfiguration>";
    assert_eq!(bad("PutBucketVersioning", unknown, &[]), "MalformedXML");
    // A member of the path is none of the document's.
    let bucket = "<SelectObjectContentRequest><Bucket>other</Bucket></SelectObjectContentRequest>";
    assert_eq!(bad("SelectObjectContent", bucket, &[]), "MalformedXML");
    assert_eq!(bad("ListObjectsV2", "", &[("prefix", "a"), ("prefix", "b")]), "InvalidArgument");
    assert_eq!(bad("ListObjectsV2", "", &[("max-keys", "many")]), "InvalidArgument");
}

#[test]
fn a_list_that_is_misspelt_is_no_empty_one() {
    let read = |name: &str| {
        let query = [(name.to_owned(), "a".to_owned())];
        let headers = HeaderMap::new();
        decode_request(
            op("sts", "AssumeRole"),
            &WireInput { labels: &[], query: &query, headers: &headers, body: &[] },
        )
    };
    assert_eq!(read("TransitiveTagKeys.member.1").unwrap()["TransitiveTagKeys"], json!(["a"]));
    for name in ["TransitiveTagKeys.member1", "TransitiveTagKeys.1", "TransitiveTagKeys.Member.1"] {
        assert_eq!(read(name).unwrap_err().code, "MalformedInput", "{name}");
    }
}

#[test]
fn unknown_members_are_named() {
    let error = encode_request(op("iam", "CreateUser"), &members(json!({"Username": "x"}))).unwrap_err();
    assert_eq!(error.to_string(), "`CreateUser` has no member `Username`");
}

#[test]
fn json_that_does_not_fit_is_refused() {
    let bad = |body: &str| {
        let input = WireInput { labels: &[], query: &[], headers: &HeaderMap::new(), body: body.as_bytes() };
        decode_request(op("kms", "Encrypt"), &input).unwrap_err()
    };
    for (body, text) in [
        (r#"{"KeyId":"a","KeyId":"a"}"#, "duplicate member `KeyId`"),
        (r#"{"KeyId":"a","EncryptionContext":{"a":"1","a":"2"}}"#, "duplicate member `a`"),
        (r#"{"KeyID":"a"}"#, "Unexpected field: KeyID"),
        (r#"{"KeyId":7}"#, "NUMBER_VALUE cannot be converted to String"),
        (r#"{"Plaintext":"*"}"#, "STRING_VALUE cannot be converted to Blob"),
        (r#"{"DryRun":"true"}"#, "STRING_VALUE cannot be converted to Boolean"),
        (r#"{"GrantTokens":"a"}"#, "Expected list or structure, found STRING_VALUE"),
        (r#"{"GrantTokens":[null]}"#, "NULL cannot be converted to String"),
        (r#"{"EncryptionContext":["a"]}"#, "Start of list found where not expected"),
        ("[]", "Start of structure or map expected."),
        ("{", "EOF"),
    ] {
        let error = bad(body);
        assert_eq!((error.status, error.code.as_ref()), (400, "SerializationException"), "{body}");
        assert!(error.message.contains(text), "{body}: {error}");
    }
    let nothing =
        WireInput { labels: &[], query: &[], headers: &HeaderMap::new(), body: br#"{"KeyId":null}"# };
    assert_eq!(decode_request(op("kms", "Encrypt"), &nothing).unwrap(), Members::new());
}

#[test]
fn unknown_members_of_json_are_left_out_of_answers_and_refused_in_requests() {
    let none = HeaderMap::new();
    let body = br#"{"KeyMetadata":{"KeyId":"k","CreationDate":1768471200.5,"New":1},"More":true}"#;
    let read = decode_response(op("kms", "DescribeKey"), 200, &none, body).unwrap();
    let expected = json!({"KeyMetadata": {"KeyId": "k", "CreationDate": "2026-01-15T10:00:00.5Z"}});
    assert_eq!(Value::Object(read), expected);
    let error = encode_request(op("kms", "DescribeKey"), &members(json!({"KeyID": "k"}))).unwrap_err();
    assert_eq!(error.to_string(), "`DescribeKey` has no member `KeyID`");
}
