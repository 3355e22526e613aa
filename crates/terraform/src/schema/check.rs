//! Checks what is written in a resource's block against its type, before anything is evaluated.

use std::sync::Arc;

use hcl_edit::expr::Expression;
use hcl_edit::structure::{Attribute, Block, Body, Structure};

use crate::address::Mode;
use crate::diagnostic::{Diagnostic, Diagnostics, choices, did_you_mean};
use crate::eval::{of_expression, span};
use crate::load::Resource;
use crate::schema::{BlockType, Schema};
use crate::source::{Place, Source};

/// The type of a resource, or the complaint that it is not known.
pub(crate) fn check_type<'s>(resource: &Resource, schema: &'s Schema) -> Result<&'s BlockType, Diagnostic> {
    let type_name = resource.type_name.as_str();
    let what = match resource.mode {
        Mode::Managed => "resource type",
        Mode::Data => "data source",
        Mode::Ephemeral => "ephemeral resource type",
    };
    schema.block(resource.mode, type_name).ok_or_else(|| {
        let kept = schema.kept_names().filter(|_| resource.mode == Mode::Managed);
        let nearest = did_you_mean(type_name, schema.names(resource.mode).chain(kept));
        let ignored = format!("{}{type_name}", resource.mode.prefix());
        let paste =
            format!("to leave it out, add to the stack in stackproof.toml:\nignore = [\"{ignored}\"]");
        let hint = nearest.map_or(paste.clone(), |nearest| format!("{nearest}\n{paste}"));
        Diagnostic::new(format!("unknown {what} `{type_name}`"), resource.type_place.clone(), "not supported")
            .with_hint(hint)
    })
}

/// Complains about arguments and blocks that the type does not have, and about those that it requires.
pub(crate) fn check_body(
    body: &Body,
    source: &Arc<Source>,
    header: &Place,
    ty: &BlockType,
    meta: &[&str],
    wrong: &mut Diagnostics,
) {
    let place = |range| Place { source: Arc::clone(source), range };
    let mut given: Vec<&str> = Vec::new();
    for structure in body {
        match structure {
            Structure::Attribute(attribute) => {
                let name = attribute.key.as_str();
                given.push(name);
                if !meta.contains(&name) {
                    check_argument(attribute, source, ty, wrong);
                }
            }
            Structure::Block(block) if meta.contains(&block.ident.as_str()) => {}
            Structure::Block(block) => given.extend(check_block(block, source, ty, wrong)),
        }
    }
    for (name, attribute) in &ty.attributes {
        if attribute.required && !given.contains(&name.as_str()) {
            let message = format!("missing argument `{name}`");
            wrong.push(Diagnostic::new(message, header.clone(), format!("`{name}` is required here")));
        }
    }
    for (name, nested) in &ty.blocks {
        let both = body.get_attribute(name).filter(|_| body.blocks().any(|block| is_block(block, name)));
        if let Some(attribute) = both.filter(|_| nested.as_argument) {
            let message = format!("`{name}` is written both as a block and as an argument");
            let label = "nothing but one of them may stand here";
            wrong.push(Diagnostic::new(message, place(span(&attribute.key)), label));
        }
        let count = given.iter().filter(|given| *given == name).count();
        let dynamic = body.blocks().any(|block| is_dynamic(block, name));
        if count < nested.min && !dynamic {
            let message = format!("missing block `{name}`");
            wrong.push(Diagnostic::new(
                message,
                header.clone(),
                format!("at least {} required here", nested.min),
            ));
        }
        if let Some(max) = nested.max.filter(|max| count > *max) {
            let message = format!("too many blocks `{name}`");
            wrong.push(Diagnostic::new(message, header.clone(), format!("at most {max} may stand here")));
        }
    }
}

fn is_block(block: &Block, name: &str) -> bool {
    block.ident.as_str() == name || is_dynamic(block, name)
}

fn is_dynamic(block: &Block, name: &str) -> bool {
    block.ident.as_str() == "dynamic" && block.labels.first().is_some_and(|label| label.as_str() == name)
}

fn check_argument(attribute: &Attribute, source: &Arc<Source>, ty: &BlockType, wrong: &mut Diagnostics) {
    let name = attribute.key.as_str();
    let place = Place { source: Arc::clone(source), range: span(&attribute.key) };
    match ty.attributes.get(name) {
        Some(attribute) if attribute.required || attribute.optional => {}
        Some(_) => {
            let message = format!("argument `{name}` cannot be set");
            wrong.push(Diagnostic::new(message, place, "the provider decides its value"));
        }
        None if ty.blocks.get(name).is_some_and(|nested| nested.as_argument) => {}
        None if ty.blocks.contains_key(name) => {
            let message = format!("`{name}` is a block");
            wrong.push(
                Diagnostic::new(message, place, "written as an argument")
                    .with_hint(format!("write `{name} {{ … }}` without the equals sign")),
            );
        }
        // Modules hand on what other versions of a provider take; whether it says anything shows in its value.
        None if !is_constant(&attribute.value, source) => {}
        None => wrong.push(unknown_argument(name, place, ty)),
    }
}

fn is_constant(expression: &Expression, source: &Arc<Source>) -> bool {
    let (found, calls, wrong) = of_expression(expression, source);
    found.is_empty() && calls.is_empty() && wrong.is_empty()
}

/// The complaint about an argument that the type does not have.
pub(crate) fn unknown_argument(name: &str, place: Place, ty: &BlockType) -> Diagnostic {
    let names = ty.argument_names().chain(ty.blocks.keys().map(String::as_str));
    let hint = choices(name, names, "it takes no arguments");
    Diagnostic::new(format!("unknown argument `{name}`"), place, "not expected here").with_hint(hint)
}

/// The complaint about a block that the type does not have.
pub(crate) fn unknown_block(name: &str, place: Place, ty: &BlockType) -> Diagnostic {
    let hint = match ty.attributes.contains_key(name) {
        true => format!("`{name}` is an argument: write `{name} = …`"),
        false => {
            let names = ty.blocks.keys().map(String::as_str).chain(ty.argument_names());
            choices(name, names, "it takes no blocks")
        }
    };
    Diagnostic::new(format!("unknown block `{name}`"), place, "not expected here").with_hint(hint)
}

/// Checks a nested block and gives the name under which it counts.
fn check_block<'b>(
    block: &'b Block,
    source: &Arc<Source>,
    ty: &BlockType,
    wrong: &mut Diagnostics,
) -> Option<&'b str> {
    let place = Place { source: Arc::clone(source), range: span(&block.ident) };
    let dynamic = block.ident.as_str() == "dynamic";
    let name = if dynamic { block.labels.first()?.as_str() } else { block.ident.as_str() };
    let Some(nested) = ty.blocks.get(name) else {
        let each =
            block.body.get_attribute("for_each").filter(|_| dynamic && !ty.attributes.contains_key(name));
        if each.is_none_or(|each| is_constant(&each.value, source)) {
            wrong.push(unknown_block(name, place, ty));
        }
        return None;
    };
    if !dynamic {
        check_body(&block.body, source, &place, &nested.block, &[], wrong);
        return Some(name);
    }
    for required in ["for_each", "content"] {
        let there = block.body.has_attribute(required) || block.body.has_blocks(required);
        if !there {
            let message = format!("missing `{required}` in a dynamic block");
            wrong.push(Diagnostic::new(message, place.clone(), format!("`{required}` is required here")));
        }
    }
    for content in block.body.blocks().filter(|inner| inner.ident.as_str() == "content") {
        let place = Place { source: Arc::clone(source), range: span(&content.ident) };
        check_body(&content.body, source, &place, &nested.block, &[], wrong);
    }
    None
}
