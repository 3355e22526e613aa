//! Stacks from their own Terraform: what to provision, and what came of it.

mod native;
mod provisioned;
mod request;

pub use native::{apply, check};
pub use provisioned::Provisioned;
pub use request::{Inputs, Request};
