//! Finds what each part of a configuration needs, and complains about references to what is not there.

use std::collections::BTreeSet;

use crate::address::Mode;
use crate::diagnostic::{Diagnostic, Diagnostics, choices, did_you_mean};
use crate::eval::{Found, Reference, References, function_exists, of_body, of_expression, unknown_function};
use crate::given::Given;
use crate::graph::reach::of_left_out;
use crate::graph::targets::{node, provider_node, targets};
use crate::graph::{Graph, Item, Node};
use crate::load::module::{Condition, ProviderName};
use crate::load::resource::META_ARGUMENTS;
use crate::load::{Module, ModuleCall, Repetition, Resource};
use crate::schema::Schema;
use crate::source::Place;

/// Whether the schema has a resource's type made last.
fn is_late(node: &Node, schema: &Schema) -> bool {
    let Item::Resource(address) = &node.item else { return false };
    let type_name = address.split('.').next().unwrap_or_default();
    schema.resource(type_name).is_some_and(|ty| ty.late)
}

/// The graph of a root module and all that it calls.
pub(crate) fn build(
    root: &Module,
    schema: &Schema,
    given: &Given,
    is_ignored: &dyn Fn(&[String], &Resource) -> bool,
) -> Result<Graph, Diagnostics> {
    let mut builder =
        Builder { graph: Graph::default(), root, schema, given, is_ignored, wrong: Diagnostics::new() };
    builder.nodes(root);
    builder.edges(root, None);
    if builder.wrong.is_empty()
        && let Err(cycle) = builder.graph.sort(|node| is_late(node, schema))
    {
        builder.wrong.push(cycle);
    }
    builder.wrong.into_result(builder.graph)
}

struct Builder<'s> {
    graph: Graph,
    root: &'s Module,
    schema: &'s Schema,
    given: &'s Given,
    is_ignored: &'s dyn Fn(&[String], &Resource) -> bool,
    wrong: Diagnostics,
}

/// What may be used where an expression stands.
#[derive(Clone, Copy, Default)]
struct Here {
    each: bool,
    count: bool,
    this: bool,
}

impl Here {
    fn of(repetition: &Repetition) -> Here {
        Here {
            each: matches!(repetition, Repetition::ForEach(_)),
            count: matches!(repetition, Repetition::Count(_)),
            this: false,
        }
    }
}

impl Builder<'_> {
    fn nodes(&mut self, module: &Module) {
        let items = (module.calls.keys().map(|name| Item::Call(name.clone())))
            .chain(module.variables.keys().map(|name| Item::Variable(name.clone())))
            .chain(module.locals.keys().map(|name| Item::Local(name.clone())))
            .chain(module.providers.keys().map(|name| Item::Provider(name.local.clone(), name.alias.clone())))
            .chain(module.resources.keys().map(|address| Item::Resource(address.clone())))
            .chain(module.outputs.keys().map(|name| Item::Output(name.clone())))
            .chain(module.checks.keys().map(|name| Item::Check(name.clone())));
        for item in items {
            self.graph.insert(node(module, item));
        }
        for child in module.children.values() {
            self.nodes(child);
        }
    }

    fn edges(&mut self, module: &Module, parent: Option<(&Module, &ModuleCall)>) {
        for (name, local) in &module.locals {
            let from = node(module, Item::Local(name.clone()));
            self.refer(module, &from, of_expression(&local.value.node, &local.value.source), Here::default());
        }
        for (name, output) in &module.outputs {
            let from = node(module, Item::Output(name.clone()));
            self.refer(
                module,
                &from,
                of_expression(&output.value.node, &output.value.source),
                Here::default(),
            );
            self.conditions(module, &from, &output.preconditions, Here::default());
            self.depend(module, &from, &output.depends_on);
        }
        for (name, variable) in &module.variables {
            let from = node(module, Item::Variable(name.clone()));
            self.conditions(module, &from, &variable.validations, Here::default());
            let given = parent.and_then(|(caller, call)| Some((caller, call, call.arguments.get(name)?)));
            if let Some((caller, call, given)) = given {
                let references = of_expression(&given.node, &given.source);
                self.refer(caller, &from, references, Here::of(&call.repetition));
            } else if let Some((_, call)) = parent.filter(|_| variable.default.is_none()) {
                let message = format!("missing argument `{name}` of module `{}`", call.name);
                let diagnostic =
                    Diagnostic::new(message, call.place.clone(), format!("`{name}` is required"));
                self.wrong.push(diagnostic.with_place(variable.place.clone(), "declared here"));
            }
        }
        for (name, provider) in &module.providers {
            let from = Node::provider(&module.path, name);
            let references = of_body(&provider.body.node, &provider.body.source, &["alias", "version"]);
            self.refer(module, &from, references, Here::default());
        }
        for (name, check) in &module.checks {
            let from = node(module, Item::Check(name.clone()));
            self.conditions(module, &from, &check.asserts, Here::default());
        }
        for resource in module.resources.values() {
            self.resource(module, resource);
        }
        for call in module.calls.values() {
            self.call(module, call);
        }
        if let Some((caller, call)) = parent {
            self.await_call(module, &node(caller, Item::Call(call.name.clone())), &call.place);
        }
        for (name, child) in &module.children {
            if let Some(call) = module.calls.get(name) {
                self.edges(child, Some((module, call)));
            }
        }
    }

    /// Everything in a called module waits until it is known how many instances the call makes.
    fn await_call(&mut self, module: &Module, call: &Node, place: &Place) {
        let members = self.members(|path| path == module.path);
        for member in members {
            self.graph.connect(&member, call, place);
        }
    }

    /// The nodes of the modules whose paths fit, in order.
    fn members(&self, fits: impl Fn(&[String]) -> bool) -> Vec<Node> {
        let mut members: Vec<Node> =
            self.graph.indexes.keys().filter(|node| fits(&node.module)).cloned().collect();
        members.sort();
        members
    }

    fn resource(&mut self, module: &Module, resource: &Resource) {
        let from = node(module, Item::Resource(resource.address()));
        if (self.is_ignored)(&module.path, resource) {
            for (needed, place) in of_left_out(module, resource) {
                self.graph.connect(&from, &needed, &place);
            }
            return;
        }
        let here = Here::of(&resource.repetition);
        self.repetition(module, &from, &resource.repetition);
        let skipped: Vec<&str> = META_ARGUMENTS.to_vec();
        self.refer(module, &from, of_body(&resource.body.node, &resource.body.source, &skipped), here);
        self.conditions(module, &from, &resource.lifecycle.preconditions, here);
        self.conditions(module, &from, &resource.lifecycle.postconditions, Here { this: true, ..here });
        if let Some(triggers) = &resource.lifecycle.replace_triggered_by {
            self.refer(module, &from, of_expression(&triggers.node, &triggers.source), here);
        }
        self.depend(module, &from, &resource.depends_on);
        let local = resource.type_name.split('_').next().unwrap_or_default().to_owned();
        let provider = resource.provider.clone().unwrap_or(ProviderName { local, alias: None });
        match provider_node(self.root, module, &provider) {
            Some(node) => self.graph.connect(&from, &node, &resource.place),
            // Without any block a provider is configured by its environment; an alias needs one.
            None if provider.alias.is_none() => {}
            None => {
                let known = module.providers.keys().map(ProviderName::to_string).collect::<Vec<_>>();
                let nothing = "declare it in a `provider` block with that alias";
                let hint = choices(&provider.to_string(), known.iter().map(String::as_str), nothing);
                let message = format!("unknown provider configuration `{provider}`");
                let label = format!("`{}` is made with it", resource.address());
                self.wrong.push(Diagnostic::new(message, resource.place.clone(), label).with_hint(hint));
            }
        }
    }

    fn call(&mut self, module: &Module, call: &ModuleCall) {
        let from = node(module, Item::Call(call.name.clone()));
        self.repetition(module, &from, &call.repetition);
        self.depend(module, &from, &call.depends_on);
        let Some(child) = module.children.get(&call.name) else { return };
        for (name, place) in &call.argument_places {
            if !child.variables.contains_key(name) {
                let message = format!("module `{}` has no variable `{name}`", call.name);
                let nothing = "the module declares no variables";
                let hint = choices(name, child.variables.keys().map(String::as_str), nothing);
                self.wrong.push(Diagnostic::new(message, place.clone(), "unknown argument").with_hint(hint));
            }
        }
    }

    fn repetition(&mut self, module: &Module, from: &Node, repetition: &Repetition) {
        if let Repetition::Count(expression) | Repetition::ForEach(expression) = repetition {
            self.refer(module, from, of_expression(&expression.node, &expression.source), Here::default());
        }
    }

    fn conditions(&mut self, module: &Module, from: &Node, conditions: &[Condition], here: Here) {
        for condition in conditions {
            let written = &condition.condition;
            let references = of_expression(&written.node, &written.source);
            if references.0.is_empty() && references.2.is_empty() {
                let label = "refers to nothing, so it checks nothing";
                let hint = "a condition refers to what it is about, such as `var.name` or `self`";
                self.wrong.push(Diagnostic::new("invalid condition", written.place(), label).with_hint(hint));
            }
            self.refer(module, from, references, here);
            let message = &condition.error_message;
            self.refer(module, from, of_expression(&message.node, &message.source), here);
        }
    }

    /// `depends_on`: a module stands for all that is in it.
    fn depend(&mut self, module: &Module, from: &Node, depends_on: &[Found]) {
        for found in depends_on {
            match &found.reference {
                Reference::Module(name) if module.children.contains_key(name) => {
                    let path: Vec<String> = module.path.iter().cloned().chain([name.clone()]).collect();
                    let members = self.members(|module| module.starts_with(&path));
                    for member in members {
                        self.graph.connect(from, &member, &found.place);
                    }
                }
                _ => self.reference(module, from, found, Here::default()),
            }
        }
    }

    fn refer(&mut self, module: &Module, from: &Node, references: References, here: Here) {
        let (found, calls, wrong) = references;
        self.wrong.extend(wrong);
        for call in calls {
            if !function_exists(&call.name) {
                self.wrong.push(unknown_function(&call.name, call.place));
            }
        }
        for found in &found {
            self.reference(module, from, found, here);
        }
    }

    fn reference(&mut self, module: &Module, from: &Node, found: &Found, here: Here) {
        let misplaced = match &found.reference {
            Reference::EachKey | Reference::EachValue if !here.each => {
                Some("only a block with `for_each` has it")
            }
            Reference::CountIndex if !here.count => Some("only a block with `count` has it"),
            Reference::This if !here.this => Some("only a postcondition has it"),
            _ => None,
        };
        if let Some(label) = misplaced {
            let message = format!("`{}` cannot be used here", found.reference);
            self.wrong.push(Diagnostic::new(message, found.place.clone(), label));
            return;
        }
        match targets(module, found) {
            Ok(targets) => {
                for target in targets
                    .iter()
                    .filter(|target| !(*target == from && matches!(from.item, Item::Variable(_))))
                {
                    self.graph.connect(from, target, &found.place);
                }
                self.attribute(module, found);
            }
            Err(diagnostic) => self.wrong.push(diagnostic),
        }
    }

    /// Complains about an attribute that a known resource type does not have.
    fn attribute(&mut self, module: &Module, found: &Found) {
        let Reference::Resource { mode, type_name, .. } = &found.reference else { return };
        let address = found.reference.to_string();
        let Some(resource) = module.resources.get(&address) else { return };
        if (self.is_ignored)(&module.path, resource) {
            return;
        }
        let ty = self.schema.block(*mode, type_name);
        let repeated = !matches!(resource.repetition, Repetition::Single);
        let name = match (found.then.first(), found.then.get(1)) {
            (Some(None), Some(Some(name))) if repeated => name,
            (Some(Some(name)), _) if !repeated => name,
            (Some(Some(name)), _) => {
                let message = format!("`{address}` has several instances");
                let index =
                    if matches!(resource.repetition, Repetition::Count(_)) { "[0]" } else { "[\"KEY\"]" };
                let diagnostic = Diagnostic::new(message, found.place.clone(), "an instance must be chosen");
                self.wrong.push(diagnostic.with_hint(format!("write `{address}{index}.{name}`")));
                return;
            }
            _ => return,
        };
        if self.given.has(module, resource) && !self.given.has_attribute(module, resource, name) {
            let is_known =
                ty.is_some_and(|ty| ty.attributes.contains_key(name) || ty.blocks.contains_key(name));
            if !is_known || *mode == Mode::Data {
                self.wrong.push(self.given.missing(module, resource, found, name));
            }
            return;
        }
        let Some(ty) = ty else { return };
        // Of a type that is kept not every attribute need be known: whether it is missed shows where it is read.
        let is_kept = *mode == Mode::Managed && self.schema.is_kept(type_name);
        if is_kept || ty.attributes.contains_key(name) || ty.blocks.contains_key(name) {
            return;
        }
        let known = ty.attributes.keys().chain(ty.blocks.keys()).map(String::as_str);
        let hint = did_you_mean(name, known).unwrap_or_else(|| {
            let known: BTreeSet<&str> =
                ty.attributes.keys().chain(ty.blocks.keys()).map(String::as_str).collect();
            format!("its attributes are {}", known.into_iter().collect::<Vec<_>>().join(", "))
        });
        let message = format!("`{type_name}` has no attribute `{name}`");
        self.wrong.push(Diagnostic::new(message, found.place.clone(), "unknown attribute").with_hint(hint));
    }
}
