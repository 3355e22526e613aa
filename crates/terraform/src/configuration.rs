//! A root module that was read and checked, with its inputs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::address::Mode;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::eval::Found;
use crate::given::Given;
use crate::graph::{self, Graph, Item, Node};
use crate::load::resource::META_ARGUMENTS;
use crate::load::{self, Inputs, Module, Repetition, Resource};
use crate::run::Instance;
use crate::schema::{Schema, check_body, check_type};
use crate::source::Place;
use crate::value::Value;

/// A root module with all that it calls, checked against the schema and brought into order.
#[derive(Debug)]
pub struct Configuration {
    pub(crate) directory: PathBuf,
    pub(crate) root: Module,
    pub(crate) variables: BTreeMap<String, Value>,
    pub(crate) schema: &'static Schema,
    pub(crate) graph: Graph,
    ignore: Vec<String>,
    pub(crate) workspace: String,
    pub(crate) given: Given,
    notes: Vec<Diagnostic>,
}

/// A managed resource that is not provisioned.
#[derive(Clone, Debug)]
pub struct LeftOut {
    /// The address of its block.
    pub address: String,
    /// Its type.
    pub type_name: String,
    /// The block's header.
    pub place: Place,
    /// The managed resources that it refers to, directly or through values, data sources and modules, by the addresses
    /// of their blocks.
    pub reach: BTreeSet<String>,
}

impl Configuration {
    /// Reads and checks the root module in `directory`.
    ///
    /// # Errors
    ///
    /// All that is wrong with its files, or, where the files can be read, all that is wrong with what they declare.
    pub fn load(directory: &Path, inputs: &Inputs) -> Result<Configuration, Diagnostics> {
        let schema = load::builtin_schema()?;
        let mut notes = Vec::new();
        let mut wrong = Diagnostics::new();
        let Some(root) = load::root(directory, &mut notes, &mut wrong) else { return Err(wrong) };
        let is_ignored =
            |module: &[String], resource: &Resource| matches_any(&inputs.ignore, module, resource);
        let given = Given::of(inputs);
        given.check(&root, &mut wrong);
        let mut maybe = Diagnostics::new();
        check_blocks(&root, schema, &given, &is_ignored, false, (&mut wrong, &mut maybe));
        if !wrong.is_empty() {
            wrong.extend(maybe);
        }
        let graph = wrong.keep_all(graph::build(&root, schema, &given, &is_ignored));
        let variables = wrong.keep_all(load::assigned_variables(&root, directory, inputs, &mut notes));
        match (graph, variables) {
            (Some(graph), Some(variables)) => wrong.into_result(Configuration {
                directory: directory.to_owned(),
                root,
                variables,
                schema,
                graph,
                ignore: inputs.ignore.clone(),
                workspace: inputs.workspace.clone().unwrap_or_else(|| "default".to_owned()),
                given,
                notes,
            }),
            _ => Err(wrong),
        }
    }

    /// The directory of the root module, as it was given.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// What was read but is not used, such as a `backend`.
    pub fn notes(&self) -> &[Diagnostic] {
        &self.notes
    }

    /// What needs what.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// The managed resources that an instance refers to, directly or through values, data sources and modules, by the
    /// addresses of their blocks.
    pub fn reach(&self, instance: &Instance) -> BTreeSet<String> {
        let module = instance.address.module.0.iter().map(|(name, _)| name.clone()).collect();
        self.graph.reach(&Node { module, item: Item::Resource(instance.address.resource()) })
    }

    /// A managed resource as one that is not provisioned.
    pub(crate) fn left_out_of(&self, module: &Module, resource: &Resource) -> LeftOut {
        let node = Node { module: module.path.clone(), item: Item::Resource(resource.address()) };
        LeftOut {
            address: node.to_string(),
            type_name: resource.type_name.clone(),
            place: resource.place.clone(),
            reach: match self.is_ignored(&module.path, resource) {
                true => self.graph.reach_of_left_out(module, resource),
                false => self.graph.reach(&node),
            },
        }
    }

    /// Whether any of the references in a module leads, however far round, to a resource or data source that is ignored,
    /// or of which `is_wanted` holds.
    pub(crate) fn rests_on_ignored_or(
        &self,
        module: &Module,
        found: &[Found],
        is_wanted: impl Fn(&Resource) -> bool,
    ) -> bool {
        let is_one = |node: &Node| {
            let Item::Resource(address) = &node.item else { return false };
            let module = self.root.descendant(&node.module);
            let resource = module.and_then(|module| module.resources.get(address));
            resource.is_some_and(|it| self.is_ignored(&node.module, it) || is_wanted(it))
        };
        self.graph.leads_to(module, found, is_one)
    }

    /// Refuses a resource of a type that is not known and for which nothing is given.
    pub(crate) fn check_known(&self, module: &Module, resource: &Resource) -> Result<(), Diagnostic> {
        match check_type(resource, self.schema) {
            Err(unknown) if !self.given.has(module, resource) => {
                Err(with_lines(unknown, &self.given, module, resource))
            }
            _ => Ok(()),
        }
    }

    /// Whether a resource is not provisioned.
    pub(crate) fn is_ignored(&self, module: &[String], resource: &Resource) -> bool {
        matches_any(&self.ignore, module, resource)
    }
}

fn check_blocks(
    module: &Module,
    schema: &Schema,
    given: &Given,
    is_ignored: &dyn Fn(&[String], &Resource) -> bool,
    repeated: bool,
    (wrong, maybe): (&mut Diagnostics, &mut Diagnostics),
) {
    for resource in module.resources.values().filter(|resource| !is_ignored(&module.path, resource)) {
        match check_type(resource, schema) {
            // What is given stands for what is not read.
            Ok(_) if resource.mode == Mode::Data && given.has(module, resource) => {}
            Ok(ty) => {
                let body = &resource.body;
                check_body(&body.node, &body.source, &resource.place, ty, &META_ARGUMENTS, wrong);
            }
            Err(_) if given.has(module, resource) => {}
            Err(unknown) => {
                let unknown = with_lines(unknown, given, module, resource);
                match repeated || !matches!(resource.repetition, Repetition::Single) {
                    // Whether there is an instance of it shows when the configuration is evaluated.
                    true => maybe.push(unknown),
                    false => wrong.push(unknown),
                }
            }
        }
    }
    for (name, provider) in &module.providers {
        if let Some(ty) = schema.provider(&name.local) {
            check_body(&provider.body.node, &provider.body.source, &provider.place, ty, &[], wrong);
        }
    }
    for (name, child) in &module.children {
        let call = module.calls.get(name).map(|call| &call.repetition);
        let repeated = repeated || !matches!(call, None | Some(Repetition::Single));
        check_blocks(child, schema, given, is_ignored, repeated, (&mut *wrong, &mut *maybe));
    }
}

/// The complaint about a type that is not known, with the lines that stand for what it would give.
fn with_lines(unknown: Diagnostic, given: &Given, module: &Module, resource: &Resource) -> Diagnostic {
    let hint = format!("{}\n{}", unknown.hint().unwrap_or_default(), given.lines(module, resource));
    unknown.with_hint(hint)
}

/// Whether a pattern names the resource: its type, its address, or a module that it is in.
pub(crate) fn matches_any(patterns: &[String], module: &[String], resource: &Resource) -> bool {
    let modules: Vec<String> = module.iter().map(|name| format!("module.{name}")).collect();
    let prefixed = format!("{}{}", resource.mode.prefix(), resource.type_name);
    let own = [resource.type_name.clone(), prefixed, resource.address()];
    let prefixes =
        (1..=modules.len()).filter_map(|length| modules.get(..length)).map(|names| names.join("."));
    let qualified = modules.iter().cloned().chain([resource.address()]).collect::<Vec<_>>().join(".");
    let names: Vec<String> = own.into_iter().chain(prefixes).chain([qualified]).collect();
    patterns.iter().any(|pattern| names.iter().any(|name| matches(pattern, name)))
}

/// Whether `name` is `pattern`, where `*` stands for any text.
fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(start) => rest = rest.get(start + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_stand_for_any_text() {
        assert!(matches("aws_cloudfront_*", "aws_cloudfront_distribution"));
        assert!(matches("*", "anything"));
        assert!(matches("a*c*e", "abcde"));
        assert!(!matches("aws_s3", "aws_s3_bucket"));
        assert!(!matches("a*b", "ac"));
    }
}
