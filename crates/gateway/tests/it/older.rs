//! What emulators lack of AWS's S3, on an upstream that lacks it.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::{Value, json};
use stackproof_aws::wire::{self, Signer};
use stackproof_aws::{
    Answer, ApiError, Caller, CanonicalRequest, Clock, Members, Operation, Output, Upstream,
};
use stackproof_emulator::Emulator;
use stackproof_gateway::upstream::{Copies, Defaults};

use crate::world::{ACCOUNT, OTHER, REGION};

/// Reads of a bucket's settings, how their absence is told, and the writes that end it.
const SETTINGS: [(&str, &str, &str); 3] = [
    ("GetBucketEncryption", "ServerSideEncryptionConfigurationNotFoundError", "PutBucketEncryption"),
    ("GetBucketOwnershipControls", "OwnershipControlsNotFoundError", "PutBucketOwnershipControls"),
    ("GetPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration", "PutPublicAccessBlock"),
];

/// An S3 of some years ago: new buckets have no settings, blocked encryption types are not known, and an object's tags
/// are looked for in the account that asks.
struct Older {
    emulator: Emulator,
    made: Mutex<Vec<(String, Members)>>,
}

impl Older {
    fn new() -> Arc<Self> {
        Arc::new(Self { emulator: Emulator::new(Clock::system()), made: Mutex::default() })
    }

    fn made(&self, name: &str) -> Vec<Members> {
        let made = self.made.lock().unwrap();
        made.iter().filter(|(made, _)| made == name).map(|(_, members)| members.clone()).collect()
    }
}

#[async_trait]
impl Upstream for Older {
    async fn call(&self, request: CanonicalRequest) -> Result<Answer, ApiError> {
        let (operation, name) = (request.operation, request.operation.name.clone());
        if let Some((_, absent, put)) = SETTINGS.iter().find(|(get, ..)| *get == name)
            && self.made(put).is_empty()
        {
            return Err(ApiError::new(404, *absent, ""));
        }
        self.made.lock().unwrap().push((name.clone(), request.members.clone()));
        let mut members = self.emulator.call(request).await?.members(operation).await?;
        if name == "GetBucketEncryption" {
            let rule = &mut members["ServerSideEncryptionConfiguration"]["Rules"][0];
            rule.as_object_mut().unwrap().remove("BlockedEncryptionTypes");
        }
        Ok(Answer::Output(Output::new(members)))
    }
}

async fn call(upstream: &dyn Upstream, account: &str, name: &str, members: Value) -> Result<Value, ApiError> {
    let operation = Operation::named("s3", name).unwrap();
    let Value::Object(members) = members else { panic!("members are an object") };
    let request = CanonicalRequest {
        id: "id".to_owned(),
        operation,
        account: account.to_owned(),
        region: REGION.to_owned(),
        caller: Caller { arn: None, account: Some(account.to_owned()), user_id: "id".to_owned() },
        signer: Signer::Account,
        secure: true,
        members,
        body: wire::empty(),
    };
    upstream.call(request).await?.members(operation).await.map(Value::Object)
}

fn new_bucket(name: &str) -> Value {
    json!({ "Bucket": name, "CreateBucketConfiguration": { "LocationConstraint": REGION } })
}

#[tokio::test]
async fn a_new_bucket_is_given_what_it_lacks() {
    let older = Older::new();
    let s3 = Defaults::before(older.clone());
    let of_calls = json!({ "Bucket": "calls" });
    let get = |name| call(&s3, ACCOUNT, name, of_calls.clone());
    call(&s3, ACCOUNT, "CreateBucket", new_bucket("calls")).await.unwrap();
    let puts: BTreeSet<_> = SETTINGS.iter().map(|(_, _, put)| (older.made(put).len(), *put)).collect();
    assert!(puts.iter().all(|(times, _)| *times == 1), "{puts:?}");
    let block = get("GetPublicAccessBlock").await.unwrap();
    assert_eq!(block["PublicAccessBlockConfiguration"]["BlockPublicPolicy"], true);
    let owners = get("GetBucketOwnershipControls").await.unwrap();
    assert_eq!(owners["OwnershipControls"]["Rules"][0]["ObjectOwnership"], "BucketOwnerEnforced");

    let blocked = |found: Value| {
        found["ServerSideEncryptionConfiguration"]["Rules"][0]["BlockedEncryptionTypes"].clone()
    };
    let encrypted = |more: Value| {
        let mut rule = json!({ "ApplyServerSideEncryptionByDefault": { "SSEAlgorithm": "AES256" } });
        rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "Bucket": "calls", "ServerSideEncryptionConfiguration": { "Rules": [rule] } })
    };
    let sse_c = json!({ "EncryptionType": ["SSE-C"] });
    assert_eq!(blocked(get("GetBucketEncryption").await.unwrap()), sse_c);
    // What a configuration does not say of it stays as it is.
    call(&s3, ACCOUNT, "PutBucketEncryption", encrypted(json!({}))).await.unwrap();
    assert_eq!(blocked(get("GetBucketEncryption").await.unwrap()), sse_c);
    let none = json!({ "EncryptionType": ["NONE"] });
    let opened = encrypted(json!({ "BlockedEncryptionTypes": none }));
    call(&s3, ACCOUNT, "PutBucketEncryption", opened).await.unwrap();
    assert_eq!(blocked(get("GetBucketEncryption").await.unwrap()), none);
    call(&s3, ACCOUNT, "DeleteBucketEncryption", of_calls.clone()).await.unwrap();
    assert_eq!(blocked(get("GetBucketEncryption").await.unwrap()), sse_c);
}

#[tokio::test]
async fn a_bucket_whose_owner_asked_for_lists_keeps_them() {
    let older = Older::new();
    let s3 = Defaults::before(older.clone());
    let mut bucket = new_bucket("calls");
    bucket["ObjectOwnership"] = json!("ObjectWriter");
    call(&s3, ACCOUNT, "CreateBucket", bucket).await.unwrap();
    let owners =
        call(&s3, ACCOUNT, "GetBucketOwnershipControls", json!({ "Bucket": "calls" })).await.unwrap();
    assert_eq!(owners["OwnershipControls"]["Rules"][0]["ObjectOwnership"], "ObjectWriter");
}

#[tokio::test]
async fn a_copy_from_another_account_is_told_its_tags() {
    let older = Older::new();
    let s3 = Copies::before(older.clone());
    call(&s3, OTHER, "CreateBucket", new_bucket("source")).await.unwrap();
    call(&s3, ACCOUNT, "CreateBucket", new_bucket("calls")).await.unwrap();
    let tagged = json!({ "Bucket": "source", "Key": "a b", "Tagging": "team=red%2Bblue" });
    call(&s3, OTHER, "PutObject", tagged).await.unwrap();
    let copy = |more: Value| {
        let mut members = json!({ "Bucket": "calls", "Key": "k", "CopySource": "source/a%20b" });
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        members
    };
    for (more, directive, tagging) in [
        (json!({}), json!("REPLACE"), json!("team=red%2Bblue")),
        (json!({ "TaggingDirective": "REPLACE", "Tagging": "own=1" }), json!("REPLACE"), json!("own=1")),
    ] {
        call(&s3, ACCOUNT, "CopyObject", copy(more)).await.unwrap();
        let sent = older.made("CopyObject").pop().unwrap();
        assert_eq!((&sent["TaggingDirective"], &sent["Tagging"]), (&directive, &tagging));
    }
    // Within an account the upstream knows them itself.
    call(&s3, OTHER, "CopyObject", json!({ "Bucket": "source", "Key": "k", "CopySource": "source/a%20b" }))
        .await
        .unwrap();
    assert!(!older.made("CopyObject").pop().unwrap().contains_key("Tagging"));
}
