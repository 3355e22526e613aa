//! Authorization messages that were given out encoded, for `sts:DecodeAuthorizationMessage`.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html>

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::random;

/// How many are kept.
const MAX_ENTRIES: usize = 1024;

/// What each encoded message says, and whose account it was given to.
#[derive(Debug, Default)]
pub(crate) struct Messages(Mutex<VecDeque<Message>>);

#[derive(Clone, Debug)]
struct Message {
    encoded: String,
    account: String,
    decoded: String,
}

impl Messages {
    /// Encodes a message for a caller of that account.
    pub fn encode(&self, account: &str, decoded: String) -> String {
        let encoded =
            [random::secret(), random::secret(), random::secret()].concat().replace(['/', '+'], "-");
        let message = Message { encoded: encoded.clone(), account: account.to_owned(), decoded };
        let mut all = self.lock();
        if all.len() >= MAX_ENTRIES {
            all.pop_front();
        }
        all.push_back(message);
        encoded
    }

    /// What a message says; none for one that was not given to that account.
    pub fn decode(&self, account: &str, encoded: &str) -> Option<String> {
        let all = self.lock();
        let found = all.iter().find(|message| message.encoded == encoded && message.account == account);
        found.map(|message| message.decoded.clone())
    }

    /// A copy that goes its own way.
    pub fn fork(&self) -> Self {
        Self(Mutex::new(self.lock().clone()))
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Message>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
