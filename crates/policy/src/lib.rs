//! The IAM policy engine of stackproof: documents, conditions, evaluation, explanation.
//!
//! [`evaluate()`] decides one request under the policies that have a say in it, as AWS documents that they are
//! combined. The engine does no I/O and knows no protocol: who calls it supplies the caller, the action, the resource
//! and the context. What it cannot know it calls [`Decision::Undetermined`]; it never guesses an allow.

pub mod acl;
pub mod arn;
pub mod condition;
pub mod context;
pub mod decide;
pub mod document;
pub mod evaluate;
pub mod explain;
pub mod grant;
pub mod pattern;
pub mod policies;
pub mod principal;
pub mod public;
pub mod statement_hash;
pub mod truth;
pub mod validate;
pub mod variables;

pub use acl::Acl;
pub use context::Context;
pub use document::{Document, DocumentError, Effect, Statement};
pub use evaluate::{Decision, Evaluation, StatementRef, evaluate};
pub use explain::{Explanation, explain};
pub use grant::{GrantConstraints, KeyGrant};
pub use policies::{Layer, Policies, Policy, Request};
pub use principal::{Principal, PrincipalError, PrincipalKind};
pub use statement_hash::statement_hash;
pub use truth::{Certainty, Finding, Truth};
