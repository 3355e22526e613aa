//! What a lifecycle policy must be ("Lifecycle policy properties in Amazon ECR").
//!
//! <https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html>

use std::collections::BTreeSet;

use serde_json::Value;
use stackproof_aws::ApiError;

use super::error;

const COUNTS: [&str; 4] =
    ["imageCountMoreThan", "sinceImagePushed", "sinceImagePulled", "sinceImageTransitioned"];
const MAX_RULES: usize = 50;

/// Refuses a text that is no lifecycle policy.
pub(crate) fn check(text: &str) -> Result<(), ApiError> {
    problem(text).map_or(Ok(()), |reason| {
        Err(error::invalid("LifecyclePolicyText", format!("Lifecycle policy validation failure: {reason}")))
    })
}

/// What is wrong with a policy.
fn problem(text: &str) -> Option<String> {
    let Ok(policy) = serde_json::from_str::<Value>(text) else { return Some("it is no JSON".to_owned()) };
    let Some(rules) = policy.get("rules").and_then(Value::as_array) else {
        return Some("object has missing required properties ([\"rules\"])".to_owned());
    };
    if rules.is_empty() || rules.len() > MAX_RULES {
        return Some(format!("there must be between 1 and {MAX_RULES} rules"));
    }
    let mut priorities = BTreeSet::new();
    for rule in rules {
        if let Some(reason) = rule_problem(rule) {
            return Some(reason);
        }
        if !priorities.insert(rule.get("rulePriority").and_then(Value::as_u64)) {
            return Some("rule priorities must be unique".to_owned());
        }
    }
    let of_any = |rule: &&Value| rule.pointer("/selection/tagStatus").and_then(Value::as_str) == Some("any");
    let highest = priorities.last().copied().flatten();
    let any: Vec<&Value> = rules.iter().filter(of_any).collect();
    let late = any.iter().all(|rule| rule.get("rulePriority").and_then(Value::as_u64) == highest);
    (!late).then(|| "a rule with the tag status any must have the highest value of rulePriority".to_owned())
}

fn rule_problem(rule: &Value) -> Option<String> {
    let known = |value: Option<&Value>, names: &[&str], place: &str| {
        let unknown = value?.as_object()?.keys().find(|name| !names.contains(&name.as_str()))?;
        Some(format!(
            "object instance has properties which are not allowed by the schema: [\"{place}{unknown}\"]"
        ))
    };
    let text = |path: &str| rule.pointer(path).and_then(Value::as_str);
    let number = |path: &str| rule.pointer(path).and_then(Value::as_u64).filter(|number| *number > 0);
    let list =
        |path: &str| rule.pointer(path).and_then(Value::as_array).is_some_and(|items| !items.is_empty());
    let selection = rule.get("selection");
    let selected = [
        "tagStatus",
        "tagPrefixList",
        "tagPatternList",
        "storageClass",
        "countType",
        "countUnit",
        "countNumber",
    ];
    let problem = known(Some(rule), &["rulePriority", "description", "selection", "action"], "")
        .or_else(|| known(selection, &selected, "selection."))
        .or_else(|| known(rule.get("action"), &["type", "targetStorageClass"], "action."));
    if problem.is_some() {
        return problem;
    }
    let reason = if number("/rulePriority").is_none() {
        "rulePriority must be a positive number"
    } else if !matches!(text("/action/type"), Some("expire" | "transition")) {
        "action.type must be expire or transition"
    } else if !matches!(text("/selection/tagStatus"), Some("tagged" | "untagged" | "any")) {
        "selection.tagStatus must be tagged, untagged or any"
    } else if (text("/selection/tagStatus") == Some("tagged"))
        != (list("/selection/tagPrefixList") || list("/selection/tagPatternList"))
    {
        "a tagPrefixList or tagPatternList must be given with the tag status tagged, and only then"
    } else if !text("/selection/countType").is_some_and(|count| COUNTS.contains(&count)) {
        "selection.countType is not known"
    } else if text("/selection/countType").is_some_and(|count| count.starts_with("since"))
        != (text("/selection/countUnit") == Some("days"))
    {
        "selection.countUnit must be days where days are counted, and must not be given else"
    } else if number("/selection/countNumber").is_none() {
        "selection.countNumber must be a positive number"
    } else {
        return None;
    };
    Some(reason.to_owned())
}
