//! A decision in the making.

use stackproof_aws::Service;
use stackproof_policy::Certainty;

use super::Settings;
use crate::record::{Check, Decision, Origin, Outcome, Verdict};
use crate::refusal::Refusal;

/// What is known of a call so far.
pub(super) struct Draft {
    pub id: String,
    time: String,
    target: String,
    pub principal: String,
    pub origin: Option<Origin>,
    pub service: String,
    /// The service whose protocol errors are written in.
    pub speaks: Option<&'static Service>,
    pub operation: String,
    pub checks: Vec<Check>,
    pub outcome: Outcome,
    pub verdict: Verdict,
    /// How often the upstream was asked before it was known.
    pub reads: u32,
    /// How the target's verdict and our engine's differ.
    pub differs: Option<String>,
    error: Option<String>,
    pub reason: Option<String>,
}

impl Draft {
    /// A call of which only its id is known.
    pub fn new(id: String, settings: &Settings) -> Self {
        Self {
            id,
            time: settings.clock.wall().to_string(),
            target: settings.target.clone(),
            principal: "anonymous".to_owned(),
            origin: None,
            service: String::new(),
            speaks: None,
            operation: String::new(),
            checks: Vec::new(),
            outcome: Outcome::Allowed,
            verdict: Verdict::Observed,
            differs: None,
            reads: 0,
            error: None,
            reason: None,
        }
    }

    /// The call was allowed, and the service answered with an error of its own.
    pub fn failed(&mut self, code: &str) {
        self.error = Some(code.to_owned());
    }

    /// Why a call went as it did where no check says it.
    pub fn note(&mut self, reason: &str) {
        self.reason = Some(reason.to_owned());
    }

    /// One of several parts of a call was refused, which the answer says inside.
    pub fn refused_in_part(&mut self, outcome: Outcome) {
        self.outcome = outcome;
    }

    /// The call was refused.
    pub fn refused(&mut self, refusal: Refusal) {
        self.outcome = refusal.outcome;
        self.error = Some(refusal.error.code.to_string());
        self.reason = refusal.reason;
        self.checks.extend(refusal.checks);
    }

    /// The decision.
    pub fn finish(self, status: u16) -> Decision {
        let certainty =
            self.checks.iter().map(|check| check.certainty).min().unwrap_or(Certainty::Documented);
        let mut decision = Decision {
            request_id: self.id,
            time: self.time,
            target: self.target,
            stack: None,
            scenario: None,
            step: None,
            principal: self.principal,
            origin: self.origin,
            service: self.service,
            operation: self.operation,
            outcome: self.outcome,
            verdict: self.verdict,
            differs: self.differs,
            reads: self.reads,
            certainty,
            statement: None,
            checks: self.checks,
            status,
            error: self.error,
            reason: self.reason,
        };
        decision.statement = decision.deciding().and_then(|check| check.statement.clone());
        decision
    }
}
