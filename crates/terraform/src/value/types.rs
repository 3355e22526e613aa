//! Types of Terraform's language, also as constraints of variables.

use std::collections::BTreeMap;
use std::fmt;

use crate::value::Value;

/// A type. As a constraint, `Dynamic` is `any` and fields may be optional; the type of a value has neither
/// optional fields nor, where it is known, `Dynamic`.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// Any type.
    Dynamic,
    /// `bool`.
    Bool,
    /// `number`.
    Number,
    /// `string`.
    String,
    /// `list(…)`.
    List(Box<Type>),
    /// `set(…)`.
    Set(Box<Type>),
    /// `map(…)`.
    Map(Box<Type>),
    /// `tuple([…])`.
    Tuple(Vec<Type>),
    /// `object({…})`.
    Object(BTreeMap<String, Field>),
}

/// An attribute of an object type.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The attribute's type.
    pub ty: Type,
    /// Whether it may be left out.
    pub optional: bool,
    /// What stands for it when it is left out or null.
    pub default: Option<Box<Value>>,
}

impl Field {
    /// A field that must be given.
    pub fn required(ty: Type) -> Field {
        Field { ty, optional: false, default: None }
    }
}

impl Type {
    /// The type of values that fit this constraint: no optional fields.
    pub(crate) fn concrete(&self) -> Type {
        match self {
            Type::List(element) => Type::List(Box::new(element.concrete())),
            Type::Set(element) => Type::Set(Box::new(element.concrete())),
            Type::Map(element) => Type::Map(Box::new(element.concrete())),
            Type::Tuple(items) => Type::Tuple(items.iter().map(Type::concrete).collect()),
            Type::Object(fields) => Type::Object(
                fields
                    .iter()
                    .map(|(name, field)| (name.clone(), Field::required(field.ty.concrete())))
                    .collect(),
            ),
            plain => plain.clone(),
        }
    }

    /// Whether the type says all: `Dynamic` is nowhere in it.
    pub(crate) fn is_complete(&self) -> bool {
        match self {
            Type::Dynamic => false,
            Type::Bool | Type::Number | Type::String => true,
            Type::List(element) | Type::Set(element) | Type::Map(element) => element.is_complete(),
            Type::Tuple(items) => items.iter().all(Type::is_complete),
            Type::Object(fields) => fields.values().all(|field| field.ty.is_complete()),
        }
    }

    /// The type in the notation of `terraform output -json`: `"string"`, `["list","string"]`,
    /// `["object",{"name":"string"}]`.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::json;
        match self {
            Type::Dynamic => json!("dynamic"),
            Type::Bool => json!("bool"),
            Type::Number => json!("number"),
            Type::String => json!("string"),
            Type::List(element) => json!(["list", element.to_json()]),
            Type::Set(element) => json!(["set", element.to_json()]),
            Type::Map(element) => json!(["map", element.to_json()]),
            Type::Tuple(items) => json!(["tuple", items.iter().map(Type::to_json).collect::<Vec<_>>()]),
            Type::Object(fields) => {
                let fields: serde_json::Map<String, serde_json::Value> =
                    fields.iter().map(|(name, field)| (name.clone(), field.ty.to_json())).collect();
                json!(["object", fields])
            }
        }
    }

    /// The type that stands in that notation.
    pub(crate) fn from_json(json: &serde_json::Value) -> Option<Type> {
        if let Some(name) = json.as_str() {
            return match name {
                "dynamic" => Some(Type::Dynamic),
                "bool" => Some(Type::Bool),
                "number" => Some(Type::Number),
                "string" => Some(Type::String),
                _ => None,
            };
        }
        let (kind, of) = (json.get(0)?.as_str()?, json.get(1)?);
        let element = || Type::from_json(of).map(Box::new);
        match kind {
            "list" => element().map(Type::List),
            "set" => element().map(Type::Set),
            "map" => element().map(Type::Map),
            "tuple" => of.as_array()?.iter().map(Type::from_json).collect::<Option<_>>().map(Type::Tuple),
            "object" => {
                let field =
                    |(name, ty): (&String, _)| Some((name.clone(), Field::required(Type::from_json(ty)?)));
                of.as_object()?.iter().map(field).collect::<Option<_>>().map(Type::Object)
            }
            _ => None,
        }
    }

    /// The kind of thing in a few words, as error messages name it.
    pub fn friendly_name(&self) -> String {
        match self {
            Type::Dynamic => "any type".to_owned(),
            Type::Bool => "bool".to_owned(),
            Type::Number => "number".to_owned(),
            Type::String => "string".to_owned(),
            Type::List(element) => format!("list of {}", element.friendly_name()),
            Type::Set(element) => format!("set of {}", element.friendly_name()),
            Type::Map(element) => format!("map of {}", element.friendly_name()),
            Type::Tuple(_) => "tuple".to_owned(),
            Type::Object(_) => "object".to_owned(),
        }
    }
}

/// The type as it is written in a variable's `type`.
impl fmt::Display for Type {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Dynamic => formatter.write_str("any"),
            Type::Bool => formatter.write_str("bool"),
            Type::Number => formatter.write_str("number"),
            Type::String => formatter.write_str("string"),
            Type::List(element) => write!(formatter, "list({element})"),
            Type::Set(element) => write!(formatter, "set({element})"),
            Type::Map(element) => write!(formatter, "map({element})"),
            Type::Tuple(items) => {
                let items: Vec<String> = items.iter().map(Type::to_string).collect();
                write!(formatter, "tuple([{}])", items.join(", "))
            }
            Type::Object(fields) => {
                let fields: Vec<String> = fields
                    .iter()
                    .map(|(name, field)| {
                        if field.optional {
                            format!("{name} = optional({})", field.ty)
                        } else {
                            format!("{name} = {}", field.ty)
                        }
                    })
                    .collect();
                write!(formatter, "object({{{}}})", fields.join(", "))
            }
        }
    }
}
