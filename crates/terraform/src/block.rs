//! Evaluates a resource's block to one object: arguments, and nested blocks as lists of objects.

use std::collections::BTreeMap;
use std::sync::Arc;

use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, BlockLabel, Body, Structure};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::eval::{Scope, evaluate, evaluate_as, pairs, span};
use crate::schema::{Attribute, BlockType, NestedBlock, unknown_argument, unknown_block};
use crate::source::Origin;
use crate::value::{Kind, Type, Value};

/// The arguments that are given and not known, those of blocks by their paths.
pub(crate) type Unknown = Vec<String>;

/// The value of a block's body, with defaults filled in and what the provider decides as unknown.
///
/// # Errors
///
/// Every argument that has no value or the wrong one.
pub(crate) fn evaluate_body(
    body: &Body,
    ty: &BlockType,
    meta: &[&str],
    scope: &Scope<'_>,
    unknown: &mut Unknown,
) -> Result<BTreeMap<String, Value>, Diagnostics> {
    let mut wrong = Diagnostics::new();
    let mut values = BTreeMap::new();
    for (name, attribute) in &ty.attributes {
        let given = body.get_attribute(name).filter(|_| !meta.contains(&name.as_str()));
        let value = match given {
            Some(given) => wrong.keep(argument(&given.value, name, attribute, scope, unknown)),
            None => Some(absent(attribute)),
        };
        if let Some(value) = value {
            values.insert(name.clone(), value);
        }
    }
    for (name, nested) in &ty.blocks {
        let given = body.get_attribute(name).filter(|_| nested.as_argument);
        let blocks = match given {
            Some(given) => wrong.keep(blocks_as_argument(&given.value, name, nested, scope, unknown)),
            None => wrong.keep_all(nested_blocks(body, name, nested, scope, unknown)),
        };
        if let Some(blocks) = blocks {
            values.insert(name.clone(), blocks);
        }
    }
    wrong.extend(beyond(body, ty, meta, scope));
    wrong.into_result(values)
}

/// The complaints about arguments and blocks that the type does not have and that say something: `null`, an empty
/// collection and no blocks at all say nothing.
fn beyond(body: &Body, ty: &BlockType, meta: &[&str], scope: &Scope<'_>) -> Diagnostics {
    let is_known =
        |name: &str| meta.contains(&name) || ty.attributes.contains_key(name) || ty.blocks.contains_key(name);
    let says = |value: &Value| {
        !value.is_null() && (value.is_unknown() || pairs(value).is_none_or(|pairs| !pairs.is_empty()))
    };
    let mut wrong = Diagnostics::new();
    for structure in body {
        match structure {
            Structure::Attribute(attribute) if !is_known(&attribute.key) => {
                let value = wrong.keep(evaluate(&attribute.value, scope));
                if value.is_some_and(|value| says(&value)) {
                    let place = scope.place(span(&attribute.key));
                    wrong.push(unknown_argument(&attribute.key, place, ty));
                }
            }
            Structure::Block(block) if block.ident.as_str() == "dynamic" => {
                let Some(name) = block.labels.first().map(BlockLabel::as_str) else { continue };
                let each = block.body.get_attribute("for_each").filter(|_| !is_known(name));
                let value = each.and_then(|each| wrong.keep(evaluate(&each.value, scope)));
                if value.is_some_and(|value| says(&value)) {
                    wrong.push(unknown_block(name, scope.place(span(&block.ident)), ty));
                }
            }
            _ => {}
        }
    }
    wrong
}

fn argument(
    expression: &Expression,
    name: &str,
    attribute: &Attribute,
    scope: &Scope<'_>,
    unknown: &mut Unknown,
) -> Result<Value, Diagnostic> {
    let value = evaluate_as(expression, &attribute.ty, scope)?;
    note_unknown(&value, name, unknown);
    if value.is_infinite_within() {
        let message = format!("infinite number for argument `{name}`");
        return Err(Diagnostic::new(message, scope.place(span(expression)), "a state cannot keep it"));
    }
    if !value.is_null() {
        return Ok(value.sensitive_if(attribute.sensitive || attribute.write_only));
    }
    if attribute.required {
        let place = scope.place(span(expression));
        return Err(Diagnostic::new(
            format!("null value for argument `{name}`"),
            place,
            "a value is required",
        ));
    }
    Ok(absent(attribute))
}

fn note_unknown(value: &Value, name: &str, unknown: &mut Unknown) {
    if !value.is_wholly_known() {
        unknown.push(name.to_owned());
    }
}

/// Blocks that are written as an argument: an empty list says that there are none.
fn blocks_as_argument(
    expression: &Expression,
    name: &str,
    nested: &NestedBlock,
    scope: &Scope<'_>,
    unknown: &mut Unknown,
) -> Result<Value, Diagnostic> {
    let ty = Type::List(Box::new(nested.block.whole_object_type()));
    let value = evaluate_as(expression, &ty, scope).map_err(|error| {
        error.with_hint(format!("a list of objects with all attributes is required, null for those that are not set; or write `{name} {{ … }}`"))
    })?;
    note_unknown(&value, name, unknown);
    Ok(if value.is_null() { no_blocks(nested, nested.block.object_type().concrete()) } else { value })
}

/// What stands for blocks that are not given.
fn no_blocks(nested: &NestedBlock, element: Type) -> Value {
    match nested.as_argument && nested.computed {
        true => Value::unknown(Type::List(Box::new(element))),
        false => Value::list(element, Vec::new()),
    }
}

/// What stands for an argument that is not given.
fn absent(attribute: &Attribute) -> Value {
    match &attribute.default {
        Some(default) => default.clone(),
        None if attribute.computed => Value::unknown(attribute.ty.clone()).sensitive_if(attribute.sensitive),
        None => Value::new(Kind::Null(attribute.ty.clone())),
    }
}

fn nested_blocks(
    body: &Body,
    name: &str,
    nested: &NestedBlock,
    scope: &Scope<'_>,
    unknown: &mut Unknown,
) -> Result<Value, Diagnostics> {
    let mut wrong = Diagnostics::new();
    let element = nested.block.object_type().concrete();
    let mut items = Vec::new();
    let mut given = false;
    for structure in body {
        let Structure::Block(block) = structure else { continue };
        let dynamic = block.ident.as_str() == "dynamic";
        if !dynamic && block.ident.as_str() == name {
            given = true;
            items.extend(wrong.keep_all(one_block(&block.body, block, (name, nested), scope, unknown)));
        } else if dynamic && block.labels.first().is_some_and(|label| label.as_str() == name) {
            given = true;
            match dynamic_blocks(block, name, nested, scope, unknown) {
                Ok(Some(made)) => items.extend(made),
                Ok(None) => return wrong.into_result(Value::unknown(Type::List(Box::new(element)))),
                Err(diagnostics) => wrong.extend(diagnostics),
            }
        }
    }
    if items.len() < nested.min && wrong.is_empty() {
        let place = scope.place(span(body));
        wrong.push(Diagnostic::new(
            format!("missing block `{name}`"),
            place,
            format!("at least {} required", nested.min),
        ));
    }
    if let Some(max) = nested.max.filter(|max| items.len() > *max) {
        let place = scope.place(span(body));
        wrong.push(Diagnostic::new(
            format!("too many blocks `{name}`"),
            place,
            format!("at most {max} may stand here"),
        ));
    }
    let blocks = if given { Value::list(element, items) } else { no_blocks(nested, element) };
    wrong.into_result(blocks)
}

fn one_block(
    body: &Body,
    block: &Block,
    (name, nested): (&str, &NestedBlock),
    scope: &Scope<'_>,
    unknown: &mut Unknown,
) -> Result<Value, Diagnostics> {
    let mut within = Unknown::new();
    let values = evaluate_body(body, &nested.block, &[], scope, &mut within)?;
    unknown.extend(within.into_iter().map(|inner| format!("{name}.{inner}")));
    let origin = Origin::new(scope.source, span(block), scope.within);
    Ok(Value::new(Kind::Object(values)).with_origin(Some(Arc::new(origin))))
}

/// The blocks that a `dynamic` block makes; `None` while what it goes over is unknown.
fn dynamic_blocks(
    block: &Block,
    name: &str,
    nested: &NestedBlock,
    scope: &Scope<'_>,
    unknown: &mut Unknown,
) -> Result<Option<Vec<Value>>, Diagnostics> {
    let Some(each) = block.body.get_attribute("for_each") else { return Ok(Some(Vec::new())) };
    let collection = evaluate(&each.value, scope)?;
    if collection.is_unknown() {
        note_unknown(&collection, name, unknown);
        return Ok(None);
    }
    let pairs = pairs(&collection).ok_or_else(|| {
        let label = format!("this is a {}", collection.ty().friendly_name());
        Diagnostic::new("cannot iterate over this value", scope.place(span(&each.value)), label)
            .with_hint("a list, set, map, tuple or object is required")
    })?;
    let iterator = match block.body.get_attribute("iterator").map(|attribute| &attribute.value) {
        Some(Expression::Variable(name)) => name.value().to_string(),
        _ => name.to_owned(),
    };
    let mut wrong = Diagnostics::new();
    let mut made = Vec::new();
    for (key, value) in pairs {
        let bound = Value::object([("key", key), ("value", value)]);
        let scope = scope.with(&iterator, bound);
        for content in block.body.blocks().filter(|inner| inner.ident.as_str() == "content") {
            made.extend(wrong.keep_all(one_block(&content.body, content, (name, nested), &scope, unknown)));
        }
    }
    wrong.into_result(Some(made))
}
