//! Sessions: temporary credentials, issued once and held here.

use std::collections::BTreeSet;

use jiff::Timestamp;
use stackproof_aws::{Credentials, Secret};

use super::held::Held;
use super::principals::Tags;
use crate::random;
use crate::record::Origin;

/// What temporary credentials stand for.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub kind: SessionKind,
    pub account: String,
    /// The name of the role or user that the session is of.
    pub of: String,
    /// That principal's unique id when the session was made: one that was deleted and made again is another.
    pub id: String,
    /// As `GetCallerIdentity` gives it.
    pub arn: String,
    /// `AROA…:session`, `AIDA…`, `account:name`
    pub user_id: String,
    pub issued: Timestamp,
    pub expires: Timestamp,
    /// The session's own tags.
    pub tags: Tags,
    /// Those of them, in lower case, that go on to the sessions that this one makes.
    pub transitive: BTreeSet<String>,
    /// The policies that were passed; together they are the session's limit.
    pub policies: Option<Vec<Held>>,
    pub source_identity: Option<String>,
    /// How it came to be, for the record.
    pub origin: Origin,
}

/// How a session was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SessionKind {
    /// `AssumeRole`
    Role,
    /// `GetSessionToken`
    User,
    /// `GetFederationToken`
    Federated,
}

/// New temporary credentials.
pub(crate) fn credentials() -> Credentials {
    Credentials {
        access_key_id: random::access_key_id("ASIA"),
        secret_access_key: Secret::new(random::secret()),
        session_token: Some(Secret::new(random::token())),
    }
}
