//! A gateway on a port of its own, before an empty upstream.

use std::sync::Arc;

use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::Request;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use stackproof_aws::client::{Call, Client, Endpoint, Reply, Signing, Transport};
use stackproof_aws::{Body, Clock, Credentials, Members, Operation, Upstream, wire};
use stackproof_emulator::{Emulator, OrganizationSeed};
use stackproof_gateway::{
    Authority, ConnectionFacts, Decision, Enforcement, Gateway, Organization, Server, Settings,
};

pub const ACCOUNT: &str = "111111111111";
pub const OTHER: &str = "222222222222";
pub const REGION: &str = "eu-west-2";

pub struct World {
    pub gateway: Arc<Gateway>,
    pub emulator: Emulator,
    pub client: Client,
    pub clock: Clock,
    pub server: Server,
}

impl World {
    pub async fn new() -> Self {
        Self::at(Clock::system()).await
    }

    pub async fn at(clock: Clock) -> Self {
        let emulator = Emulator::new(clock.clone());
        let gateway = Gateway::new(settings(clock.clone()), Arc::new(emulator.clone()));
        Self::over(gateway, emulator, clock).await
    }

    /// Accounts in that organization.
    pub async fn within(organization: Organization) -> Self {
        let clock = Clock::system();
        let emulator = Emulator::new(clock.clone());
        let settings = Settings { organization: Some(Arc::new(organization)), ..settings(clock.clone()) };
        let gateway = Gateway::new(settings, Arc::new(emulator.clone()));
        Self::over(gateway, emulator, clock).await
    }

    /// Accounts in that organization, which the upstream has as well.
    pub async fn organized(organization: Organization, seed: OrganizationSeed) -> Self {
        let clock = Clock::system();
        let emulator = Emulator::new(clock.clone()).organized(seed);
        let settings = Settings { organization: Some(Arc::new(organization)), ..settings(clock.clone()) };
        let gateway = Gateway::new(settings, Arc::new(emulator.clone()));
        Self::over(gateway, emulator, clock).await
    }

    /// A gateway of the first account before that upstream; its own emulator stays empty.
    pub async fn before(upstream: Arc<dyn Upstream>, enforcement: Enforcement) -> Self {
        let clock = Clock::system();
        let accounts = vec![ACCOUNT.to_owned()];
        let settings = Settings { accounts, enforcement, shared_upstream: true, ..settings(clock.clone()) };
        Self::over(Gateway::new(settings, upstream), Emulator::new(clock.clone()), clock).await
    }

    /// A gateway of all accounts before that upstream; its own emulator stays empty.
    pub async fn of_all_accounts(upstream: Arc<dyn Upstream>) -> Self {
        let clock = Clock::system();
        Self::over(Gateway::new(settings(clock.clone()), upstream), Emulator::new(clock.clone()), clock).await
    }

    /// The same state on a fork of its own.
    pub async fn fork(&self) -> Self {
        let emulator = self.emulator.fork();
        let clock = emulator.clock().clone();
        let gateway = self.gateway.fork(Arc::new(emulator.clone()), clock.clone());
        Self::over(gateway, emulator, clock).await
    }

    /// That gateway on a port, before that upstream.
    pub async fn over(gateway: Arc<Gateway>, emulator: Emulator, clock: Clock) -> Self {
        let authority = Arc::new(Authority::new().unwrap());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = gateway.serve(listener, Arc::clone(&authority));
        let endpoint = Endpoint {
            http: format!("http://{}", server.address()),
            https: format!("https://{}", server.address()),
            ca_pem: authority.ca_pem().to_owned(),
        };
        Self { gateway, emulator, client: Client::new(endpoint).unwrap(), clock, server }
    }

    pub fn operator(&self) -> Credentials {
        self.gateway.operator(ACCOUNT).unwrap()
    }

    /// Makes a call, and hands back its reply with the decision on it.
    pub async fn send(&self, call: Call) -> (Reply, Arc<Decision>) {
        let reply = self.client.send(call).await.unwrap();
        let decision = self.gateway.decisions().find(&reply.request_id).expect("every call is recorded");
        (reply, decision)
    }

    pub async fn call(&self, who: &Credentials, operation: &str, members: Value) -> (Reply, Arc<Decision>) {
        self.send(call(operation, members, Signing::Header(who.clone()))).await
    }

    pub async fn put(&self, who: &Credentials, members: Value, body: &str) -> (Reply, Arc<Decision>) {
        let mut call = call("s3:PutObject", members, Signing::Header(who.clone()));
        call.body = Bytes::copy_from_slice(body.as_bytes());
        self.send(call).await
    }

    /// A call of the operator's that has to succeed.
    pub async fn set(&self, operation: &str, members: Value) -> Members {
        self.set_as(&self.operator(), operation, members).await
    }

    pub async fn set_as(&self, who: &Credentials, operation: &str, members: Value) -> Members {
        let (reply, decision) = self.call(who, operation, members).await;
        reply.result.unwrap_or_else(|error| panic!("{operation}: {error}, {decision:?}"))
    }

    pub async fn bucket(&self, name: &str) {
        self.set(
            "s3:CreateBucket",
            json!({ "Bucket": name, "CreateBucketConfiguration": { "LocationConstraint": REGION } }),
        )
        .await;
    }

    /// A user of the first account with that inline policy, and its key.
    pub async fn user(&self, name: &str, statements: Value) -> Credentials {
        self.user_in(ACCOUNT, name, statements).await
    }

    pub async fn user_in(&self, account: &str, name: &str, statements: Value) -> Credentials {
        let operator = self.gateway.operator(account).unwrap();
        self.set_as(&operator, "iam:CreateUser", json!({ "UserName": name })).await;
        if statements.as_array().is_some_and(|statements| !statements.is_empty()) {
            let document = document(statements);
            let members = json!({ "UserName": name, "PolicyName": "inline", "PolicyDocument": document });
            self.set_as(&operator, "iam:PutUserPolicy", members).await;
        }
        let made = self.set_as(&operator, "iam:CreateAccessKey", json!({ "UserName": name })).await;
        credentials(&made["AccessKey"])
    }

    pub async fn role(&self, name: &str, trust: Value, statements: Value) -> String {
        let members = json!({ "RoleName": name, "AssumeRolePolicyDocument": document(trust) });
        let made = self.set("iam:CreateRole", members).await;
        if statements.as_array().is_some_and(|statements| !statements.is_empty()) {
            let document = document(statements);
            let members = json!({ "RoleName": name, "PolicyName": "inline", "PolicyDocument": document });
            self.set("iam:PutRolePolicy", members).await;
        }
        made["Role"]["Arn"].as_str().unwrap().to_owned()
    }

    pub async fn policy(&self, bucket: &str, statements: Value) {
        self.set("s3:PutBucketPolicy", json!({ "Bucket": bucket, "Policy": document(statements) })).await;
    }

    /// A key of the first account under that policy, whoever it locks out; its ARN.
    pub async fn key(&self, statements: Value) -> String {
        let members = json!({ "Policy": document(statements), "BypassPolicyLockoutSafetyCheck": true });
        let made = self.set("kms:CreateKey", members).await;
        made["KeyMetadata"]["Arn"].as_str().unwrap().to_owned()
    }

    /// A session of that role, which trusts its account, maybe narrowed by a session policy.
    pub async fn session(&self, role_arn: &str, policy: Option<Value>) -> Credentials {
        let mut members = json!({ "RoleArn": role_arn, "RoleSessionName": "session" });
        if let Some(policy) = policy {
            members["Policy"] = json!(document(policy));
        }
        credentials(&self.set("sts:AssumeRole", members).await["Credentials"])
    }

    /// A raw request, handed in without a connection.
    pub async fn raw(&self, request: http::request::Builder, body: &str) -> (u16, String, Arc<Decision>) {
        self.raw_over(true, request, body).await
    }

    pub async fn raw_over(
        &self,
        secure: bool,
        request: http::request::Builder,
        body: &str,
    ) -> (u16, String, Arc<Decision>) {
        let facts = ConnectionFacts {
            secure,
            tls_version: secure.then_some("1.3"),
            peer: std::net::IpAddr::from([127, 0, 0, 1]),
        };
        let mut request: Request<_> = request.body(wire::full(body.to_owned())).unwrap();
        request.headers_mut().entry("content-length").or_insert(body.len().into());
        self.handle(facts, request).await
    }

    /// The request as it is: status and body of the answer, and the decision on it.
    pub async fn handle(
        &self,
        facts: ConnectionFacts,
        request: Request<Body>,
    ) -> (u16, String, Arc<Decision>) {
        let response = self.gateway.handle(facts, request).await;
        let id = response.headers()["x-amz-request-id"].to_str().unwrap().to_owned();
        let status = response.status().as_u16();
        let bytes = http_body_util::BodyExt::collect(response.into_body()).await.unwrap().to_bytes();
        let decision = self.gateway.decisions().find(&id).unwrap();
        (status, String::from_utf8_lossy(&bytes).into_owned(), decision)
    }
}

fn settings(clock: Clock) -> Settings {
    Settings {
        target: "embedded".to_owned(),
        accounts: vec![ACCOUNT.to_owned(), OTHER.to_owned()],
        region: REGION.to_owned(),
        assume_tls: false,
        clock,
        enforcement: Enforcement::Gateway,
        shared_upstream: false,
        organization: None,
    }
}

pub fn call(operation: &str, members: Value, signing: Signing) -> Call {
    let (service, name) = operation.split_once(':').unwrap();
    let Value::Object(members) = members else { panic!("members are an object") };
    Call {
        operation: Operation::named(service, name).unwrap(),
        members,
        body: Bytes::new(),
        signing,
        transport: Transport::Https,
        region: REGION.to_owned(),
        headers: Vec::new(),
    }
}

pub fn credentials(value: &Value) -> Credentials {
    let text = |name: &str| value[name].as_str().map(str::to_owned);
    Credentials {
        access_key_id: text("AccessKeyId").unwrap(),
        secret_access_key: stackproof_aws::Secret::new(text("SecretAccessKey").unwrap()),
        session_token: text("SessionToken").map(stackproof_aws::Secret::new),
    }
}

pub fn document(statements: Value) -> String {
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
}

pub fn allow(actions: &[&str], resources: &[&str]) -> Value {
    json!({ "Effect": "Allow", "Action": actions, "Resource": resources })
}

/// The error's code, and `Ok` for none.
pub fn code(reply: &Reply) -> &str {
    reply.result.as_ref().err().map_or("Ok", |error| &error.code)
}

pub fn message(reply: &Reply) -> &str {
    reply.result.as_ref().err().map_or("", |error| &error.message)
}

pub fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    Hmac::<Sha256>::new_from_slice(key).unwrap().chain_update(text).finalize().into_bytes().to_vec()
}

pub fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The statement that leaves a key to the policies of its account.
pub fn account_statement(account: &str) -> Value {
    json!({
        "Sid": "Account", "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{account}:root") },
        "Action": "kms:*", "Resource": "*",
    })
}

/// The ARN of a user of the first account.
pub fn user_arn(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:user/{name}")
}
