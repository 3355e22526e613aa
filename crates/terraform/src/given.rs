//! Values that are given for resources and data sources of which nothing is known here, such as those of `vault`.

use std::collections::BTreeMap;

use hcl_edit::structure::{Body, Structure};

use crate::address::Address;
use crate::diagnostic::{Diagnostic, Diagnostics, choices};
use crate::eval::{Found, of_body, of_expression};
use crate::load::{Inputs, Module, Repetition, Resource};
use crate::schema::{Attribute, BlockType, NestedBlock};
use crate::value::{Type, Value};

/// What is given, by address.
#[derive(Debug, Default)]
pub(crate) struct Given {
    values: BTreeMap<String, Value>,
    /// The stack's name in `stackproof.toml`, for lines to paste.
    stack: String,
    /// What stands before addresses there.
    prefix: String,
}

/// The address of a block, in whichever module.
fn address(module: &Module, resource: &Resource) -> String {
    let modules = module.path.iter().map(|name| format!("module.{name}."));
    modules.chain([resource.address()]).collect()
}

impl Given {
    pub(crate) fn of(inputs: &Inputs) -> Given {
        let stack = inputs.stack.clone().unwrap_or_else(|| "NAME".to_owned());
        Given { values: inputs.given.clone(), stack, prefix: inputs.prefix.clone() }
    }

    /// Whether anything is given for a block or one of its instances.
    pub(crate) fn has(&self, module: &Module, resource: &Resource) -> bool {
        let block = address(module, resource);
        self.values.keys().any(|key| is_of(key, &block))
    }

    /// What is given for an instance: its own values, else those of its block.
    pub(crate) fn of_instance(&self, instance: &Address) -> Option<&Value> {
        self.values.get(&instance.to_string()).or_else(|| self.values.get(&instance.block()))
    }

    /// Whether a block has that attribute: it is given for an instance, or stands in the block.
    pub(crate) fn has_attribute(&self, module: &Module, resource: &Resource, name: &str) -> bool {
        let block = address(module, resource);
        let mut values = self.values.iter().filter(|(key, _)| is_of(key, &block));
        let body = &resource.body.node;
        values.any(|(_, value)| value.get(name).is_some())
            || body.has_attribute(name)
            || body.has_blocks(name)
    }

    /// Complains about what is given for no block.
    pub(crate) fn check(&self, root: &Module, wrong: &mut Diagnostics) {
        let mut known = Vec::new();
        blocks(root, &mut known);
        for key in self.values.keys().filter(|key| !known.iter().any(|block| is_of(key, block))) {
            let message = format!("values are given for `{}{key}`, which is not declared", self.prefix);
            let hint = choices(key, known.iter().map(String::as_str), "the module declares no resources");
            wrong.push(Diagnostic::nowhere(message).with_hint(hint));
        }
    }

    /// The lines of `stackproof.toml` that give a block what the module asks of it.
    pub(crate) fn lines(&self, module: &Module, resource: &Resource) -> String {
        let block = address(module, resource);
        let body = &resource.body.node;
        let mut names = BTreeMap::new();
        for found in uses(module, &resource.address()) {
            let mut then = found.then.iter().skip_while(|name| name.is_none());
            let Some(Some(name)) = then.next() else { continue };
            // What stands in the block is known.
            if body.has_attribute(name) || body.has_blocks(name) {
                continue;
            }
            let value = match then.next() {
                Some(Some(inner)) => format!("{{ {inner} = \"…\" }}"),
                Some(None) => "{ … }".to_owned(),
                None => "\"…\"".to_owned(),
            };
            names.entry(name.clone()).or_insert(value);
        }
        let lines = names.iter().map(|(name, value)| format!("\n{name} = {value}"));
        let lines: String = if names.is_empty() { "\nid = \"…\"".to_owned() } else { lines.collect() };
        format!(
            "to give its values, add to stackproof.toml:\n[stacks.{}.data.{}]{lines}",
            self.stack,
            self.quoted(&block)
        )
    }

    /// An address as a key of TOML: in single quotes nothing needs to be escaped.
    fn quoted(&self, address: &str) -> String {
        let key = format!("{}{address}", self.prefix);
        if key.contains('"') { format!("'{key}'") } else { format!("\"{key}\"") }
    }

    /// The complaint about an attribute that is not given.
    pub(crate) fn missing(
        &self,
        module: &Module,
        resource: &Resource,
        found: &Found,
        name: &str,
    ) -> Diagnostic {
        let block = address(module, resource);
        let message = format!("`{block}` has no attribute `{name}` in stackproof.toml");
        Diagnostic::new(message, found.place.clone(), "not given").with_hint(format!(
            "add to stackproof.toml:\n[stacks.{}.data.{}]\n{name} = \"…\"",
            self.stack,
            self.quoted(&block)
        ))
    }
}

/// Whether a key is a block's address, or that of an instance of it.
fn is_of(key: &str, block: &str) -> bool {
    key.strip_prefix(block).is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
}

fn blocks(module: &Module, all: &mut Vec<String>) {
    all.extend(module.resources.values().map(|resource| address(module, resource)));
    module.children.values().for_each(|child| blocks(child, all));
}

/// Where a module refers to one of its resources.
fn uses(module: &Module, address: &str) -> Vec<Found> {
    let mut all = Vec::new();
    let repeated = |repetition: &Repetition| match repetition {
        Repetition::Single => None,
        Repetition::Count(it) | Repetition::ForEach(it) => Some(of_expression(&it.node, &it.source).0),
    };
    for local in module.locals.values() {
        all.extend(of_expression(&local.value.node, &local.value.source).0);
    }
    for output in module.outputs.values() {
        all.extend(of_expression(&output.value.node, &output.value.source).0);
    }
    for provider in module.providers.values() {
        all.extend(of_body(&provider.body.node, &provider.body.source, &[]).0);
    }
    for resource in module.resources.values() {
        all.extend(of_body(&resource.body.node, &resource.body.source, &["lifecycle"]).0);
        all.extend(repeated(&resource.repetition).into_iter().flatten());
    }
    for call in module.calls.values() {
        let arguments = call.arguments.values();
        all.extend(arguments.flat_map(|given| of_expression(&given.node, &given.source).0));
        all.extend(repeated(&call.repetition).into_iter().flatten());
    }
    all.retain(|found| found.reference.to_string() == address);
    all
}

/// A type that takes just what stands in the body.
pub(crate) fn type_of(body: &Body, meta: &[&str]) -> BlockType {
    let mut ty = BlockType::default();
    for structure in body {
        match structure {
            Structure::Attribute(attribute) if !meta.contains(&attribute.key.as_str()) => {
                ty.attributes.insert(attribute.key.to_string(), anything());
            }
            Structure::Block(block) if !meta.contains(&block.ident.as_str()) => {
                let label = block.labels.first().map(|label| label.as_str().to_owned());
                let content = block.body.get_blocks("content").next();
                let (name, body) = match (block.ident.as_str(), label, content) {
                    ("dynamic", Some(label), Some(content)) => (label, &content.body),
                    (name, ..) => (name.to_owned(), &block.body),
                };
                let inner = type_of(body, &[]);
                let nested = ty.blocks.entry(name).or_insert_with(|| NestedBlock {
                    block: BlockType::default(),
                    min: 0,
                    max: None,
                    computed: false,
                    as_argument: false,
                });
                nested.block.attributes.extend(inner.attributes);
                nested.block.blocks.extend(inner.blocks);
            }
            _ => {}
        }
    }
    ty
}

fn anything() -> Attribute {
    Attribute {
        ty: Type::Dynamic,
        required: false,
        optional: true,
        computed: false,
        sensitive: false,
        write_only: false,
        policy: false,
        default: None,
    }
}
