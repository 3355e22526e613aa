//! Validations, preconditions, postconditions and checks.

use super::names::Site;
use super::{Instance, Run};
use crate::address::ModuleInstance;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::load::{Condition, Module};
use crate::value::{Type, Value, convert};

impl Run<'_> {
    /// Complains about conditions that do not hold; those that are not yet known are left for later.
    pub(super) fn conditions(
        &self,
        conditions: &[Condition],
        site: &Site<'_>,
        within: &str,
    ) -> Result<(), Diagnostics> {
        let mut wrong = Diagnostics::new();
        for condition in conditions {
            wrong.keep(self.condition(condition, site, within));
        }
        wrong.into_result(())
    }

    fn condition(&self, condition: &Condition, site: &Site<'_>, within: &str) -> Result<(), Diagnostic> {
        let place = condition.condition.place();
        let value = self.value(&condition.condition, site, within)?;
        let value = convert(value, &Type::Bool).map_err(|error| {
            Diagnostic::new("a condition must be true or false", place.clone(), error.to_string())
        })?;
        if value.is_null() {
            return Err(Diagnostic::new("a condition must be true or false", place, "the value is null"));
        }
        if value.as_bool() != Some(false) {
            return Ok(());
        }
        let message = self.value(&condition.error_message, site, within)?;
        let message = match message.as_str() {
            Some(_) if message.is_sensitive_within() => "(the message is sensitive)",
            Some(_) if message.is_ephemeral_within() => "(the message is ephemeral)",
            Some(text) => text,
            None => "(the message is not known)",
        };
        Err(Diagnostic::new(format!("`{within}`: {}", message.trim()), place, "this does not hold"))
    }

    pub(super) fn postconditions(&self, instance: &Instance, value: &Value) -> Result<(), Diagnostics> {
        let path: Vec<String> = instance.address.module.0.iter().map(|(name, _)| name.clone()).collect();
        let found = self
            .configuration
            .root
            .descendant(&path)
            .and_then(|module| Some((module, module.resources.get(&instance.address.resource())?)));
        let Some((module, resource)) = found else { return Ok(()) };
        let site = Site::new(self, module, &instance.address.module)
            .repeated(instance.address.key.clone(), instance.each.clone())
            .of(value);
        self.conditions(&resource.lifecycle.postconditions, &site, &instance.address.resource())
    }

    /// A check that does not hold, or that cannot be evaluated, is noted: as with Terraform, it stops nothing.
    pub(super) fn check(&mut self, module: &Module, instance: &ModuleInstance, name: &str) {
        let Some(check) = module.checks.get(name) else { return };
        let site = Site::new(self, module, instance);
        let noted: Vec<Diagnostic> = check
            .asserts
            .iter()
            .filter_map(|assert| self.condition(assert, &site, &format!("check.{name}")).err())
            .collect();
        self.notes.extend(noted);
    }
}
