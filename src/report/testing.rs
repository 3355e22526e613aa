//! A run in which everything happens that a report has a line for.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use stackproof_gateway::Outcome;

use crate::acceptance::testing::{decision, scenario};
use crate::acceptance::{
    CanaryReport, Event, Failure, FailureKind, GuardedTwice, RunHeader, ScenarioReport, StageFailure,
    StepReport, StepStatus, Summary, Unpaired,
};

fn header() -> Event {
    Event::RunStarted(RunHeader {
        target: "embedded".into(),
        transport: "HTTPS".into(),
        region: "eu-west-2".into(),
        notes: vec!["`aws_cloudfront_distribution.cdn` is not provisioned".into()],
        scenarios: 6,
        dry_run: false,
    })
}

fn played(name: &str, last: StepStatus) -> Event {
    let mut scenario = scenario();
    scenario.name = name.into();
    let duration = Duration::from_millis(2);
    let mut steps: Vec<StepReport> = scenario
        .steps
        .iter()
        .map(|step| StepReport { step: step.clone(), status: StepStatus::Passed, duration })
        .collect();
    steps[2].status = last;
    let mut told = decision(Outcome::Allowed);
    told.stack = Some("call-centre-data".into());
    told.scenario = Some(name.into());
    told.step = Some("When the accessor uploads \"a.wav\" to \"calls\"".into());
    let decisions = if name == "It holds" { vec![told] } else { Vec::new() };
    let report = ScenarioReport {
        stack: told_stack(),
        steps,
        duration: Duration::from_millis(12),
        decisions,
        scenario,
    };
    Event::ScenarioFinished(Box::new(report))
}

fn told_stack() -> Option<String> {
    Some("call-centre-data".into())
}

fn failed(failure: Failure) -> StepStatus {
    StepStatus::Failed(Box::new(failure))
}

/// Every kind of event and of ending.
pub(super) fn every_variant() -> Vec<Event> {
    let wrong_statement = Failure {
        kind: FailureKind::Failed,
        expected: Some("a denial by the statement `DenyOther`".into()),
        happened: "it was denied by the statement `DenyKms` of bucket policy of calls".into(),
        hint: None,
        decision: Some(Arc::new(decision(Outcome::ExplicitDeny))),
    };
    let mut unknown = decision(Outcome::Undetermined);
    unknown.reason = Some("the condition key `s3:unheard` is not in the tables".into());
    let undetermined = Failure {
        kind: FailureKind::Undetermined,
        expected: None,
        happened: "the call is undetermined: the condition key `s3:unheard` is not in the tables".into(),
        hint: None,
        decision: Some(Arc::new(unknown)),
    };
    let undefined = Failure {
        kind: FailureKind::Undefined,
        expected: None,
        happened: "no sentence says `it is denyed`".into(),
        hint: Some("the nearest sentences are\n  it is denied\n  it succeeds\n  nothing was stored".into()),
        decision: None,
    };
    let mut stage = played("It has no stack", StepStatus::NotRun);
    if let Event::ScenarioFinished(report) = &mut stage {
        report.steps[0].status = failed(Failure {
            kind: FailureKind::Stage(StageFailure::Provisioning),
            expected: None,
            happened: "infra/storage.tf:3:1: no resource type `aws_s3_bukket`".into(),
            hint: Some("did you mean `aws_s3_bucket`".into()),
            decision: None,
        });
        report.steps[1].status = StepStatus::NotRun;
    }
    let skipped = StepStatus::Skipped("the target's clock cannot be moved".into());
    let unproved = StepStatus::Unproved("`aws_s3_bucket_policy.calls` is not made".into());
    let unpaired = Unpaired {
        path: PathBuf::from("features/calls.feature"),
        line: 7,
        scenario: "A put with another key is denied".into(),
        principal: "arn:aws:iam::111111111111:user/accessor".into(),
        service: "s3".into(),
    };
    let twice = GuardedTwice {
        path: PathBuf::from("features/calls.feature"),
        line: 4,
        scenario: "It holds".into(),
        guards: vec!["DenyKms".into(), "blocked_encryption_types".into()],
    };
    vec![
        header(),
        Event::CanaryDone(
            vec![
                CanaryReport { kind: "identity policy", failed: None },
                CanaryReport { kind: "resource policy", failed: None },
            ],
            Vec::new(),
        ),
        Event::FeatureStarted(scenario().feature),
        played("It holds", StepStatus::Passed),
        played("It is denied by another statement", failed(wrong_statement)),
        played("It cannot be decided", failed(undetermined)),
        played("It says something unknown", failed(undefined)),
        stage,
        played("It needs a clock", skipped),
        played("It rests on the distribution", unproved),
        Event::RunFinished(Summary {
            passed: 1,
            failed: 4,
            skipped: 1,
            unproved: 1,
            not_run: 2,
            unpaired: vec![unpaired],
            guarded_twice: vec![twice],
            strict: false,
            duration: Duration::from_millis(123),
        }),
    ]
}

/// A run that the canaries ended.
pub(super) fn aborted() -> Vec<Event> {
    let failed = Some("s3:GetBucketLocation, which must be refused, was allowed".to_owned());
    vec![
        header(),
        Event::CanaryDone(
            vec![
                CanaryReport { kind: "implicit denial", failed: None },
                CanaryReport { kind: "resource policy", failed },
            ],
            Vec::new(),
        ),
        Event::RunFinished(Summary { not_run: 6, ..Summary::default() }),
    ]
}

/// The text without what is at line ends only, which inline snapshots trim.
pub(super) fn redacted(text: &str) -> String {
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}
