//! Proves what an AWS stack allows and denies, before it ships.
//!
//! A stack written in Terraform is provisioned into a target, Gherkin scenarios are played against it as the stack's
//! own principals, and each verdict says which policy statement decided and where it is written.

pub mod acceptance;
mod advice;
pub mod cli;
pub mod config;
pub mod exit;
pub mod harness;
pub mod init;
pub mod interrupt;
pub mod ledger;
pub mod progress;
pub mod provision;
pub mod report;
mod shell;
pub mod state;
pub mod target;
