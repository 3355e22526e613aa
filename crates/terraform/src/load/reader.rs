//! Reads a block's attributes and nested blocks, and complains about those it does not know.

use std::sync::Arc;

use hcl_edit::expr::Expression;
use hcl_edit::structure::{Attribute, Block, Body, Structure};

use crate::diagnostic::{Diagnostic, Diagnostics, did_you_mean};
use crate::eval::{self, Found, span};
use crate::load::module::Condition;
use crate::load::{Written, syntax_error};
use crate::source::{Composer, Place, Source};

/// A block's body being read.
pub(super) struct Reader<'b, 'w> {
    pub(super) source: &'b Arc<Source>,
    body: &'b Body,
    owner: String,
    place: Place,
    pub(super) wrong: &'w mut Diagnostics,
}

impl<'b, 'w> Reader<'b, 'w> {
    /// Reads `block`, which error messages call `owner`.
    pub(super) fn new(
        source: &'b Arc<Source>,
        block: &'b Block,
        owner: impl Into<String>,
        wrong: &'w mut Diagnostics,
    ) -> Reader<'b, 'w> {
        Reader { source, body: &block.body, owner: owner.into(), place: header(block, source), wrong }
    }

    /// Complains about everything in the body that is not named here.
    pub(super) fn only(&mut self, attributes: &[&str], blocks: &[&str]) {
        for structure in self.body {
            let (name, range, known, what) = match structure {
                Structure::Attribute(attribute) => {
                    (attribute.key.as_str(), span(&attribute.key), attributes, "argument")
                }
                Structure::Block(block) => (block.ident.as_str(), span(&block.ident), blocks, "block"),
            };
            if known.contains(&name) {
                continue;
            }
            let place = self.place(range);
            let message = format!("unknown {what} `{name}` in {}", self.owner);
            let hint = did_you_mean(name, known.iter().copied())
                .or_else(|| (!known.is_empty()).then(|| format!("known are {}", known.join(", "))));
            self.wrong.push(Diagnostic::new(message, place, "not expected here").with_hint_if(hint));
        }
    }

    pub(super) fn place(&self, range: std::ops::Range<usize>) -> Place {
        Place { source: Arc::clone(self.source), range }
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&'b Attribute> {
        self.body.get_attribute(name)
    }

    pub(super) fn attributes(&self) -> impl Iterator<Item = &'b Attribute> + use<'b> {
        self.body.attributes()
    }

    pub(super) fn blocks(&self, name: &str) -> Vec<&'b Block> {
        self.body.blocks().filter(|block| block.ident.as_str() == name).collect()
    }

    pub(super) fn expression(&self, name: &str) -> Option<Written<Expression>> {
        self.attribute(name).map(|attribute| Written::new(self.source, attribute.value.clone()))
    }

    /// An attribute that must be there.
    pub(super) fn required(&mut self, name: &str) -> Option<Written<Expression>> {
        let expression = self.expression(name);
        if expression.is_none() {
            let message = format!("missing argument `{name}` in {}", self.owner);
            self.wrong.push(Diagnostic::new(message, self.place.clone(), format!("`{name}` is required")));
        }
        expression
    }

    /// A constant truth value.
    pub(super) fn flag(&mut self, name: &str) -> Option<bool> {
        let attribute = self.attribute(name)?;
        let truth = attribute.value.as_bool();
        if truth.is_none() {
            let place = self.place(span(&attribute.value));
            self.wrong.push(Diagnostic::new(
                format!("`{name}` must be a constant"),
                place,
                "`true` or `false` is expected",
            ));
        }
        truth
    }

    /// A constant text.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        let attribute = self.attribute(name)?;
        // A heredoc without anything to evaluate is constant, too.
        let text = match &attribute.value {
            Expression::String(text) => Some(text.value().clone()),
            heredoc @ Expression::HeredocTemplate(_) => {
                let value = eval::constant(heredoc, self.source).ok();
                value.and_then(|value| value.as_str().map(str::to_owned))
            }
            _ => None,
        };
        if text.is_none() {
            let place = self.place(span(&attribute.value));
            self.wrong.push(Diagnostic::new(
                format!("`{name}` must be a constant"),
                place,
                "text in quotes is expected",
            ));
        }
        text
    }

    /// `depends_on`: a list of references.
    pub(super) fn depends_on(&mut self) -> Vec<Found> {
        let Some(attribute) = self.attribute("depends_on") else { return Vec::new() };
        let mut found = Vec::new();
        for item in attribute.value.as_array().into_iter().flatten() {
            let references = match item {
                Expression::String(_) => {
                    let (source, parsed) = unquoted(self.source, span(item));
                    parsed.map(|parsed| eval::of_expression(&parsed, &source))
                }
                item => Ok(eval::of_expression(item, self.source)),
            };
            if let Some((own, _, wrong)) = self.wrong.keep(references) {
                found.extend(own);
                self.wrong.extend(wrong);
            }
        }
        if attribute.value.as_array().is_none() {
            let place = self.place(span(&attribute.value));
            self.wrong.push(Diagnostic::new(
                "invalid `depends_on`",
                place,
                "a list of references is expected",
            ));
        }
        found
    }

    /// The conditions in nested blocks of this name.
    pub(super) fn conditions(&mut self, name: &str) -> Vec<Condition> {
        let owner = format!("a {name} block");
        let blocks = self.blocks(name);
        let source = self.source;
        blocks
            .into_iter()
            .filter_map(|block| {
                let mut reader = Reader::new(source, block, owner.clone(), self.wrong);
                reader.only(&["condition", "error_message"], &[]);
                let (condition, error_message) =
                    (reader.required("condition"), reader.required("error_message"));
                Some(Condition { condition: condition?, error_message: error_message? })
            })
            .collect()
    }
}

/// A reference in quotes, as Terraform before 0.12 had it: what stands between the quotes as a source of its own.
fn unquoted(
    source: &Arc<Source>,
    range: std::ops::Range<usize>,
) -> (Arc<Source>, Result<Expression, Diagnostic>) {
    let mut inner = Composer::new();
    inner.keep(source, (range.start + 1).min(range.end)..range.end.saturating_sub(1).max(range.start));
    let source = inner.finish(source);
    let parsed = source.text().parse().map_err(|error| syntax_error(&source, &error));
    (source, parsed)
}

/// The place of a block's type and labels.
pub(super) fn header(block: &Block, source: &Arc<Source>) -> Place {
    let ident = span(&block.ident);
    let end = block.labels.last().map_or(ident.end, |label| match label {
        hcl_edit::structure::BlockLabel::Ident(label) => span(label).end,
        hcl_edit::structure::BlockLabel::String(label) => span(label).end,
    });
    Place { source: Arc::clone(source), range: ident.start..end.max(ident.end) }
}
