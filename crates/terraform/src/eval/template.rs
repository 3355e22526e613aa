//! Templates: quoted text, heredocs and files, with interpolations, `%{if}` and `%{for}`.

mod literal;

use std::ops::Range;

use hcl_edit::template::{
    Directive, Element, ForDirective, HeredocTemplate, IfDirective, StringTemplate, Strip, Template,
};

use self::literal::{Literals, Writing};
use crate::diagnostic::Diagnostic;
use crate::eval::{Scope, collection, evaluate as evaluate_expression, evaluate_as, span};
use crate::value::{Kind, Marks, TextBuilder, Type, Value, convert};

/// What rendering gathers beside the text.
struct Rendering<'l> {
    literals: &'l Literals,
    text: TextBuilder,
    unknown: bool,
    marks: Marks,
}

/// The value of a quoted template; one that is a single interpolation keeps the value's type.
pub(super) fn evaluate_string(template: &StringTemplate, scope: &Scope<'_>) -> Result<Value, Diagnostic> {
    match template.as_single_element() {
        Some(Element::Interpolation(only)) => evaluate_expression(&only.expr, scope),
        _ => render(template, &Literals::new(Writing::Quoted), scope),
    }
}

/// The text of a heredoc.
pub(super) fn evaluate_heredoc(heredoc: &HeredocTemplate, scope: &Scope<'_>) -> Result<Value, Diagnostic> {
    let flush = scope.source.slice(&span(heredoc)).starts_with("<<-");
    let literals =
        if flush { Literals::flush(&heredoc.template, scope.source) } else { Literals::new(Writing::Lines) };
    render(&heredoc.template, &literals, scope)
}

/// The text of a template file.
pub(super) fn evaluate_file(template: &Template, scope: &Scope<'_>) -> Result<Value, Diagnostic> {
    match template.as_single_element() {
        Some(Element::Interpolation(only)) => evaluate_expression(&only.expr, scope),
        _ => render(template, &Literals::new(Writing::Lines), scope),
    }
}

fn render(template: &Template, literals: &Literals, scope: &Scope<'_>) -> Result<Value, Diagnostic> {
    let mut rendering =
        Rendering { literals, text: TextBuilder::default(), unknown: false, marks: Marks::NONE };
    rendering.elements(template, Stripping::default(), scope)?;
    let value =
        if rendering.unknown { Value::unknown(Type::String) } else { Value::from(rendering.text.finish()) };
    Ok(value.marked(rendering.marks))
}

/// On which sides of a piece of text a `~` takes space off.
#[derive(Clone, Copy, Default)]
struct Stripping {
    start: bool,
    end: bool,
}

impl Stripping {
    /// Between two directives.
    fn between(opening: Strip, closing: Strip) -> Stripping {
        Stripping { start: opening.strip_end(), end: closing.strip_start() }
    }
}

/// The markers on the outer sides of an element.
fn outer_strip(element: &Element) -> Stripping {
    let (opening, closing) = match element {
        Element::Literal(_) => return Stripping::default(),
        Element::Interpolation(interpolation) => (interpolation.strip, interpolation.strip),
        Element::Directive(directive) => match directive.as_ref() {
            Directive::If(directive) => (directive.if_expr.strip, directive.endif_expr.strip),
            Directive::For(directive) => (directive.for_expr.strip, directive.endfor_expr.strip),
        },
    };
    Stripping { start: opening.strip_start(), end: closing.strip_end() }
}

/// The stripping of each element of a template that itself stands between stripping markers.
fn strippings(template: &Template, around: Stripping) -> impl Iterator<Item = (&Element, Stripping)> {
    template.iter().enumerate().map(move |(index, element)| {
        let before = match index.checked_sub(1) {
            Some(index) => template.get(index).is_some_and(|element| outer_strip(element).end),
            None => around.start,
        };
        let after = template.get(index + 1).map_or(around.end, |element| outer_strip(element).start);
        (element, Stripping { start: before, end: after })
    })
}

/// The template and stripping of each branch of a directive.
fn branches(directive: &Directive) -> Vec<(&Template, Stripping)> {
    match directive {
        Directive::If(directive) => {
            let closing = directive.endif_expr.strip;
            let after_if = directive.else_expr.as_ref().map_or(closing, |other| other.strip);
            let opening = directive.if_expr.strip;
            std::iter::once((&directive.if_expr.template, Stripping::between(opening, after_if)))
                .chain(
                    directive
                        .else_expr
                        .iter()
                        .map(|other| (&other.template, Stripping::between(other.strip, closing))),
                )
                .collect()
        }
        Directive::For(directive) => {
            let strip = Stripping::between(directive.for_expr.strip, directive.endfor_expr.strip);
            vec![(&directive.for_expr.template, strip)]
        }
    }
}

impl Rendering<'_> {
    fn elements(
        &mut self,
        template: &Template,
        around: Stripping,
        scope: &Scope<'_>,
    ) -> Result<(), Diagnostic> {
        for (element, strip) in strippings(template, around) {
            match element {
                Element::Literal(literal) => self.literals.write(literal, strip, scope, &mut self.text),
                Element::Interpolation(interpolation) => {
                    let value = evaluate_expression(&interpolation.expr, scope)?;
                    self.interpolate(value, span(&interpolation.expr), scope)?;
                }
                Element::Directive(directive) => match directive.as_ref() {
                    Directive::If(branch) => self.if_directive(branch, directive, scope)?,
                    Directive::For(each) => self.for_directive(each, directive, scope)?,
                },
            }
        }
        Ok(())
    }

    fn interpolate(
        &mut self,
        value: Value,
        range: Range<usize>,
        scope: &Scope<'_>,
    ) -> Result<(), Diagnostic> {
        let place = || scope.place(range.clone());
        self.marks |= value.marks_within();
        if value.is_null() {
            return Err(Diagnostic::new("null value in a template", place(), "the value is null")
                .with_hint("give a default with `coalesce(…)` or a conditional"));
        }
        let ty = value.ty().friendly_name();
        let value = convert(value, &Type::String).map_err(|_| {
            Diagnostic::new("value without a text form in a template", place(), format!("this is a {ty}"))
                .with_hint("`jsonencode(…)` or `join(…)` make text of it")
        })?;
        match value.kind() {
            Kind::String(text) => self.text.push_text(text),
            _ => self.unknown = true,
        }
        Ok(())
    }

    fn if_directive(
        &mut self,
        branch: &IfDirective,
        whole: &Directive,
        scope: &Scope<'_>,
    ) -> Result<(), Diagnostic> {
        let condition = evaluate_as(&branch.if_expr.cond_expr, &Type::Bool, scope)?;
        self.marks |= condition.marks();
        let mut branches = branches(whole).into_iter();
        let chosen = match condition.kind() {
            Kind::Bool(true) => branches.next(),
            Kind::Bool(false) => branches.nth(1),
            Kind::Null(_) => {
                let place = scope.place(span(&branch.if_expr.cond_expr));
                return Err(Diagnostic::new("null condition", place, "a condition is true or false"));
            }
            _ => {
                self.unknown = true;
                None
            }
        };
        chosen.map_or(Ok(()), |(template, strip)| self.elements(template, strip, scope))
    }

    fn for_directive(
        &mut self,
        each: &ForDirective,
        whole: &Directive,
        scope: &Scope<'_>,
    ) -> Result<(), Diagnostic> {
        let each = &each.for_expr;
        let (pairs, marks) = collection::iterate(&each.collection_expr, scope)?;
        self.marks |= marks;
        let Some(pairs) = pairs else {
            self.unknown = true;
            return Ok(());
        };
        for (key, value) in pairs {
            let outer;
            let scope = match &each.key_var {
                Some(name) => {
                    outer = scope.with(name.value(), key);
                    &outer
                }
                None => scope,
            };
            let scope = &scope.with(each.value_var.value(), value);
            for (template, strip) in branches(whole) {
                self.elements(template, strip, scope)?;
            }
        }
        Ok(())
    }
}
