//! What applying a root module would do to what its state has: nothing is asked of any target.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value as Json;
use stackproof_policy::statement_hash;
use stackproof_terraform::{
    BlockType, Configuration, Diagnostic, Diagnostics, Instance, PlacedStatement, Run, Schema, Step, Type,
    Value, policy_statements,
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
}

/// One argument that differs; of nested blocks, its path.
#[derive(Debug)]
pub struct Difference {
    /// The argument: `rule[0].status`.
    pub path: String,
    /// What differs.
    pub what: What,
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
    let mut wanted = BTreeSet::new();
    while let Some(step) = run.next_step()? {
        let (Step::Create(instance) | Step::Read(instance)) = &step;
        let address = instance.address.to_string();
        let before = state.resources.get(&address);
        let block = instance.schema(schema);
        // What the state does not have is known after apply only.
        let known = before.map_or_else(|| instance.arguments.clone(), |before| planned(instance, before));
        if run.record(instance, known).is_err() {
            run.leave_out(instance);
        }
        if let (Step::Create(instance), Some(block)) = (step, block) {
            wanted.insert(address);
            match before {
                None => changes.made.push(instance),
                Some(before) => {
                    let differences = differences(&instance, block, before);
                    if !differences.is_empty() {
                        changes.changed.push(Changed { instance, differences });
                    }
                }
            }
        }
    }
    let gone = |address: &&String| !wanted.contains(*address) && !is_data(address);
    let given: BTreeSet<String> = run.given().map(|(address, _)| address.to_string()).collect();
    changes.destroyed =
        state.resources.keys().filter(gone).filter(|it| !given.contains(*it)).cloned().collect();
    changes.notes = configuration.notes().iter().chain(run.notes()).cloned().collect();
    Ok(changes)
}

/// What a resource will be: the state's attributes, and over them what the configuration says.
fn planned(instance: &Instance, before: &Json) -> Value {
    let mut attributes = Value::from_json(before).as_entries().cloned().unwrap_or_default();
    for (name, value) in instance.arguments.as_entries().into_iter().flatten() {
        if !value.is_unknown() && !value.is_null() {
            attributes.insert(name.clone(), value.clone());
        }
    }
    Value::object(attributes)
}

fn differences(instance: &Instance, block: &BlockType, before: &Json) -> Vec<Difference> {
    let mut found = Vec::new();
    if instance.ignore_changes.iter().any(|name| name == "all") {
        return found;
    }
    of_block("", &instance.arguments, block, before, &instance.ignore_changes, &mut found);
    found
}

fn of_block(
    path: &str,
    after: &Value,
    block: &BlockType,
    before: &Json,
    ignored: &[String],
    found: &mut Vec<Difference>,
) {
    for (name, attribute) in &block.attributes {
        let (Some(after), false) = (after.get(name), ignored.contains(name)) else { continue };
        let is_decided = attribute.computed && after.is_unknown()
            || !attribute.required && !attribute.optional && name != "tags_all";
        // A write-only argument is in no state.
        let is_kept = before.get(name).is_some();
        if is_decided || !is_kept {
            continue;
        }
        let before = before.get(name).unwrap_or(&Json::Null);
        let path = format!("{path}{name}");
        if let Some(what) = difference(after, &attribute.ty, attribute.policy, attribute.sensitive, before) {
            found.push(Difference { path, what });
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
            found.push(Difference { path: format!("{path}{name}"), what });
            continue;
        }
        for (index, (new, old)) in blocks.iter().zip(olds).enumerate() {
            of_block(&format!("{path}{name}[{index}]."), new, &nested.block, old, &[], found);
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
