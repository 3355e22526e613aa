//! The enforcing gateway: authenticates, identifies, authorizes, forwards and records every call.

mod authenticate;
mod authorize;
mod call;
mod caller;
mod directory;
mod gateway;
mod identify;
mod listen;
mod random;
pub mod record;
mod refusal;
mod sts;
mod uri;
mod validate;

pub use call::ConnectionFacts;
pub use gateway::{Gateway, Settings};
pub use listen::{Authority, AuthorityError, Server};
pub use record::{Check, Decision, DecisionLog, Outcome, Place, SourceMap, Statement, Verdict};
pub use refusal::Refusal;
