//! PartiQL: `ExecuteStatement`, `BatchExecuteStatement`, `ExecuteTransaction`.

use serde_json::Value;

use super::super::ServiceCall;
use super::partiql::{self, Kind, Statement, Where};
use super::{Access, Leading, Select, key_text};
use crate::directory::upstream::field;
use crate::refusal::Refusal;
use crate::rules::Place;

impl ServiceCall<'_> {
    /// One reach a statement.
    pub(super) async fn statements(&self, place: Place<'_>) -> Result<Vec<Access>, Refusal> {
        let members = Value::Object(self.identified.members.clone());
        let list =
            ["Statements", "TransactStatements"].iter().find_map(|list| members.get(*list)?.as_array());
        let given: Vec<&Value> = match list {
            Some(list) => list.iter().collect(),
            None => vec![&members],
        };
        let mut accesses = Vec::new();
        for given in given {
            let text = field(given, "Statement").ok_or_else(|| self.unknown("it has no statement"))?;
            let statement = partiql::parse(text).ok_or_else(|| self.unknown("what its statement does"))?;
            let parameters = given.get("Parameters").and_then(Value::as_array);
            let parameters = parameters.map(Vec::as_slice).unwrap_or_default();
            accesses.push(self.statement(&statement, parameters, place).await?);
        }
        Ok(accesses)
    }

    async fn statement(
        &self,
        statement: &Statement,
        parameters: &[Value],
        place: Place<'_>,
    ) -> Result<Access, Refusal> {
        let action = match statement.kind {
            Kind::Select => "dynamodb:PartiQLSelect",
            Kind::Insert => "dynamodb:PartiQLInsert",
            Kind::Update => "dynamodb:PartiQLUpdate",
            Kind::Delete => "dynamodb:PartiQLDelete",
        };
        let schema = self.schema(&statement.table, place).await?;
        let mut access = Access::of(action, &statement.table);
        access.index.clone_from(&statement.index);
        access.attributes.clone_from(&statement.attributes);
        if self.operation().name == "ExecuteTransaction" {
            access.enclosing = Some("ExecuteTransaction");
        }
        let partition = schema.as_ref().and_then(|schema| schema.partition_of(statement.index.as_deref()));
        let Some(partition) = partition else {
            access.leading = Leading::Unknown;
            return Ok(access);
        };
        let values = match statement.keys(partition) {
            Where::Values(values) => {
                let texts: Option<Vec<_>> = values
                    .iter()
                    .map(|value| value.resolve(parameters).as_ref().and_then(key_text))
                    .collect();
                Some(texts.map_or(Leading::Unknown, Leading::Values))
            }
            Where::Anything => None,
            Where::Unknown => Some(Leading::Unknown),
        };
        if statement.kind == Kind::Select {
            access.full_scan = Some(values.is_none());
            let all = if statement.index.is_some() { "ALL_PROJECTED_ATTRIBUTES" } else { "ALL_ATTRIBUTES" };
            let value = if statement.all { all } else { "SPECIFIC_ATTRIBUTES" }.to_owned();
            access.select = Some(Select { value, sent: false });
        }
        access.leading = values.unwrap_or(Leading::Absent);
        Ok(access)
    }
}
