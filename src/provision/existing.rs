//! Reads a root module that is applied already.

use stackproof_terraform::{Diagnostic, Diagnostics};

use super::provisioned::Provisioned;
use super::request::Request;
use super::state::State;
use crate::target::Environment;

/// The state file where the stack names none.
const STATE: &str = "terraform.tfstate";

/// Reads what is known of the root module that is asked for. Nothing is made, and nothing is ever unmade.
///
/// # Errors
/// There is no state, or it cannot be read.
pub(super) fn read(environment: &Environment, request: &Request) -> Result<Provisioned, Diagnostics> {
    let file = request.state.clone().unwrap_or_else(|| request.directory.join(STATE));
    let state = State::read(&file)?;
    let without_resources = state.resources.is_empty();
    let mut provisioned = state.provisioned(environment, request);
    if without_resources {
        let message = format!("`{}` has no resources: features reach the outputs alone", file.display());
        provisioned.notes.push(Diagnostic::nowhere(message));
    }
    Ok(provisioned)
}

#[cfg(test)]
mod tests;
