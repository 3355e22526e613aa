//! The enforcing gateway: authenticates, identifies, authorizes, forwards and records every call.
//!
//! A request passes these rooms in this order: `listen` tells TLS from HTTP; `authenticate` proves who calls;
//! `identify` reads the operation and its members, once; `authorize` asks the policy engine over what the `directory`
//! knows; `gateway` executes exactly those members through the upstream, and writes one [`Decision`]. STS has no
//! upstream: `sts` answers it, and the directory holds the sessions.
//!
//! What is not known is [`Outcome::Undetermined`]: refused with a 501, and never to be taken for a denial.

mod authenticate;
mod authorize;
mod call;
mod caller;
mod directory;
mod form;
mod gateway;
mod identify;
mod listen;
mod organization;
mod random;
pub mod record;
mod refusal;
mod rules;
mod sts;
pub mod upstream;
mod uri;
mod validate;

pub use call::ConnectionFacts;
pub use caller::ServiceSource;
pub use gateway::{Gateway, Settings};
pub use listen::{Authority, AuthorityError, Server};
pub use organization::{ControlPolicy, Member, Organization};
pub use record::{
    Check, Considered, Decision, DecisionLog, Enforcement, Nearest, Origin, Outcome, Place, Says, SourceMap,
    Statement, Verdict,
};
pub use refusal::Refusal;
