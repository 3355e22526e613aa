//! Why a step did not pass.

use super::names::NameError;
use super::options::OptionError;
use super::stage::{StageError, StageFailure};

/// Why a step did not pass.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// What happened is not what the step says.
    #[error("expected {expected}, but {happened}")]
    Mismatch {
        /// What the step says, as a noun.
        expected: String,
        /// What happened, as a clause.
        happened: String,
    },
    /// What would have to be known to decide a call is not known; a failure whatever the step expected.
    #[error("the call is undetermined: {reason}")]
    Undetermined {
        /// What is not known.
        reason: String,
    },
    /// The target decided otherwise than our engine, or by another layer; a failure whatever the step expected.
    #[error("attribution differs: {reason}")]
    AttributionDiffers {
        /// What each of them said.
        reason: String,
    },
    /// A name that cannot be resolved.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A table or docstring that does not fit.
    #[error(transparent)]
    Option(#[from] OptionError),
    /// The stack could not be had.
    #[error(transparent)]
    Stage(#[from] StageError),
    /// The target did not answer.
    #[error("the target did not answer: {0}")]
    Client(String),
    /// The step cannot be taken as it is written.
    #[error("{message}")]
    Usage {
        /// What is wrong.
        message: String,
        /// What to do.
        hint: Option<String>,
    },
    /// The call is decided without what is not provisioned, which might decide it otherwise.
    #[error("unproved: {reason}")]
    Unproved {
        /// What is not there, with the place.
        reason: String,
    },
    /// The target cannot do it, and says so: the scenario is skipped.
    #[error("skipped: {reason}")]
    Skip {
        /// Why.
        reason: String,
    },
}

impl StepError {
    /// What happened is not what the step says.
    pub fn mismatch(expected: impl Into<String>, happened: impl Into<String>) -> Self {
        Self::Mismatch { expected: expected.into(), happened: happened.into() }
    }

    /// The step cannot be taken as it is written.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), hint: None }
    }

    /// The same with advice.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        match self {
            Self::Usage { message, .. } => Self::Usage { message, hint: Some(hint.into()) },
            other => other,
        }
    }

    /// What to do about it.
    pub fn advice(&self) -> Option<String> {
        match self {
            Self::Usage { hint, .. } => hint.clone(),
            Self::Stage(error) => error.hint.clone(),
            Self::Name(error) => error.advice(),
            Self::Option(error) => error.advice(),
            _ => None,
        }
    }

    /// Which part of the target failed, where it was not the step.
    pub fn stage_failure(&self) -> Option<StageFailure> {
        match self {
            Self::Stage(error) => Some(error.failure),
            Self::Client(_) => Some(StageFailure::Target),
            _ => None,
        }
    }
}
