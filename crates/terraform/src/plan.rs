//! What a configuration would make, without any provider.

use indexmap::IndexMap;

use crate::configuration::Configuration;
use crate::diagnostic::Diagnostics;
use crate::run::{Instance, Output, Run, Step};

/// All that would be made, in order; what only the provider decides is unknown, and so is whether anything is made
/// whose `count` or `for_each` rests on a data source.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Resources that would be created.
    pub creates: Vec<Instance>,
    /// Data sources that would be read.
    pub reads: Vec<Instance>,
    /// The outputs as far as they are known.
    pub outputs: IndexMap<String, Output>,
}

/// What `configuration` would make.
///
/// # Errors
///
/// All that is wrong with it as far as that shows before anything is created.
pub fn plan(configuration: &Configuration) -> Result<Plan, Diagnostics> {
    let mut run = Run::rehearsal(configuration);
    let mut creates = Vec::new();
    let mut reads = Vec::new();
    while let Some(step) = run.advance() {
        let (instance, list) = match step {
            Step::Create(instance) => (instance, &mut creates),
            Step::Read(instance) => (instance, &mut reads),
        };
        let recorded = run.record(&instance, instance.arguments.clone());
        run.keep_all(recorded);
        list.push(instance);
    }
    let outputs = run.outputs();
    run.into_wrong().into_result(Plan { creates, reads, outputs })
}
