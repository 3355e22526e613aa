//! Filters of lists: every one must match, by any of its values.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html>

use serde_json::Value;
use stackproof_aws::{ApiError, Members};

use super::error;
use super::kind::Filter;
use crate::input::Input;
use crate::tags::Tags;
use crate::wildcard;

/// Where a filter looks.
enum Place {
    Path(&'static str),
    /// The value of the tag of that key.
    Tag(String),
    TagKey,
}

/// What a list is asked for.
pub(crate) struct Filters(Vec<(Place, Vec<String>)>);

impl Filters {
    /// Takes the filters.
    ///
    /// # Errors
    /// `InvalidParameterValue` for one that the operation does not have.
    pub fn take(input: &mut Input, member: &str, known: &[Filter]) -> Result<Self, ApiError> {
        let mut filters = Vec::new();
        for mut filter in input.structures(member)? {
            let name = filter.required("Name")?;
            let values = filter.strings("Values")?;
            filter.finish()?;
            let place = match name.strip_prefix("tag:") {
                Some(key) => Place::Tag(key.to_owned()),
                None if name == "tag-key" => Place::TagKey,
                None => {
                    let known = known.iter().find(|(known, _)| *known == name);
                    let (_, path) =
                        known.ok_or_else(|| error::invalid(format!("The filter '{name}' is invalid")))?;
                    Place::Path(path)
                }
            };
            filters.push((place, values));
        }
        Ok(Self(filters))
    }

    /// Whether a resource is asked for.
    pub fn match_with(&self, members: &Members, tags: &Tags) -> bool {
        let any = |values: &[String], text: &str| values.iter().any(|value| wildcard::filter(value, text));
        self.0.iter().all(|(place, values)| match place {
            Place::Path(path) => {
                let names: Vec<&str> = path.split('.').collect();
                reaches(members, &names, &|text| any(values, text))
            }
            Place::Tag(key) => tags.iter().any(|(held, value)| held == key && any(values, value)),
            Place::TagKey => tags.iter().any(|(held, _)| any(values, held)),
        })
    }
}

/// Whether a value at the end of a path is wanted; lists are passed through.
fn reaches(members: &Members, path: &[&str], wanted: &dyn Fn(&str) -> bool) -> bool {
    let Some((first, rest)) = path.split_first() else { return false };
    members.get(*first).is_some_and(|value| reaches_in(value, rest, wanted))
}

fn reaches_in(value: &Value, rest: &[&str], wanted: &dyn Fn(&str) -> bool) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| reaches_in(item, rest, wanted)),
        Value::Object(members) => reaches(members, rest, wanted),
        Value::String(text) => wanted(text),
        Value::Bool(_) | Value::Number(_) => wanted(&value.to_string()),
        Value::Null => false,
    }
}
