//! `terraform` blocks: what is asked of Terraform and of providers is checked and noted, and nothing of it is used.

use std::sync::Arc;

use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::{Attribute, Block};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::eval::span;
use crate::load::reader::{Reader, header};
use crate::load::version;
use crate::source::Source;

/// Reads one block.
pub(super) fn declare(
    source: &Arc<Source>,
    block: &Block,
    notes: &mut Vec<Diagnostic>,
    wrong: &mut Diagnostics,
) {
    let mut reader = Reader::new(source, block, "a terraform block", wrong);
    reader.only(
        &["required_version", "experiments"],
        &["required_providers", "backend", "cloud", "provider_meta"],
    );
    if let (Some(wanted), Some(attribute)) =
        (reader.text("required_version"), reader.attribute("required_version"))
    {
        let place = reader.place(span(&attribute.value));
        match version::allows(&wanted) {
            Some(true) => {}
            Some(false) => notes.push(Diagnostic::new(
                format!("`required_version` does not allow Terraform {}", version::terraform()),
                place,
                "what is read here is the language of that version",
            )),
            None => reader.wrong.push(
                Diagnostic::new("invalid `required_version`", place, "not a version constraint")
                    .with_hint("constraints look like `>= 1.5` or `~> 1.5.0, != 1.5.3`"),
            ),
        }
    }
    for kind in ["backend", "cloud"] {
        for block in reader.blocks(kind) {
            let place = header(block, source);
            notes.push(Diagnostic::new(
                format!("`{kind}` is not used"),
                place,
                "no state is kept between runs",
            ));
        }
    }
    for block in reader.blocks("required_providers") {
        for attribute in block.body.attributes() {
            required_provider(&mut reader, attribute, notes);
        }
    }
}

/// An entry of `required_providers`: what it asks for is noted where it is another AWS provider than those that are known.
fn required_provider(reader: &mut Reader<'_, '_>, attribute: &Attribute, notes: &mut Vec<Diagnostic>) {
    let version = match &attribute.value {
        Expression::Object(object) => {
            let named = object
                .iter()
                .find(|(key, _)| matches!(key, ObjectKey::Ident(name) if name.value().as_str() == "version"));
            named.map(|(_, value)| value.expr())
        }
        version @ Expression::String(_) => Some(version),
        other => {
            let place = reader.place(span(other));
            reader.wrong.push(Diagnostic::new(
                "invalid provider requirement",
                place,
                "an object is expected",
            ));
            return;
        }
    };
    let Some(version) = version else { return };
    let place = reader.place(span(version));
    let allowed = version.as_str().map(version::allows_provider);
    match allowed {
        Some(Some(true)) => {}
        Some(Some(false)) if attribute.key.as_str() == "aws" => notes.push(Diagnostic::new(
            format!("`version` allows no AWS provider of the generations {}", version::providers()),
            place,
            "what is read here are the resource types of these",
        )),
        Some(Some(false)) => {}
        Some(None) | None => reader.wrong.push(
            Diagnostic::new("invalid `version` of a provider", place, "not a version constraint")
                .with_hint("constraints look like `>= 5.0` or `~> 5.80, != 5.81.0`"),
        ),
    }
}
