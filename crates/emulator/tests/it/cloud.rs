//! An emulator, and calls to it.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http_body_util::BodyExt;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use stackproof_aws::model::Shape;
use stackproof_aws::{
    Answer, ApiError, Caller, CanonicalRequest, Clock, Members, Operation, Output, Service, Upstream, codec,
    wire,
};
use stackproof_emulator::Emulator;

pub const ACCOUNT: &str = "111111111111";
pub const OTHER: &str = "222222222222";

const SERVICES: [&str; 5] = ["s3", "iam", "kms", "dynamodb", "dynamodbstreams"];

/// An emulator as one account sees it.
#[derive(Clone)]
pub struct Cloud {
    pub emulator: Emulator,
    pub account: &'static str,
    pub region: &'static str,
    pub anonymous: bool,
    /// Whose operations are called; where it is none, the first service that has one of the name.
    pub service: Option<&'static str>,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: Option<u16>,
    pub members: Value,
    pub body: Option<Bytes>,
}

impl Reply {
    pub fn text(&self, member: &str) -> &str {
        self.members[member].as_str().unwrap_or_else(|| panic!("no `{member}` in {}", self.members))
    }

    pub fn bytes(&self) -> &[u8] {
        self.body.as_deref().expect("an answer with a body")
    }

    /// One member of each entry of a list.
    pub fn column(&self, list: &str, member: &str) -> Vec<&str> {
        let rows = self.members[list].as_array().map(Vec::as_slice).unwrap_or_default();
        rows.iter().map(|row| row[member].as_str().unwrap()).collect()
    }
}

impl Cloud {
    pub fn new() -> Self {
        let clock = Clock::fixed("2026-01-15T10:00:00Z".parse::<Timestamp>().unwrap());
        Self {
            emulator: Emulator::new(clock),
            account: ACCOUNT,
            region: "eu-west-2",
            anonymous: false,
            service: None,
        }
    }

    /// With a bucket `logs`.
    pub fn with_bucket() -> Self {
        let cloud = Self::new();
        cloud.bucket("logs");
        cloud
    }

    pub fn other_account(&self) -> Self {
        Self { account: OTHER, ..self.clone() }
    }

    pub fn in_region(&self, region: &'static str) -> Self {
        Self { region, ..self.clone() }
    }

    /// The same, with the operations of one service.
    pub fn of(&self, service: &'static str) -> Self {
        Self { service: Some(service), ..self.clone() }
    }

    pub fn fork(&self) -> Self {
        Self { emulator: self.emulator.fork(), ..self.clone() }
    }

    pub fn bucket(&self, name: &str) {
        let place = json!({ "LocationConstraint": self.region });
        self.ok("CreateBucket", json!({ "Bucket": name, "CreateBucketConfiguration": place }));
    }

    pub fn versioned(&self, status: &str) {
        let configuration = json!({ "Status": status });
        self.ok("PutBucketVersioning", json!({ "Bucket": "logs", "VersioningConfiguration": configuration }));
    }

    pub fn put(&self, key: &str, body: &str) -> Reply {
        self.ok_with("PutObject", json!({ "Bucket": "logs", "Key": key }), body.to_owned())
    }

    pub fn get(&self, key: &str) -> Reply {
        self.ok("GetObject", json!({ "Bucket": "logs", "Key": key }))
    }

    /// The ARN of a role of the account, made for a test.
    pub fn role(&self, name: &str) -> String {
        let members = json!({ "RoleName": name, "AssumeRolePolicyDocument": "{}" });
        let role = self.of("iam").ok("CreateRole", members);
        role.members["Role"]["Arn"].as_str().unwrap().to_owned()
    }

    pub fn later(&self, seconds: i64) {
        self.emulator.clock().advance(SignedDuration::from_secs(seconds));
    }

    pub fn ok(&self, operation: &str, members: Value) -> Reply {
        self.ok_with(operation, members, "")
    }

    #[track_caller]
    pub fn ok_with(&self, operation: &str, members: Value, body: impl Into<Bytes>) -> Reply {
        self.call(operation, members, body).unwrap_or_else(|error| panic!("{operation}: {error}"))
    }

    /// The error of a call that must fail.
    #[track_caller]
    pub fn err(&self, operation: &str, members: Value) -> ApiError {
        self.err_with(operation, members, "")
    }

    #[track_caller]
    pub fn err_with(&self, operation: &str, members: Value, body: impl Into<Bytes>) -> ApiError {
        match self.call(operation, members, body) {
            Ok(reply) => panic!("{operation} went through: {}", reply.members),
            Err(error) => error,
        }
    }

    /// Status and code of a call that must fail.
    #[track_caller]
    pub fn refused(&self, operation: &str, members: Value) -> (u16, String) {
        let error = self.err(operation, members);
        (error.status, error.code.into_owned())
    }

    pub fn call(&self, operation: &str, members: Value, body: impl Into<Bytes>) -> Result<Reply, ApiError> {
        // `service:Operation` where several services have one of that name.
        let table = match (operation.split_once(':'), self.service) {
            (Some((service, name)), _) => Operation::named(service, name),
            (None, Some(service)) => Operation::named(service, operation),
            (None, None) => SERVICES.iter().find_map(|service| Operation::named(service, operation)),
        };
        let operation = table.unwrap_or_else(|| panic!("no operation {operation}"));
        let Value::Object(members) = members else { panic!("members of {} are no object", operation.name) };
        check_names(operation, &members);
        let caller = if self.anonymous {
            Caller { arn: None, account: None, user_id: "anonymous".to_owned() }
        } else {
            let arn = format!("arn:aws:iam::{}:user/people/ada", self.account);
            Caller { arn: Some(arn), account: Some(self.account.to_owned()), user_id: "AIDAADA".to_owned() }
        };
        let request = CanonicalRequest {
            id: "request".to_owned(),
            operation,
            account: self.account.to_owned(),
            region: self.region.to_owned(),
            caller,
            signer: wire::Signer::Account,
            secure: true,
            members,
            body: wire::full(body),
        };
        let Answer::Output(output) = now(self.emulator.call(request))? else {
            panic!("an answer on the wire")
        };
        check_members(operation.service, operation.output(), &output.members, &operation.name);
        let body = output.body.map(|body| now(body.collect()).expect("bytes in memory").to_bytes());
        check_wire(operation, output.status, &output.members);
        Ok(Reply { status: output.status, members: Value::Object(output.members), body })
    }
}

/// Nothing here ever waits.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the emulator waits for something"),
    }
}

/// A client reads what the emulator answered.
fn check_wire(operation: &Operation, status: Option<u16>, members: &Members) {
    let output = Output { status, ..Output::new(members.clone()) };
    let (parts, body) = codec::encode_response(operation, output, "request").into_parts();
    let body = now(body.collect()).expect("bytes in memory").to_bytes();
    let read = codec::decode_response(operation, parts.status.as_u16(), &parts.headers, &body);
    let mut read = read.unwrap_or_else(|error| panic!("{} cannot be read: {error}", operation.name));
    read.retain(|name, _| members.contains_key(name));
    assert_eq!(Value::Object(read), Value::Object(members.clone()), "{} on the wire", operation.name);
}

fn check_names(operation: &Operation, members: &Members) {
    for name in members.keys() {
        assert!(
            operation.input().iter().any(|member| member.name == *name),
            "{} has no `{name}`",
            operation.name
        );
    }
}

fn check_members(service: &str, known: &[stackproof_aws::model::Member], members: &Members, place: &str) {
    for (name, value) in members {
        let place = format!("{place}.{name}");
        let member = known.iter().find(|member| member.name == *name);
        check(service, &member.unwrap_or_else(|| panic!("the tables have no {place}")).kind, value, &place);
    }
}

fn check(service: &str, kind: &str, value: &Value, place: &str) {
    let shape = Service::named(service).unwrap().shape(kind);
    match (shape, value) {
        (Some(Shape::Structure { members, .. }), Value::Object(given)) => {
            check_members(service, members, given, place);
        }
        (Some(Shape::List { list }), Value::Array(values)) => {
            for value in values {
                check(service, &list.kind, value, place);
            }
        }
        (Some(Shape::Map { map }), Value::Object(given)) => {
            for value in given.values() {
                check(service, &map.1.kind, value, place);
            }
        }
        (None, Value::String(text)) if kind == "timestamp" => {
            text.parse::<Timestamp>().unwrap_or_else(|error| panic!("{place}: {error}"));
        }
        (None, Value::String(_)) => assert!(["string", "blob"].contains(&kind), "{place} is a {kind}"),
        (None, Value::Bool(_)) => assert_eq!(kind, "boolean", "{place}"),
        (None, Value::Number(_)) => {
            assert!(["integer", "long", "number"].contains(&kind), "{place} is a {kind}");
        }
        _ => panic!("{place} is no {kind}: {value}"),
    }
}
