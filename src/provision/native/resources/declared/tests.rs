//! The types as data, and what becomes of what they send.

mod fields;

use super::*;

#[test]
fn the_types_can_be_read_and_have_schemas() {
    let kinds = KINDS.as_ref().unwrap();
    let without: Vec<&String> =
        kinds.iter().filter(|(_, kind)| kind.schema().is_none()).map(|(name, _)| name).collect();
    assert!(without.is_empty(), "{without:?}");
}

#[test]
fn they_make_calls_of_the_tables_with_members_that_these_have() {
    for (name, kind) in KINDS.as_ref().unwrap() {
        let steps = kind.create.iter().chain(&kind.then).chain(&kind.read).chain(&kind.delete);
        for step in steps {
            let (service, operation) = step.call.split_once(':').unwrap_or((&kind.service, &step.call));
            let operation = stackproof_aws::Operation::named(service, operation);
            let operation = operation.unwrap_or_else(|| panic!("{name}: no operation {}", step.call));
            for member in step.members.keys() {
                let known = operation.input().iter().any(|input| input.name == *member);
                assert!(known, "{name}: {} takes no {member}", step.call);
            }
        }
    }
}
