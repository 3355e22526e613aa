//! Members that are kept as they are, as far as the answers have room for them.

use serde_json::Value;
use stackproof_aws::model::{Member, Shape};
use stackproof_aws::{Members, Service};

use super::Input;

impl Input {
    /// Takes the members that a shape of the service's has too, to be given back in it. What it has no room for stays, and is
    /// refused by its name unless it is taken otherwise.
    pub fn keep_as(&mut self, shape: &str) -> Members {
        let service = Service::named(self.operation.service);
        let known = service.and_then(|service| Some((service, service.shape(shape)?)));
        let Some((service, Shape::Structure { members, .. })) = known else { return Members::new() };
        let fitting = |member: &&Member| {
            self.members.get(&member.name).is_some_and(|value| fits(service, &member.kind, value))
        };
        let names: Vec<&str> = members.iter().filter(fitting).map(|member| member.name.as_str()).collect();
        self.keep(&names)
    }
}

/// Whether a value can be given back as one of that kind.
fn fits(service: &Service, kind: &str, value: &Value) -> bool {
    match (service.shape(kind), value) {
        (Some(Shape::Structure { members, .. }), Value::Object(given)) => {
            given.iter().all(|(name, value)| {
                let member = members.iter().find(|member| member.name == *name);
                value.is_null() || member.is_some_and(|member| fits(service, &member.kind, value))
            })
        }
        (Some(Shape::List { list }), Value::Array(items)) => {
            items.iter().all(|item| fits(service, &list.kind, item))
        }
        (Some(Shape::Map { map }), Value::Object(entries)) => {
            entries.values().all(|value| fits(service, &map.1.kind, value))
        }
        (None, value) => !value.is_object() && !value.is_array() || kind == "document",
        _ => false,
    }
}
