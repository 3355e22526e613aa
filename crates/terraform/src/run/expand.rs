//! `count` and `for_each`.

use std::collections::BTreeMap;

use hcl_edit::expr::Expression;

use super::Run;
use super::names::Site;
use super::state::Expansion;
use crate::address::ModuleInstance;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::load::{Module, Repetition, Written};
use crate::value::{Kind, Number, Type, Value, convert};

/// Most instances that one block may make.
const MAX_INSTANCES: usize = 10_000;

impl Run<'_> {
    pub(super) fn expand_call(
        &mut self,
        module: &Module,
        instance: &ModuleInstance,
        name: &str,
    ) -> Result<(), Diagnostics> {
        let Some(call) = module.calls.get(name) else { return Ok(()) };
        let site = Site::new(self, module, instance);
        let expansion = self.expansion(&call.repetition, &site, &format!("module.{name}"));
        if matches!(expansion, Ok(Expansion::Unknown)) {
            self.leave_call_unexpanded(module, name);
        }
        let kept = expansion.as_ref().map_or(Expansion::Unknown, Clone::clone);
        self.state.set_call(instance, name, kept);
        expansion.map(drop).map_err(Diagnostics::from)
    }

    /// The instances that a block makes; unknown where that rests on what is not provisioned.
    pub(super) fn expansion(
        &self,
        repetition: &Repetition,
        site: &Site<'_>,
        within: &str,
    ) -> Result<Expansion, Diagnostic> {
        let (Repetition::Count(expression) | Repetition::ForEach(expression)) = repetition else {
            return Ok(Expansion::Single);
        };
        let value = self.value(expression, site, within)?;
        if self.rests_on_left_out(site.module, repetition, &value) {
            return Ok(Expansion::Unknown);
        }
        match repetition {
            Repetition::Count(_) => count(value, expression),
            Repetition::Single | Repetition::ForEach(_) => each(value, expression),
        }
    }
}

fn refused(argument: &str, expression: &Written<Expression>, label: &str, hint: &str) -> Diagnostic {
    Diagnostic::new(format!("invalid `{argument}`"), expression.place(), label).with_hint(hint)
}

fn refuse_uncertain(
    argument: &str,
    value: &Value,
    expression: &Written<Expression>,
) -> Result<(), Diagnostic> {
    if value.is_sensitive() {
        let hint = "instances' keys are shown; use `nonsensitive(…)` where the value is no secret";
        return Err(refused(argument, expression, "the value is sensitive", hint));
    }
    if value.is_ephemeral_within() {
        let hint = "instances last, and so must what says how many there are";
        return Err(refused(argument, expression, "the value is ephemeral", hint));
    }
    if value.is_unknown() {
        let hint = "it must not depend on what is known only after something was created";
        return Err(refused(argument, expression, "the value is not known before apply", hint));
    }
    if value.is_null() {
        return Err(refused(
            argument,
            expression,
            "the value is null",
            "give a value, or leave the argument out",
        ));
    }
    Ok(())
}

fn count(value: Value, expression: &Written<Expression>) -> Result<Expansion, Diagnostic> {
    refuse_uncertain("count", &value, expression)?;
    let number = convert(value, &Type::Number)
        .map_err(|error| refused("count", expression, &error.to_string(), "a whole number is required"))?;
    let count = number.as_number().and_then(Number::to_usize).filter(|count| *count <= MAX_INSTANCES);
    count.map(Expansion::Count).ok_or_else(|| {
        refused("count", expression, "not a count", "a whole number from 0 to 10000 is required")
    })
}

fn each(value: Value, expression: &Written<Expression>) -> Result<Expansion, Diagnostic> {
    refuse_uncertain("for_each", &value, expression)?;
    let entries: BTreeMap<String, Value> = match value.kind() {
        Kind::Map(_, entries) | Kind::Object(entries) => entries.clone(),
        Kind::Set(_, items) => {
            let keys = items.iter().map(|item| {
                let sensitive = item.is_sensitive();
                item.as_str().filter(|_| !sensitive).map(|key| (key.to_owned(), item.clone())).ok_or_else(
                    || {
                        let label = if item.is_unknown() {
                            "the set holds a value that is not known before apply"
                        } else {
                            "the set holds what is not a string"
                        };
                        refused("for_each", expression, label, "a set of known strings or a map is required")
                    },
                )
            });
            keys.collect::<Result<_, _>>()?
        }
        _ => {
            let label = format!("this is a {}", value.ty().friendly_name());
            let hint = "a map or a set of strings is required; `toset(…)` makes a set of a list";
            return Err(refused("for_each", expression, &label, hint));
        }
    };
    if entries.len() > MAX_INSTANCES {
        return Err(refused("for_each", expression, "too many instances", "at most 10000 are made"));
    }
    Ok(Expansion::Each(entries))
}
