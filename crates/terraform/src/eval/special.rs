//! Function calls, and the functions that see their arguments unevaluated.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use hcl_edit::expr::{Expression, FuncCall};

use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::eval::functions::{self, Argument, FunctionError};
use crate::eval::{Scope, evaluate, references, span, template};
use crate::source::Source;
use crate::value::{Kind, Type, Value, convert};

/// The functions that this room evaluates itself, with their least number of arguments.
pub(super) const SPECIAL: [&str; 4] = ["can", "templatefile", "templatestring", "try"];

/// The value of a function call.
pub(super) fn call(call: &FuncCall, range: Range<usize>, scope: &Scope<'_>) -> Result<Value, Diagnostic> {
    let written = references::function_name(call);
    let name = written.strip_prefix("core::").unwrap_or(&written);
    let place = scope.place(span(&call.name.name));
    match name {
        "try" => try_each(call, range, scope),
        "can" => can(call, range, scope),
        "templatefile" | "templatestring" => render(name, call, range, scope),
        _ => {
            let function = functions::find(name).ok_or_else(|| unknown(name, place.clone()))?;
            let arguments = arguments(call, scope)?;
            let result = functions::call(function, &arguments, scope.names());
            result.map_err(|error| error.at(name, &arguments, scope.place(range)))
        }
    }
}

/// The complaint about a function that does not exist.
pub(crate) fn unknown(name: &str, place: crate::source::Place) -> Diagnostic {
    if name.starts_with("provider::") {
        let hint = "give its result as a variable";
        return Diagnostic::new(
            format!("`{name}` is not supported"),
            place,
            "a function that is not evaluated here",
        )
        .with_hint(hint);
    }
    let part = name.split('_').find(|part| exists(part)).map(|part| format!("did you mean `{part}`?"));
    let hint = part
        .or_else(|| did_you_mean(name, functions::names().chain(SPECIAL)))
        .unwrap_or_else(|| "the functions of Terraform 1.11 are known".to_owned());
    Diagnostic::new(format!("unknown function `{name}`"), place, "there is no such function").with_hint(hint)
}

/// Whether a function of this name exists.
pub(crate) fn exists(name: &str) -> bool {
    let name = name.strip_prefix("core::").unwrap_or(name);
    SPECIAL.contains(&name) || functions::find(name).is_some()
}

fn arguments(call: &FuncCall, scope: &Scope<'_>) -> Result<Vec<Argument>, Diagnostic> {
    let mut arguments = Vec::with_capacity(call.args.len());
    let last = call.args.len().saturating_sub(1);
    for (index, expression) in call.args.iter().enumerate() {
        let value = evaluate(expression, scope)?;
        let place = scope.place(span(expression));
        if !(call.args.expand_final() && index == last) {
            arguments.push(Argument { value, place });
            continue;
        }
        let marks = value.marks();
        match value.kind() {
            Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) => {
                arguments.extend(
                    items
                        .iter()
                        .map(|item| Argument { value: item.clone().marked(marks), place: place.clone() }),
                );
            }
            Kind::Unknown(_) => arguments.push(Argument { value: Value::unknown(Type::Dynamic), place }),
            _ => {
                return Err(Diagnostic::new(
                    "invalid expansion of arguments",
                    place,
                    "a list or tuple is required",
                ));
            }
        }
    }
    Ok(arguments)
}

fn try_each(call: &FuncCall, range: Range<usize>, scope: &Scope<'_>) -> Result<Value, Diagnostic> {
    let mut failures = Vec::new();
    for expression in call.args.iter() {
        match evaluate(expression, scope) {
            Ok(value) => return Ok(value),
            Err(failure) => failures.push(failure.message().to_owned()),
        }
    }
    let hint =
        if failures.is_empty() { "give it at least one expression".to_owned() } else { failures.join("\n") };
    Err(Diagnostic::new("no expression of `try` has a value", scope.place(range), "all of these failed")
        .with_hint(hint))
}

fn can(call: &FuncCall, range: Range<usize>, scope: &Scope<'_>) -> Result<Value, Diagnostic> {
    let mut expressions = call.args.iter();
    match (expressions.next(), expressions.next()) {
        (Some(expression), None) => Ok(match evaluate(expression, scope) {
            Ok(value) if value.is_unknown() => Value::unknown(Type::Bool),
            other => Value::from(other.is_ok()),
        }),
        _ => {
            Err(Diagnostic::new("`can` takes one argument", scope.place(range), "wrong number of arguments"))
        }
    }
}

/// `templatefile(path, variables)` and `templatestring(text, variables)`.
fn render(name: &str, call: &FuncCall, range: Range<usize>, scope: &Scope<'_>) -> Result<Value, Diagnostic> {
    let place = scope.place(range);
    if scope.is_template_file() {
        return Err(Diagnostic::new(
            format!("`{name}` within a template"),
            place,
            "templates cannot render templates",
        ));
    }
    if name == "templatestring" {
        refuse_written_template(call, scope)?;
    }
    let given = arguments(call, scope)?;
    let [template, variables] = given.as_slice() else {
        return Err(Diagnostic::new(
            format!("`{name}` takes two arguments"),
            place,
            "wrong number of arguments",
        ));
    };
    let marks = template.value.marks() | variables.value.marks();
    if template.value.is_unknown() || variables.value.is_unknown() {
        return Ok(Value::unknown(Type::Dynamic).marked(marks));
    }
    let wrong = |reason: String| FunctionError::argument(0, reason).at(name, &given, place.clone());
    let text = template.value.as_str().ok_or_else(|| wrong("a string is required".to_owned()))?;
    let Some(entries) = variables.value.as_entries() else {
        return Err(FunctionError::argument(1, "a map or object is required").at(name, &given, place));
    };
    let source = if name == "templatefile" {
        functions::read(scope.names().directory(), text).map_err(wrong)?
    } else {
        Source::new("template".into(), "template".to_owned(), text.to_owned())
    };
    let rendered = render_source(&source, entries, scope)?.marked(marks);
    if name == "templatefile" {
        return Ok(rendered);
    }
    convert(rendered, &Type::String)
        .map_err(|error| Diagnostic::new("a template must give text", place, error.to_string()))
}

/// `templatestring` takes a reference to its template and no other expression: anything else is most often one that was
/// meant to be rendered where it stands.
fn refuse_written_template(call: &FuncCall, scope: &Scope<'_>) -> Result<(), Diagnostic> {
    let Some(first) = call.args.iter().next() else { return Ok(()) };
    let is_reference = match first {
        Expression::Variable(_) => true,
        Expression::Traversal(traversal) => matches!(traversal.expr, Expression::Variable(_)),
        _ => false,
    };
    if is_reference {
        return Ok(());
    }
    let label = "a reference to the template is required, such as `local.template`";
    Err(Diagnostic::new("invalid template of `templatestring`", scope.place(span(first)), label)
        .with_hint("a template that is written here needs no function: write it as it is"))
}

fn render_source(
    source: &Arc<Source>,
    variables: &BTreeMap<String, Value>,
    scope: &Scope<'_>,
) -> Result<Value, Diagnostic> {
    let parsed = crate::load::parse_template(source)?;
    template::evaluate_file(&parsed, &scope.template_file(source, variables))
}

/// A constant expression's value, where nothing can be referred to.
pub(crate) fn constant(expression: &Expression, source: &Arc<Source>) -> Result<Value, Diagnostic> {
    let (found, calls, wrong) = references::of_expression(expression, source);
    if let Some(call) = calls.into_iter().next() {
        let message = format!("call of `{}` in a constant", call.name);
        return Err(Diagnostic::new(message, call.place, "no function can be called here")
            .with_hint("compute it in a `locals` block"));
    }
    // A word without quotes is most often text that was meant.
    let named = found.into_iter().map(|found| found.place);
    if let Some(place) = named.chain(wrong.iter().filter_map(|wrong| wrong.place().cloned())).next() {
        let written = source.slice(&place.range);
        let message = format!("`{written}` in a constant");
        let hint = format!("write `\"{written}\"` if it is text");
        return Err(Diagnostic::new(message, place, "nothing can be referred to here").with_hint(hint));
    }
    evaluate(expression, &Scope::new(source, &Arc::from(""), &super::scope::Nothing))
}
