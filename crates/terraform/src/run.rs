//! Evaluates a configuration step by step while the caller creates what it describes.

mod conditions;
mod expand;
mod instance;
mod names;
mod provider;
mod state;
mod triggers;
mod unexpanded;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use indexmap::IndexMap;
use jiff::Timestamp;

pub use self::instance::{Instance, ProviderConfig};
use self::names::Site;
use self::state::State;
pub use self::triggers::Trigger;
pub use self::unexpanded::Unexpanded;
use crate::address::{Address, InstanceKey, Mode, ModuleInstance};
use crate::configuration::{Configuration, LeftOut};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::eval::{Moment, Scope, evaluate};
use crate::graph::{Item, Node};
use crate::load::{Module, Written};
use crate::value::{Kind, MAX_DEPTH, Marks, Type, Value, convert};

/// What the caller does next.
#[derive(Clone, Debug)]
pub enum Step {
    /// Create a managed resource.
    Create(Instance),
    /// Read a data source or, by its mode, open an ephemeral resource.
    Read(Instance),
}

/// An output of the root module.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// Its value; unknown while it rests on what is not provisioned.
    pub value: Value,
    /// Whether its block says that it is sensitive.
    pub sensitive: bool,
    /// The type of its value.
    pub ty: Type,
}

/// The evaluation of one configuration.
///
/// Call [`Run::next_step`] until it gives `None`; after each step call [`Run::record`] with the attributes that the
/// resource got. The order of the steps is that of the dependency graph; destroying goes the other way.
#[derive(Debug)]
pub struct Run<'c> {
    configuration: &'c Configuration,
    state: State,
    remaining: VecDeque<Node>,
    steps: VecDeque<Step>,
    wrong: Diagnostics,
    notes: Vec<Diagnostic>,
    unexpanded: Vec<Unexpanded>,
    left_out: Vec<LeftOut>,
    given: Vec<Address>,
    /// Whether nothing is made and no data source is read.
    is_rehearsal: bool,
    moment: Option<Moment>,
}

impl<'c> Run<'c> {
    /// The evaluation of `configuration` from its beginning. It takes place at no particular time: what rests on
    /// that is unknown.
    pub fn new(configuration: &'c Configuration) -> Run<'c> {
        Run {
            configuration,
            state: State::default(),
            remaining: configuration.graph.order().cloned().collect(),
            steps: VecDeque::new(),
            wrong: Diagnostics::new(),
            notes: Vec::new(),
            unexpanded: Vec::new(),
            left_out: Vec::new(),
            given: Vec::new(),
            is_rehearsal: false,
            moment: None,
        }
    }

    /// The same evaluation at the time `now`, which `timestamp`, `plantimestamp` and `uuid` rest on.
    pub fn at(self, now: Timestamp) -> Run<'c> {
        Run { moment: Some(Moment::new(now)), ..self }
    }

    /// An evaluation in which nothing is made and no data source is read.
    pub(crate) fn rehearsal(configuration: &'c Configuration) -> Run<'c> {
        Run { is_rehearsal: true, ..Run::new(configuration) }
    }

    /// The next resource to create or data source to read; `None` at the end. What needs no provider is evaluated
    /// on the way.
    ///
    /// # Errors
    ///
    /// All that was found wrong up to here.
    pub fn next_step(&mut self) -> Result<Option<Step>, Diagnostics> {
        let step = self.advance();
        if self.wrong.is_empty() { Ok(step) } else { Err(std::mem::take(&mut self.wrong)) }
    }

    /// As [`Run::next_step`], but goes on after errors: what had none is unknown.
    pub(crate) fn advance(&mut self) -> Option<Step> {
        loop {
            if let Some(step) = self.steps.pop_front() {
                return Some(step);
            }
            let node = self.remaining.pop_front()?;
            self.evaluate(&node);
        }
    }

    pub(crate) fn into_wrong(self) -> Diagnostics {
        self.wrong
    }

    pub(crate) fn keep_all<T>(&mut self, result: Result<T, Diagnostics>) -> Option<T> {
        self.wrong.keep_all(result)
    }

    /// Tells what a resource or data source turned out to be: an object of attributes. Attributes that are not
    /// given keep what the configuration says.
    ///
    /// # Errors
    ///
    /// An attribute of the wrong type, or a postcondition that does not hold.
    pub fn record(&mut self, instance: &Instance, attributes: Value) -> Result<(), Diagnostics> {
        let mut merged = instance.arguments.as_entries().cloned().unwrap_or_default();
        let ty = instance.schema(self.configuration.schema).map(|ty| ty.object_type());
        for (name, value) in attributes.as_entries().into_iter().flatten() {
            let expected = match &ty {
                Some(Type::Object(fields)) => fields.get(name).map(|field| &field.ty),
                _ => None,
            };
            let converted = convert(value.clone(), expected.unwrap_or(&Type::Dynamic)).map_err(|error| {
                let message = format!("attribute `{name}` of `{}` does not fit its type", instance.address);
                Diagnostic::new(message, instance.place.clone(), error.to_string())
            })?;
            let planned = merged.get(name);
            let sensitive = planned.is_some_and(Value::is_sensitive);
            // What the configuration says keeps the places where it was written.
            if planned != Some(&converted) {
                merged.insert(name.clone(), converted.sensitive_if(sensitive));
            }
        }
        let value = self.kept(instance, merged);
        self.state.set_instance(&instance.address, value.clone());
        self.postconditions(instance, &value)
    }

    /// What later expressions see of an instance: what is only handed over is `null`, and all of what was opened for the
    /// run is ephemeral.
    fn kept(&self, instance: &Instance, mut attributes: BTreeMap<String, Value>) -> Value {
        let schema = instance.schema(self.configuration.schema);
        for (name, attribute) in schema.iter().flat_map(|ty| &ty.attributes) {
            if attribute.write_only {
                attributes.insert(name.clone(), Value::new(Kind::Null(attribute.ty.clone())));
            }
        }
        let marks = Marks::EPHEMERAL.when(instance.mode == Mode::Ephemeral);
        Value::new(Kind::Object(attributes)).marked(marks)
    }

    /// The region of the root module's provider `aws`, as far as it was evaluated: where the stack is at home.
    pub fn region(&self) -> Option<&str> {
        self.state.provider(&ModuleInstance::default(), "aws", None)?.region.as_deref()
    }

    /// Tells that a resource or data source was neither made nor read: all of it is unknown.
    pub fn leave_out(&mut self, instance: &Instance) {
        self.state.set_instance(&instance.address, Value::unknown(Type::Dynamic));
    }

    /// The managed resources that are neither made nor read, because their attributes are given.
    pub fn given(&self) -> impl Iterator<Item = (&Address, &Value)> {
        let managed = self.given.iter().filter(|address| address.mode == Mode::Managed);
        managed.filter_map(|address| Some((address, self.state.instance(address)?)))
    }

    /// What was found on the way but is no error, such as a check that does not hold.
    pub fn notes(&self) -> &[Diagnostic] {
        &self.notes
    }

    /// The outputs of the root module by name, as far as they were evaluated.
    pub fn outputs(&self) -> IndexMap<String, Output> {
        let root = ModuleInstance::default();
        let mut outputs: IndexMap<String, Output> = self
            .configuration
            .root
            .outputs
            .iter()
            .filter_map(|(name, output)| {
                let value = self.state.output(&root, name)?.clone().through_plan();
                let sensitive = output.marks.sensitive;
                Some((name.clone(), Output { ty: value.ty(), sensitive, value }))
            })
            .collect();
        outputs.sort_keys();
        outputs
    }

    /// The attributes of a resource instance, as recorded.
    pub fn attributes(&self, address: &Address) -> Option<&Value> {
        self.state.instance(address)
    }

    /// Evaluates a node in every instance of its module.
    fn evaluate(&mut self, node: &Node) {
        let configuration = self.configuration;
        let Some(module) = configuration.root.descendant(&node.module) else { return };
        for instance in self.state.module_instances(&node.module) {
            let result = match &node.item {
                Item::Call(name) => self.expand_call(module, &instance, name),
                Item::Variable(name) => self.variable(module, &instance, name),
                Item::Local(name) => self.local(module, &instance, name),
                Item::Provider(..) => self.provider(module, &instance, node),
                Item::Resource(address) => self.resource(module, &instance, address),
                Item::Output(name) => self.output(module, &instance, name),
                Item::Check(name) => {
                    self.check(module, &instance, name);
                    Ok(())
                }
            };
            self.wrong.keep_all(result);
        }
    }

    /// The value of an expression of a module; unknown where it has none.
    fn value(
        &self,
        expression: &Written<hcl_edit::expr::Expression>,
        site: &Site<'_>,
        within: &str,
    ) -> Result<Value, Diagnostic> {
        let within: Arc<str> = Arc::from(site.instance.qualify(within));
        let value = evaluate(&expression.node, &Scope::new(&expression.source, &within, site))?;
        if value.is_deeper_than(MAX_DEPTH) {
            let label = format!("more than {MAX_DEPTH} levels");
            return Err(Diagnostic::new("value nests too deep", expression.place(), label));
        }
        Ok(value)
    }

    fn local(&mut self, module: &Module, instance: &ModuleInstance, name: &str) -> Result<(), Diagnostics> {
        let Some(local) = module.locals.get(name) else { return Ok(()) };
        let site = Site::new(self, module, instance);
        let result = self.value(&local.value, &site, &format!("local.{name}"));
        let value = result.as_ref().map_or_else(|_| Value::unknown(Type::Dynamic), Clone::clone);
        self.state.set_local(instance, name, value);
        result.map(drop).map_err(Diagnostics::from)
    }

    fn output(&mut self, module: &Module, instance: &ModuleInstance, name: &str) -> Result<(), Diagnostics> {
        let Some(output) = module.outputs.get(name) else { return Ok(()) };
        let site = Site::new(self, module, instance);
        let within = format!("output.{name}");
        let mut wrong = Diagnostics::new();
        wrong.keep_all(self.conditions(&output.preconditions, &site, &within));
        let value = wrong.keep(self.value(&output.value, &site, &within));
        let root = instance.0.is_empty();
        if root && output.marks.ephemeral {
            let message = format!("output `{name}` is ephemeral");
            let label = "an output of the root module is kept";
            wrong.push(Diagnostic::new(message, output.place.clone(), label));
        } else if !output.marks.ephemeral && value.as_ref().is_some_and(Value::is_ephemeral_within) {
            let message = format!("ephemeral value for output `{name}`");
            let label = "the value must not be kept, the output is";
            let hint = match root {
                true => "leave the value out, or use `ephemeralasnull(…)`",
                false => "add `ephemeral = true`, or use `ephemeralasnull(…)`",
            };
            wrong.push(Diagnostic::new(message, output.value.place(), label).with_hint(hint));
        }
        if root && !output.marks.sensitive && value.as_ref().is_some_and(Value::is_sensitive_within) {
            let message = format!("output `{name}` is sensitive");
            wrong.push(
                Diagnostic::new(message, output.place.clone(), "its value is sensitive, the output is not")
                    .with_hint(
                        "add `sensitive = true`, or use `nonsensitive(…)` where the value is no secret",
                    ),
            );
        }
        if root && value.as_ref().is_some_and(Value::is_infinite_within) {
            let message = format!("infinite number for output `{name}`");
            wrong.push(Diagnostic::new(message, output.value.place(), "a state cannot keep it"));
        }
        // Terraform 1.11 takes the word of a child module's output for itself alone: for the caller a value is as
        // sensitive as what it was made of.
        let marks = Marks { sensitive: root && output.marks.sensitive, ..output.marks };
        let value = value.unwrap_or_else(|| Value::unknown(Type::Dynamic)).marked(marks);
        self.state.set_output(instance, name, value);
        wrong.into_result(())
    }

    fn resource(
        &mut self,
        module: &Module,
        instance: &ModuleInstance,
        address: &str,
    ) -> Result<(), Diagnostics> {
        let Some(resource) = module.resources.get(address) else { return Ok(()) };
        if self.configuration.is_ignored(&module.path, resource) {
            self.ignore(module, instance, resource);
            return Ok(());
        }
        let site = Site::new(self, module, instance);
        let expansion = self.expansion(&resource.repetition, &site, address);
        let expansion = match expansion {
            Ok(expansion) => expansion,
            Err(diagnostic) => {
                self.state.set_expansion(instance, address, state::Expansion::Unknown);
                return Err(diagnostic.into());
            }
        };
        if matches!(expansion, state::Expansion::Unknown) {
            self.leave_unexpanded(module, resource);
        }
        self.state.set_expansion(instance, address, expansion.clone());
        let keys = expansion.keys();
        if let (false, Err(unknown)) = (keys.is_empty(), self.configuration.check_known(module, resource)) {
            for (key, _) in keys {
                self.state
                    .set_instance(&instance::address(instance, resource, key), Value::unknown(Type::Dynamic));
            }
            return Err(unknown.into());
        }
        let mut wrong = Diagnostics::new();
        for (key, each) in keys {
            let Some(made) = wrong.keep_all(self.instance(module, instance, resource, key.clone(), each))
            else {
                let address = instance::address(instance, resource, key);
                self.state.set_instance(&address, Value::unknown(Type::Dynamic));
                continue;
            };
            if let Some(given) = self.configuration.given.of_instance(&made.address) {
                let given = given.clone();
                wrong.keep_all(self.record(&made, given));
                self.given.push(made.address);
                continue;
            }
            if self.configuration.given.has(module, resource) {
                let message = format!("no values are given for `{}`", made.address);
                let hint = self.configuration.given.lines(module, resource);
                wrong.push(
                    Diagnostic::new(message, made.place.clone(), "others of the block have some")
                        .with_hint(hint),
                );
                continue;
            }
            match resource.mode {
                Mode::Managed => self.steps.push_back(Step::Create(made)),
                Mode::Data if resource.type_name == "aws_iam_policy_document" => {
                    wrong.keep_all(self.policy_document(&made));
                }
                Mode::Data | Mode::Ephemeral => self.steps.push_back(Step::Read(made)),
            }
        }
        wrong.into_result(())
    }

    fn policy_document(&mut self, made: &Instance) -> Result<(), Diagnostics> {
        let attributes = crate::policy_document::read(&made.arguments, &made.place);
        match attributes {
            Ok(attributes) => self.record(made, attributes),
            Err(diagnostic) => {
                self.state.set_instance(&made.address, Value::unknown(Type::Dynamic));
                Err(diagnostic.into())
            }
        }
    }

    fn variable(
        &mut self,
        module: &Module,
        instance: &ModuleInstance,
        name: &str,
    ) -> Result<(), Diagnostics> {
        let Some(variable) = module.variables.get(name) else { return Ok(()) };
        let result = match instance.0.split_last() {
            None => Ok(self.configuration.variables.get(name).cloned().unwrap_or_else(Value::null)),
            Some(((call, key), parent)) => {
                self.argument(&ModuleInstance(parent.to_vec()), call, key, name, variable)
            }
        };
        let failed = result.is_err();
        let value = result.as_ref().map_or_else(|_| Value::unknown(variable.ty.concrete()), Clone::clone);
        self.state.set_variable(instance, name, value);
        let mut wrong = Diagnostics::new();
        wrong.keep(result);
        if !failed {
            let site = Site::new(self, module, instance);
            let validated = self.conditions(&variable.validations, &site, &format!("var.{name}"));
            wrong.keep_all(validated);
        }
        wrong.into_result(())
    }

    /// The value that a module call gives to a variable of the called module.
    fn argument(
        &self,
        caller: &ModuleInstance,
        call: &str,
        key: &InstanceKey,
        name: &str,
        variable: &crate::load::module::Variable,
    ) -> Result<Value, Diagnostic> {
        let path: Vec<String> = caller.0.iter().map(|(name, _)| name.clone()).collect();
        let module = self.configuration.root.descendant(&path);
        let given = module.and_then(|module| Some((module, module.calls.get(call)?.arguments.get(name)?)));
        let Some((module, given)) = given else {
            return crate::load::default(name, variable);
        };
        let each = self.state.call(caller, call).and_then(|expansion| expansion.each(key));
        let site = Site::new(self, module, caller).repeated(key.clone(), each);
        let value = self.value(given, &site, &format!("module.{call}"))?;
        if !variable.marks.ephemeral && value.is_ephemeral_within() {
            let message = format!("ephemeral value for variable `{name}` of module `{call}`");
            return Err(Diagnostic::new(message, given.place(), "the value must not be kept")
                .with_hint("add `ephemeral = true` to the variable")
                .with_place(variable.place.clone(), "declared here"));
        }
        crate::load::fitted(name, variable, value, &given.place())
    }
}
