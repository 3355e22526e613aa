//! The crate through its public face, one file a subject.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod beyond;
mod blocks;
mod ephemeral;
mod errors;
mod given;
mod golden;
mod modules;
mod origins;
mod policy_document;
mod run;
mod support;
