//! Updates in transactions that would change an item's key, which DynamoDB refuses and dynoxide takes there.

use jiff::Timestamp;
use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members};

use super::{Region, error};

const CLAUSES: [&str; 4] = ["SET", "REMOVE", "ADD", "DELETE"];

/// Refuses a transaction in which an update names a part of its table's key as what it changes.
pub(super) fn check(region: &mut Region, now: Timestamp, members: &Members) -> Result<(), ApiError> {
    let entries =
        members.get("TransactItems").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut reasons = Vec::new();
    for entry in entries {
        let refused = match entry.get("Update") {
            Some(update) => of_key(region, now, update)?,
            None => None,
        };
        reasons.push(refused);
    }
    match reasons.iter().any(Option::is_some) {
        true => Err(error::canceled(&reasons)),
        false => Ok(()),
    }
}

/// The part of the key that an update would change.
fn of_key(region: &mut Region, now: Timestamp, update: &Value) -> Result<Option<String>, ApiError> {
    let text = |member: &str| update.get(member).and_then(Value::as_str);
    let (Some(table), Some(expression)) = (text("TableName"), text("UpdateExpression")) else {
        return Ok(None);
    };
    if !region.tables.contains_key(table) {
        return Ok(None);
    }
    let asked = Members::from_iter([("TableName".to_owned(), json!(table))]);
    let described = region.engine.call(now, "DescribeTable", asked)?;
    let schema = described.get("Table").and_then(|table| table.get("KeySchema")).and_then(Value::as_array);
    let mut key = schema.into_iter().flatten().filter_map(|part| part.get("AttributeName")?.as_str());
    let changed: Vec<_> = targets(expression)
        .into_iter()
        .map(|name| match update.get("ExpressionAttributeNames").and_then(|names| names.get(name)) {
            Some(Value::String(meant)) => meant.as_str(),
            _ => name,
        })
        .collect();
    Ok(key.find(|part| changed.contains(part)).map(str::to_owned))
}

/// The first parts of the paths that an update expression changes: those behind the word of a clause, and behind each
/// comma of a clause that stands in no brackets.
fn targets(expression: &str) -> Vec<&str> {
    let (mut targets, mut depth, mut is_next) = (Vec::new(), 0_usize, false);
    let mut rest = expression;
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '#' | ':');
        let end = match is_word(first) {
            true => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            false => first.len_utf8(),
        };
        let (word, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
        match first {
            '(' | '[' => depth = depth.saturating_add(1),
            ')' | ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => is_next = true,
            _ if depth == 0 && CLAUSES.iter().any(|clause| word.eq_ignore_ascii_case(clause)) => {
                is_next = true
            }
            first if is_next && is_word(first) => {
                targets.push(word);
                is_next = false;
            }
            _ => {}
        }
        rest = behind;
    }
    targets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_update_changes() {
        for (expression, expected) in [
            ("SET a = :v", &["a"][..]),
            (
                "set #a=:v,b.c[0] = if_not_exists(d, :e) REMOVE f[1], #g ADD h :i",
                &["#a", "b", "f", "#g", "h"],
            ),
            ("SET a = list_append(b, c), d = e - f DELETE\tg :h", &["a", "d", "g"]),
            ("SET\na=b", &["a"]),
            ("", &[]),
        ] {
            assert_eq!(targets(expression), expected, "{expression}");
        }
    }
}
