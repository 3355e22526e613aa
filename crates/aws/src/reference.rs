//! The service authorization reference as data: resource types with their ARNs, and the condition keys of each action.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

/// The ARN of a resource type, with `${Partition}`, `${Region}`, `${Account}` and the type's own placeholders.
pub fn arn_template(service: &str, kind: &str) -> Option<&'static str> {
    arn_templates(service).iter().find(|(name, _)| *name == kind).map(|(_, template)| *template)
}

/// The resource types of a service, each with its ARN.
pub fn arn_templates(service: &str) -> &'static [(&'static str, &'static str)] {
    static TEMPLATES: OnceLock<HashMap<&str, Vec<(&str, &str)>>> = OnceLock::new();
    let templates = TEMPLATES.get_or_init(|| {
        let mut all: HashMap<&str, Vec<(&str, &str)>> = HashMap::new();
        for mut columns in rows(include_str!("../data/resource-types.tsv")) {
            if let (Some(service), Some(kind), Some(template)) =
                (columns.next(), columns.next(), columns.next())
            {
                all.entry(service).or_default().push((kind, template));
            }
        }
        all
    });
    templates.get(service).map(Vec::as_slice).unwrap_or_default()
}

/// The condition keys that requests of an action may have besides the global ones: those of the action and those of
/// its resources, as the reference spells them (`aws:ResourceTag/${TagKey}`). None for an action that it does not list.
pub fn condition_keys(action: &str) -> Option<&'static [&'static str]> {
    static KEYS: OnceLock<HashMap<String, Vec<&str>>> = OnceLock::new();
    let keys = KEYS.get_or_init(|| {
        rows(include_str!("../data/action-condition-keys.tsv"))
            .filter_map(|columns| {
                let columns: Vec<&str> = columns.collect();
                let (action, lists) = (columns.first()?, columns.get(3..).unwrap_or_default());
                let names = lists.iter().flat_map(|list| list.split(", "));
                Some((action.to_lowercase(), names.filter(|name| !name.is_empty()).collect()))
            })
            .collect()
    });
    keys.get(&action.to_lowercase()).map(Vec::as_slice)
}

/// Whether a condition key holds any number of values.
pub fn is_multivalued(key: &str) -> bool {
    static MULTIVALUED: OnceLock<HashSet<String>> = OnceLock::new();
    let keys = MULTIVALUED.get_or_init(|| {
        rows(include_str!("../data/condition-keys.tsv"))
            .filter_map(|mut columns| Some((columns.nth(1)?, columns.nth(1)?)))
            .filter(|(_, multivalued)| *multivalued == "yes")
            .map(|(key, _)| key.to_lowercase())
            .collect()
    });
    keys.contains(&key.to_lowercase())
}

fn rows(table: &'static str) -> impl Iterator<Item = std::str::Split<'static, char>> {
    table.lines().skip(1).map(|line| line.split('\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resource_types_and_keys_are_found() {
        let table = "arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}";
        assert_eq!(arn_template("dynamodb", "table"), Some(table));
        assert_eq!(arn_template("dynamodb", "tables"), None);
        let keys = condition_keys("DynamoDB:getitem").unwrap();
        assert!(
            keys.contains(&"dynamodb:LeadingKeys") && keys.contains(&"aws:ResourceTag/${TagKey}"),
            "{keys:?}"
        );
        assert_eq!(condition_keys("dynamodb:GetItems"), None);
        assert!(is_multivalued("dynamodb:LeadingKeys") && is_multivalued("aws:TagKeys"));
        assert!(!is_multivalued("dynamodb:Select"));
    }
}
