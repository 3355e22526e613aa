//! The embedded upstream: S3, IAM, KMS, DynamoDB and the services around them, held in memory but for large bodies.
//!
//! It executes what a gateway has authorized and knows nothing of policies: it keeps what it is given, verbatim, and
//! gives all of it back. What it cannot keep it refuses by name with `NotImplemented`, so that nothing is lost silently.

mod arn;
mod athena;
mod attribute;
mod batch;
mod bounds;
mod constraint;
mod dynamodb;
mod ec2;
mod ecr;
mod ecs;
mod events;
mod glue;
mod iam;
mod input;
mod kinesis;
mod kms;
mod lambda;
mod likeness;
mod logs;
mod organizations;
mod page;
mod permission;
mod place;
mod quicksight;
mod random;
mod record;
mod s3;
mod secretsmanager;
mod sns;
mod sqs;
mod ssm;
mod structure;
mod tags;
mod text;
mod validation;
mod wildcard;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use stackproof_aws::wire::CiphertextKey;
use stackproof_aws::{Answer, ApiError, Caller, CanonicalRequest, Clock, Operation, Output, Upstream};

use crate::input::Input;
use crate::s3::body::{self, Spool, Stored};

pub use crate::kinesis::cursor::iterator_stream;
pub use crate::kms::managed::managed_key_arn;
pub use crate::organizations::{AccountSeed, OrganizationSeed, PolicySeed, PolicyType, UnitSeed};
pub use crate::s3::acl::canonical_user_id;

/// The embedded upstream. Bodies above a mebibyte lie in an unnamed file in the system's temporary folder, which
/// `TMPDIR` names; that one disk is all that bounds them. Clones share their state; [`Emulator::fork`] makes an independent copy.
#[derive(Clone)]
pub struct Emulator {
    clock: Clock,
    state: Arc<Mutex<State>>,
    spool: Arc<Spool>,
}

/// Everything that is held. Buckets and accounts are shared between forks until one of them writes.
#[derive(Clone, Default)]
struct State {
    s3: s3::S3,
    accounts: BTreeMap<String, Arc<iam::Account>>,
    kms: kms::Kms,
    dynamodb: dynamodb::DynamoDb,
    ec2: ec2::Ec2,
    ecr: ecr::Ecr,
    ecs: ecs::Ecs,
    lambda: lambda::Lambda,
    secrets: secretsmanager::SecretsManager,
    kinesis: kinesis::Kinesis,
    events: events::Events,
    logs: logs::Logs,
    glue: glue::Glue,
    athena: athena::Athena,
    quicksight: quicksight::QuickSight,
    sqs: sqs::Sqs,
    sns: sns::Sns,
    ssm: ssm::Ssm,
    organizations: organizations::Organizations,
}

/// One authorized call, with its payload read to the end.
pub(crate) struct Call {
    /// The request id that the client is given.
    pub id: String,
    pub account: String,
    pub region: String,
    pub caller: Caller,
    /// The virtual time that the call happens at.
    pub now: jiff::Timestamp,
    pub input: Input,
    /// The payload, or what a copy copies.
    pub body: Stored,
    /// Of copies.
    pub source: Option<s3::copy::Opened>,
    /// Of code that lies in S3.
    pub archive: Option<bytes::Bytes>,
}

impl Emulator {
    /// An empty AWS whose resources live in the clock's virtual time.
    pub fn new(clock: Clock) -> Self {
        Self { clock, state: Arc::default(), spool: Spool::new(std::env::temp_dir()) }
    }

    /// The same with an organization that stands already.
    #[must_use]
    pub fn organized(self, seed: OrganizationSeed) -> Self {
        self.state().organizations = organizations::Organizations::seeded(seed, self.clock.now());
        self
    }

    /// The same with an organization of which `what` is not known (`which account manages it`): calls to AWS
    /// Organizations are refused with it.
    #[must_use]
    pub fn organized_somehow(self, what: &str) -> Self {
        self.state().organizations = organizations::Organizations::unknown(what);
        self
    }

    /// A copy that shares object bodies with the original, and in which later writes of either are never seen by the
    /// other. Its clock moves on its own; whoever shares the copy's time takes it from [`Emulator::clock`].
    pub fn fork(&self) -> Self {
        let state = Arc::new(Mutex::new(self.state().clone()));
        Self { clock: self.clock.fork(), state, spool: Arc::clone(&self.spool) }
    }

    /// The clock that the resources live by.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Executes a call whose body is here: nothing is waited for while the state is locked.
    fn execute(&self, operation: &Operation, mut call: Call) -> Result<Output, ApiError> {
        let state = &mut *self.state();
        state.s3.settle(call.now)?;
        state.kms.settle(call.now)?;
        let name = operation.name.as_str();
        match operation.service {
            "s3" => state.s3.call(&mut state.kms, name, call),
            "kms" => state.kms.call(name, call),
            "athena" => state.athena.call(name, call),
            "dynamodb" | "dynamodbstreams" => state.dynamodb.call(&mut state.kms, name, call),
            "ec2" => state.ec2.call(name, call),
            "ecr" => state.ecr.call(&mut state.kms, name, call),
            "ecs" => state.ecs.call(&state.ec2, name, call),
            "events" => state.events.call(name, call),
            "glue" => state.glue.call(&state.accounts, name, call),
            "kinesis" => state.kinesis.call(&mut state.kms, name, call),
            "lambda" => {
                let archive = call.archive.take();
                let State { accounts, ec2, ecr, .. } = state;
                state.lambda.call(&lambda::Around { accounts, ec2, ecr, archive }, name, call)
            }
            "logs" => state.logs.call(&mut state.kms, name, call),
            "organizations" => {
                let taken = state.accounts.keys().map(String::as_str).collect();
                state.organizations.call(&taken, name, call)
            }
            "quicksight" => state.quicksight.call(name, call),
            "secretsmanager" => state.secrets.call(&mut state.kms, name, call),
            "sns" => state.sns.call(&mut state.kms, name, call),
            "sqs" => state.sqs.call(&mut state.kms, name, call),
            "ssm" => state.ssm.call(&mut state.kms, name, call),
            "s3control" => s3::control::call(&mut state.s3, name, call),
            "iam" => {
                let account = state.accounts.entry(call.account.clone()).or_default();
                Arc::make_mut(account).call(name, call)
            }
            _ => Err(input::not_implemented(&format!("{} {name}", operation.service))),
        }
    }

    /// The archive of a call whose code lies in S3.
    fn archive(&self, region: &str, input: &Input) -> Result<Option<Stored>, ApiError> {
        let State { s3, kms, .. } = &mut *self.state();
        let now = self.clock.now();
        s3.settle(now)?;
        kms.settle(now)?;
        lambda::package::open(s3, kms, now, region, input)
    }

    /// Handlers check before they write, so that a state left behind by a panic is still a whole one.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Emulator {
    /// Executes a call. The archive of a function or layer whose code lies in S3 is `archive`, where another upstream holds
    /// the objects.
    ///
    /// # Errors
    /// The service's.
    pub async fn execute_with(
        &self,
        request: CanonicalRequest,
        archive: Option<bytes::Bytes>,
    ) -> Result<Answer, ApiError> {
        let CanonicalRequest { id, operation, account, region, caller, members, body, .. } = request;
        let mut input = Input::new(operation, members);
        let name = operation.name.as_str();
        let source = match operation.service {
            "s3" => {
                let State { s3, kms, .. } = &mut *self.state();
                let now = self.clock.now();
                s3.settle(now)?;
                kms.settle(now)?;
                s3::copy::open(s3, kms, now, name, &mut input)?
            }
            _ => None,
        };
        let stored = match (&archive, operation.service) {
            (None, "lambda") => self.archive(&region, &input)?,
            _ => None,
        };
        let archive = match stored {
            Some(stored) => Some(stored.gathered().await?),
            None => archive,
        };
        let body = match &source {
            Some(source) => source.body.clone().digested(source.algorithm).await?,
            None => body::receive(body, &self.spool, s3::checksum::wanted(&input)).await?,
        };
        let call = Call { id, region, caller, now: self.clock.now(), input, body, source, archive, account };
        let mut output = self.execute(operation, call)?;
        if let Some(body) = output.body.take() {
            output.body = Some(body::begun(body).await?);
        }
        Ok(Answer::Output(output))
    }
}

#[async_trait]
impl Upstream for Emulator {
    async fn call(&self, request: CanonicalRequest) -> Result<Answer, ApiError> {
        self.execute_with(request, None).await
    }

    fn ciphertext_key(&self, region: &str, ciphertext: &[u8]) -> CiphertextKey {
        self.state().kms.ciphertext_key(region, ciphertext)
    }
}
