//! Blocks whose `count` or `for_each` rests on what is not provisioned: nobody knows how many instances they make.

use super::Run;
use crate::address::Mode;
use crate::configuration::{Configuration, LeftOut};
use crate::eval::of_expression;
use crate::load::{Module, Repetition, Resource};
use crate::value::{Kind, Value};

/// A managed resource of which no instance is made.
#[derive(Clone, Debug)]
pub struct Unexpanded {
    /// The resource.
    pub resource: LeftOut,
    /// What is not known: `count` or `for_each`, its own or that of a module that it is in.
    pub argument: &'static str,
}

impl Run<'_> {
    /// The managed resources that are not made because nobody knows how often.
    pub fn unexpanded(&self) -> &[Unexpanded] {
        &self.unexpanded
    }

    /// Whether the value of `count` or `for_each` is unknown because of what is not provisioned.
    pub(super) fn rests_on_left_out(&self, module: &Module, repetition: &Repetition, value: &Value) -> bool {
        let (Repetition::Count(expression) | Repetition::ForEach(expression)) = repetition else {
            return false;
        };
        let uncertain = match value.kind() {
            Kind::Set(_, items) => items.iter().any(Value::is_unknown),
            _ => value.is_unknown(),
        };
        let (found, ..) = of_expression(&expression.node, &expression.source);
        uncertain && self.configuration.rests_on_ignored(module, &found)
    }

    /// Notes that no instance of a resource is made.
    pub(super) fn leave_unexpanded(&mut self, module: &Module, resource: &Resource) {
        let argument = argument(&resource.repetition);
        let left = unexpanded(self.configuration, module, resource, argument);
        // Every instance of a module tells it again.
        let told =
            |new: &Unexpanded| self.unexpanded.iter().any(|old| old.resource.address == new.resource.address);
        self.unexpanded.extend(left.filter(|new| !told(new)));
    }

    /// Notes that nothing in the module that a call names is made.
    pub(super) fn leave_call_unexpanded(&mut self, module: &Module, name: &str) {
        let Some((call, child)) = module.calls.get(name).zip(module.children.get(name)) else { return };
        let argument = argument(&call.repetition);
        let mut modules = vec![child];
        while let Some(module) = modules.pop() {
            modules.extend(module.children.values());
            let resources = module.resources.values();
            let left =
                resources.filter_map(|resource| unexpanded(self.configuration, module, resource, argument));
            self.unexpanded.extend(left);
        }
    }
}

fn argument(repetition: &Repetition) -> &'static str {
    match repetition {
        Repetition::Count(_) => "count",
        Repetition::Single | Repetition::ForEach(_) => "for_each",
    }
}

fn unexpanded(
    configuration: &Configuration,
    module: &Module,
    resource: &Resource,
    argument: &'static str,
) -> Option<Unexpanded> {
    let made = resource.mode == Mode::Managed && !configuration.is_ignored(&module.path, resource);
    made.then(|| Unexpanded { resource: configuration.left_out_of(module, resource), argument })
}
