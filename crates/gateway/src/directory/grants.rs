//! Grant tokens, which `CreateGrant` issues once and `RetireGrant` names a grant by.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// A grant and the key that it is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IssuedGrant {
    pub key_arn: String,
    pub grant_id: String,
}

/// The grants that were made through the gateway, by their tokens.
#[derive(Debug, Default)]
pub(crate) struct GrantTokens(Mutex<HashMap<String, IssuedGrant>>);

impl GrantTokens {
    /// Notes what a token stands for.
    pub fn issued(&self, token: &str, grant: IssuedGrant) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(token.to_owned(), grant);
    }

    /// What a token stands for.
    pub fn find(&self, token: &str) -> Option<IssuedGrant> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(token).cloned()
    }

    /// A copy that goes its own way.
    pub fn fork(&self) -> Self {
        Self(Mutex::new(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()))
    }
}
