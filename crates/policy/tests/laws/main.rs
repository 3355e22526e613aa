//! Laws that hold of every decision, whatever the policies are: what narrows only narrows, what says the same decides the
//! same, and what is not known never allows.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failure should stop the test")]

mod change;
mod setting;

use change::{Change, split};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;
use setting::{KEYS, Setting, decided, setting, statement};
use stackproof_policy::Decision::{self, Allowed, ExplicitDeny, ImplicitDeny, Undetermined};

/// What must not happen where something narrows: an allow that was none, the loss of a denial that was certain.
fn narrows(before: Decision, after: Decision) -> Result<(), TestCaseError> {
    prop_assert!(after != Allowed || before == Allowed, "{before:?} became {after:?}");
    prop_assert!(before != ExplicitDeny || after == ExplicitDeny, "{before:?} became {after:?}");
    Ok(())
}

proptest! {
    #![proptest_config(Config::with_cases(200))]

    #[test]
    fn adding_a_deny_never_allows(setting in setting(), deny in statement("Deny"), at: prop::sample::Index) {
        let (before, after) = (setting.decide(), setting.with(Change::Add(deny, at)).decide());
        narrows(before, after)?;
        prop_assert!(before != Allowed || after != ImplicitDeny, "what denies explicitly denies explicitly");
    }

    #[test]
    fn removing_an_allow_never_allows(setting in setting(), at: prop::sample::Index) {
        let (before, after) = (setting.decide(), setting.with(Change::Remove("Allow", at)).decide());
        narrows(before, after)?;
        prop_assert!(after != ExplicitDeny || before == ExplicitDeny);
    }

    #[test]
    fn removing_a_deny_never_denies_more(setting in setting(), at: prop::sample::Index) {
        narrows(setting.with(Change::Remove("Deny", at)).decide(), setting.decide())?;
    }

    #[test]
    fn order_changes_nothing(setting in setting(), turn in 0usize..7) {
        let (before, after) = (setting.evaluate(), setting.with(Change::Turn(turn)).evaluate());
        prop_assert_eq!((before.decision, before.layer), (after.decision, after.layer));
        prop_assert_eq!(before.certainty, after.certainty);
    }

    #[test]
    fn one_statement_or_many_is_the_same(setting in setting()) {
        prop_assert_eq!(setting.with(Change::Split).decide(), setting.decide());
    }

    #[test]
    fn statements_twice_are_statements_once(setting in setting()) {
        prop_assert_eq!(setting.with(Change::Double).decide(), setting.decide());
    }

    #[test]
    fn a_limit_only_narrows(setting in setting()) {
        for limit in ["boundary", "session", "service_control", "resource_control", "vpc_endpoint"] {
            narrows(setting.with(Change::Lift(limit)).decide(), setting.decide())?;
        }
    }

    #[test]
    fn one_level_more_only_narrows(setting in setting()) {
        for levels in ["service_control", "resource_control"] {
            narrows(setting.with(Change::DropLevel(levels)).decide(), setting.decide())?;
        }
    }

    #[test]
    fn an_unreadable_policy_never_allows_more(setting in setting(), at: prop::sample::Index) {
        let (before, after) = (setting.decide(), setting.with(Change::Spoil(at)).decide());
        prop_assert!(after == Undetermined || after == before || before == Undetermined, "{before:?} became {after:?}");
    }

    #[test]
    fn what_is_printed_decides_alike(setting in setting()) {
        let (before, after) = (setting.evaluate(), setting.with(Change::Print).evaluate());
        prop_assert_eq!((before.decision, before.certainty), (after.decision, after.certainty));
    }

    #[test]
    fn a_key_that_is_not_known_never_decides(setting in setting(), keys in prop::sample::subsequence(KEYS.to_vec(), 1..3)) {
        let names: Vec<_> = keys.iter().map(|(name, _)| *name).collect();
        let unknown = setting.decide_without_knowing(&names);
        if unknown == Undetermined {
            return Ok(());
        }
        for values in every_value(&keys) {
            let known = setting.clone().knowing(&values).decide();
            prop_assert_eq!(known, unknown, "with {:?}", values);
        }
    }
}

type Values = Vec<(&'static str, Option<Value>)>;

/// Every way in which the keys may stand in a request.
fn every_value(keys: &[(&'static str, &'static [&'static str])]) -> Vec<Values> {
    keys.iter().fold(vec![Vec::new()], |ways, (name, values)| {
        let parsed = values.iter().map(|value| Some(serde_json::from_str(value).unwrap()));
        let choices: Vec<Option<Value>> = parsed.chain([None]).collect();
        ways.iter()
            .flat_map(|way| {
                choices.iter().map(|choice| {
                    let mut way = way.clone();
                    way.push((*name, choice.clone()));
                    way
                })
            })
            .collect()
    })
}

/// The same in every run.
fn examples<T: std::fmt::Debug>(strategy: impl Strategy<Value = T>, count: usize) -> Vec<T> {
    let mut runner = TestRunner::deterministic();
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

const EXAMPLES: usize = 600;

/// No law is empty: all outcomes are common, and what each law changes changes outcomes.
#[test]
fn settings_come_to_decisions_of_every_kind() {
    let settings = examples(setting(), EXAMPLES);
    let decisions: Vec<_> = settings.iter().map(Setting::decide).collect();
    for decision in [Allowed, ExplicitDeny, ImplicitDeny, Undetermined] {
        let count = decisions.iter().filter(|one| **one == decision).count();
        assert!(count * 12 > EXAMPLES, "{decision:?} came of {count} settings only");
    }
    let denies = examples(statement("Deny"), EXAMPLES);
    let indices = examples(any::<prop::sample::Index>(), EXAMPLES);
    type Make<'a> = &'a dyn Fn(usize) -> Change;
    let changes: [(&str, Make<'_>); 10] = [
        ("a deny more", &|number| Change::Add(denies[number].clone(), indices[number])),
        ("an allow less", &|number| Change::Remove("Allow", indices[number])),
        ("a deny less", &|number| Change::Remove("Deny", indices[number])),
        ("a policy unreadable", &|number| Change::Spoil(indices[number])),
        ("no boundary", &|_| Change::Lift("boundary")),
        ("no session policy", &|_| Change::Lift("session")),
        ("no service control policy", &|_| Change::Lift("service_control")),
        ("no resource control policy", &|_| Change::Lift("resource_control")),
        ("no endpoint policy", &|_| Change::Lift("vpc_endpoint")),
        ("a level less", &|_| Change::DropLevel("service_control")),
    ];
    for (what, change) in changes {
        let changed = |number: &usize| settings[*number].with(change(*number)).decide() != decisions[*number];
        let count = (0..EXAMPLES).filter(changed).count();
        assert!(count >= 5, "{what} changes {count} decisions only");
    }
    let can_be_split = |setting: &&Setting| setting.statements() < setting.with(Change::Split).statements();
    assert!(settings.iter().filter(can_be_split).count() * 2 > EXAMPLES, "few statements can be split");
    let unknown = |number: &usize| {
        let without = settings[*number].decide_without_knowing(&["aws:PrincipalTag/team", "aws:SourceIp"]);
        without == Undetermined && decisions[*number] != Undetermined
    };
    assert!((0..EXAMPLES).filter(unknown).count() * 20 > EXAMPLES, "few decisions turn on what is not known");
}

/// RestrictPublicBuckets is the one place where less is more: without its public statement a bucket policy is none that the
/// setting restricts (S3 user guide, "Blocking public access").
#[test]
fn a_bucket_policy_that_is_not_public_any_more_serves_others_again() {
    let named = r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:user/bob"},"Action":"s3:*","Resource":"*"}"#;
    let public = r#"{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}"#;
    assert_eq!(decided(&[named, public]), ExplicitDeny);
    assert_eq!(decided(&[named]), Allowed);
}

#[test]
fn a_statement_is_split_into_all_that_it_says() {
    let statement = r#"{"Effect":"Allow","Action":["a:b","a:c"],"Resource":["x","y"],"Condition":{"StringEquals":{"k:k":["1","2"]}}}"#;
    assert_eq!(split(&serde_json::from_str(statement).unwrap()).len(), 8);
}
