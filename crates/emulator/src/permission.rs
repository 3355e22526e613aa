//! Policies of queues and topics, to which their services add statements one by one.

use serde_json::{Map, Value, json};

/// The elements of a document and of a statement, in the order that AWS writes them in.
const ORDER: [&str; 9] =
    ["Version", "Id", "Sid", "Effect", "Principal", "Action", "Resource", "Condition", "Statement"];

/// A policy document.
pub(crate) struct Document(Map<String, Value>);

impl Document {
    /// One without statements, as the services begin it.
    pub fn new(id: &str) -> Self {
        let members = [("Version", json!("2008-10-17")), ("Id", json!(id)), ("Statement", json!([]))];
        Self(members.map(|(name, value)| (name.to_owned(), value)).into_iter().collect())
    }

    /// Reads one; none for what is no policy document.
    pub fn parse(text: &str) -> Option<Self> {
        let mut members: Map<String, Value> = serde_json::from_str(text).ok()?;
        // A lone statement stands for a list of one.
        if let Some(lone) = members.get_mut("Statement").filter(|statement| statement.is_object()) {
            *lone = json!([lone.take()]);
        }
        members.get("Statement").is_some_and(Value::is_array).then_some(Self(members))
    }

    fn statements(&mut self) -> Option<&mut Vec<Value>> {
        self.0.get_mut("Statement").and_then(Value::as_array_mut)
    }

    /// Adds a statement; false where another has its id.
    pub fn add(&mut self, sid: &str, statement: Value) -> bool {
        let Some(statements) = self.statements() else { return false };
        let free = !statements.iter().any(|held| is_named(held, sid));
        if free {
            statements.push(statement);
        }
        free
    }

    /// Removes a statement; false where none has the id.
    pub fn remove(&mut self, sid: &str) -> bool {
        let Some(statements) = self.statements() else { return false };
        let before = statements.len();
        statements.retain(|held| !is_named(held, sid));
        statements.len() < before
    }

    /// How many statements there are.
    pub fn len(&self) -> usize {
        self.0.get("Statement").and_then(Value::as_array).map_or(0, Vec::len)
    }

    /// The document's text.
    pub fn text(&self) -> String {
        write(&Value::Object(self.0.clone()))
    }
}

fn is_named(statement: &Value, sid: &str) -> bool {
    statement.get("Sid").and_then(Value::as_str) == Some(sid)
}

/// One value, or a list of more.
pub(crate) fn one_or_more(mut values: Vec<String>) -> Value {
    match (values.len(), values.pop()) {
        (1, Some(one)) => one.into(),
        (_, last) => values.into_iter().chain(last).collect(),
    }
}

fn write(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(write).collect::<Vec<_>>().join(",")),
        Value::Object(members) => {
            let known = ORDER.iter().filter_map(|name| members.get_key_value(*name));
            let others = members.iter().filter(|(name, _)| !ORDER.contains(&name.as_str()));
            let written =
                known.chain(others).map(|(name, value)| format!("{}:{}", json!(name), write(value)));
            format!("{{{}}}", written.collect::<Vec<_>>().join(","))
        }
        other => other.to_string(),
    }
}
