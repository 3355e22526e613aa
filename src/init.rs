//! A first `stackproof.toml` and a first feature for a root module.
//!
//! The feature says what the stack's policies decide today: each sentence in it was played before it is written.

mod cast;
mod compose;
mod keys;
mod play;
mod toml;

pub use compose::{Draft, draft};
pub use toml::{Plan, plan};
