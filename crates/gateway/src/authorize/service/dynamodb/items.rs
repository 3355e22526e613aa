//! Items by their keys: get, put, update, delete, query and scan, alone, in batches and in transactions.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::ServiceCall;
use super::expression::Substitutes;
use super::schema::Schema;
use super::{Access, Leading, Select, key_text};
use crate::directory::upstream::field;
use crate::refusal::Refusal;
use crate::rules::Place;

/// Members that hold an expression.
const EXPRESSIONS: [&str; 5] = [
    "ConditionExpression",
    "FilterExpression",
    "KeyConditionExpression",
    "ProjectionExpression",
    "UpdateExpression",
];
/// Members of the older form that hold attributes by name.
const BY_NAME: [&str; 6] = ["AttributeUpdates", "Expected", "Item", "Key", "KeyConditions", "QueryFilter"];

impl ServiceCall<'_> {
    /// `GetItem`, `PutItem`, `UpdateItem`, `DeleteItem`
    pub(super) async fn single(&self, place: Place<'_>) -> Result<Access, Refusal> {
        let action = match self.operation().name.as_str() {
            "GetItem" => "dynamodb:GetItem",
            "PutItem" => "dynamodb:PutItem",
            "UpdateItem" => "dynamodb:UpdateItem",
            _ => "dynamodb:DeleteItem",
        };
        let members = Value::Object(self.identified.members.clone());
        self.item(action, self.named_table()?, &members, place).await
    }

    fn named_table(&self) -> Result<&str, Refusal> {
        self.text("TableName").ok_or_else(|| self.unknown("which table it is about"))
    }

    /// The reach of one item that is read or written.
    pub(super) async fn item(
        &self,
        action: &'static str,
        table: &str,
        members: &Value,
        place: Place<'_>,
    ) -> Result<Access, Refusal> {
        let schema = self.schema(table, place).await?;
        let mut access = Access::of(action, table);
        access.leading = leading(schema.as_ref(), [members.get("Key").or_else(|| members.get("Item"))]);
        access.attributes = self.attributes(members)?;
        access.return_values = field(members, "ReturnValues").map(str::to_owned);
        if action == "dynamodb:GetItem" {
            access.select = Some(projected(members, "ALL_ATTRIBUTES"));
        }
        Ok(access)
    }

    /// `Query`, `Scan`
    pub(super) async fn read(&self, place: Place<'_>) -> Result<Access, Refusal> {
        let (table, members) = (self.named_table()?, Value::Object(self.identified.members.clone()));
        let queries = self.operation().name == "Query";
        let mut access = Access::of(if queries { "dynamodb:Query" } else { "dynamodb:Scan" }, table);
        access.index = self.text("IndexName").map(str::to_owned);
        access.attributes = self.attributes(&members)?;
        let all = if access.index.is_some() { "ALL_PROJECTED_ATTRIBUTES" } else { "ALL_ATTRIBUTES" };
        access.select = Some(match self.text("Select") {
            Some(value) => Select { value: value.to_owned(), sent: true },
            None => projected(&members, all),
        });
        if queries {
            let schema = self.schema(table, place).await?;
            let partition = schema.as_ref().and_then(|schema| schema.partition_of(access.index.as_deref()));
            let value = partition.and_then(|partition| partition_value(&members, partition));
            access.leading = value.map_or(Leading::Unknown, |value| Leading::Values(vec![value]));
        }
        Ok(access)
    }

    /// `BatchGetItem`, `BatchWriteItem`: one reach a table.
    pub(super) async fn batch(&self, place: Place<'_>) -> Result<Vec<Access>, Refusal> {
        let mut accesses = Vec::new();
        let requests = self.identified.members.get("RequestItems").and_then(Value::as_object);
        for (table, requests) in requests.into_iter().flatten() {
            let schema = self.schema(table, place).await?;
            let reads = self.operation().name == "BatchGetItem";
            let mut access =
                Access::of(if reads { "dynamodb:BatchGetItem" } else { "dynamodb:BatchWriteItem" }, table);
            let list = if reads { requests.get("Keys") } else { Some(requests) };
            let list = list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            let written = |request: &'_ Value| {
                let put = request.get("PutRequest").and_then(|put| put.get("Item"));
                put.or_else(|| request.get("DeleteRequest")?.get("Key")).cloned()
            };
            let items: Vec<Option<Value>> =
                list.iter().map(|entry| if reads { Some(entry.clone()) } else { written(entry) }).collect();
            access.leading = leading(schema.as_ref(), items.iter().map(Option::as_ref));
            for item in items.iter().flatten() {
                access.attributes.extend(item.as_object().into_iter().flat_map(|item| item.keys().cloned()));
            }
            if reads {
                access.attributes.extend(self.attributes(requests)?);
                access.select = Some(projected(requests, "ALL_ATTRIBUTES"));
            }
            accesses.push(access);
        }
        Ok(accesses)
    }

    /// `TransactGetItems`, `TransactWriteItems`: one reach an item, each by the action that does the same alone.
    pub(super) async fn transaction(&self, place: Place<'_>) -> Result<Vec<Access>, Refusal> {
        const PARTS: [(&str, &str); 5] = [
            ("Get", "dynamodb:GetItem"),
            ("ConditionCheck", "dynamodb:ConditionCheckItem"),
            ("Put", "dynamodb:PutItem"),
            ("Update", "dynamodb:UpdateItem"),
            ("Delete", "dynamodb:DeleteItem"),
        ];
        let enclosing = match self.operation().name.as_str() {
            "TransactGetItems" => "TransactGetItems",
            _ => "TransactWriteItems",
        };
        let items = self.identified.members.get("TransactItems").and_then(Value::as_array);
        let mut accesses = Vec::new();
        for item in items.into_iter().flatten() {
            let mut parts = PARTS.iter().filter_map(|(name, action)| Some((*action, item.get(*name)?)));
            let (Some((action, members)), None) = (parts.next(), parts.next()) else {
                return Err(self.unknown("what one of its items is for"));
            };
            let table = field(members, "TableName").ok_or_else(|| self.unknown("which table it is about"))?;
            let mut access = self.item(action, table, members, place).await?;
            access.enclosing = Some(enclosing);
            accesses.push(access);
        }
        Ok(accesses)
    }

    /// Every attribute that members name, in expressions or by the older form.
    fn attributes(&self, members: &Value) -> Result<BTreeSet<String>, Refusal> {
        let substitutes = substitutes(members);
        let mut names = BTreeSet::new();
        for member in EXPRESSIONS {
            if let Some(text) = field(members, member) {
                let found = substitutes.attributes(text);
                names.extend(
                    found.ok_or_else(|| self.unknown(&format!("which attributes its {member} names")))?,
                );
            }
        }
        for member in BY_NAME.iter().chain(&["ScanFilter"]) {
            let named = members.get(*member).and_then(Value::as_object);
            names.extend(named.into_iter().flat_map(|named| named.keys().cloned()));
        }
        let to_get = members.get("AttributesToGet").and_then(Value::as_array);
        names.extend(to_get.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned));
        Ok(names)
    }
}

fn substitutes(members: &Value) -> Substitutes<'_> {
    Substitutes {
        names: members.get("ExpressionAttributeNames"),
        values: members.get("ExpressionAttributeValues"),
    }
}

/// Whether attributes are chosen, else all of them are answered.
fn projected(members: &Value, all: &str) -> Select {
    let chosen = members.get("ProjectionExpression").or_else(|| members.get("AttributesToGet")).is_some();
    Select { value: if chosen { "SPECIFIC_ATTRIBUTES" } else { all }.to_owned(), sent: false }
}

/// The partition keys of items, or of their keys.
fn leading<'a>(schema: Option<&Schema>, items: impl IntoIterator<Item = Option<&'a Value>>) -> Leading {
    let value = |item: Option<&Value>| item?.get(&schema?.partition).and_then(key_text);
    let values: Option<Vec<String>> = items.into_iter().map(value).collect();
    values.map_or(Leading::Unknown, Leading::Values)
}

/// The partition key that a query asks for.
fn partition_value(members: &Value, partition: &str) -> Option<String> {
    if let Some(text) = field(members, "KeyConditionExpression") {
        return substitutes(members).partition(text, partition);
    }
    let condition = members.get("KeyConditions")?.get(partition)?;
    match (
        field(condition, "ComparisonOperator")?,
        condition.get("AttributeValueList")?.as_array()?.as_slice(),
    ) {
        ("EQ", [value]) => key_text(value),
        _ => None,
    }
}
