//! Values in JSON as expressions.

use hcl_edit::template::{Directive, Element, Template};

use super::{Writer, within_quotes};
use crate::diagnostic::Diagnostic;
use crate::eval::span;
use crate::value::{JsonContent, JsonNode};

/// What text in a value stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Expressions {
    /// A template.
    Templates,
    /// Text, as it is.
    Literal,
    /// An expression, such as a reference or a type.
    References,
    /// Text, but references in the list of a provider's configurations.
    Requirement,
}

impl Writer<'_> {
    /// Appends a value as an expression.
    pub(super) fn expression(&mut self, node: &JsonNode, kind: Expressions) -> Result<(), Diagnostic> {
        match &node.content {
            JsonContent::Null | JsonContent::Bool(_) | JsonContent::Number(_) => {
                self.out.keep(self.source, node.range.clone());
            }
            JsonContent::String(text) => self.text(node, text, kind)?,
            JsonContent::Array(items) => {
                let (first, last) = (node.range.start, node.range.end.saturating_sub(1));
                self.out.write("[", self.source, first..first + 1);
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        self.out.write(", ", self.source, item.range.start..item.range.start);
                    }
                    self.expression(item, kind)?;
                }
                self.out.write("]", self.source, last..node.range.end);
            }
            JsonContent::Object(members) => {
                let (first, last) = (node.range.start, node.range.end.saturating_sub(1));
                self.out.write("{", self.source, first..first + 1);
                for (index, (key, member)) in members.iter().enumerate() {
                    let comma = if index > 0 { ", " } else { "" };
                    self.out.write(comma, self.source, key.range.clone());
                    let kind = match kind {
                        Expressions::Requirement if key.name == "configuration_aliases" => {
                            Expressions::References
                        }
                        kind => kind,
                    };
                    let written = match kind {
                        Expressions::Templates => quoted_template(&key.name)
                            .map_err(|error| self.wrong(key.range.clone(), "invalid template", error))?,
                        Expressions::References => key.name.clone(),
                        Expressions::Literal | Expressions::Requirement => literal(&key.name),
                    };
                    self.out.write(&written, self.source, key.range.clone());
                    self.out.write(" = ", self.source, key.range.clone());
                    self.expression(member, kind)?;
                }
                self.out.write("}", self.source, last..node.range.end);
            }
        }
        Ok(())
    }

    fn text(&mut self, node: &JsonNode, text: &str, kind: Expressions) -> Result<(), Diagnostic> {
        let inner = within_quotes(&node.range);
        match kind {
            Expressions::References => self.out.write(text, self.source, inner),
            Expressions::Literal | Expressions::Requirement => {
                self.out.write(&literal(text), self.source, node.range.clone());
            }
            Expressions::Templates => {
                let written = quoted_template(text)
                    .map_err(|error| self.wrong(node.range.clone(), "invalid template", error))?;
                self.out.write(&written, self.source, node.range.clone());
            }
        }
        Ok(())
    }
}

/// Text in quotes that stands for itself.
pub(super) fn literal(text: &str) -> String {
    format!("\"{}\"", escaped(text).replace("${", "$${").replace("%{", "%%{"))
}

/// A template in quotes; without quotes it has no escapes but those of its own markers.
fn quoted_template(text: &str) -> Result<String, String> {
    if !(text.contains("${") || text.contains("%{")) {
        return Ok(format!("\"{}\"", escaped(text)));
    }
    let template: Template =
        text.parse().map_err(|error: hcl_edit::parser::Error| error.message().to_owned())?;
    let mut literals = Vec::new();
    collect(&template, &mut literals);
    let mut out = String::from("\"");
    let mut rest = 0;
    for range in literals {
        out.push_str(text.get(rest..range.start).unwrap_or_default());
        out.push_str(&escaped(text.get(range.clone()).unwrap_or_default()));
        rest = range.end;
    }
    out.push_str(text.get(rest..).unwrap_or_default());
    out.push('"');
    Ok(out)
}

/// The bytes of a template's literal text, in order.
fn collect(template: &Template, literals: &mut Vec<std::ops::Range<usize>>) {
    for element in template {
        match element {
            Element::Literal(text) => literals.push(span(text)),
            Element::Interpolation(_) => {}
            Element::Directive(directive) => match directive.as_ref() {
                Directive::If(directive) => {
                    collect(&directive.if_expr.template, literals);
                    directive.else_expr.iter().for_each(|other| collect(&other.template, literals));
                }
                Directive::For(directive) => collect(&directive.for_expr.template, literals),
            },
        }
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            other => out.push(other),
        }
    }
    out
}
