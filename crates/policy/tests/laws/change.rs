//! Changes of a setting.

use crate::setting::{Policy, Setting};
use proptest::sample::Index;
use serde_json::{Map, Value, json};

/// One change.
pub enum Change {
    /// A statement more, in the policy of that index.
    Add(Value, Index),
    /// A statement of that effect less.
    Remove(&'static str, Index),
    /// Statements, policies and lists in another order.
    Turn(usize),
    /// Every statement as several that say one thing each.
    Split,
    /// Every statement twice.
    Double,
    /// A kind of policy less.
    Lift(&'static str),
    /// A level of control policies less.
    DropLevel(&'static str),
    /// A policy that cannot be read in the place of one that can.
    Spoil(Index),
    /// Every policy printed and read again, its members in the other order and single items as such.
    Print,
}

impl Setting {
    pub fn with(&self, change: Change) -> Self {
        let mut changed = self.clone();
        match change {
            Change::Add(statement, at) => {
                let mut policies = changed.policies();
                if !policies.is_empty() {
                    let place = at.index(policies.len());
                    let statements = &mut policies[place].statements;
                    statements.insert(at.index(statements.len() + 1), statement);
                }
            }
            Change::Remove(effect, at) => {
                let mut having: Vec<_> =
                    changed.policies().into_iter().filter(|one| one.has(effect)).collect();
                if !having.is_empty() {
                    let place = at.index(having.len());
                    having[place].remove(effect, at);
                }
            }
            Change::Turn(turn) => {
                changed.turn(turn);
                for policy in changed.policies() {
                    let count = policy.statements.len();
                    policy.statements.rotate_left(turn % count);
                    policy.statements.iter_mut().for_each(reverse);
                }
            }
            Change::Split => {
                for policy in changed.policies() {
                    policy.statements = policy.statements.iter().flat_map(split).collect();
                }
            }
            Change::Double => {
                for policy in changed.policies() {
                    let again = policy.statements.clone();
                    policy.statements.extend(again);
                }
            }
            Change::Lift(kind) => changed.lift(kind),
            Change::DropLevel(kind) => changed.drop_level(kind),
            Change::Spoil(at) => {
                let mut policies = changed.policies();
                if !policies.is_empty() {
                    let place = at.index(policies.len());
                    policies[place].unreadable = true;
                }
            }
            Change::Print => {
                for policy in changed.policies() {
                    policy.statements.iter_mut().for_each(reprint);
                }
            }
        }
        changed
    }
}

impl Policy {
    fn has(&self, effect: &str) -> bool {
        self.statements.iter().any(|statement| statement["Effect"] == effect)
    }

    /// Takes a statement out. A policy has at least one: the last is replaced by one that speaks of something else.
    fn remove(&mut self, effect: &str, at: Index) {
        let having: Vec<usize> =
            (0..self.statements.len()).filter(|place| self.statements[*place]["Effect"] == effect).collect();
        let place = having[at.index(having.len())];
        if self.statements.len() > 1 {
            self.statements.remove(place);
        } else {
            self.statements[place]["Effect"] = json!("Allow");
            let members = self.statements[place].as_object_mut().unwrap();
            members.remove("NotAction");
            members.insert("Action".to_owned(), json!("ec2:RunInstances"));
        }
    }
}

/// Lists within a statement in reverse; what they mean is a set.
fn reverse(value: &mut Value) {
    match value {
        Value::Array(items) => items.reverse(),
        Value::Object(members) => members.iter_mut().for_each(|(_, value)| reverse(value)),
        _ => {}
    }
}

/// Lists of one as scalars and scalars as lists of one, members from the last to the first, through text.
fn reprint(statement: &mut Value) {
    fn other(name: &str, value: &Value) -> Value {
        match value {
            Value::Array(items) if items.len() == 1 => items[0].clone(),
            Value::String(_) if !["Effect", "Sid", "Principal", "NotPrincipal"].contains(&name) => {
                json!([value])
            }
            Value::Object(members) => Value::Object(backwards(members)),
            same => same.clone(),
        }
    }
    fn backwards(members: &Map<String, Value>) -> Map<String, Value> {
        members.iter().rev().map(|(name, value)| (name.clone(), other(name, value))).collect()
    }
    let text = serde_json::to_string_pretty(&backwards(statement.as_object().unwrap())).unwrap();
    *statement = serde_json::from_str(&text).unwrap();
}

/// The statements that say together what one says: one item of each list in each. Lists of what is not meant, and of what
/// must not match, cannot be taken apart.
pub fn split(statement: &Value) -> Vec<Value> {
    let mut parts = vec![statement.clone()];
    for element in ["Action", "Resource"] {
        parts = parts.iter().flat_map(|part| each(part, &[element])).collect();
    }
    parts = parts.iter().flat_map(|part| each(part, &["Principal", "AWS"])).collect();
    let conditions: Vec<(String, String)> = statement["Condition"]
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(operator, _)| !operator.contains("Not") && !operator.starts_with("ForAllValues"))
        .flat_map(|(operator, keys)| {
            keys.as_object().unwrap().keys().map(|key| (operator.clone(), key.clone())).collect::<Vec<_>>()
        })
        .collect();
    for (operator, key) in conditions {
        parts = parts.iter().flat_map(|part| each(part, &["Condition", &operator, &key])).collect();
    }
    parts
}

/// The statement once for each item of the list in that place.
fn each(statement: &Value, place: &[&str]) -> Vec<Value> {
    let pointer: String = place.iter().map(|name| format!("/{}", name.replace('/', "~1"))).collect();
    match statement.pointer(&pointer) {
        Some(Value::Array(items)) if !items.is_empty() => items
            .iter()
            .map(|item| {
                let mut one = statement.clone();
                *one.pointer_mut(&pointer).unwrap() = item.clone();
                one
            })
            .collect(),
        _ => vec![statement.clone()],
    }
}
