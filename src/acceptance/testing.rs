//! What tests of several modules need.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use http::HeaderMap;
use serde_json::{Value, json};
use stackproof_aws::client::{Call, ClientError, Raw, Recorded, Reply, Signing};
use stackproof_aws::{ApiError, Clock, Credentials, Secret};
use stackproof_gateway::{Check, Decision, DecisionLog, Outcome, Place, ServiceSource, Statement, Verdict};
use stackproof_policy::Certainty;

use super::feature::{Feature, Scenario, Step, parse};
use super::matrix::Combination;
use super::registry::Registry;
use super::runner::play::{Played, play};
use super::stage::{Calls, IssueError, Issuer, Stack, Stage, StageError, StageFailure, Stages};
use super::world::{Scene, Wall, World};

/// A decision about a put to `calls` by the accessor.
pub(crate) fn decision(outcome: Outcome) -> Decision {
    let place = Place { file: "infra/storage.tf".into(), line: 49 };
    let statement = (outcome == Outcome::ExplicitDeny).then(|| Statement {
        policy: "bucket policy of calls".into(),
        index: 1,
        sid: Some("DenyKms".into()),
        place: Some(place),
    });
    let layer = match outcome {
        Outcome::ExplicitDeny => Some("resource-based policy".to_owned()),
        Outcome::ImplicitDeny => Some("identity-based policy".to_owned()),
        _ => None,
    };
    Decision {
        differs: None,
        reads: 0,
        request_id: "REQ1".into(),
        time: "2026-01-15T10:00:00Z".into(),
        target: "embedded".into(),
        stack: None,
        scenario: None,
        step: None,
        principal: "arn:aws:iam::111111111111:user/accessor".into(),
        origin: None,
        service: "s3".into(),
        operation: "PutObject".into(),
        outcome,
        verdict: Verdict::Observed,
        certainty: Certainty::Documented,
        statement: statement.clone(),
        checks: vec![Check {
            action: "s3:PutObject".into(),
            resource: "arn:aws:s3:::calls/a.wav".into(),
            outcome,
            layer,
            statement,
            policies: Vec::new(),
            nearest: None,
            uncertain: Vec::new(),
            context: BTreeMap::new(),
            certainty: Certainty::Documented,
            reason: None,
        }],
        status: if outcome == Outcome::Allowed { 200 } else { 403 },
        error: (outcome != Outcome::Allowed).then(|| "AccessDenied".to_owned()),
        reason: None,
    }
}

/// A scenario of three steps.
pub(crate) fn scenario() -> Scenario {
    let feature = Feature {
        path: PathBuf::from("features/calls.feature"),
        name: "Calls are kept".into(),
        description: None,
        line: 1,
        tags: vec!["slice".into()],
    };
    let step = |keyword: &str, text: &str, line| Step {
        keyword: keyword.into(),
        text: text.into(),
        line,
        table: None,
        docstring: None,
    };
    Scenario {
        feature: Arc::new(feature),
        rule: None,
        keyword: "Scenario".into(),
        name: "A put with another key is denied".into(),
        line: 4,
        lines: (4, 8),
        tags: vec!["slice".into()],
        steps: vec![
            step("Given", r#"the stack "call-centre-data""#, 5),
            step("When", r#"the accessor uploads "a.wav" to "calls""#, 6),
            step("Then", "it is denied", 7),
        ],
        combination: Vec::new(),
    }
}

/// How a call was decided, and what it was answered with.
pub(crate) type Answered = (Outcome, Result<Value, ApiError>);

/// Answers calls by a function, and records a decision for each as a gateway would.
pub(crate) struct Fake {
    answer: Box<dyn Fn(&Call) -> Answered + Send + Sync>,
    log: DecisionLog,
    /// Each call: operation, access key, members.
    pub(crate) made: Mutex<Vec<(String, String, Value)>>,
}

#[async_trait]
impl Calls for Fake {
    async fn send(&self, call: Call) -> Result<Reply, ClientError> {
        let key = match &call.signing {
            Signing::Header(it) | Signing::Presigned(it, _) | Signing::Form(Some(it)) => {
                it.access_key_id.clone()
            }
            Signing::Anonymous | Signing::Form(None) => "anonymous".to_owned(),
        };
        let (outcome, answer) = (self.answer)(&call);
        let mut made = self.made.lock().unwrap();
        made.push((call.operation.name.clone(), key.clone(), Value::Object(call.members)));
        let request_id = format!("R{}", made.len());
        let mut told = decision(outcome);
        told.request_id.clone_from(&request_id);
        told.principal = key;
        told.operation.clone_from(&call.operation.name);
        told.error = answer.as_ref().err().map(|error| error.code.to_string());
        self.log.push(told);
        let result = answer.map(|it| it.as_object().cloned().unwrap_or_default());
        let status = if result.is_ok() { 200 } else { 403 };
        Ok(Reply { status, headers: HeaderMap::new(), request_id, result, body: call.body })
    }

    /// Recorded requests are read by the gateway, which is not here.
    async fn replay(&self, recorded: Recorded) -> Result<Raw, ClientError> {
        Err(ClientError::Endpoint(format!("nobody reads `{}`", recorded.target)))
    }
}

struct Nothing;

#[async_trait]
impl Stages for Nothing {
    async fn stage(&self, stack: &str, _: &Combination, _: &[(String, String)]) -> Result<Stage, StageError> {
        Err(StageError { failure: StageFailure::Configuration, message: format!("no `{stack}`"), hint: None })
    }

    async fn blank(&self) -> Result<Stage, StageError> {
        self.stage("", &Combination::new(), &[]).await
    }
}

#[async_trait]
impl Issuer for Nothing {
    async fn assume_as_service(
        &self,
        _: &str,
        _: &str,
        _: &ServiceSource,
    ) -> Result<Credentials, IssueError> {
        Err(IssueError::Unsupported("nobody can be a service here".into()))
    }

    async fn act_as_service(&self, _: &str, _: &ServiceSource) -> Result<Credentials, IssueError> {
        Err(IssueError::Unsupported("nobody can be a service here".into()))
    }

    async fn expire(&self, _: &str) -> Result<(), IssueError> {
        Ok(())
    }
}

fn credentials(id: &str) -> Credentials {
    Credentials { access_key_id: id.into(), secret_access_key: Secret::new("hush"), session_token: None }
}

/// A stack with a bucket, an accessor with a key, and a role.
fn stack() -> Stack {
    let resources = [
        ("aws_s3_bucket.calls", json!({ "bucket": "dev-calls" })),
        ("aws_s3_bucket_policy.calls", json!({ "bucket": "calls" })),
        ("aws_iam_access_key.accessor", json!({ "id": "AKIA1", "user": "dev-accessor", "secret": "hush" })),
        ("aws_kms_key.master", json!({ "arn": "arn:aws:kms:k" })),
        ("aws_iam_role.migrator", json!({ "arn": "arn:aws:iam::111111111111:role/migrator" })),
    ];
    let resources = resources.into_iter().map(|(address, it)| (address.to_owned(), it)).collect();
    Stack { name: "calls".into(), resources, ..Stack::default() }
}

/// A wall clock that only pauses move on, at once.
struct Paused {
    began: Instant,
    paused: Mutex<Duration>,
}

#[async_trait]
impl Wall for Paused {
    fn now(&self) -> Instant {
        self.began + *self.paused.lock().unwrap()
    }

    async fn pause(&self, time: Duration) {
        *self.paused.lock().unwrap() += time;
    }
}

/// A world in which nothing happened, and in which nothing is waited for.
pub(crate) fn world() -> World {
    let mut world = World::new(Arc::new(Nothing), "u1".into());
    world.wall = Arc::new(Paused { began: Instant::now(), paused: Mutex::default() });
    world
}

/// Plays these steps on a fake that answers so.
pub(crate) async fn play_on(
    answer: impl Fn(&Call) -> Answered + Send + Sync + 'static,
    steps: &str,
) -> (Played, Arc<Fake>) {
    let log = DecisionLog::default();
    let fake = Arc::new(Fake { answer: Box::new(answer), log: log.clone(), made: Mutex::default() });
    let mut world = world();
    let scene = Scene {
        calls: fake.clone(),
        region: "eu-west-2".into(),
        accounts: [("main".to_owned(), "111111111111".to_owned())].into(),
        organized: false,
        operators: [("111111111111".to_owned(), credentials("OPERATOR"))].into(),
        decisions: log,
        issuer: Arc::new(Nothing),
        clock: Clock::system(),
        server: None,
        lease: None,
    };
    world.set_scene(scene, stack());
    let source = format!("Feature: F\n  Scenario: S\n{steps}\n");
    let scenario = parse(std::path::Path::new("a.feature"), &source).unwrap().remove(0);
    (play(world, &Registry::new(), scenario).await, fake)
}

/// An error as AWS answers an authorization refusal.
pub(crate) fn access_denied() -> ApiError {
    ApiError::new(403, "AccessDenied", "Access Denied")
}
