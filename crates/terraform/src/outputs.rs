//! Outputs in the form of `terraform output -json`.

use indexmap::IndexMap;

use crate::run::Output;
use crate::value::{Type, Value, convert, encode_json};

/// The outputs as `terraform output -json` prints them: sorted by name, each with `sensitive`, `type` and `value`.
/// Numbers keep all their digits. A value that is not known is `null`.
pub fn outputs_json(outputs: &IndexMap<String, Output>) -> String {
    let mut names: Vec<&String> = outputs.keys().collect();
    names.sort();
    let mut entries = Vec::new();
    for (name, output) in names.into_iter().filter_map(|name| Some((name, outputs.get(name)?))) {
        let ty = indented(&output.ty.to_json().to_string(), 2);
        let value = indented(encode_json(&output.value).as_str(), 2);
        let name = crate::value::quoted(name);
        let sensitive = output.sensitive;
        entries.push(format!(
            "  {name}: {{\n    \"sensitive\": {sensitive},\n    \"type\": {ty},\n    \"value\": {value}\n  }}"
        ));
    }
    if entries.is_empty() {
        return "{}".to_owned();
    }
    format!("{{\n{}\n}}", entries.join(",\n"))
}

/// The outputs that JSON in the form of `terraform output -json` has. An output without a `type` has that of its value.
///
/// # Errors
///
/// The name of an output that has no such form.
pub fn outputs_from_json(json: &serde_json::Value) -> Result<IndexMap<String, Output>, String> {
    let entries = json.as_object().ok_or("an object of outputs is expected")?;
    let mut outputs = IndexMap::new();
    for (name, entry) in entries {
        let wrong = |reason: &str| format!("the output `{name}` {reason}");
        let value = Value::from_json(entry.get("value").ok_or_else(|| wrong("has no `value`"))?);
        let sensitive = entry.get("sensitive").and_then(serde_json::Value::as_bool).unwrap_or(false);
        let ty =
            entry.get("type").map(|ty| Type::from_json(ty).ok_or_else(|| wrong("has an unknown `type`")));
        let ty = ty.transpose()?.unwrap_or_else(|| value.ty());
        let value = convert(value, &ty).map_err(|_| wrong("has a value that is not of its `type`"))?;
        outputs.insert(name.clone(), Output { value: value.sensitive_if(sensitive), sensitive, ty });
    }
    Ok(outputs)
}

/// Compact JSON on several lines, two spaces a level, beginning at `level`.
fn indented(compact: &str, mut level: usize) -> String {
    let mut out = String::new();
    let mut in_text = false;
    let mut escaped = false;
    let mut characters = compact.chars().peekable();
    while let Some(character) = characters.next() {
        if in_text {
            out.push(character);
            in_text = escaped || character != '"';
            escaped = character == '\\' && !escaped;
            continue;
        }
        match character {
            '{' | '[' => {
                out.push(character);
                if let Some(close) = characters.next_if(|next| matches!(next, '}' | ']')) {
                    out.push(close);
                    continue;
                }
                level += 1;
                newline(&mut out, level);
            }
            '}' | ']' => {
                level = level.saturating_sub(1);
                newline(&mut out, level);
                out.push(character);
            }
            ',' => {
                out.push(',');
                newline(&mut out, level);
            }
            ':' => out.push_str(": "),
            other => {
                in_text = other == '"';
                out.push(other);
            }
        }
    }
    out
}

fn newline(out: &mut String, level: usize) {
    out.push('\n');
    out.push_str(&"  ".repeat(level));
}

#[cfg(test)]
mod tests {
    use super::indented;

    #[test]
    fn indents_as_go_does() {
        assert_eq!(
            indented(r#"{"a":[1,"x,\"{"],"b":{}}"#, 0),
            "{\n  \"a\": [\n    1,\n    \"x,\\\"{\"\n  ],\n  \"b\": {}\n}"
        );
    }
}
