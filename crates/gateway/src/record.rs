//! One [`Decision`] a call, and where its statement is written.

mod considered;
mod origin;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use serde::{Deserialize, Serialize, Serializer};
use stackproof_policy::Certainty;
use tokio::sync::Notify;

pub use considered::{Considered, Nearest, Says};
pub use origin::Origin;

/// How a call, or one check of it, ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Every check was allowed.
    Allowed,
    /// A statement denies it.
    ExplicitDeny,
    /// No statement allows it.
    ImplicitDeny,
    /// The caller is not who it says it is: unknown key, wrong signature, expired.
    Unauthenticated,
    /// The request itself is refused before authorization: malformed, ambiguous, not over TLS.
    Rejected,
    /// What would have to be known to decide is not known.
    Undetermined,
}

/// Who enforces policies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Enforcement {
    /// The gateway: what it denies the upstream does not see.
    #[default]
    Gateway,
    /// The upstream. The gateway says which statement its verdict rests on, and where the two differ.
    Native,
}

/// Whose verdict it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The gateway's own.
    Observed,
    /// The target's; the statement is our engine's reading of it.
    Attributed,
}

/// Where a statement is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The file, relative to the root module's folder as it was named.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

/// The statement that decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The policy's ARN or name (`bucket policy of calls`).
    pub policy: String,
    /// The statement's position in it, from 0.
    pub index: usize,
    /// Its `Sid`.
    pub sid: Option<String>,
    /// Where it is written, as far as is known.
    #[serde(flatten, serialize_with = "write_place")]
    pub place: Option<Place>,
}

/// Both members are always there, so that every decision has the same form.
fn write_place<S: Serializer>(place: &Option<Place>, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Written<'a> {
        file: Option<&'a str>,
        line: Option<usize>,
    }
    let (file, line) = (place.as_ref().map(|it| it.file.as_str()), place.as_ref().map(|it| it.line));
    Written { file, line }.serialize(serializer)
}

/// One authorization check: one action on one resource.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Check {
    /// The IAM action.
    pub action: String,
    /// The resource's ARN, or `*`.
    pub resource: String,
    /// How it ended.
    pub outcome: Outcome,
    /// The deciding layer in AWS's words (`identity-based policy`), or the setting (`block public access`).
    pub layer: Option<String>,
    /// The deciding statement.
    pub statement: Option<Statement>,
    /// Every policy in play, in the order in which AWS's messages name their kinds.
    #[serde(default)]
    pub policies: Vec<Considered>,
    /// Where no statement allows it, the one that came nearest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nearest: Option<Nearest>,
    /// The rules that it rests on and AWS does not document, as far as they can be told; a clause each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uncertain: Vec<String>,
    /// The condition keys of the request.
    pub context: BTreeMap<String, Vec<String>>,
    /// How sure the rule is.
    pub certainty: Certainty,
    /// Why it is undetermined, or rests on a setting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What the gateway decided of one call, and on what evidence.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Decision {
    /// The request id that the client was given.
    pub request_id: String,
    /// RFC 3339, wall time.
    pub time: String,
    /// The target's name.
    pub target: String,
    /// The stack, where a run knows it.
    pub stack: Option<String>,
    /// The scenario, where a run knows it.
    pub scenario: Option<String>,
    /// The step, where a run knows it.
    pub step: Option<String>,
    /// The caller's ARN as `GetCallerIdentity` gives it; `anonymous`, or `unverified key ID` where no signature was
    /// verified.
    pub principal: String,
    /// How the caller's session came to be, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// The service.
    pub service: String,
    /// The operation, as far as it could be told.
    pub operation: String,
    /// How the call ended.
    pub outcome: Outcome,
    /// Whose verdict it is.
    pub verdict: Verdict,
    /// How the target's verdict and our engine's differ, where it is the target that decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub differs: Option<String>,
    /// How often the upstream was asked for what decides it; what is known already is not asked again.
    #[serde(default)]
    pub reads: u32,
    /// How sure the weakest rule in it is.
    pub certainty: Certainty,
    /// The statement of the deciding check.
    pub statement: Option<Statement>,
    /// Every check, in order.
    pub checks: Vec<Check>,
    /// The HTTP status and error code that the client got.
    pub status: u16,
    /// AWS's error code, absent for successes.
    pub error: Option<String>,
    /// Why it was refused before authorization, or is undetermined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Decision {
    /// The check that decided: the first that is not allowed, else the first.
    pub fn deciding(&self) -> Option<&Check> {
        self.checks.iter().find(|check| check.outcome != Outcome::Allowed).or_else(|| self.checks.first())
    }
}

/// The decisions of one gateway, in order. Clones share them.
#[derive(Clone, Default)]
pub struct DecisionLog(Arc<Mutex<Vec<Arc<Decision>>>>, Arc<Notify>);

impl DecisionLog {
    /// Adds a decision.
    pub fn push(&self, decision: Decision) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::new(decision));
        self.1.notify_one();
    }

    /// Waits until a decision was added since the last wait. For one reader.
    pub async fn changed(&self) {
        self.1.notified().await;
    }

    /// The decision of that request.
    pub fn find(&self, request_id: &str) -> Option<Arc<Decision>> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().rev().find(|decision| decision.request_id == request_id).cloned()
    }

    /// Takes all that were made so far.
    pub fn drain(&self) -> Vec<Arc<Decision>> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Where statements are written: by the canonical hash of each (`stackproof_policy::statement_hash`), so that what an
/// upstream writes anew is found as well. Clones share it.
#[derive(Clone, Default)]
pub struct SourceMap(Arc<RwLock<HashMap<String, Vec<Source>>>>);

/// Where a statement is written, and what that which holds its policy is called.
#[derive(Clone, PartialEq)]
struct Source {
    place: Place,
    names: Vec<String>,
}

impl Source {
    /// How many of the names a policy's label has in it.
    fn fits(&self, policy: &str) -> usize {
        let has = |name: &&String| policy.split([' ', '/', ':']).any(|word| word == **name);
        self.names.iter().filter(has).count()
    }
}

impl SourceMap {
    /// Notes where the statement of that hash is written. `names` are those of what holds the policy: they tell apart
    /// what several policies say in the same words.
    pub fn register(&self, hash: String, place: Place, names: Vec<String>) {
        let source = Source { place, names };
        let mut sources = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let sources = sources.entry(hash).or_default();
        if !sources.contains(&source) {
            sources.push(source);
        }
    }

    /// Where the statement of that hash is written in the policy of that label. Of several places that fit alike, the first
    /// that was noted.
    pub fn place(&self, hash: &str, policy: &str) -> Option<Place> {
        let sources = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let sources = sources.get(hash)?;
        let most = sources.iter().map(|source| source.fits(policy)).max()?;
        sources.iter().find(|source| source.fits(policy) == most).map(|source| source.place.clone())
    }

    /// A copy, which is told nothing more.
    pub fn fork(&self) -> Self {
        Self(Arc::new(RwLock::new(self.0.read().unwrap_or_else(PoisonError::into_inner).clone())))
    }
}
