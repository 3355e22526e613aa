//! What the built binary does, seen from outside. One file a subject.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod aws_cli;
mod binary;
mod boto3;
mod clock;
mod commands;
mod differential;
mod errors;
mod explain;
mod guards;
#[path = "../../crates/gateway/tests/differential/mod.rs"]
mod harness;
mod init;
mod language;
mod leftovers;
mod localstack;
mod localstack_container;
mod localstack_faults;
mod moto;
mod native;
mod organization;
mod organizations;
mod project;
mod python;
mod readme;
mod refused;
mod rerun;
mod services;
mod skipped;
mod stacks;
mod target;
mod terraform;
