//! Policies that AWS manages: those that stacks attach most. Any other is unknown. Documents, dates and versions are AWS's;
//! where its description is empty, the id of a policy is ours as well.

use std::sync::LazyLock;

use jiff::Timestamp;
use serde_json::Value;

use super::Policy;
use super::version::Version;
use crate::iam::tag::Tags;

static POLICIES: LazyLock<Vec<Policy>> = LazyLock::new(|| {
    let rows: Vec<Value> =
        serde_json::from_str(include_str!("../../../data/aws_managed_policies.json")).unwrap_or_default();
    rows.iter().filter_map(policy).collect()
});

/// All of them.
pub(crate) fn all() -> &'static [Policy] {
    &POLICIES
}

fn policy(row: &Value) -> Option<Policy> {
    let text = |name: &str| row.get(name)?.as_str();
    let time = |name: &str| text(name)?.parse::<Timestamp>().ok();
    let number = row.get("version")?.as_u64().and_then(|number| u32::try_from(number).ok())?;
    let document = row.get("document")?.to_string();
    Some(Policy {
        name: text("name")?.to_owned(),
        path: text("path")?.to_owned(),
        tags: Tags::default(),
        id: text("id")?.to_owned(),
        description: Some(text("description")?.to_owned()),
        created: time("created")?,
        updated: time("updated")?,
        versions: vec![Version { number, document, created: time("updated")? }],
        default: number,
        made: number,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_a_policy() {
        let rows: Vec<Value> =
            serde_json::from_str(include_str!("../../../data/aws_managed_policies.json")).unwrap();
        assert_eq!(all().len(), rows.len());
        assert!(all().iter().all(|policy| policy.id.starts_with("ANPA") && policy.id.len() == 21));
    }
}
