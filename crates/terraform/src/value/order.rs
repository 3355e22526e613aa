//! The order of values in a set.

use std::cmp::Ordering;

use crate::value::{Kind, Value};

impl Value {
    /// The order of values in a set: primitives by value, others by their written form, as the provider SDK's
    /// value library orders them.
    pub(super) fn set_order(left: &Value, right: &Value) -> Ordering {
        match (&left.kind, &right.kind) {
            (Kind::String(left), Kind::String(right)) => left.as_str().cmp(right.as_str()),
            (Kind::Number(left), Kind::Number(right)) => left.cmp(right),
            (Kind::Bool(left), Kind::Bool(right)) => left.cmp(right),
            (Kind::Unknown(_), Kind::Unknown(_)) | (Kind::Null(_), Kind::Null(_)) => Ordering::Equal,
            (Kind::Unknown(_), _) => Ordering::Greater,
            (_, Kind::Unknown(_)) => Ordering::Less,
            (Kind::Null(_), _) => Ordering::Greater,
            (_, Kind::Null(_)) => Ordering::Less,
            _ => left.set_key().cmp(&right.set_key()),
        }
    }

    fn set_key(&self) -> String {
        let joined = |open: char, close: char| {
            let items: Vec<String> = self.children().map(|child| format!("{};", child.set_key())).collect();
            format!("{open}{}{close}", items.concat())
        };
        match &self.kind {
            Kind::Null(_) => "~".to_owned(),
            Kind::Unknown(_) => "?".to_owned(),
            Kind::Bool(true) => "T".to_owned(),
            Kind::Bool(false) => "F".to_owned(),
            Kind::Number(number) => number.to_string(),
            Kind::String(text) => format!("{:?}", text.as_str()),
            Kind::List(..) | Kind::Set(..) => joined('[', ']'),
            Kind::Tuple(_) | Kind::Object(_) => joined('<', '>'),
            Kind::Map(_, entries) => {
                let items: Vec<String> =
                    entries.iter().map(|(key, value)| format!("{key:?}:{};", value.set_key())).collect();
                format!("{{{}}}", items.concat())
            }
        }
    }
}
