//! Where the statements of a stack are written that something else applied: its root module is evaluated once more, with
//! the values that its state has, and nothing is made.

use std::collections::BTreeSet;

use stackproof_terraform::{Configuration, Diagnostic, Diagnostics, Run, Schema, Step, Value, survey};

use super::native::{provisions, register};
use super::request::Request;
use super::state::State;
use crate::target::Environment;

/// What the root module tells.
#[derive(Default)]
pub(super) struct Traced {
    /// The region of its provider, where it names one.
    pub(super) region: Option<String>,
    /// What is worth knowing of it.
    pub(super) notes: Vec<Diagnostic>,
}

/// Notes where the statements of every policy in the root module are written. Those of resources that are not in the
/// state, or of types that are not known, stay without a place; so do all where the root module cannot be evaluated, of
/// which a note tells.
pub(super) fn trace(environment: &Environment, request: &Request, state: &State) -> Traced {
    if state.resources.is_empty() {
        return Traced::default();
    }
    let mut traced = Traced::default();
    if let Err(wrong) = evaluate(environment, request, state, &mut traced) {
        let reason = wrong.iter().next().map(|first| match first.place() {
            Some(place) => format!("{place}: {first}"),
            None => first.to_string(),
        });
        let message = format!(
            "where the statements of the stack `{}` are written is not known: {}",
            request.stack,
            reason.unwrap_or_default()
        );
        traced.notes.push(Diagnostic::nowhere(message));
    }
    traced
}

fn evaluate(
    environment: &Environment,
    request: &Request,
    state: &State,
    traced: &mut Traced,
) -> Result<(), Diagnostics> {
    let mut inputs = request.of_module();
    let types: BTreeSet<String> = survey(&request.directory, &inputs)?.types;
    inputs.ignore.extend(types.into_iter().filter(|kind| !provisions(kind)));
    let configuration = Configuration::load(&request.directory, &inputs)?;
    let schema = Schema::aws().map_err(Diagnostic::nowhere)?;
    let mut run = Run::new(&configuration).at(environment.clock.now());
    while let Some(step) = run.next_step()? {
        let (Step::Create(instance) | Step::Read(instance)) = &step;
        let attributes = state.resources.get(&instance.address.to_string());
        if let Some(block) = instance.schema(schema) {
            register(&environment.sources, &instance.arguments, block);
        }
        let fits = attributes.is_some_and(|it| run.record(instance, Value::from_json(it)).is_ok());
        if !fits {
            run.leave_out(instance);
        }
        traced.region = run.region().map(str::to_owned);
    }
    Ok(())
}
