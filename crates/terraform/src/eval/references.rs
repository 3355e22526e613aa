//! Finds what an expression refers to, without evaluating it.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use hcl_edit::expr::{Expression, ForExpr, FuncCall, ObjectKey, Traversal, TraversalOperator};
use hcl_edit::structure::{Block, Body, Structure};
use hcl_edit::template::{Element, ForDirective, HeredocTemplate};
use hcl_edit::visit::{self, Visit};

use crate::diagnostic::Diagnostic;
use crate::eval::{Reference, span};
use crate::source::{Place, Source};

/// A reference, where it stands, and the names that follow it up to the first index.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) reference: Reference,
    pub(crate) place: Place,
    /// What follows the reference: attribute names, with `None` for an index or a splat.
    pub(crate) then: Vec<Option<String>>,
}

/// A function call and where its name stands.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) name: String,
    pub(crate) place: Place,
}

struct Finder<'s> {
    source: &'s Arc<Source>,
    bound: Vec<String>,
    found: Vec<Found>,
    calls: Vec<Call>,
    wrong: Vec<Diagnostic>,
}

/// What a piece of configuration refers to and calls, or what is wrong with its references.
pub(crate) type References = (Vec<Found>, Vec<Call>, Vec<Diagnostic>);

/// What an expression refers to.
pub(crate) fn of_expression(expression: &Expression, source: &Arc<Source>) -> References {
    let mut finder = Finder::new(source);
    finder.visit_expr(expression);
    finder.finish()
}

/// What a block's body refers to, except its attributes and blocks named in `skipped`.
pub(crate) fn of_body(body: &Body, source: &Arc<Source>, skipped: &[&str]) -> References {
    let mut finder = Finder::new(source);
    for structure in body {
        let name = match structure {
            Structure::Attribute(attribute) => attribute.key.as_str(),
            Structure::Block(block) => block.ident.as_str(),
        };
        if !skipped.contains(&name) {
            finder.visit_structure(structure);
        }
    }
    finder.finish()
}

impl<'s> Finder<'s> {
    fn new(source: &'s Arc<Source>) -> Finder<'s> {
        Finder { source, bound: Vec::new(), found: Vec::new(), calls: Vec::new(), wrong: Vec::new() }
    }

    fn finish(self) -> References {
        (self.found, self.calls, self.wrong)
    }

    fn place(&self, range: Range<usize>) -> Place {
        Place { source: Arc::clone(self.source), range }
    }

    fn refer(&mut self, root: &str, operators: &[TraversalOperator], range: Range<usize>) {
        if self.bound.iter().any(|bound| bound == root) {
            return;
        }
        match Reference::parse(root, operators) {
            Ok((reference, used)) => {
                let then = operators.iter().skip(used).map(attribute_name).collect();
                self.found.push(Found { reference, place: self.place(range), then });
            }
            Err(expected) => {
                let place = self.place(range);
                let hint = operators.is_empty().then(|| {
                    format!("write `var.{root}` for a variable, `local.{root}` for a local value, `\"{root}\"` for text")
                });
                let message = format!("invalid reference `{root}`");
                self.wrong.push(Diagnostic::new(message, place, expected).with_hint_if(hint));
            }
        }
    }

    fn bind(&mut self, names: impl IntoIterator<Item = String>, visit: impl FnOnce(&mut Finder<'s>)) {
        let before = self.bound.len();
        self.bound.extend(names);
        visit(self);
        self.bound.truncate(before);
    }
}

fn attribute_name(operator: &TraversalOperator) -> Option<String> {
    match operator {
        TraversalOperator::GetAttr(name) => Some(name.value().to_string()),
        _ => None,
    }
}

impl Visit for Finder<'_> {
    fn visit_expr(&mut self, expression: &Expression) {
        match expression {
            Expression::Variable(name) => self.refer(name.value(), &[], span(expression)),
            _ => visit::visit_expr(self, expression),
        }
    }

    fn visit_object_key(&mut self, key: &ObjectKey) {
        match key {
            ObjectKey::Ident(_) | ObjectKey::Expression(Expression::Variable(_)) => {}
            ObjectKey::Expression(expression) => self.visit_expr(expression),
        }
    }

    fn visit_traversal(&mut self, traversal: &Traversal) {
        match &traversal.expr {
            Expression::Variable(name) => {
                self.refer(name.value(), &traversal.operators_slice(), span(traversal));
            }
            other => self.visit_expr(other),
        }
        for operator in &traversal.operators {
            if let TraversalOperator::Index(index) = operator.value() {
                self.visit_expr(index);
            }
        }
    }

    fn visit_func_call(&mut self, call: &FuncCall) {
        let place = self.place(span(&call.name.name));
        self.calls.push(Call { name: function_name(call), place });
        for argument in call.args.iter() {
            self.visit_expr(argument);
        }
    }

    /// The parser takes the end of an empty heredoc for its first line, and reads on to the next end.
    fn visit_heredoc_template(&mut self, heredoc: &HeredocTemplate) {
        let first = match heredoc.template.iter().next() {
            Some(Element::Literal(text)) => text.value().as_str(),
            _ => "",
        };
        if first.lines().next().is_some_and(|line| line.trim() == heredoc.delimiter.as_str()) {
            let place = self.place(span(heredoc));
            let label = "more of the file would be read as its text";
            let empty = Diagnostic::new("empty heredoc", place, label);
            self.wrong.push(empty.with_hint("write `\"\"` for an empty text"));
        }
        visit::visit_heredoc_template(self, heredoc);
    }

    fn visit_for_expr(&mut self, each: &ForExpr) {
        self.visit_expr(&each.intro.collection_expr);
        let names =
            each.intro.key_var.iter().chain([&each.intro.value_var]).map(|name| name.value().to_string());
        let names: BTreeSet<String> = names.collect();
        self.bind(names, |finder| {
            let parts =
                each.key_expr.iter().chain([&each.value_expr]).chain(each.cond.iter().map(|cond| &cond.expr));
            parts.for_each(|part| finder.visit_expr(part));
        });
    }

    fn visit_for_directive(&mut self, directive: &ForDirective) {
        let each = &directive.for_expr;
        self.visit_expr(&each.collection_expr);
        let names = each.key_var.iter().chain([&each.value_var]).map(|name| name.value().to_string());
        let names: Vec<String> = names.collect();
        self.bind(names, |finder| finder.visit_template(&each.template));
    }

    fn visit_block(&mut self, block: &Block) {
        if block.ident.as_str() != "dynamic" {
            return self.visit_body(&block.body);
        }
        let labelled = block.labels.first().map(|label| label.as_str().to_owned());
        let renamed = match block.body.get_attribute("iterator").map(|attribute| &attribute.value) {
            Some(Expression::Variable(name)) => Some(name.value().to_string()),
            _ => None,
        };
        let iterator = renamed.or(labelled);
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) if attribute.key.as_str() == "iterator" => {}
                Structure::Attribute(attribute) if attribute.key.as_str() == "for_each" => {
                    self.visit_expr(&attribute.value);
                }
                other => self.bind(iterator.clone(), |finder| finder.visit_structure(other)),
            }
        }
    }
}

/// A function's name with its namespace.
pub(super) fn function_name(call: &FuncCall) -> String {
    let parts: Vec<&str> =
        call.name.namespace.iter().map(|part| part.as_str()).chain([call.name.name.as_str()]).collect();
    parts.join("::")
}

/// A traversal's operators without their spacing.
pub(super) trait Operators {
    fn operators_slice(&self) -> Vec<TraversalOperator>;
}

impl Operators for Traversal {
    fn operators_slice(&self) -> Vec<TraversalOperator> {
        self.operators.iter().map(|operator| operator.value().clone()).collect()
    }
}
