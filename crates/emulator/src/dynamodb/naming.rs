//! Tables that a request names by their ARNs: the engine knows them by name, and the answer calls them as the request did.

use std::collections::BTreeMap;

use serde_json::Value;
use stackproof_aws::{ApiError, Members};

use super::{arn, error, partiql};
use crate::input::not_implemented;
use crate::kms::Place;

/// The tables of one request.
pub(super) struct Naming {
    here: Place,
    /// Where they are: ARNs may say another account.
    place: Option<Place>,
    /// By name, as the request has it.
    given: BTreeMap<String, String>,
}

impl Naming {
    /// Of a request that is sent there.
    pub fn new(here: Place) -> Self {
        Self { here, place: None, given: BTreeMap::new() }
    }

    /// Writes a request's tables by their names.
    ///
    /// # Errors
    /// For ARNs that name no table, and for tables that are not of one account.
    pub fn shorten(&mut self, operation: &str, members: &mut Members) -> Result<(), ApiError> {
        match operation {
            "BatchGetItem" | "BatchWriteItem" => {
                let Some(Value::Object(items)) = members.get_mut("RequestItems") else { return Ok(()) };
                for (named, of_table) in std::mem::take(items) {
                    let name = self.name(&named)?;
                    if items.insert(name.clone(), of_table).is_some() {
                        return Err(error::validation(format!("Table {name} is named twice in one request")));
                    }
                }
                Ok(())
            }
            "TransactGetItems" | "TransactWriteItems" => {
                for item in entries(members, "TransactItems") {
                    for action in item.values_mut().filter_map(Value::as_object_mut) {
                        self.shorten_table(action)?;
                    }
                }
                Ok(())
            }
            "ExecuteStatement" => self.shorten_statement(members),
            "BatchExecuteStatement" => {
                entries(members, "Statements").try_for_each(|entry| self.shorten_statement(entry))
            }
            "ExecuteTransaction" => {
                entries(members, "TransactStatements").try_for_each(|entry| self.shorten_statement(entry))
            }
            _ => self.shorten_table(members),
        }
    }

    /// Writes an answer's tables as the request named them.
    pub fn restore(&self, operation: &str, members: &mut Members) {
        if self.given.is_empty() {
            return;
        }
        let batch = operation.starts_with("Batch") || operation.starts_with("Transact");
        for maps in ["Responses", "UnprocessedKeys", "UnprocessedItems", "ItemCollectionMetrics"] {
            if let (true, Some(Value::Object(tables))) = (batch, members.get_mut(maps)) {
                *tables = std::mem::take(tables)
                    .into_iter()
                    .map(|(name, of_table)| (self.given(&name).unwrap_or(name), of_table))
                    .collect();
            }
        }
        let consumed = match members.get_mut("ConsumedCapacity") {
            Some(Value::Array(list)) => list.iter_mut().collect(),
            Some(one) => vec![one],
            None => Vec::new(),
        };
        for capacity in consumed.into_iter().filter_map(Value::as_object_mut) {
            let name = capacity.get("TableName").and_then(Value::as_str);
            if let Some(given) = name.and_then(|name| self.given(name)) {
                capacity.insert("TableName".to_owned(), Value::String(given));
            }
        }
    }

    /// Where the tables are.
    pub fn place(&self) -> Place {
        self.place.clone().unwrap_or_else(|| self.here.clone())
    }

    /// The tables' names.
    pub fn tables(&self) -> impl Iterator<Item = &str> {
        self.given.keys().map(String::as_str)
    }

    fn shorten_table(&mut self, members: &mut Members) -> Result<(), ApiError> {
        if let Some(Value::String(named)) = members.get_mut("TableName") {
            *named = self.name(named)?;
        }
        Ok(())
    }

    fn shorten_statement(&mut self, members: &mut Members) -> Result<(), ApiError> {
        if let Some(Value::String(statement)) = members.get_mut("Statement") {
            *statement = partiql::with_tables(statement, |named| self.name(named))?;
        }
        Ok(())
    }

    fn name(&mut self, named: &str) -> Result<String, ApiError> {
        let (place, name) = arn::resolve(&self.here, named)?;
        match &self.place {
            Some(other) if *other != place => {
                return Err(not_implemented("a request to tables of several accounts"));
            }
            _ => self.place = Some(place),
        }
        self.given.insert(name.clone(), named.to_owned());
        Ok(name)
    }

    fn given(&self, name: &str) -> Option<String> {
        self.given.get(name).cloned()
    }
}

/// The structures of a list.
fn entries<'a>(members: &'a mut Members, list: &str) -> impl Iterator<Item = &'a mut Members> {
    let list = members.get_mut(list).and_then(Value::as_array_mut);
    list.into_iter().flatten().filter_map(Value::as_object_mut)
}
