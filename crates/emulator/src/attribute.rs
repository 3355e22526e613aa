//! Attributes of messages, which queues and topics have alike: a name, a type and a value.

use serde_json::Value;

/// What is wrong with an attribute: how it is told is the service's own, but for these texts.
pub(crate) enum Misuse {
    /// What both services say of it.
    Told(String),
    /// A number that is none.
    Number,
}

/// Checks that an attribute's value belongs to its type; gives the value.
pub(crate) fn check<'a>(name: &str, attribute: &'a Value) -> Result<&'a str, Misuse> {
    let text = |member: &str| attribute.get(member).and_then(Value::as_str);
    let kind = text("DataType").unwrap_or_default();
    let base = kind.split('.').next().unwrap_or_default();
    let (held, other) = match base {
        "String" | "Number" => (text("StringValue"), text("BinaryValue")),
        "Binary" => (text("BinaryValue"), text("StringValue")),
        _ => {
            return Err(Misuse::Told(format!(
                "The message attribute '{name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String."
            )));
        }
    };
    let held = held.filter(|held| !held.is_empty() && other.is_none()).ok_or_else(|| {
        Misuse::Told(format!(
            "The message attribute '{name}' must contain non-empty message attribute value for message attribute type '{base}'."
        ))
    })?;
    match base == "Number" && !held.parse::<f64>().is_ok_and(f64::is_finite) {
        true => Err(Misuse::Number),
        false => Ok(held),
    }
}
