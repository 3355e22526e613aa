//! Why a call goes no further.

use stackproof_aws::ApiError;

use crate::record::{Check, Outcome};

/// A call that is not executed: how it ended, what the client is answered, and on what evidence.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{error}")]
pub struct Refusal {
    /// How the call ended; never [`Outcome::Allowed`].
    pub outcome: Outcome,
    /// What the client is answered.
    pub error: Box<ApiError>,
    /// Why, where the answer itself does not say it.
    pub reason: Option<String>,
    /// The checks that were made before it ended, the deciding one last.
    pub checks: Vec<Check>,
}

impl Refusal {
    /// A call that ended so, was answered that, for that reason.
    pub fn new(outcome: Outcome, error: ApiError, reason: Option<String>) -> Self {
        Self { outcome, error: Box::new(error), reason, checks: Vec::new() }
    }

    /// The request itself is wrong.
    pub fn rejected(error: ApiError) -> Self {
        Self::new(Outcome::Rejected, error, None)
    }

    /// The caller is not who it says it is.
    pub fn unauthenticated(error: ApiError, reason: Option<String>) -> Self {
        Self::new(Outcome::Unauthenticated, error, reason)
    }

    /// What would have to be known to decide is not known. The answer is a 501, so that no client and no step can
    /// take it for a denial.
    pub fn undetermined(reason: impl Into<String>) -> Self {
        let reason = reason.into();
        let error = ApiError::new(501, "NotImplemented", format!("undetermined: {reason}"));
        Self::new(Outcome::Undetermined, error, Some(reason))
    }

    /// Whether it says that the caller may not do it.
    pub fn is_denial(&self) -> bool {
        matches!(self.outcome, Outcome::ExplicitDeny | Outcome::ImplicitDeny)
    }

    /// The same after these checks.
    #[must_use]
    pub fn after(mut self, checks: Vec<Check>) -> Self {
        self.checks = checks;
        self
    }
}

/// A fact could not be had: the upstream does not know it, or answered what was not expected.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unknown(pub String);

impl From<Unknown> for Refusal {
    fn from(Unknown(reason): Unknown) -> Self {
        Self::undetermined(reason)
    }
}
