//! The embedded upstream: S3 and IAM held in memory.
//!
//! It executes what a gateway has authorized and knows nothing of policies: it keeps what it is given, verbatim, and
//! gives all of it back. What it cannot keep it refuses by name with `NotImplemented`, so that nothing is lost silently.

mod iam;
mod input;
mod managed_key;
mod random;
mod s3;
mod structure;
mod text;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::BodyExt;
use stackproof_aws::{Answer, ApiError, Caller, CanonicalRequest, Clock, Upstream};

use crate::input::Input;

pub use crate::managed_key::managed_key_arn;
pub use crate::s3::acl::canonical_user_id;

/// The embedded upstream. Clones share their state; [`Emulator::fork`] makes an independent copy.
#[derive(Clone)]
pub struct Emulator {
    clock: Clock,
    state: Arc<Mutex<State>>,
}

/// Everything that is held. Buckets and accounts are shared between forks until one of them writes.
#[derive(Clone, Default)]
struct State {
    s3: s3::S3,
    accounts: BTreeMap<String, Arc<iam::Account>>,
}

/// One authorized call, with its payload read to the end.
pub(crate) struct Call {
    pub account: String,
    pub region: String,
    pub caller: Caller,
    /// The virtual time that the call happens at.
    pub now: jiff::Timestamp,
    pub input: Input,
    pub body: Bytes,
}

impl Emulator {
    /// An empty AWS whose resources live in the clock's virtual time.
    pub fn new(clock: Clock) -> Self {
        Self { clock, state: Arc::default() }
    }

    /// A copy that shares object bodies with the original, and in which later writes of either are never seen by the
    /// other. Its clock moves on its own; whoever shares the copy's time takes it from [`Emulator::clock`].
    pub fn fork(&self) -> Self {
        Self { clock: self.clock.fork(), state: Arc::new(Mutex::new(self.state().clone())) }
    }

    /// The clock that the resources live by.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Handlers check before they write, so that a state left behind by a panic is still a whole one.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Upstream for Emulator {
    async fn call(&self, request: CanonicalRequest) -> Result<Answer, ApiError> {
        let CanonicalRequest { operation, account, region, caller, members, body, .. } = request;
        let body = body.collect().await?.to_bytes();
        let call = Call {
            region,
            caller,
            now: self.clock.now(),
            input: Input::new(operation, members),
            body,
            account,
        };
        let mut state = self.state();
        let output = match operation.service {
            "s3" => state.s3.call(operation.name.as_str(), call),
            "iam" => {
                let account = state.accounts.entry(call.account.clone()).or_default();
                Arc::make_mut(account).call(operation.name.as_str(), call)
            }
            _ => Err(input::not_implemented(&format!("{} {}", operation.service, operation.name))),
        }?;
        Ok(Answer::Output(output))
    }

    fn managed_key(&self, account: &str, region: &str) -> Option<String> {
        Some(managed_key_arn(account, region))
    }
}
