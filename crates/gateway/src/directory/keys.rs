//! Access keys that were issued through the gateway, with the secrets that IAM shows only once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use stackproof_aws::{Credentials, Secret};

use super::sessions::{Session, SessionKind};
use crate::caller::ServiceSource;

/// An access key and whom it stands for.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub secret: Secret,
    /// Temporary credentials come with a token.
    pub token: Option<Secret>,
    pub holder: Holder,
}

impl Key {
    /// The account that the key belongs to; none of a service's.
    pub fn account(&self) -> Option<&str> {
        match &self.holder {
            Holder::Operator { account } | Holder::User { account, .. } => Some(account),
            Holder::Session(session) => Some(&session.account),
            Holder::Service { .. } => None,
        }
    }
}

/// Whom an access key stands for.
#[derive(Clone, Debug)]
pub(crate) enum Holder {
    /// The operator of an account.
    Operator { account: String },
    /// An IAM user, by the name and the id that it had when the key was made.
    User { account: String, name: String, id: String },
    /// A session.
    Session(Arc<Session>),
    /// A service that acts for itself.
    Service { name: String, source: ServiceSource },
}

/// All keys by their ids.
#[derive(Debug, Default)]
pub(crate) struct Keys(Mutex<HashMap<String, Key>>);

impl Keys {
    /// The key of that id.
    pub fn find(&self, id: &str) -> Option<Key> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// Takes a key in.
    pub fn insert(&self, credentials: Credentials, holder: Holder) {
        let key = Key { secret: credentials.secret_access_key, token: credentials.session_token, holder };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(credentials.access_key_id, key);
    }

    /// The key of that id is another one from now on: what stood for its holder was made for somebody else to replace.
    pub fn adopt(&self, id: &str, credentials: Credentials) {
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Key { holder, .. }) = keys.remove(id) {
            let key = Key { secret: credentials.secret_access_key, token: credentials.session_token, holder };
            keys.insert(credentials.access_key_id, key);
        }
    }

    /// Forgets a key that nobody was given.
    pub fn remove(&self, id: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    /// Ends the session of that key at `at`; false where there is no such session.
    pub fn expire(&self, id: &str, at: Timestamp) -> bool {
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match keys.get_mut(id).map(|key| &mut key.holder) {
            Some(Holder::Session(session)) => {
                Arc::make_mut(session).expires = at;
                true
            }
            _ => false,
        }
    }

    /// A user has another name now; its keys and sessions stay its own.
    pub fn rename(&self, account: &str, from: &str, to: &str) {
        let same = |of: &str, name: &str| of == account && name.eq_ignore_ascii_case(from);
        for key in self.0.lock().unwrap_or_else(PoisonError::into_inner).values_mut() {
            match &mut key.holder {
                Holder::User { account, name, .. } if same(account, name) => to.clone_into(name),
                Holder::Session(session)
                    if session.kind != SessionKind::Role && same(&session.account, &session.of) =>
                {
                    to.clone_into(&mut Arc::make_mut(session).of);
                }
                _ => {}
            }
        }
    }

    /// A copy that goes its own way.
    pub fn fork(&self) -> Self {
        Self(Mutex::new(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()))
    }
}
