//! Arguments as members of a call, and members of an answer as attributes: the same by other names.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use stackproof_aws::{Member, Service, Shape};
use stackproof_terraform::{BlockType, Type};

use super::template::is_blank;
use crate::provision::native::attributes::Attributes;

/// The calls of one service, and by which names a type knows their members.
#[derive(Clone, Copy)]
pub struct Calls<'a> {
    service: Option<&'static Service>,
    names: &'a BTreeMap<String, String>,
}

impl<'a> Calls<'a> {
    /// Those of that service.
    pub fn of(service: &str, names: &'a BTreeMap<String, String>) -> Self {
        Self { service: Service::named(service), names }
    }

    /// The members of a call that the arguments are; `tags_all` are its tags.
    pub fn members(&self, operation: &str, arguments: &Attributes) -> Map<String, Value> {
        let operation = self.service.and_then(|service| service.operation(operation));
        self.filled(operation.map_or(&[], |operation| operation.input()), arguments)
    }

    /// The members of a structure that the arguments are.
    pub fn structure(&self, shape: &str, arguments: &Attributes) -> Map<String, Value> {
        match self.shape(shape) {
            Some(Shape::Structure { members, .. }) => self.filled(members, arguments),
            _ => Map::new(),
        }
    }

    fn filled(&self, members: &[Member], arguments: &Attributes) -> Map<String, Value> {
        members
            .iter()
            .filter_map(|member| {
                let value = match member.name.eq_ignore_ascii_case("tags") {
                    true => self.tags(member, arguments.at("/tags_all")),
                    false => self.member(member, arguments.as_json()),
                };
                Some((member.name.clone(), value?))
            })
            .collect()
    }

    fn shape(&self, name: &str) -> Option<&'static Shape> {
        self.service?.shape(name)
    }

    fn member(&self, member: &Member, arguments: &Value) -> Option<Value> {
        let name = self.names.get(&member.name).cloned().unwrap_or_else(|| argument_name(&member.name));
        self.value(member, arguments.get(name)?)
    }

    /// A value of a member's type; none where it is unset.
    fn value(&self, member: &Member, value: &Value) -> Option<Value> {
        if is_blank(value) {
            return None;
        }
        let Some(shape) = self.shape(&member.kind) else {
            return Some(scalar(&member.kind, value));
        };
        match (shape, value) {
            // A block of which one may stand is a list of one.
            (Shape::Structure { members, .. }, Value::Array(blocks)) => self.nested(members, blocks.first()?),
            (Shape::Structure { members, .. }, value) => self.nested(members, value),
            (Shape::List { list }, Value::Array(elements)) => {
                let elements: Vec<Value> =
                    elements.iter().filter_map(|element| self.value(list, element)).collect();
                (!elements.is_empty()).then_some(Value::Array(elements))
            }
            (Shape::Map { map }, Value::Object(entries)) => {
                let entries =
                    entries.iter().filter_map(|(key, value)| Some((key.clone(), self.value(&map.1, value)?)));
                Some(Value::Object(entries.collect()))
            }
            (_, value) => Some(value.clone()),
        }
    }

    fn nested(&self, members: &[Member], value: &Value) -> Option<Value> {
        value.is_object().then(|| {
            let members =
                members.iter().filter_map(|member| Some((member.name.clone(), self.member(member, value)?)));
            Value::Object(members.collect())
        })
    }

    /// Tags are a map or a list of pairs, whose members each service calls as it likes.
    fn tags(&self, member: &Member, tags: &Value) -> Option<Value> {
        let tags = tags.as_object().filter(|tags| !tags.is_empty())?;
        let Some(Shape::List { list }) = self.shape(&member.kind) else {
            return Some(Value::Object(tags.clone()));
        };
        let Some(Shape::Structure { members, .. }) = self.shape(&list.kind) else { return None };
        let named = |ending: &str| members.iter().find(|it| it.name.to_ascii_lowercase().ends_with(ending));
        let (key, of) = (&named("key")?.name, &named("value")?.name);
        Some(tags.iter().map(|(name, value)| json!({ key: name, of: value })).collect())
    }
}

/// Numbers and truths that the provider has as texts, and texts that it has as numbers.
fn scalar(kind: &str, value: &Value) -> Value {
    match (kind, value) {
        ("string", Value::Number(number)) => json!(number.to_string()),
        ("string", Value::Bool(truth)) => json!(truth.to_string()),
        ("integer" | "number", Value::String(text)) => text
            .parse::<i64>()
            .map(Value::from)
            .or_else(|_| text.parse::<f64>().map(Value::from))
            .unwrap_or_else(|_| json!(text)),
        ("boolean", Value::String(text)) => json!(text == "true"),
        _ => value.clone(),
    }
}

/// The attributes and blocks of a type that the members of an answer are.
pub fn attributes(answer: &Value, block: &BlockType, names: &BTreeMap<String, String>) -> Map<String, Value> {
    let Some(members) = answer.as_object() else { return Map::new() };
    let mut attributes = Map::new();
    for (member, value) in members {
        let name = names.get(member).cloned().unwrap_or_else(|| argument_name(member));
        if let Some(attribute) = block.attributes.get(&name) {
            attributes.insert(name, of_type(value, &attribute.ty, names));
        } else if let Some(nested) = block.blocks.get(&name) {
            let elements = value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice);
            let blocks = elements
                .iter()
                .map(|element| Value::Object(attributes_of_block(element, &nested.block, names)));
            attributes.insert(name, blocks.collect());
        }
    }
    attributes
}

/// A nested block has all of its attributes, those that nothing is said of as null.
fn attributes_of_block(
    answer: &Value,
    block: &BlockType,
    names: &BTreeMap<String, String>,
) -> Map<String, Value> {
    let mut all: Map<String, Value> =
        block.attributes.keys().map(|name| (name.clone(), Value::Null)).collect();
    all.extend(block.blocks.keys().map(|name| (name.clone(), json!([]))));
    all.extend(attributes(answer, block, names));
    all
}

fn of_type(value: &Value, ty: &Type, names: &BTreeMap<String, String>) -> Value {
    match (ty, value) {
        (Type::List(element) | Type::Set(element), Value::Array(elements)) => {
            elements.iter().map(|value| of_type(value, element, names)).collect()
        }
        (Type::List(element) | Type::Set(element), Value::Object(_)) => {
            json!([of_type(value, element, names)])
        }
        (Type::Object(fields), Value::Object(members)) => {
            let mut object: Map<String, Value> =
                fields.keys().map(|name| (name.clone(), Value::Null)).collect();
            for (member, value) in members {
                let name = names.get(member).cloned().unwrap_or_else(|| argument_name(member));
                if let Some(field) = fields.get(&name) {
                    object.insert(name, of_type(value, &field.ty, names));
                }
            }
            Value::Object(object)
        }
        (Type::Map(_), Value::Array(pairs)) => {
            let named = |pair: &Value, ending: &str| {
                let mut members = pair.as_object()?.iter();
                members
                    .find(|(name, _)| name.to_ascii_lowercase().ends_with(ending))
                    .map(|(_, value)| value.clone())
            };
            let entries = pairs
                .iter()
                .filter_map(|pair| Some((named(pair, "key")?.as_str()?.to_owned(), named(pair, "value")?)));
            Value::Object(entries.collect())
        }
        (Type::String, Value::Number(number)) => json!(number.to_string()),
        (Type::String, Value::Bool(truth)) => json!(truth.to_string()),
        (Type::Number, Value::String(text)) => {
            text.parse::<i64>().map_or_else(|_| value.clone(), Value::from)
        }
        (Type::Bool, Value::String(text)) => json!(text == "true"),
        _ => value.clone(),
    }
}

/// The provider's name of a member: `KMSKeyId` is `kms_key_id`, `maxReceiveCount` `max_receive_count`.
pub fn argument_name(member: &str) -> String {
    let letters: Vec<char> = member.chars().collect();
    let mut name = String::new();
    for (index, letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| letters.get(index));
        let after = letters.get(index + 1);
        let starts_word = letter.is_ascii_uppercase()
            && before.is_some_and(|before| {
                !before.is_ascii_uppercase()
                    || after.is_some_and(|after| after.is_ascii_lowercase() && *after != 's')
            });
        if starts_word && !name.ends_with('_') {
            name.push('_');
        }
        name.push(if *letter == '-' { '_' } else { letter.to_ascii_lowercase() });
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_have_the_provider_s_names() {
        let names = [
            ("KMSKeyId", "kms_key_id"),
            ("KmsKeyARN", "kms_key_arn"),
            ("maxReceiveCount", "max_receive_count"),
            ("TableName", "table_name"),
            ("VPCSecurityGroupIds", "vpc_security_group_ids"),
            ("IPPermissions", "ip_permissions"),
            ("Ipv6CidrBlock", "ipv6_cidr_block"),
            ("SecurityGroupARNs", "security_group_arns"),
            ("SSESpecification", "sse_specification"),
        ];
        for (member, name) in names {
            assert_eq!(argument_name(member), name);
        }
    }
}
