//! What a rule may not say (S3 API reference, `LifecycleRule`; user guide, "Examples of S3 Lifecycle configurations").

use std::collections::BTreeSet;

use stackproof_aws::ApiError;

use super::days::is_midnight;
use super::rule::{Class, Rule, When};
use crate::s3::error;

const MAX_ID: usize = 255;
/// How old objects are at least that become infrequently accessed, and how long they stay so.
const INFREQUENT_DAYS: i64 = 30;

/// Refuses a rule that S3 refuses.
pub(super) fn check(rule: &Rule) -> Result<(), ApiError> {
    if rule.id.chars().count() > MAX_ID {
        return invalid("ID length should not exceed allowed limit of 255");
    }
    let acts = rule.expiration.is_some()
        || rule.noncurrent_expiration.is_some()
        || rule.abort.is_some()
        || !rule.transitions.is_empty()
        || !rule.noncurrent_transitions.is_empty();
    if !acts {
        return Err(error::invalid_request("At least one action needs to be specified in a rule"));
    }
    check_filter(rule)?;
    check_numbers(rule)?;
    check_mixture(rule)?;
    let steps: Vec<_> = rule.transitions.iter().map(|step| (step.class, days_of(step.when))).collect();
    check_steps("Transition", "Days", &steps)?;
    let steps: Vec<_> =
        rule.noncurrent_transitions.iter().map(|(step, class)| (*class, Some(step.days))).collect();
    check_steps("NoncurrentVersionTransition", "NoncurrentDays", &steps)?;
    check_order(rule)
}

fn invalid<T>(message: impl Into<String>) -> Result<T, ApiError> {
    Err(ApiError::new(400, "InvalidArgument", message))
}

fn days_of(when: When) -> Option<i64> {
    match when {
        When::Days(days) => Some(days),
        When::Date(_) => None,
    }
}

/// Delete markers and uploads have neither tags nor, while they last, a size.
fn check_filter(rule: &Rule) -> Result<(), ApiError> {
    let refuse = |action: &str, what: &str| {
        Err(error::invalid_request(format!("{action} cannot be specified with {what}.")))
    };
    let markers = rule.expiration.is_some_and(|expiration| expiration.markers);
    match (rule.abort.is_some(), markers) {
        (true, _) if rule.filter.has_tags() => refuse("AbortIncompleteMultipartUpload", "Tags"),
        (true, _) if rule.filter.has_sizes() => refuse("AbortIncompleteMultipartUpload", "Object Size"),
        (_, true) if rule.filter.has_tags() => refuse("ExpiredObjectDeleteMarker", "Tags"),
        (_, true) if rule.filter.has_sizes() => refuse("ExpiredObjectDeleteMarker", "Object Size"),
        _ => Ok(()),
    }
}

fn check_numbers(rule: &Rule) -> Result<(), ApiError> {
    let dates = rule.transitions.iter().map(|step| step.when);
    let expiration = rule.expiration.and_then(|expiration| expiration.when);
    for when in dates.chain(expiration) {
        if let When::Date(date) = when
            && !is_midnight(date)
        {
            return invalid("'Date' must be at midnight GMT");
        }
    }
    if expiration.and_then(days_of).is_some_and(|days| days < 1) {
        return invalid("'Days' for Expiration action must be a positive integer");
    }
    if rule.noncurrent_expiration.is_some_and(|expiration| expiration.days < 1) {
        return invalid("'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer");
    }
    if rule.abort.is_some_and(|days| days < 1) {
        return invalid(
            "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer",
        );
    }
    Ok(())
}

/// Expiration and transitions of one rule are all by days or all by date.
fn check_mixture(rule: &Rule) -> Result<(), ApiError> {
    let expiration = rule.expiration.and_then(|expiration| expiration.when);
    let moments: BTreeSet<bool> = rule
        .transitions
        .iter()
        .map(|step| step.when)
        .chain(expiration)
        .map(|w| days_of(w).is_some())
        .collect();
    if moments.len() < 2 {
        return Ok(());
    }
    Err(error::invalid_request(format!(
        "Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule for prefix '{}'",
        rule.filter.prefix
    )))
}

/// Each class once, none before its time, and what is infrequently accessed stays so for thirty days.
fn check_steps(action: &str, field: &str, steps: &[(Class, Option<i64>)]) -> Result<(), ApiError> {
    let classes: BTreeSet<Class> = steps.iter().map(|(class, _)| *class).collect();
    if classes.len() < steps.len() {
        let message = format!("'StorageClass' must be different for '{action}' actions in same 'Rule'");
        return Err(error::invalid_request(message));
    }
    for (class, days) in steps {
        match days {
            Some(days) if *days < 0 => {
                return invalid(format!("'{field}' in {action} action must be nonnegative"));
            }
            Some(days) if class.is_infrequent() && *days < INFREQUENT_DAYS => {
                return invalid(format!(
                    "'{field}' in {action} action must be greater than or equal to {INFREQUENT_DAYS} for storageClass '{}'",
                    class.name()
                ));
            }
            _ => {}
        }
    }
    for (class, days) in steps {
        for (later, then) in steps.iter().filter(|(later, _)| later > class) {
            let stay = if class.is_infrequent() { INFREQUENT_DAYS } else { 1 };
            if let (Some(days), Some(then)) = (days, then)
                && then - days < stay
            {
                return invalid(format!(
                    "'{field}' in the '{action}' action for StorageClass '{}' must be {stay} days more than '{field}' in the '{action}' action for StorageClass '{}'",
                    later.name(),
                    class.name()
                ));
            }
        }
    }
    Ok(())
}

/// What expires has been moved before.
fn check_order(rule: &Rule) -> Result<(), ApiError> {
    let refuse = |field: &str, expiration: &str, transition: &str| {
        invalid(format!(
            "'{field}' in the {expiration} action for prefix '{}' must be greater than '{field}' in the {transition} action",
            rule.filter.prefix
        ))
    };
    let latest = rule.transitions.iter().map(|step| step.when);
    for step in latest {
        match (rule.expiration.and_then(|expiration| expiration.when), step) {
            (Some(When::Days(days)), When::Days(step)) if days <= step => {
                return refuse("Days", "Expiration", "Transition");
            }
            (Some(When::Date(date)), When::Date(step)) if date <= step => {
                return refuse("Date", "Expiration", "Transition");
            }
            _ => {}
        }
    }
    let expiration = rule.noncurrent_expiration.map(|expiration| expiration.days);
    let last = rule.noncurrent_transitions.iter().map(|(step, _)| step.days).max();
    match (expiration, last) {
        (Some(days), Some(step)) if days <= step => {
            refuse("NoncurrentDays", "NoncurrentVersionExpiration", "NoncurrentVersionTransition")
        }
        _ => Ok(()),
    }
}
