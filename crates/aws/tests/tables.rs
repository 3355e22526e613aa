//! The tables beside an independent one: where the actions of an operation differ from what iam-dataset says of it,
//! `disagreements.tsv` says which is right and by which page of AWS's, and of nothing else.

use std::collections::{BTreeMap, BTreeSet};

/// Service and operation.
type Name<'a> = (&'a str, &'a str);
type Actions = BTreeSet<String>;

const OPERATIONS: &str = include_str!("../data/operations.tsv");
const DISAGREEMENTS: &str = include_str!("../data/disagreements.tsv");
const SDK_ACTIONS: &str = include_str!("data/sdk-actions.tsv");
const SOURCE: &str = "iam-dataset";

/// The lines of a table below its header, without comments.
fn lines(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.starts_with('#')).skip(1).map(|line| line.split('\t').collect())
}

/// Those that have as many columns as the table; a test finds others.
fn rows<const COLUMNS: usize>(table: &'static str) -> impl Iterator<Item = [&'static str; COLUMNS]> {
    lines(table).filter_map(|line| line.try_into().ok())
}

fn operations() -> impl Iterator<Item = [&'static str; 11]> {
    rows(OPERATIONS)
}

fn sdk_actions() -> impl Iterator<Item = [&'static str; 3]> {
    rows(SDK_ACTIONS)
}

fn disagreements() -> impl Iterator<Item = [&'static str; 7]> {
    rows(DISAGREEMENTS)
}

/// `dynamodb:PutItem|UpdateItem`, `kms:ReEncryptFrom; kms:ReEncryptTo`, `(none)`.
fn actions(column: &str) -> Actions {
    let prefixed = column.split("; ").filter_map(|entry| entry.split_once(':'));
    prefixed
        .flat_map(|(prefix, names)| names.split('|').map(move |name| format!("{prefix}:{name}")))
        .collect()
}

/// The actions that a sentence names.
fn named(sentence: &str) -> Actions {
    let words = sentence.split(|letter: char| !(letter.is_ascii_alphanumeric() || ":-".contains(letter)));
    let is_action = |word: &&str| {
        word.split_once(':').is_some_and(|(prefix, name)| {
            !prefix.is_empty() && name.starts_with(|first: char| first.is_ascii_uppercase())
        })
    };
    words.filter(is_action).map(str::to_owned).collect()
}

fn listed(actions: &Actions) -> String {
    match actions.is_empty() {
        true => "(none)".to_owned(),
        false => actions.iter().map(String::as_str).collect::<Vec<_>>().join(", "),
    }
}

/// Where the two tables differ: what each says. Ours may have actions under conditions, theirs knows no conditions.
fn differences() -> BTreeMap<Name<'static>, (String, String)> {
    let theirs: BTreeMap<Name<'_>, Actions> =
        sdk_actions().map(|[service, operation, list]| ((service, operation), actions(list))).collect();
    operations()
        .filter_map(|[service, operation, _, _, _, ours, _, conditional, ..]| {
            let theirs = theirs.get(&(service, operation))?;
            let ours = actions(ours);
            let with_conditional = ours.union(&named(conditional)).cloned().collect();
            let agree = ours.is_subset(theirs) && theirs.is_subset(&with_conditional);
            (!agree).then(|| ((service, operation), (listed(&ours), listed(theirs))))
        })
        .collect()
}

#[test]
fn actions_that_differ_from_those_of_an_independent_table_are_settled() {
    let settled: BTreeMap<Name<'_>, (String, String)> = disagreements()
        .filter(|[_, _, source, ..]| *source == SOURCE)
        .map(|[service, operation, _, ours, theirs, ..]| {
            ((service, operation), (ours.to_owned(), theirs.to_owned()))
        })
        .collect();
    let found = differences();
    let unsettled: Vec<_> = found.iter().filter(|(name, said)| settled.get(*name) != Some(said)).collect();
    let stale: Vec<_> = settled.iter().filter(|(name, said)| found.get(*name) != Some(said)).collect();
    assert!(unsettled.is_empty(), "not in disagreements.tsv: {unsettled:#?}");
    assert!(stale.is_empty(), "no disagreement any more: {stale:#?}");
}

#[test]
fn the_independent_table_speaks_of_operations_that_there_are() {
    let ours: BTreeSet<Name<'_>> =
        operations().map(|[service, operation, ..]| (service, operation)).collect();
    let theirs: BTreeSet<Name<'_>> =
        sdk_actions().map(|[service, operation, _]| (service, operation)).collect();
    let unknown: Vec<_> = theirs.difference(&ours).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    assert!(theirs.len() > 1_000, "only {} operations are compared", theirs.len());
}

#[test]
fn every_disagreement_says_who_is_right_and_why() {
    let faults: Vec<_> = disagreements()
        .filter(|[.., right, why]| !["ours", "theirs", "neither"].contains(right) || why.is_empty())
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn tables_are_read_as_they_are_written() {
    assert_eq!(operations().count(), lines(OPERATIONS).count());
    assert_eq!(sdk_actions().count(), lines(SDK_ACTIONS).count());
    assert_eq!(disagreements().count(), lines(DISAGREEMENTS).count());
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Actions>();
    assert_eq!(actions("kms:ReEncryptFrom; kms:ReEncryptTo"), set(&["kms:ReEncryptFrom", "kms:ReEncryptTo"]));
    assert_eq!(actions("dynamodb:PutItem|UpdateItem"), set(&["dynamodb:PutItem", "dynamodb:UpdateItem"]));
    assert_eq!(listed(&actions("(none)")), "(none)");
    let sentence = "Role: iam:PassRole (glue.amazonaws.com) | Tags: glue:TagResource";
    assert_eq!(named(sentence), set(&["glue:TagResource", "iam:PassRole"]));
}
