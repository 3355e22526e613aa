//! Members that the shapes say must be given, however deep they lie.

use serde_json::Value;
use stackproof_aws::model::{Member, Shape};
use stackproof_aws::{ApiError, Members, Service};

use super::Input;
use crate::validation::camel;

impl Input {
    /// Refuses a call that lacks a member which the shapes require, as the services of the JSON protocols do before
    /// anything else.
    pub fn check_required(&self) -> Result<(), ApiError> {
        let Some(service) = Service::named(self.operation.service) else { return Ok(()) };
        match absent(service, self.operation.required(), self.operation.input(), &self.members, "") {
            Some(path) => Err(self.missing(&path)),
            None => Ok(()),
        }
    }
}

/// The path of the first that is absent: `targets.1.member.arn`.
fn absent(
    service: &Service,
    required: &[String],
    known: &[Member],
    given: &Members,
    path: &str,
) -> Option<String> {
    let present = |name: &String| given.get(name).is_some_and(|value| !value.is_null());
    if let Some(name) = required.iter().find(|name| !present(name)) {
        return Some(format!("{path}{}", camel(name)));
    }
    known.iter().find_map(|member| {
        let value = given.get(&member.name)?;
        absent_in(service, &member.kind, value, &format!("{path}{}", camel(&member.name)))
    })
}

fn absent_in(service: &Service, kind: &str, value: &Value, path: &str) -> Option<String> {
    match (service.shape(kind)?, value) {
        (Shape::Structure { members, required, .. }, Value::Object(given)) => {
            absent(service, required, members, given, &format!("{path}."))
        }
        (Shape::List { list }, Value::Array(items)) => {
            let mut numbered = (1..).zip(items);
            numbered.find_map(|(n, item)| absent_in(service, &list.kind, item, &format!("{path}.{n}.member")))
        }
        (Shape::Map { map }, Value::Object(entries)) => entries
            .iter()
            .find_map(|(key, value)| absent_in(service, &map.1.kind, value, &format!("{path}.{key}.member"))),
        _ => None,
    }
}
