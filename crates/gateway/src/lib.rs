//! The enforcing gateway: authenticates, identifies, authorizes, forwards and records every call.

pub mod record;

pub use record::{Check, Decision, DecisionLog, Outcome, Place, SourceMap, Statement, Verdict};
