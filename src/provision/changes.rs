//! What applying a root module would do to what its state has: nothing is asked of any target.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value as Json;
use stackproof_policy::statement_hash;
use stackproof_terraform::{
    BlockType, Configuration, Diagnostic, Diagnostics, Instance, PlacedStatement, Run, Schema, Step, Trigger,
    Type, Value, policy_statements,
};

use super::request::Request;
use super::state::{State, is_data};

/// All that would be done, in order.
#[derive(Default)]
pub struct Changes {
    /// What would be made.
    pub made: Vec<Instance>,
    /// What would be changed.
    pub changed: Vec<Changed>,
    /// The addresses of what would be destroyed.
    pub destroyed: Vec<String>,
    /// What is worth knowing of the configuration.
    pub notes: Vec<Diagnostic>,
}

/// A resource that would be changed.
pub struct Changed {
    /// As the configuration has it.
    pub instance: Instance,
    /// What differs.
    pub differences: Vec<Difference>,
    /// Whether another resource takes its place, and how; none where it is changed in place.
    pub replaced: Option<Replaced>,
}

/// How a resource is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// Whether the new one is made before the old one is destroyed.
    pub creates_first: bool,
    /// Whether nothing but its `replace_triggered_by` asks for it.
    pub is_triggered: bool,
}

/// One argument that differs; of nested blocks, its path.
#[derive(Debug)]
pub struct Difference {
    /// The argument: `rule[0].status`.
    pub path: String,
    /// What differs.
    pub what: What,
    /// Whether it cannot be changed in place.
    pub replaces: bool,
}

/// How an argument differs.
#[derive(Debug)]
pub enum What {
    /// In its value. Secrets are not shown.
    Value {
        /// As the state has it.
        before: Json,
        /// As the configuration has it; none while it is not known.
        after: Option<Json>,
        /// Whether it is secret.
        sensitive: bool,
    },
    /// In a policy's statements.
    Policy {
        /// Statements that the state's policy lacks.
        added: Vec<PlacedStatement>,
        /// Statements that the configuration's policy lacks.
        removed: Vec<Json>,
    },
}

/// What applying the root module would do to what the state file has.
///
/// # Errors
/// The state cannot be read, or what is wrong with the configuration.
pub fn changes(request: &Request, state: &Path) -> Result<Changes, Diagnostics> {
    changes_to(&State::read(state)?, request)
}

/// The same to a state that was read.
pub(super) fn changes_to(state: &State, request: &Request) -> Result<Changes, Diagnostics> {
    let configuration = Configuration::load(&request.directory, &request.of_module())?;
    let schema = Schema::aws().map_err(Diagnostic::nowhere)?;
    let mut run = Run::new(&configuration);
    let mut changes = Changes::default();
    let mut planned = Planned::default();
    let mut wrong = Diagnostics::new();
    while let Some(step) = run.next_step()? {
        let (Step::Create(instance) | Step::Read(instance)) = &step;
        let before = state.resources.get(&instance.address.to_string());
        let changed = match (&step, before.zip(instance.schema(schema))) {
            (Step::Create(_), Some((before, block))) => changed(instance, block, before, schema, &planned),
            _ => None,
        };
        let after = match (before, &changed) {
            // What the state does not have is known after apply only, and so is what replaces something.
            (None, _) | (_, Some(Changed { replaced: Some(_), .. })) => instance.arguments.clone(),
            (Some(before), changed) => attributes_after(instance, before, changed.is_some()),
        };
        if let Step::Create(instance) = &step {
            planned.note(&configuration, instance, before, &after, changed.is_some());
        }
        if run.record(instance, after).is_err() {
            run.leave_out(instance);
        }
        match (step, changed) {
            (Step::Create(_), Some(changed)) => {
                wrong.extend(forbidden(&changed));
                changes.changed.push(changed);
            }
            (Step::Create(instance), None) if before.is_none() => changes.made.push(instance),
            _ => {}
        }
    }
    planned.order_replacements(&mut changes.changed);
    let gone = |address: &&String| !planned.actions.contains_key(*address) && !is_data(address);
    let given: BTreeSet<String> = run.given().map(|(address, _)| address.to_string()).collect();
    changes.destroyed =
        state.resources.keys().filter(gone).filter(|it| !given.contains(*it)).cloned().collect();
    changes.notes = configuration.notes().iter().chain(run.notes()).cloned().collect();
    wrong.into_result(changes)
}

/// What would be done to what the configuration has, as far as it was come to.
#[derive(Default)]
struct Planned {
    /// By address.
    actions: BTreeMap<String, Action>,
    /// The blocks in their order, with what each refers to and whether it says `create_before_destroy`.
    blocks: Vec<(String, BTreeSet<String>, bool)>,
}

struct Action {
    before: Option<Json>,
    after: Value,
    is_change: bool,
}

impl Planned {
    fn note(
        &mut self,
        configuration: &Configuration,
        instance: &Instance,
        before: Option<&Json>,
        after: &Value,
        is_change: bool,
    ) {
        let action = Action { before: before.cloned(), after: after.clone(), is_change };
        self.actions.insert(instance.address.to_string(), action);
        let reach = configuration.reach(instance);
        self.blocks.push((instance.address.block(), reach, instance.create_before_destroy));
    }

    /// Whether the change of anything that `replace_triggered_by` names asks for it.
    fn is_triggered(&self, instance: &Instance) -> bool {
        instance.replace_triggered_by.iter().any(|Trigger { resource, pointer }| {
            let of_block = format!("{resource}[");
            let meant = |address: &&String| *address == resource || address.starts_with(&of_block);
            let mut meant = self.actions.iter().filter(|(address, _)| meant(address));
            meant.any(|(_, action)| match (pointer.is_empty(), &action.before) {
                (true, _) => action.is_change,
                (false, Some(_)) if !action.is_change => false,
                (false, before) => {
                    let before = before.as_ref().and_then(|before| before.pointer(pointer));
                    value_at(&action.after, pointer) != Some(before.cloned())
                }
            })
        })
    }

    /// What is needed by something that is made before it is destroyed is so itself.
    fn order_replacements(&self, changed: &mut [Changed]) {
        let mut first = BTreeSet::new();
        for (block, reach, says) in self.blocks.iter().rev() {
            if *says || first.contains(block) {
                first.extend([block.clone()]);
                first.extend(reach.iter().cloned());
            }
        }
        for changed in changed {
            let creates_first = first.contains(&changed.instance.address.block());
            changed.replaced = changed.replaced.map(|replaced| Replaced { creates_first, ..replaced });
        }
    }
}

/// What stands at a pointer; nothing while it is not known.
fn value_at(value: &Value, pointer: &str) -> Option<Option<Json>> {
    let mut value = value;
    for step in pointer.split('/').skip(1) {
        if value.is_unknown() {
            return None;
        }
        let step = step.replace("~1", "/").replace("~0", "~");
        let item = || value.as_sequence()?.get(step.parse::<usize>().ok()?);
        match value.get(&step).or_else(item) {
            Some(inner) => value = inner,
            None => return Some(None),
        }
    }
    value.is_wholly_known().then(|| Some(value.to_json()))
}

/// How the configuration has a resource of the state otherwise; none where it does not.
fn changed(
    instance: &Instance,
    block: &BlockType,
    before: &Json,
    schema: &Schema,
    planned: &Planned,
) -> Option<Changed> {
    let differences = differences(instance, block, before, schema);
    let is_forced = differences.iter().any(|difference| difference.replaces);
    let replaced = (is_forced || planned.is_triggered(instance))
        .then_some(Replaced { creates_first: false, is_triggered: !is_forced });
    (!differences.is_empty() || replaced.is_some()).then(|| Changed {
        instance: instance.clone(),
        differences,
        replaced,
    })
}

/// Terraform refuses what `prevent_destroy` forbids.
fn forbidden(changed: &Changed) -> Option<Diagnostic> {
    let Changed { instance, differences, replaced } = changed;
    if replaced.is_none() || !instance.prevent_destroy {
        return None;
    }
    let causes = differences.iter().filter(|it| it.replaces).map(|it| format!("`{}`", it.path));
    let causes: Vec<String> = causes.collect();
    let causes = if causes.is_empty() { "`replace_triggered_by`".to_owned() } else { causes.join(", ") };
    let message = format!("`{}` would be replaced, which `prevent_destroy` forbids", instance.address);
    let label = format!("asked for by {causes}");
    let hint = "remove `prevent_destroy`, or what differs";
    Some(Diagnostic::new(message, instance.place().clone(), label).with_hint(hint))
}

/// What a resource will be that stays: the state's attributes, and over them what the configuration says.
fn attributes_after(instance: &Instance, before: &Json, is_changed: bool) -> Value {
    let mut attributes = Value::from_json(before).as_entries().cloned().unwrap_or_default();
    for (name, value) in instance.arguments.as_entries().into_iter().flatten() {
        if !value.is_unknown() && !value.is_null() || instance.unknown.contains(name) {
            attributes.insert(name.clone(), value.clone());
        }
    }
    if is_changed && instance.type_name == "terraform_data" {
        attributes.insert("output".to_owned(), Value::unknown(Type::Dynamic));
    }
    Value::object(attributes)
}

fn differences(instance: &Instance, block: &BlockType, before: &Json, schema: &Schema) -> Vec<Difference> {
    let mut comparison = Comparison { instance, schema, found: Vec::new() };
    if !instance.ignore_changes.iter().any(|name| name == "all") {
        comparison.of_block("", &instance.arguments, block, before, &instance.ignore_changes);
    }
    comparison.found
}

/// What differs between a resource's arguments and the state's.
struct Comparison<'a> {
    instance: &'a Instance,
    schema: &'a Schema,
    found: Vec<Difference>,
}

impl Comparison<'_> {
    fn find(&mut self, path: String, what: What) {
        let replaces = self.schema.replaces(&self.instance.type_name, &path);
        self.found.push(Difference { path, what, replaces });
    }

    /// Whether the configuration gives the argument a value that is not known.
    fn is_given_unknown(&self, path: &str) -> bool {
        let names = path.split('.').map(|name| name.split('[').next().unwrap_or(name));
        self.instance.unknown.contains(&names.collect::<Vec<_>>().join("."))
    }

    fn of_block(&mut self, path: &str, after: &Value, block: &BlockType, before: &Json, ignored: &[String]) {
        for (name, attribute) in &block.attributes {
            let (Some(after), false) = (after.get(name), ignored.contains(name)) else { continue };
            let path = format!("{path}{name}");
            let is_decided = attribute.computed && after.is_unknown() && !self.is_given_unknown(&path)
                || !attribute.required && !attribute.optional && name != "tags_all";
            // A write-only argument is in no state.
            let is_kept = before.get(name).is_some();
            if is_decided || !is_kept {
                continue;
            }
            let before = before.get(name).unwrap_or(&Json::Null);
            if let Some(what) =
                difference(after, &attribute.ty, attribute.policy, attribute.sensitive, before)
            {
                self.find(path, what);
            }
        }
        for (name, nested) in
            block.blocks.iter().filter(|(name, _)| *name != "timeouts" && !ignored.contains(name))
        {
            let Some(blocks) = after.get(name).and_then(Value::as_sequence) else { continue };
            if nested.computed && !nested.as_argument && blocks.is_empty() {
                continue;
            }
            let olds = before.get(name).and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
            if blocks.len() != olds.len() {
                let what = What::Value {
                    before: Json::Array(olds.to_vec()),
                    after: Some(Json::Array(blocks.iter().map(shown).collect())),
                    sensitive: false,
                };
                self.find(format!("{path}{name}"), what);
                continue;
            }
            for (index, (new, old)) in blocks.iter().zip(olds).enumerate() {
                self.of_block(&format!("{path}{name}[{index}]."), new, &nested.block, old, &[]);
            }
        }
    }
}

/// A block without what it does not say.
fn shown(block: &Value) -> Json {
    let mut json = block.to_json();
    if let Some(entries) = json.as_object_mut() {
        entries.retain(|_, value| !is_nothing(value));
    }
    json
}

fn difference(after: &Value, ty: &Type, is_policy: bool, sensitive: bool, before: &Json) -> Option<What> {
    let sensitive = sensitive || after.is_sensitive_within();
    if !after.is_wholly_known() {
        return Some(What::Value { before: before.clone(), after: None, sensitive });
    }
    let json = after.to_json();
    if same(&json, before, ty) {
        return None;
    }
    if is_policy && let Some(what) = of_policy(after, before) {
        return what;
    }
    Some(What::Value { before: before.clone(), after: Some(json), sensitive })
}

/// The statements by which two policies differ, or nothing for what are no policies.
fn of_policy(after: &Value, before: &Json) -> Option<Option<What>> {
    let before = Value::from_json(before);
    let (new, old) = (policy_statements(after), policy_statements(&before));
    if new.is_empty() && old.is_empty() {
        return None;
    }
    let hashes = |all: &[PlacedStatement]| -> BTreeMap<String, Json> {
        all.iter().map(|it| (statement_hash(&it.json), it.json.clone())).collect()
    };
    let (now, then) = (hashes(&new), hashes(&old));
    let added: Vec<_> = new.into_iter().filter(|it| !then.contains_key(&statement_hash(&it.json))).collect();
    let removed: Vec<_> =
        then.into_iter().filter(|(hash, _)| !now.contains_key(hash)).map(|(_, it)| it).collect();
    Some((!added.is_empty() || !removed.is_empty()).then_some(What::Policy { added, removed }))
}

/// Whether the provider takes both for one: it does not tell empty from absent, and a set has no order.
fn same(new: &Json, old: &Json, ty: &Type) -> bool {
    if new == old || is_nothing(new) && is_nothing(old) {
        return true;
    }
    match (ty, new, old) {
        (Type::Set(_), Json::Array(new), Json::Array(old)) => {
            new.len() == old.len() && new.iter().all(|item| old.contains(item))
        }
        (Type::String, Json::String(new), Json::String(old)) => {
            // JSON is one document in any layout.
            let parsed = |text: &str| {
                serde_json::from_str::<Json>(text).ok().filter(|it| it.is_object() || it.is_array())
            };
            parsed(new).is_some_and(|new| parsed(old) == Some(new))
        }
        (_, Json::Number(new), Json::Number(old)) => new.as_f64() == old.as_f64(),
        _ => false,
    }
}

fn is_nothing(json: &Json) -> bool {
    match json {
        Json::Null | Json::Bool(false) => true,
        Json::Bool(true) => false,
        Json::Number(number) => number.as_f64() == Some(0.0),
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(entries) => entries.is_empty(),
    }
}
