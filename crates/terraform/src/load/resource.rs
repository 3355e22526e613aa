//! `resource` and `data` blocks, and what they share with `module` blocks.

use std::sync::Arc;

use hcl_edit::expr::{Expression, TraversalOperator};
use hcl_edit::structure::{Block, BlockLabel};

use crate::address::Mode;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::eval::span;
use crate::load::module::{Lifecycle, ProviderName, Repetition, Resource, Written};
use crate::load::reader::{Reader, header};
use crate::source::{Place, Source};

/// The arguments of every resource that are none of its type: Terraform itself reads them, and `timeouts` says nothing
/// where nothing is waited for.
pub(crate) const META_ARGUMENTS: [&str; 8] =
    ["connection", "count", "for_each", "provider", "depends_on", "lifecycle", "provisioner", "timeouts"];

/// Reads one block; `labels` are its type and name.
pub(super) fn declare(
    mode: Mode,
    (type_name, name): (&str, &str),
    source: &Arc<Source>,
    block: &Block,
    wrong: &mut Diagnostics,
) -> Resource {
    let place = header(block, source);
    let type_range = block.labels.first().map_or(span(&block.ident), |label| match label {
        BlockLabel::Ident(label) => span(label),
        BlockLabel::String(label) => span(label),
    });
    let mut reader = Reader::new(source, block, format!("{type_name}.{name}"), wrong);
    let provisioner = reader.blocks("provisioner").first().map(|block| header(block, source));
    let repetition = repetition(&mut reader);
    let provider = reader.attribute("provider").and_then(|attribute| {
        let name = provider_name(&attribute.value);
        if name.is_none() {
            let place = reader.place(span(&attribute.value));
            reader.wrong.push(Diagnostic::new(
                "invalid provider reference",
                place,
                "`aws` or `aws.ALIAS` is expected",
            ));
        }
        name
    });
    let depends_on = reader.depends_on();
    let lifecycle = lifecycle(&mut reader);
    Resource {
        mode,
        type_name: type_name.to_owned(),
        name: name.to_owned(),
        place,
        type_place: Place { source: Arc::clone(source), range: type_range },
        body: Written::new(source, block.body.clone()),
        repetition,
        provider,
        depends_on,
        lifecycle,
        provisioner,
    }
}

/// `count` or `for_each`.
pub(super) fn repetition(reader: &mut Reader<'_, '_>) -> Repetition {
    match (reader.expression("count"), reader.expression("for_each")) {
        (None, None) => Repetition::Single,
        (Some(count), None) => Repetition::Count(count),
        (None, Some(each)) => Repetition::ForEach(each),
        (Some(count), Some(each)) => {
            let diagnostic =
                Diagnostic::new("both `count` and `for_each`", each.place(), "only one of them may stand");
            reader.wrong.push(diagnostic.with_place(count.place(), "the other one"));
            Repetition::ForEach(each)
        }
    }
}

/// The provider configuration that `aws` or `aws.source` names.
pub(super) fn provider_name(expression: &Expression) -> Option<ProviderName> {
    match expression {
        Expression::Variable(local) => Some(ProviderName { local: local.value().to_string(), alias: None }),
        Expression::String(written) => {
            let (local, alias) = match written.value().split_once('.') {
                Some((local, alias)) => (local, Some(alias.to_owned())),
                None => (written.value().as_str(), None),
            };
            Some(ProviderName { local: local.to_owned(), alias })
        }
        Expression::Traversal(traversal) => {
            let local = traversal.expr.as_variable()?.to_string();
            match traversal.operators.as_slice() {
                [operator] => match operator.value() {
                    TraversalOperator::GetAttr(alias) => {
                        Some(ProviderName { local, alias: Some(alias.value().to_string()) })
                    }
                    _ => None,
                },
                _ => None,
            }
        }
        _ => None,
    }
}

fn lifecycle(reader: &mut Reader<'_, '_>) -> Lifecycle {
    let mut lifecycle = Lifecycle::default();
    let source = reader.source;
    for block in reader.blocks("lifecycle") {
        let mut inner = Reader::new(source, block, "a lifecycle block", reader.wrong);
        inner.only(
            &["create_before_destroy", "prevent_destroy", "ignore_changes", "replace_triggered_by"],
            &["precondition", "postcondition"],
        );
        lifecycle.create_before_destroy |= inner.flag("create_before_destroy").unwrap_or(false);
        lifecycle.replace_triggered_by = inner.expression("replace_triggered_by");
        lifecycle.prevent_destroy |= inner.flag("prevent_destroy").unwrap_or(false);
        if let Some(attribute) = inner.attribute("ignore_changes") {
            match &attribute.value {
                Expression::Array(items) => {
                    lifecycle.ignore_changes.extend(
                        items.iter().map(|item| item.to_string().trim().trim_matches('"').to_owned()),
                    );
                }
                Expression::Variable(name) if name.value().as_str() == "all" => {
                    lifecycle.ignore_changes.push("all".to_owned());
                }
                other => {
                    let place = inner.place(span(other));
                    inner.wrong.push(Diagnostic::new(
                        "invalid `ignore_changes`",
                        place,
                        "a list of attributes or `all` is expected",
                    ));
                }
            }
        }
        lifecycle.preconditions.extend(inner.conditions("precondition"));
        lifecycle.postconditions.extend(inner.conditions("postcondition"));
    }
    lifecycle
}
