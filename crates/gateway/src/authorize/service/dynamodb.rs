//! DynamoDB's items: which of them a call reaches, and which of their attributes it names.
//!
//! "Using IAM policy conditions for fine-grained access control" of the developer guide, and the service authorization
//! reference. What a call does not send and the service takes instead (`Select`) is shown as what is taken, by our
//! reading: the guide's own policies would otherwise admit calls that name nothing.

mod expression;
mod items;
mod partiql;
mod schema;
mod statements;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use stackproof_aws::{Members, reference};
use stackproof_policy::{Certainty, Context};

use super::{Check, ServiceCall};
use crate::authorize::Ask;
use crate::authorize::in_play::InPlay;
use crate::refusal::Refusal;
use crate::rules::{Place, Resource, Rule, Wanted};
use schema::Schema;

const TABLE_OR_INDEX: &str = "index(TableName, IndexName) | table(TableName)";

/// One reach of a call into a table.
struct Access {
    action: &'static str,
    /// The table by name or ARN.
    table: String,
    index: Option<String>,
    leading: Leading,
    /// Every attribute that the call names.
    attributes: BTreeSet<String>,
    select: Option<Select>,
    return_values: Option<String>,
    /// Of PartiQL: whether the statement reads the whole table.
    full_scan: Option<bool>,
    /// The transaction that it is part of.
    enclosing: Option<&'static str>,
}

/// The partition keys that a call names.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Leading {
    Values(Vec<String>),
    /// It names none.
    Absent,
    Unknown,
}

/// Which attributes are answered.
struct Select {
    value: String,
    /// Whether it was sent, or is what the service takes for nothing.
    sent: bool,
}

impl Access {
    fn of(action: &'static str, table: &str) -> Self {
        Self {
            action,
            table: table.to_owned(),
            index: None,
            leading: Leading::Absent,
            attributes: BTreeSet::new(),
            select: None,
            return_values: None,
            full_scan: None,
            enclosing: None,
        }
    }
}

impl ServiceCall<'_> {
    /// The asks of a call that reaches items, with the tables and indexes that it reaches; none for other calls.
    pub(super) async fn item_asks(
        &self,
        rule: &Rule,
        place: Place<'_>,
    ) -> Result<Option<(Vec<Ask>, Vec<Resource>)>, Refusal> {
        if self.operation().service != "dynamodb" {
            return Ok(None);
        }
        let Some(accesses) = self.accesses(place).await? else { return Ok(None) };
        let (mut asks, mut resources) = (Vec::new(), Vec::new());
        for access in accesses {
            let resource = self.table(&access, place)?;
            let mut ask =
                self.ask(rule, place, &Check { action: access.action, resource: &resource }).await?;
            show(&mut ask.context, access.action, &access);
            self.doubt(&mut ask, &access).await?;
            if let Some(taken) = self.text("ReturnConsumedCapacity") {
                ask.context.insert("dynamodb:ReturnConsumedCapacity", taken);
            } else {
                ask.context.presume_absent("dynamodb:ReturnConsumedCapacity");
            }
            asks.push(ask);
            resources.push(resource);
        }
        match asks.is_empty() {
            true => Err(self.unknown("it names no item")),
            false => Ok(Some((asks, resources))),
        }
    }

    /// What the call reaches; none where it is no matter of items.
    async fn accesses(&self, place: Place<'_>) -> Result<Option<Vec<Access>>, Refusal> {
        let accesses = match self.operation().name.as_str() {
            "GetItem" | "PutItem" | "UpdateItem" | "DeleteItem" => vec![self.single(place).await?],
            "Query" | "Scan" => vec![self.read(place).await?],
            "BatchGetItem" | "BatchWriteItem" => self.batch(place).await?,
            "TransactGetItems" | "TransactWriteItems" => self.transaction(place).await?,
            "ExecuteStatement" | "BatchExecuteStatement" | "ExecuteTransaction" => {
                self.statements(place).await?
            }
            _ => return Ok(None),
        };
        Ok(Some(accesses))
    }

    /// The table or index that is reached.
    fn table(&self, access: &Access, place: Place<'_>) -> Result<Resource, Refusal> {
        let mut members = Members::new();
        members.insert("TableName".to_owned(), json!(access.table));
        if let Some(index) = &access.index {
            members.insert("IndexName".to_owned(), json!(index));
        }
        let wanted = Wanted::parse("dynamodb", TABLE_OR_INDEX).ok_or_else(|| self.unknown("its table"))?;
        let named = self.told(wanted.named(&members, place))?;
        <[Resource; 1]>::try_from(named).map(|[resource]| resource).map_err(|_| self.unknown("its table"))
    }

    /// What rests on a reading of ours says so, where a policy turns on it.
    async fn doubt(&self, ask: &mut Ask, access: &Access) -> Result<(), Refusal> {
        let organization = self.directory.organization().await?;
        let mentions = |key: &str| InPlay::of(organization.as_deref(), self.call.caller, ask).mention(key);
        let taken = access.select.as_ref().is_some_and(|select| !select.sent) && mentions("dynamodb:select");
        let indexed = access.index.is_some() && mentions("dynamodb:leadingkeys");
        if taken || indexed {
            ask.certainty = ask.certainty.min(Certainty::Reading);
        }
        Ok(())
    }

    /// The schema of a table; none of one that is not there.
    async fn schema(&self, table: &str, place: Place<'_>) -> Result<Option<Schema>, Refusal> {
        let resource = self.table(&Access::of("", table), place)?;
        Ok(self.directory.table(&resource.arn).await?.as_deref().and_then(Schema::of))
    }
}

/// Sets the keys of DynamoDB that the action has.
fn show(context: &mut Context, action: &str, access: &Access) {
    let listed = reference::condition_keys(action).unwrap_or_default();
    let has = |name: &str| listed.contains(&name);
    if has("dynamodb:LeadingKeys") {
        match &access.leading {
            Leading::Values(values) => context.insert_many("dynamodb:LeadingKeys", values),
            Leading::Absent => context.set_absent("dynamodb:LeadingKeys"),
            Leading::Unknown => context.insert_unknown("dynamodb:LeadingKeys"),
        }
    }
    if has("dynamodb:Attributes") {
        match access.attributes.is_empty() {
            true => context.set_absent("dynamodb:Attributes"),
            false => context.insert_many("dynamodb:Attributes", &access.attributes),
        }
    }
    if has("dynamodb:Select") {
        match &access.select {
            Some(select) => context.insert("dynamodb:Select", &select.value),
            None => context.presume_absent("dynamodb:Select"),
        }
    }
    if has("dynamodb:ReturnValues") {
        match &access.return_values {
            Some(values) => context.insert("dynamodb:ReturnValues", values),
            None => context.presume_absent("dynamodb:ReturnValues"),
        }
    }
    if has("dynamodb:FullTableScan") {
        match access.full_scan {
            Some(full) => context.insert("dynamodb:FullTableScan", full.to_string()),
            None => context.set_absent("dynamodb:FullTableScan"),
        }
    }
    match access.enclosing {
        Some(enclosing) => context.insert("dynamodb:EnclosingOperation", enclosing),
        None => context.set_absent("dynamodb:EnclosingOperation"),
    }
}

/// The text of a key's value as policies see it. Numbers of one value have one text; one with an exponent is not
/// reduced, and none is known of it.
fn key_text(value: &Value) -> Option<String> {
    let (kind, value) = value.as_object()?.iter().next()?;
    let value = value.as_str()?;
    match kind.as_str() {
        "S" | "B" => Some(value.to_owned()),
        "N" => plain_number(value),
        _ => None,
    }
}

fn plain_number(text: &str) -> Option<String> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if (whole.is_empty() && fraction.is_empty())
        || !(whole.bytes().chain(fraction.bytes())).all(|b| b.is_ascii_digit())
    {
        return None;
    }
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    let whole = if whole.is_empty() { "0" } else { whole };
    let number = if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") };
    Some(if number == "0" { number } else { format!("{sign}{number}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_one_value_have_one_text() {
        for (text, expected) in [
            ("1", Some("1")),
            ("001.500", Some("1.5")),
            ("+1.0", Some("1")),
            ("-0", Some("0")),
            ("-01", Some("-1")),
            (".5", Some("0.5")),
            ("1e3", None),
            ("", None),
            ("x", None),
        ] {
            assert_eq!(plain_number(text).as_deref(), expected, "{text}");
        }
    }
}
