//! The blocks at the top of a file.

use std::sync::Arc;

use hcl_edit::expr::ObjectKey;
use hcl_edit::structure::{Block, Body, Structure};
use indexmap::IndexMap;

use crate::address::Mode;
use crate::diagnostic::{Diagnostic, Diagnostics, counted, did_you_mean};
use crate::eval::{constant, span};
use crate::load::module::{
    Check, Local, Module, ModuleCall, Output, Provider, ProviderName, Variable, Written,
};
use crate::load::reader::{Reader, header};
use crate::load::resource::{self, provider_name, repetition};
use crate::load::{Named, constraint, refactoring, settings};
use crate::source::{Place, Source};
use crate::value::{Marks, Type, Value, convert};

/// The blocks that stand at the top of a file, with the number of their labels.
pub(super) const BLOCKS: [(&str, usize); 13] = [
    ("check", 1),
    ("data", 2),
    ("ephemeral", 2),
    ("import", 0),
    ("locals", 0),
    ("module", 1),
    ("moved", 0),
    ("output", 1),
    ("provider", 1),
    ("removed", 0),
    ("resource", 2),
    ("terraform", 0),
    ("variable", 1),
];

/// What means something of its own within a `module` block.
const RESERVED_VARIABLES: [&str; 8] =
    ["count", "depends_on", "for_each", "lifecycle", "locals", "providers", "source", "version"];

/// Adds what a file declares to its module.
pub(super) fn declare(
    module: &mut Module,
    source: &Arc<Source>,
    body: Body,
    notes: &mut Vec<Diagnostic>,
    wrong: &mut Diagnostics,
) {
    for structure in &body {
        let block = match structure {
            Structure::Block(block) => block,
            Structure::Attribute(attribute) => {
                let place = Place { source: Arc::clone(source), range: span(&attribute.key) };
                let message = format!("argument `{}` outside of a block", attribute.key.as_str());
                let name = attribute.key.as_str();
                let hint = (BLOCKS.iter().any(|(known, _)| *known == name))
                    .then(|| format!("write `{name} {{ … }}` without the equals sign"));
                let label = "only blocks stand at the top of a file";
                wrong.push(Diagnostic::new(message, place, label).with_hint_if(hint));
                continue;
            }
        };
        if let Some(labels) = labels_of(block, source, wrong) {
            let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
            declare_block(module, source, block, &labels, notes, wrong);
        }
    }
}

/// The labels of a known block, as many as it needs.
fn labels_of(block: &Block, source: &Arc<Source>, wrong: &mut Diagnostics) -> Option<Vec<String>> {
    let name = block.ident.as_str();
    let place = header(block, source);
    let Some((_, count)) = BLOCKS.iter().find(|(known, _)| *known == name) else {
        let hint = did_you_mean(name, BLOCKS.iter().map(|(known, _)| *known))
            .unwrap_or_else(|| format!("known are {}", BLOCKS.map(|(known, _)| known).join(", ")));
        let message = format!("unknown block type `{name}`");
        wrong.push(Diagnostic::new(message, place, "not a block of Terraform's language").with_hint(hint));
        return None;
    };
    let labels: Vec<String> = block.labels.iter().map(|label| label.as_str().to_owned()).collect();
    if labels.len() != *count {
        let message = format!("a `{name}` block has {}, not {}", counted(*count, "label"), labels.len());
        wrong.push(Diagnostic::new(message, place, "wrong number of labels"));
        return None;
    }
    for label in &labels {
        let starts = label.starts_with(|first: char| first.is_alphabetic() || first == '_');
        if !starts || !label.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-') {
            let message = format!("invalid name `{label}`");
            let hint =
                "names are letters, digits, underscores and dashes, and begin with a letter or underscore";
            wrong.push(Diagnostic::new(message, place.clone(), "not a name").with_hint(hint));
            return None;
        }
    }
    Some(labels)
}

fn declare_block(
    module: &mut Module,
    source: &Arc<Source>,
    block: &Block,
    labels: &[&str],
    notes: &mut Vec<Diagnostic>,
    wrong: &mut Diagnostics,
) {
    let place = header(block, source);
    match (block.ident.as_str(), labels) {
        ("variable", [name]) if RESERVED_VARIABLES.contains(name) => {
            let message = format!("invalid name `{name}` of a variable");
            let label = "reserved: it would stand beside the meta-arguments of a `module` block";
            wrong.push(Diagnostic::new(message, place, label).with_hint("choose another name"));
        }
        ("variable", [name]) => {
            let variable = variable(source, block, name, wrong);
            let place = |variable: &Variable| variable.place.clone();
            insert(
                &mut module.variables,
                (*name).to_owned(),
                variable,
                &format!("variable `{name}`"),
                place,
                wrong,
            );
        }
        ("locals", _) => locals(module, source, block, wrong),
        ("output", [name]) => {
            if let Some(output) = output(source, block, name, wrong) {
                let place = |output: &Output| output.place.clone();
                insert(
                    &mut module.outputs,
                    (*name).to_owned(),
                    output,
                    &format!("output `{name}`"),
                    place,
                    wrong,
                );
            }
        }
        ("resource", [type_name, name]) => {
            declare_resource(module, Mode::Managed, (type_name, name), source, block, wrong);
        }
        ("data", [type_name, name]) => {
            declare_resource(module, Mode::Data, (type_name, name), source, block, wrong);
        }
        ("ephemeral", [type_name, name]) => {
            declare_resource(module, Mode::Ephemeral, (type_name, name), source, block, wrong);
        }
        ("provider", [name]) => {
            let alias = Reader::new(source, block, "a provider block", wrong).text("alias");
            let name = ProviderName { local: (*name).to_owned(), alias };
            let provider = Provider { place, body: Written::new(source, block.body.clone()) };
            insert(
                &mut module.providers,
                name,
                provider,
                "provider configuration",
                |p| p.place.clone(),
                wrong,
            );
        }
        ("module", [name]) => {
            if let Some(call) = module_call(source, block, name, wrong) {
                let place = |call: &ModuleCall| call.place.clone();
                insert(
                    &mut module.calls,
                    (*name).to_owned(),
                    call,
                    &format!("module `{name}`"),
                    place,
                    wrong,
                );
            }
        }
        ("check", [name]) => {
            let mut reader = Reader::new(source, block, "a check block", wrong);
            reader.only(&[], &["assert", "data"]);
            let asserts = reader.conditions("assert");
            let scoped = reader.blocks("data");
            for block in scoped {
                if let Some([type_name, name]) = labels_of(block, source, wrong).as_deref() {
                    declare_resource(module, Mode::Data, (type_name, name), source, block, wrong);
                }
            }
            let check = Check { place, asserts };
            let what = format!("check `{name}`");
            insert(&mut module.checks, (*name).to_owned(), check, &what, |check| check.place.clone(), wrong);
        }
        ("terraform", _) => settings::declare(source, block, notes, wrong),
        (kind, _) => refactoring::declare(module, kind, source, block, notes, wrong),
    }
}

fn declare_resource(
    module: &mut Module,
    mode: Mode,
    labels: (&str, &str),
    source: &Arc<Source>,
    block: &Block,
    wrong: &mut Diagnostics,
) {
    let resource = resource::declare(mode, labels, source, block, wrong);
    let address = resource.address();
    let what = format!("`{address}`");
    insert(&mut module.resources, address, resource, &what, |resource| resource.place.clone(), wrong);
}

/// Inserts a declaration, or complains that its name is taken.
fn insert<K: std::hash::Hash + Eq, T>(
    declared: &mut IndexMap<K, T>,
    key: K,
    item: T,
    what: &str,
    place: impl Fn(&T) -> Place,
    wrong: &mut Diagnostics,
) {
    if let Some(earlier) = declared.get(&key) {
        let diagnostic = Diagnostic::new(format!("duplicate {what}"), place(&item), "declared again");
        wrong.push(diagnostic.with_place(place(earlier), "first declared here"));
        return;
    }
    declared.insert(key, item);
}

fn variable(source: &Arc<Source>, block: &Block, name: &str, wrong: &mut Diagnostics) -> Variable {
    let mut reader = Reader::new(source, block, format!("variable `{name}`"), wrong);
    reader.only(&["type", "default", "description", "sensitive", "nullable", "ephemeral"], &["validation"]);
    reader.text("description");
    let constraint = reader.attribute("type");
    let ty = match constraint {
        Some(attribute) => {
            reader.wrong.keep(constraint::parse(&attribute.value, source)).unwrap_or(Type::Dynamic)
        }
        None => Type::Dynamic,
    };
    let default = reader.expression("default").map(|expression| {
        let value = constant(&expression.node, source).and_then(|value| {
            convert(value, &ty).map_err(|error| {
                let message = format!("default of variable `{name}` does not fit its type");
                Diagnostic::new(message, expression.place(), error.to_string())
                    .with_hint(format!("its type is {ty}"))
            })
        });
        reader.wrong.keep(value).unwrap_or_else(|| Value::unknown(ty.concrete()))
    });
    let nullable = reader.flag("nullable").unwrap_or(true);
    if !nullable && default.as_ref().is_some_and(Value::is_null) {
        let place =
            reader.attribute("default").map_or(header(block, source), |it| reader.place(span(&it.value)));
        let message = format!("null default of variable `{name}`");
        reader.wrong.push(Diagnostic::new(
            message,
            place,
            "`nullable = false` says that it must not be null",
        ));
    }
    Variable {
        ty,
        is_typed: constraint.is_some(),
        default,
        nullable,
        marks: marks(&mut reader),
        validations: reader.conditions("validation"),
        place: header(block, source),
    }
}

fn locals(module: &mut Module, source: &Arc<Source>, block: &Block, wrong: &mut Diagnostics) {
    let mut reader = Reader::new(source, block, "a locals block", wrong);
    let attributes: Vec<_> = reader.attributes().collect();
    let names: Vec<&str> = attributes.iter().map(|attribute| attribute.key.as_str()).collect();
    reader.only(&names, &[]);
    for attribute in attributes {
        let name = attribute.key.as_str();
        let place = Place { source: Arc::clone(source), range: span(&attribute.key) };
        let local = Local { place, value: Written::new(source, attribute.value.clone()) };
        let what = format!("local value `{name}`");
        insert(&mut module.locals, name.to_owned(), local, &what, |local| local.place.clone(), wrong);
    }
}

fn output(source: &Arc<Source>, block: &Block, name: &str, wrong: &mut Diagnostics) -> Option<Output> {
    let mut reader = Reader::new(source, block, format!("output `{name}`"), wrong);
    reader.only(&["value", "description", "sensitive", "ephemeral", "depends_on"], &["precondition"]);
    reader.text("description");
    let marks = marks(&mut reader);
    let preconditions = reader.conditions("precondition");
    let depends_on = reader.depends_on();
    let value = reader.required("value")?;
    Some(Output { place: header(block, source), value, marks, preconditions, depends_on })
}

/// What `sensitive` and `ephemeral` say.
fn marks(reader: &mut Reader<'_, '_>) -> Marks {
    Marks {
        sensitive: reader.flag("sensitive").unwrap_or(false),
        ephemeral: reader.flag("ephemeral").unwrap_or(false),
    }
}

fn module_call(
    source: &Arc<Source>,
    block: &Block,
    name: &str,
    wrong: &mut Diagnostics,
) -> Option<ModuleCall> {
    const META: [&str; 6] = ["source", "version", "count", "for_each", "providers", "depends_on"];
    let mut reader = Reader::new(source, block, format!("module `{name}`"), wrong);
    let attributes: Vec<_> = reader.attributes().collect();
    let names: Vec<&str> = attributes.iter().map(|attribute| attribute.key.as_str()).collect();
    reader.only(&names, &[]);
    let repetition = repetition(&mut reader);
    let depends_on = reader.depends_on();
    let providers = passed_providers(&mut reader);
    let written = reader.required("source")?;
    let from = reader.text("source")?;
    reader.text("version");
    let given = attributes.iter().filter(|attribute| !META.contains(&attribute.key.as_str()));
    let arguments: Named<_> = given
        .clone()
        .map(|attribute| (attribute.key.to_string(), Written::new(source, attribute.value.clone())))
        .collect();
    let argument_places = given
        .map(|attribute| {
            let place = Place { source: Arc::clone(source), range: span(&attribute.key) };
            (attribute.key.to_string(), place)
        })
        .collect();
    Some(ModuleCall {
        name: name.to_owned(),
        place: header(block, source),
        source: from,
        source_place: written.place(),
        arguments,
        argument_places,
        repetition,
        depends_on,
        providers,
    })
}

/// `providers = { aws.source = aws.other }`.
fn passed_providers(reader: &mut Reader<'_, '_>) -> Vec<(ProviderName, ProviderName, Place)> {
    let Some(attribute) = reader.attribute("providers") else { return Vec::new() };
    let place = reader.place(span(&attribute.value));
    let passed = attribute.value.as_object().and_then(|object| {
        object
            .iter()
            .map(|(key, value)| {
                let child = match key {
                    ObjectKey::Ident(name) => ProviderName { local: name.value().to_string(), alias: None },
                    ObjectKey::Expression(expression) => provider_name(expression)?,
                };
                Some((child, provider_name(value.expr())?, place.clone()))
            })
            .collect::<Option<Vec<_>>>()
    });
    passed.unwrap_or_else(|| {
        let label = "an object of provider names is expected, as in `{ aws.source = aws.other }`";
        reader.wrong.push(Diagnostic::new("invalid `providers`", place, label));
        Vec::new()
    })
}
