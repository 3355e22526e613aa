//! How calls are made, and what the gateway decided of them.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use stackproof_aws::client::{Call, ClientError, Reply, Signing, Transport};
use stackproof_aws::{Members, Operation};
use stackproof_gateway::{Decision, Outcome};

use super::call::bucket_region;
use super::{Over, Recorded, Request, World};
use crate::acceptance::error::StepError;
use crate::acceptance::sentence::{Modifier, Who};

/// How long presigned URLs are valid.
const PRESIGNED: Duration = Duration::from_secs(900);

impl World {
    /// Makes a call as that principal.
    ///
    /// # Errors
    /// The principal could not be opened, the target did not answer, or the call is undetermined.
    pub(crate) async fn call_as(
        &mut self,
        who: &Who,
        request: Request,
    ) -> Result<(Reply, Option<Arc<Decision>>), StepError> {
        let (signing, transport) = self.travel(who, request.over).await?;
        let call = Call {
            operation: request.operation,
            members: request.members,
            body: request.body,
            signing,
            transport,
            region: self.scene()?.region.clone(),
            headers: request.headers,
        };
        let (reply, decision) = self.send(call).await?;
        self.note(&reply, decision.as_ref())?;
        Ok((reply, decision))
    }

    /// How that principal's request is signed and travels.
    pub(super) async fn travel(&mut self, who: &Who, over: Over) -> Result<(Signing, Transport), StepError> {
        let in_plain = over == Over::Http || who.modifiers.contains(&Modifier::Http);
        let signing = match self.credentials(who).await? {
            credentials if over == Over::Form => Signing::Form(credentials),
            None => Signing::Anonymous,
            Some(credentials) if over == Over::PresignedUrl => Signing::Presigned(credentials, PRESIGNED),
            Some(credentials) => Signing::Header(credentials),
        };
        Ok((signing, if in_plain { Transport::Http } else { Transport::Https }))
    }

    /// Notes what a principal's call came to.
    ///
    /// # Errors
    /// It is undetermined.
    pub(super) fn note(&mut self, reply: &Reply, decision: Option<&Arc<Decision>>) -> Result<(), StepError> {
        self.evidence = decision.cloned();
        match decision.map(Arc::as_ref) {
            Some(decision) if decision.outcome == Outcome::Undetermined => Err(undetermined(decision)),
            Some(Decision { differs: Some(reason), .. }) => {
                Err(StepError::AttributionDiffers { reason: reason.clone() })
            }
            Some(decision) if reply.result.is_ok() => {
                self.shown.note_allowed(decision);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Reads a fact as the operator of that account, by its id.
    ///
    /// # Errors
    /// The target did not answer, or the call is undetermined.
    pub(crate) async fn read(
        &mut self,
        account: &str,
        operation: &'static Operation,
        members: Members,
    ) -> Result<Reply, StepError> {
        let scene = self.scene()?;
        let operator = scene.operators.get(account).cloned();
        let operator =
            operator.ok_or_else(|| StepError::usage(format!("the account `{account}` has no operator")))?;
        let call = Call {
            operation,
            members,
            body: Bytes::new(),
            signing: Signing::Header(operator),
            transport: Transport::Https,
            region: scene.region.clone(),
            headers: Vec::new(),
        };
        let (reply, decision) = self.send(call).await?;
        match decision.filter(|decision| decision.outcome == Outcome::Undetermined) {
            None => Ok(reply),
            Some(decision) => {
                let error = undetermined(&decision);
                self.evidence = Some(decision);
                Err(error)
            }
        }
    }

    /// Sends a call, and sends it again where S3 answers that the bucket is in another region, as SDKs do.
    async fn send(&mut self, mut call: Call) -> Result<(Reply, Option<Arc<Decision>>), StepError> {
        let calls = self.scene()?.calls.clone();
        let mut reply = calls.send(call.clone()).await.map_err(unsent)?;
        if let Some(region) = bucket_region(&reply).filter(|region| *region != call.region) {
            call.region = region;
            reply = calls.send(call).await.map_err(unsent)?;
        }
        let decision = self.decision_on(&reply.request_id);
        self.proved(decision.as_deref())?;
        Ok((reply, decision))
    }

    /// Whether nothing that is not there might change the decision. What is undetermined fails as that.
    pub(super) fn proved(&self, decision: Option<&Decision>) -> Result<(), StepError> {
        let decided = decision.filter(|decision| decision.outcome != Outcome::Undetermined);
        let stack = self.names.stack.as_ref();
        match decided.and_then(|decision| stack?.unproved(decision)) {
            None => Ok(()),
            Some(missing) => Err(StepError::Unproved { reason: missing.reason.clone() }),
        }
    }

    /// The gateway's decision on that request.
    pub(super) fn decision_on(&mut self, request_id: &str) -> Option<Arc<Decision>> {
        self.take_decisions();
        let mut made = self.record.iter().rev().map(|recorded| &recorded.decision);
        made.find(|decision| decision.request_id == request_id).cloned()
    }

    pub(super) fn take_decisions(&mut self) {
        if let Some(scene) = &self.scene {
            let step = self.step;
            let new = scene.decisions.drain().into_iter().map(|decision| Recorded { decision, step });
            self.record.extend(new);
        }
    }
}

pub(super) fn unsent(error: ClientError) -> StepError {
    match error {
        ClientError::Transport { .. } => StepError::Client(error.to_string()),
        other => StepError::usage(other.to_string()),
    }
}

fn undetermined(decision: &Decision) -> StepError {
    let reason =
        decision.reason.clone().or_else(|| decision.deciding().and_then(|check| check.reason.clone()));
    StepError::Undetermined { reason: reason.unwrap_or_else(|| "the gateway gave no reason".to_owned()) }
}
