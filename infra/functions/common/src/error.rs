//! What went wrong, in words.

use std::error::Error as StdError;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

/// Why a program could not do what it was asked: the thing, what happened to it, and a hint where there is one.
///
/// Its text goes to logs and to the invoker, so that no secret and nothing of what is in objects is ever part of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Error(String);

impl Error {
    /// An error that says `text`: lowercase, without a final period.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The same with what can be done about it.
    #[must_use]
    pub fn hint(self, hint: &str) -> Self {
        Self(format!("{}; hint: {hint}", self.0))
    }

    /// The same, when it could not even be written down.
    #[must_use]
    pub fn unrecorded(self, why: &Self) -> Self {
        Self(format!("{}; nor could this be written down: {}", self.0, why.0))
    }

    /// That a call failed that was to do `what`: the service's code and message, or why there was no answer.
    pub fn call<E, R>(what: &str, error: &SdkError<E, R>) -> Self
    where
        E: StdError + ProvideErrorMetadata + 'static,
        R: std::fmt::Debug,
    {
        match error {
            SdkError::ServiceError(refusal) => {
                let refusal = refusal.err();
                let code = refusal.code().unwrap_or("an error without a code");
                match refusal.message() {
                    Some(message) => Self(format!("cannot {what}: {code}: {message}")),
                    None => Self(format!("cannot {what}: {code}")),
                }
            }
            other => Self(format!("cannot {what}: {}", causes(other))),
        }
    }
}

/// The causes of an error that is no service's answer. The first only says which part of the SDK had it.
fn causes(error: &dyn StdError) -> String {
    let Some(mut cause) = error.source() else {
        return error.to_string();
    };
    let mut causes = cause.to_string();
    while let Some(next) = cause.source() {
        causes.push_str(": ");
        causes.push_str(&next.to_string());
        cause = next;
    }
    causes
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::error::ErrorMetadata;
    use aws_sdk_dynamodb::operation::put_item::PutItemError;

    use super::*;

    #[test]
    fn a_refusal_is_told_by_its_code_and_message() {
        let refusal =
            PutItemError::generic(ErrorMetadata::builder().code("AccessDenied").message("no").build());
        let error = Error::call("write to `audit`", &SdkError::service_error(refusal, ()));
        assert_eq!(error.to_string(), "cannot write to `audit`: AccessDenied: no");
    }

    #[test]
    fn what_never_got_an_answer_is_told_by_its_causes() {
        let error: SdkError<PutItemError, ()> =
            SdkError::construction_failure(Error::new("no region was given"));
        assert_eq!(Error::call("write", &error).to_string(), "cannot write: no region was given");
    }

    #[test]
    fn a_hint_follows() {
        assert_eq!(Error::new("`A` is not set").hint("set it").to_string(), "`A` is not set; hint: set it");
    }
}
