//! Where in a request a value stands: `TableName`, `Tasks[].Role`, `RequestItems{}`.

use serde_json::Value;
use stackproof_aws::Members;

/// A way to members of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Path(Vec<Segment>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Segment {
    name: String,
    each: Each,
}

/// How many there are at a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Each {
    One,
    /// `[]`: the elements of a list.
    Element,
    /// `{}`: the keys of a map, or, where the way goes on, its values.
    Entry,
}

impl Path {
    /// Reads a path; none where the text is none.
    pub fn parse(text: &str) -> Option<Self> {
        let segment = |part: &str| {
            let (name, each) = match (part.strip_suffix("[]"), part.strip_suffix("{}")) {
                (Some(name), _) => (name, Each::Element),
                (_, Some(name)) => (name, Each::Entry),
                _ => (part, Each::One),
            };
            let valid =
                !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
            valid.then(|| Segment { name: name.to_owned(), each })
        };
        text.split('.').map(segment).collect::<Option<Vec<_>>>().map(Self)
    }

    /// Every value that stands there, as text.
    pub fn texts(&self, members: &Members) -> Vec<String> {
        let mut out = Vec::new();
        if let Some((first, rest)) = self.0.split_first()
            && let Some(value) = members.get(&first.name)
        {
            step(first, rest, value, &mut out);
        }
        out
    }

    /// Whether something stands there, be it a structure or an empty text.
    pub fn is_given(&self, members: &Members) -> bool {
        let Some((first, rest)) = self.0.split_first() else { return false };
        members.get(&first.name).is_some_and(|value| given(first, rest, value))
    }

    /// The list that the way leads through, where it leads through one, and the way on from an element.
    pub fn through_list<'a>(&self, members: &'a Members) -> Option<(&'a [Value], Self)> {
        let at = self.0.iter().position(|segment| segment.each == Each::Element)?;
        let (head, rest) = self.0.split_at_checked(at.checked_add(1)?)?;
        let (first, further) = head.split_first()?;
        let mut value = members.get(&first.name)?;
        for segment in further {
            value = value.get(&segment.name)?;
        }
        Some((value.as_array()?, Self(rest.to_vec())))
    }

    /// The way to the first list that it leads through.
    pub fn list(&self) -> Option<Self> {
        let at = self.0.iter().position(|segment| segment.each == Each::Element)?;
        Some(Self(self.0.get(..=at)?.to_vec()))
    }

    /// The values from an element of a list.
    pub fn texts_of(&self, element: &Value) -> Vec<String> {
        let mut out = Vec::new();
        walk(&self.0, element, &mut out);
        out
    }
}

fn walk(segments: &[Segment], value: &Value, out: &mut Vec<String>) {
    match segments.split_first() {
        None => out.extend(text(value)),
        Some((segment, rest)) => {
            if let Some(value) = value.get(&segment.name) {
                step(segment, rest, value, out);
            }
        }
    }
}

fn step(segment: &Segment, rest: &[Segment], value: &Value, out: &mut Vec<String>) {
    match (segment.each, value) {
        (Each::One, value) => walk(rest, value, out),
        (Each::Element, Value::Array(items)) => items.iter().for_each(|item| walk(rest, item, out)),
        (Each::Entry, Value::Object(entries)) if rest.is_empty() => out.extend(entries.keys().cloned()),
        (Each::Entry, Value::Object(entries)) => entries.values().for_each(|value| walk(rest, value, out)),
        _ => {}
    }
}

fn given(segment: &Segment, rest: &[Segment], value: &Value) -> bool {
    let on = |value: &Value| match rest.split_first() {
        // A flag that is off asks for nothing.
        None => *value != Value::Bool(false),
        Some((next, rest)) => value.get(&next.name).is_some_and(|value| given(next, rest, value)),
    };
    match (segment.each, value) {
        (Each::One, value) => on(value),
        (Each::Element, Value::Array(items)) => items.iter().any(on),
        (Each::Entry, Value::Object(entries)) => entries.values().any(on),
        _ => false,
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_found_in_lists_and_maps() {
        let Value::Object(members) = json!({
            "A": "a", "N": {"B": 1}, "L": [{"X": "x", "Y": [true]}, {"X": "z"}, {}], "M": {"k": {"V": "v"}, "l": {}}
        }) else {
            panic!()
        };
        for (path, expected) in [
            ("A", &["a"][..]),
            ("N.B", &["1"]),
            ("N", &[]),
            ("L[].X", &["x", "z"]),
            ("L[].Y[]", &["true"]),
            ("M{}", &["k", "l"]),
            ("M{}.V", &["v"]),
            ("Z", &[]),
            ("A.B", &[]),
        ] {
            assert_eq!(Path::parse(path).unwrap().texts(&members), expected, "{path}");
        }
        for text in ["", "A..B", "A[]x", "{}", "A b"] {
            assert_eq!(Path::parse(text), None, "{text}");
        }
    }
}
