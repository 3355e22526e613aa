//! What `replace_triggered_by` names.

use std::fmt::Write;

use hcl_edit::expr::{Expression, Traversal, TraversalOperator};

use super::Run;
use super::names::Site;
use crate::address::{Address, InstanceKey, Mode};
use crate::diagnostic::Diagnostic;
use crate::eval::{Reference, Scope, evaluate, span};
use crate::load::{Resource, Written};
use crate::value::Value;

/// A resource, or an attribute of one, of which a change replaces what names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trigger {
    /// The address of the resource; without a key it means all of its instances.
    pub resource: String,
    /// The attribute, by a JSON pointer; empty for the resource as a whole.
    pub pointer: String,
}

impl Run<'_> {
    /// The triggers of an instance, with its own key in them.
    pub(super) fn triggers(
        &self,
        resource: &Resource,
        site: &Site<'_>,
        within: &std::sync::Arc<str>,
    ) -> Result<Vec<Trigger>, Diagnostic> {
        let Some(Written { node: written, source }) = &resource.lifecycle.replace_triggered_by else {
            return Ok(Vec::new());
        };
        let scope = Scope::new(source, within, site);
        let invalid = |expression: &Expression| {
            let place = scope.place(span(expression));
            let label = "a list of resources and their attributes is expected";
            Diagnostic::new("invalid `replace_triggered_by`", place, label)
        };
        let Expression::Array(items) = written else { return Err(invalid(written)) };
        let trigger = |item: &Expression| match item {
            Expression::Traversal(traversal) => {
                trigger(traversal, site, &scope)?.ok_or_else(|| invalid(item))
            }
            _ => Err(invalid(item)),
        };
        items.iter().map(trigger).collect()
    }
}

fn trigger(traversal: &Traversal, site: &Site<'_>, scope: &Scope<'_>) -> Result<Option<Trigger>, Diagnostic> {
    let Expression::Variable(root) = &traversal.expr else { return Ok(None) };
    let operators: Vec<TraversalOperator> =
        traversal.operators.iter().map(|operator| operator.value().clone()).collect();
    let Ok((Reference::Resource { mode: Mode::Managed, type_name, name }, used)) =
        Reference::parse(root.value(), &operators)
    else {
        return Ok(None);
    };
    let mut key = InstanceKey::None;
    let mut pointer = String::new();
    for (position, operator) in operators.iter().skip(used).enumerate() {
        let step = match operator {
            TraversalOperator::GetAttr(name) => name.value().to_string(),
            TraversalOperator::Index(index) => {
                let Some(step) = step(&evaluate(index, scope)?) else { return Ok(None) };
                if position == 0 {
                    key = step;
                    continue;
                }
                match step {
                    InstanceKey::Index(index) => index.to_string(),
                    InstanceKey::Key(key) => key,
                    InstanceKey::None => return Ok(None),
                }
            }
            _ => return Ok(None),
        };
        // Writing to a text does not fail.
        let _ = write!(pointer, "/{}", step.replace('~', "~0").replace('/', "~1"));
    }
    let address = Address { module: site.instance.clone(), mode: Mode::Managed, type_name, name, key };
    Ok(Some(Trigger { resource: address.to_string(), pointer }))
}

fn step(index: &Value) -> Option<InstanceKey> {
    match index.as_str() {
        Some(key) => Some(InstanceKey::Key(key.to_owned())),
        None => {
            index.to_json().as_u64().and_then(|index| usize::try_from(index).ok()).map(InstanceKey::Index)
        }
    }
}
