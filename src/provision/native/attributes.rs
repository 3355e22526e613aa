//! Arguments and attributes of a resource, by the provider's names.

use serde_json::{Value, json};

/// Arguments or attributes of one resource, as a state file has them.
#[derive(Clone, Debug, PartialEq)]
pub struct Attributes(Value);

impl From<Value> for Attributes {
    fn from(attributes: Value) -> Self {
        Self(attributes)
    }
}

impl Attributes {
    /// The value at a JSON pointer (`/rule/0/object_ownership`); null where there is none.
    pub fn at(&self, pointer: &str) -> &Value {
        self.0.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// The text at a JSON pointer, where there is some: the provider does not tell empty from unset.
    pub fn text(&self, pointer: &str) -> Option<&str> {
        self.at(pointer).as_str().filter(|text| !text.is_empty())
    }

    /// The truth at a JSON pointer; unset is false.
    pub fn flag(&self, pointer: &str) -> bool {
        self.at(pointer).as_bool().unwrap_or(false)
    }

    /// The elements of the list at a JSON pointer.
    pub fn list(&self, pointer: &str) -> &[Value] {
        self.at(pointer).as_array().map_or(&[], Vec::as_slice)
    }

    /// The tags, the provider's `default_tags` among them, as AWS's APIs take them; none where there are none.
    pub fn tag_set(&self) -> Option<Vec<Value>> {
        let tags = self.at("/tags_all").as_object()?;
        (!tags.is_empty())
            .then(|| tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect())
    }

    /// The same with more attributes, which win.
    #[must_use]
    pub fn with(mut self, more: Value) -> Self {
        if let (Value::Object(own), Value::Object(more)) = (&mut self.0, more) {
            own.extend(more);
        }
        self
    }

    /// The same with each of these attributes where it is null or absent.
    #[must_use]
    pub fn with_defaults(mut self, defaults: Value) -> Self {
        if let (Value::Object(own), Value::Object(defaults)) = (&mut self.0, defaults) {
            for (name, value) in defaults {
                let slot = own.entry(name).or_insert(Value::Null);
                if slot.is_null() {
                    *slot = value;
                }
            }
        }
        self
    }

    /// The same without those whose names are so.
    #[must_use]
    pub fn without(mut self, is_so: impl Fn(&str) -> bool) -> Self {
        if let Value::Object(own) = &mut self.0 {
            own.retain(|name, _| !is_so(name));
        }
        self
    }

    /// The attributes as JSON.
    pub fn as_json(&self) -> &Value {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_fill_nulls_and_gaps_only() {
        let given = Attributes::from(json!({ "path": null, "name": "a" }));
        let filled = given.with_defaults(json!({ "path": "/", "name": "b", "tags": {} }));
        assert_eq!(*filled.as_json(), json!({ "path": "/", "name": "a", "tags": {} }));
    }

    #[test]
    fn unset_and_empty_text_are_the_same() {
        let given = Attributes::from(json!({ "description": "", "name": null, "path": "/a/" }));
        assert_eq!(
            (given.text("/description"), given.text("/name"), given.text("/path")),
            (None, None, Some("/a/"))
        );
    }

    #[test]
    fn tags_are_keys_and_values() {
        let tagged = Attributes::from(json!({ "tags_all": { "A": "1" } }));
        assert_eq!(tagged.tag_set(), Some(vec![json!({ "Key": "A", "Value": "1" })]));
        assert_eq!(Attributes::from(json!({ "tags_all": {} })).tag_set(), None);
    }
}
