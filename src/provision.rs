//! Stacks from their own Terraform: what to provision, and what came of it.

mod native;
mod placeholder;
mod provisioned;
mod request;
mod stacks;

pub(crate) use native::{Answer, Operator, Operators, ResourceError, versions};
pub use native::{apply, check, provisions};
pub use provisioned::{Provisioned, ProvisionedStack};
pub use request::{Inputs, Request};
pub use stacks::{Facts, Outputs, StackFailure, StackRequest, Wanted, apply_all, in_order, label};
