//! Stacks from their own Terraform: what to provision, and what came of it.

mod binary;
mod changes;
mod existing;
mod native;
mod origins;
mod placeholder;
mod provisioned;
mod request;
mod stacks;
mod state;

pub use binary::{Standing, Undestroyed};
pub use changes::{Changed, Changes, Difference, Replaced, What, changes};
pub(crate) use native::{Answer, Operator, Operators, ResourceError, versions};
pub use native::{check, is_kept, provisions};
pub use provisioned::{Provisioned, ProvisionedStack};
pub use request::{Inputs, Request};
pub use stacks::{
    Facts, Outputs, StackFailure, StackRequest, Wanted, apply_all, in_order, label, of_directory,
};

use stackproof_terraform::Diagnostics;

use crate::config::Provisioner;
use crate::target::Environment;

/// Provisions the root module that is asked for in the way that the target says. What it makes is there to be called
/// when this returns.
///
/// # Errors
/// All that is wrong with the configuration, or what could not be made or read, with its address and place. Then what
/// was made before is unmade again.
pub async fn apply(environment: &Environment, request: &Request) -> Result<Provisioned, Diagnostics> {
    match &environment.provisioner {
        Provisioner::Native => native::apply(environment, request).await,
        Provisioner::Binary(program) => binary::apply(environment, request, program).await,
        Provisioner::Existing => existing::read(environment, request),
    }
}

/// Provisions what scenarios need beside a stack: natively where the stack is there already.
///
/// # Errors
/// As [`apply`].
async fn apply_beside(environment: &Environment, request: &Request) -> Result<Provisioned, Diagnostics> {
    match &environment.provisioner {
        Provisioner::Existing => native::apply(environment, request).await,
        Provisioner::Native | Provisioner::Binary(_) => apply(environment, request).await,
    }
}

#[cfg(test)]
mod tests;
