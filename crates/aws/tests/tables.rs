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

/// The rows of a table below its header, without comments.
fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.starts_with('#')).skip(1).map(|line| line.split('\t').collect())
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
        rows(SDK_ACTIONS).map(|row| ((row[0], row[1]), actions(row[2]))).collect();
    rows(OPERATIONS)
        .filter_map(|row| {
            let theirs = theirs.get(&(row[0], row[1]))?;
            let ours = actions(row[5]);
            let with_conditional = ours.union(&named(row[7])).cloned().collect();
            let agree = ours.is_subset(theirs) && theirs.is_subset(&with_conditional);
            (!agree).then(|| ((row[0], row[1]), (listed(&ours), listed(theirs))))
        })
        .collect()
}

#[test]
fn actions_that_differ_from_those_of_an_independent_table_are_settled() {
    let settled: BTreeMap<Name<'_>, (String, String)> = rows(DISAGREEMENTS)
        .filter(|row| row[2] == SOURCE)
        .map(|row| ((row[0], row[1]), (row[3].to_owned(), row[4].to_owned())))
        .collect();
    let found = differences();
    let unsettled: Vec<_> = found.iter().filter(|(name, said)| settled.get(*name) != Some(said)).collect();
    let stale: Vec<_> = settled.iter().filter(|(name, said)| found.get(*name) != Some(said)).collect();
    assert!(unsettled.is_empty(), "not in disagreements.tsv: {unsettled:#?}");
    assert!(stale.is_empty(), "no disagreement any more: {stale:#?}");
}

#[test]
fn the_independent_table_speaks_of_operations_that_there_are() {
    let ours: BTreeSet<Name<'_>> = rows(OPERATIONS).map(|row| (row[0], row[1])).collect();
    let theirs: BTreeSet<Name<'_>> = rows(SDK_ACTIONS).map(|row| (row[0], row[1])).collect();
    let unknown: Vec<_> = theirs.difference(&ours).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    assert!(theirs.len() > 1_000, "only {} operations are compared", theirs.len());
}

#[test]
fn every_disagreement_says_who_is_right_and_why() {
    let faults: Vec<_> = rows(DISAGREEMENTS)
        .filter(|row| {
            let [_, _, _, _, _, right, why] = row.as_slice() else { return true };
            !["ours", "theirs", "neither"].contains(right) || why.is_empty()
        })
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn tables_are_read_as_they_are_written() {
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Actions>();
    assert_eq!(actions("kms:ReEncryptFrom; kms:ReEncryptTo"), set(&["kms:ReEncryptFrom", "kms:ReEncryptTo"]));
    assert_eq!(actions("dynamodb:PutItem|UpdateItem"), set(&["dynamodb:PutItem", "dynamodb:UpdateItem"]));
    assert_eq!(listed(&actions("(none)")), "(none)");
    let sentence = "Role: iam:PassRole (glue.amazonaws.com) | Tags: glue:TagResource";
    assert_eq!(named(sentence), set(&["glue:TagResource", "iam:PassRole"]));
}
