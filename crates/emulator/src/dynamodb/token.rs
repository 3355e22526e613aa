//! Client request tokens, by which a transaction that is sent twice is executed once.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-apis-txwriteitems>

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use stackproof_aws::{ApiError, Members};

use super::error;

/// How long a token stands for its request.
const LIFETIME: SignedDuration = SignedDuration::from_mins(10);

/// The tokens of an account and region, by operation and token.
#[derive(Clone, Default)]
pub(super) struct Tokens(BTreeMap<(String, String), Finished>);

/// A transaction that went through.
#[derive(Clone)]
pub(super) struct Finished {
    at: Timestamp,
    request: Members,
    answer: Members,
}

impl Tokens {
    /// The transaction that a token stands for.
    pub fn find(&mut self, operation: &str, token: &str, now: Timestamp) -> Option<&Finished> {
        self.0.retain(|_, finished| now.duration_since(finished.at) < LIFETIME);
        self.0.get(&(operation.to_owned(), token.to_owned()))
    }

    /// Keeps what a transaction was and answered.
    pub fn keep(
        &mut self,
        operation: String,
        token: String,
        at: Timestamp,
        request: Members,
        answer: Members,
    ) {
        self.0.insert((operation, token), Finished { at, request, answer });
    }
}

impl Finished {
    /// Its answer, to the same request: what the answer is to say of capacity is no part of that.
    ///
    /// # Errors
    /// `IdempotentParameterMismatchException` for another request.
    pub fn same(&self, request: &Members) -> Result<&Members, ApiError> {
        let asked = |members: &Members| {
            let mut members = members.clone();
            members.remove("ReturnConsumedCapacity");
            members
        };
        match asked(&self.request) == asked(request) {
            true => Ok(&self.answer),
            false => Err(error::other_request()),
        }
    }
}
