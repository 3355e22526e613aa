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
    keys_of(action).map(|keys| keys.all.as_slice())
}

/// The keys that a request of an action on a resource of that type may have. A key that belongs to some type of the
/// action's resources is had on resources of such a type alone; every other one is the action's own. All of them where
/// the reference gives no keys of the type.
pub fn condition_keys_on(action: &str, service: &str, kind: &str) -> Vec<&'static str> {
    let Some(keys) = keys_of(action) else { return Vec::new() };
    let Some(of_kind) = keys_of_types().get(&(service, kind)) else { return keys.all.clone() };
    let of_any = |key| {
        keys.types
            .iter()
            .filter_map(|it| keys_of_types().get(&(service, *it)))
            .any(|of_type: &Vec<&str>| of_type.contains(key))
    };
    let (own, of_resources) = keys.all.split_at_checked(keys.own).unwrap_or_default();
    let own = own.iter().filter(|key| of_kind.contains(*key) || !of_any(*key));
    own.chain(of_resources.iter().filter(|key| of_kind.contains(*key))).copied().collect()
}

/// The condition keys of an action.
struct Keys {
    /// How many are the action's own, which stand first.
    own: usize,
    all: Vec<&'static str>,
    /// The types of the action's resources.
    types: Vec<&'static str>,
}

fn keys_of(action: &str) -> Option<&'static Keys> {
    static KEYS: OnceLock<HashMap<String, Keys>> = OnceLock::new();
    let keys = KEYS.get_or_init(|| {
        rows(include_str!("../data/action-condition-keys.tsv"))
            .filter_map(|columns| {
                let columns: Vec<&str> = columns.collect();
                let own = listed(columns.get(3)?);
                let of_resources = columns.get(4).copied().map(listed).unwrap_or_default();
                let all = [own.as_slice(), of_resources.as_slice()].concat();
                let types = columns.get(2)?.split("; ").map(|name| name.trim_end_matches('!')).collect();
                Some((columns.first()?.to_lowercase(), Keys { own: own.len(), all, types }))
            })
            .collect()
    });
    keys.get(&action.to_lowercase())
}

/// The keys of the resource types that have any, by service and type.
fn keys_of_types() -> &'static HashMap<(&'static str, &'static str), Vec<&'static str>> {
    static KEYS: OnceLock<HashMap<(&str, &str), Vec<&str>>> = OnceLock::new();
    KEYS.get_or_init(|| {
        rows(include_str!("../data/resource-types.tsv"))
            .filter_map(|columns| {
                let columns: Vec<&str> = columns.collect();
                let keys = listed(columns.get(3)?);
                (!keys.is_empty()).then_some(((*columns.first()?, *columns.get(1)?), keys))
            })
            .collect()
    })
}

fn listed(names: &'static str) -> Vec<&'static str> {
    names.split(", ").filter(|name| !name.is_empty()).collect()
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
        for (kind, has) in [("vpc", true), ("network-acl", false), ("no-such-type", true)] {
            let keys = condition_keys_on("ec2:CreateNetworkAcl", "ec2", kind);
            assert_eq!(keys.contains(&"ec2:VpcID"), has, "{kind} {keys:?}");
            assert!(keys.contains(&"ec2:Region"), "{kind} {keys:?}");
        }
        assert!(condition_keys_on("ecs:RunTask", "ecs", "task-definition").contains(&"ecs:cluster"));
        assert!(is_multivalued("dynamodb:LeadingKeys") && is_multivalued("aws:TagKeys"));
        assert!(!is_multivalued("dynamodb:Select"));
    }
}
