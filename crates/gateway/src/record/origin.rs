//! How the session that a call was made with came to be.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How a session came to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The operation that made it: `AssumeRole`, `GetSessionToken`, `GetFederationToken`.
    pub operation: String,
    /// The id of that request.
    pub request_id: String,
    /// The ARN of the role or user that it is a session of.
    pub of: String,
    /// Who made that request, as `GetCallerIdentity` gives it.
    pub by: String,
    /// The session's own tags, those that it has from the one before it among them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// The keys, in lower case, of those tags that go on to further sessions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transitive: Vec<String>,
    /// The source identity that it was made with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_identity: Option<String>,
    /// The external id that it was asked for with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// How the session of who made the request came to be, if it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Box<Origin>>,
}
