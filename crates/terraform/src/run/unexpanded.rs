//! Blocks that are not provisioned, and those whose `count` or `for_each` rests on them: nobody knows how many instances
//! they make.

use super::Run;
use super::names::Site;
use super::state::Expansion;
use crate::address::{Mode, ModuleInstance};
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

    /// The managed resources that are not provisioned, of those that the configuration makes an instance of.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// Leaves a resource out: its instances are unknown, and so is their number where it cannot be told. A block that
    /// makes none is missed by nobody.
    pub(super) fn ignore(&mut self, module: &Module, instance: &ModuleInstance, resource: &Resource) {
        let address = resource.address();
        let site = Site::new(self, module, instance);
        let expansion = self.expansion(&resource.repetition, &site, &address).unwrap_or(Expansion::Unknown);
        let none = matches!(&expansion, Expansion::Count(0))
            || matches!(&expansion, Expansion::Each(entries) if entries.is_empty());
        self.state.set_expansion(instance, &address, expansion);
        if !none {
            self.miss(module, resource);
        }
    }

    fn miss(&mut self, module: &Module, resource: &Resource) {
        if resource.mode != Mode::Managed || !self.configuration.is_ignored(&module.path, resource) {
            return;
        }
        let left = self.configuration.left_out_of(module, resource);
        // Every instance of a module tells it again.
        if self.left_out.iter().all(|told| told.address != left.address) {
            self.left_out.push(left);
        }
    }

    /// Whether the value of `count` or `for_each` is unknown because of what is not provisioned, or, before anything is
    /// made, because of a data source: Terraform reads those before it plans what rests on them.
    pub(super) fn rests_on_left_out(&self, module: &Module, repetition: &Repetition, value: &Value) -> bool {
        let (Repetition::Count(expression) | Repetition::ForEach(expression)) = repetition else {
            return false;
        };
        let uncertain = match value.kind() {
            Kind::Set(_, items) => items.iter().any(Value::is_unknown),
            _ => value.is_unknown(),
        };
        let (found, ..) = of_expression(&expression.node, &expression.source);
        let is_unread = |resource: &Resource| self.is_rehearsal && resource.mode != Mode::Managed;
        uncertain && self.configuration.rests_on_ignored_or(module, &found, is_unread)
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
            module.resources.values().for_each(|resource| self.miss(module, resource));
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
