//! `junit.xml`: a suite a feature, a case a scenario.

use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use super::{evidence_of, headline};
use crate::acceptance::{Event, Failure, FailureKind, Reporter, ScenarioReport, StepReport, Verdict};

/// Writes `junit.xml` when the run is over.
pub struct Junit<W> {
    out: W,
    report: Report,
    suite: Option<TestSuite>,
    dry_run: bool,
    /// What a reader must know of the target, until the first suite tells it.
    notes: Vec<String>,
}

impl<W: Write> Junit<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> Self {
        Self { out, report: Report::new("stackproof"), suite: None, dry_run: false, notes: Vec::new() }
    }

    fn begin(&mut self, mut suite: Option<TestSuite>) {
        if let Some(suite) = &mut suite {
            suite.properties.extend(self.notes.drain(..).map(|note| Property::new("note", note)));
        }
        if let Some(done) = std::mem::replace(&mut self.suite, suite) {
            self.report.add_test_suite(done);
        }
    }
}

impl<W: Write> Reporter for Junit<W> {
    fn on(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::RunStarted(header) => {
                self.dry_run = header.dry_run;
                self.notes.clone_from(&header.notes);
            }
            Event::CanaryDone(reports, _) => {
                let mut suite = TestSuite::new("canaries");
                for canary in reports {
                    let mut status = TestCaseStatus::success();
                    if let Some(reason) = &canary.failed {
                        status = TestCaseStatus::non_success(NonSuccessKind::Error);
                        status.set_message(reason.as_str());
                    }
                    suite.add_test_case(TestCase::new(canary.kind, status));
                }
                self.begin(Some(suite));
            }
            Event::FeatureStarted(feature) => {
                let mut suite = TestSuite::new(feature.name.as_str());
                suite.extra.insert("file".into(), feature.path.display().to_string().into());
                self.begin(Some(suite));
            }
            Event::ScenarioFinished(report) => {
                if let Some(suite) = &mut self.suite {
                    let time = suite.time.unwrap_or_default() + report.duration;
                    suite.set_time(time);
                    suite.add_test_case(case(report, self.dry_run));
                }
            }
            Event::RunFinished(summary) => {
                self.begin(None);
                self.report.set_time(summary.duration);
                self.report.serialize(&mut self.out).map_err(io::Error::other)?;
                self.out.flush()?;
            }
        }
        Ok(())
    }
}

fn case(report: &ScenarioReport, dry_run: bool) -> TestCase {
    let status = match report.verdict() {
        // Steps that were only matched prove nothing.
        Verdict::Passed if dry_run => {
            let mut status = TestCaseStatus::skipped();
            status.set_message("dry run: nothing is called");
            status
        }
        Verdict::Passed => TestCaseStatus::success(),
        Verdict::Skipped(reason) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(reason);
            status
        }
        Verdict::Unproved(reason) => {
            let mut status = TestCaseStatus::skipped();
            status.set_type("unproved");
            status.set_message(format!("unproved: {reason}"));
            status
        }
        Verdict::Failed(step, failure) => failed(report, step, failure),
    };
    let scenario = &report.scenario;
    let mut case = TestCase::new(scenario.name.as_str(), status);
    case.set_classname(scenario.feature.name.as_str());
    case.set_time(report.duration);
    case.extra.insert("file".into(), scenario.feature.path.display().to_string().into());
    case.extra.insert("line".into(), scenario.line.to_string().into());
    case
}

/// A step that does not hold is a failure; what kept it from being tried is an error.
fn failed(report: &ScenarioReport, step: &StepReport, failure: &Failure) -> TestCaseStatus {
    let (kind, word) = match failure.kind {
        FailureKind::Failed => (NonSuccessKind::Failure, "failed"),
        FailureKind::Undetermined => (NonSuccessKind::Failure, "undetermined"),
        FailureKind::Undefined => (NonSuccessKind::Error, "undefined"),
        FailureKind::Ambiguous => (NonSuccessKind::Error, "ambiguous"),
        FailureKind::Stage(_) => (NonSuccessKind::Error, "stage"),
        FailureKind::Panicked => (NonSuccessKind::Error, "panic"),
    };
    let mut status = TestCaseStatus::non_success(kind);
    status.set_type(word);
    status.set_message(headline(failure));
    let place = format!("{}:{}", report.scenario.feature.path.display(), step.step.line);
    let mut text = format!("{place} {} {}\n", step.step.keyword, step.step.text);
    for (name, line) in evidence_of(failure) {
        text.push_str(&format!("{name}: {line}\n"));
    }
    status.set_description(text);
    status
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::every_variant;

    fn written(events: &[Event]) -> String {
        let mut out = Vec::new();
        let mut junit = Junit::new(&mut out);
        events.iter().for_each(|event| junit.on(event).unwrap());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_was_only_matched_has_not_passed() {
        let mut events = every_variant();
        if let Some(Event::RunStarted(header)) = events.first_mut() {
            header.dry_run = true;
        }
        let (dry, real) = (written(&events), written(&every_variant()));
        let skipped = |report: &str| report.matches("<skipped").count();
        assert_eq!(skipped(&dry), skipped(&real) + 1, "{dry}");
        assert!(dry.contains("<skipped message=\"dry run: nothing is called\"/>"), "{dry}");
    }

    #[test]
    fn scenarios_are_cases() {
        insta::assert_snapshot!(written(&every_variant()), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="stackproof" tests="9" failures="2" errors="2" time="0.123">
            <testsuite name="canaries" tests="2" disabled="0" errors="0" failures="0">
                <properties>
                    <property name="note" value="`aws_cloudfront_distribution.cdn` is not provisioned"/>
                </properties>
                <testcase name="identity policy">
                </testcase>
                <testcase name="resource policy">
                </testcase>
            </testsuite>
            <testsuite name="Calls are kept" tests="7" disabled="2" errors="2" failures="2" time="0.084" file="features/calls.feature">
                <testcase name="It holds" classname="Calls are kept" time="0.012" file="features/calls.feature" line="4">
                </testcase>
                <testcase name="It is denied by another statement" classname="Calls are kept" time="0.012" file="features/calls.feature" line="4">
                    <failure message="expected a denial by the statement `DenyOther`, but it was denied by the statement `DenyKms` of bucket policy of calls" type="failed">features/calls.feature:7 Then it is denied
        statement: `DenyKms` of bucket policy of calls, infra/storage.tf:49
        call: s3:PutObject on arn:aws:s3:::calls/a.wav
        principal: arn:aws:iam::111111111111:user/accessor
        layer: resource-based policy
        certainty: documented
        request: REQ1
        </failure>
                </testcase>
                <testcase name="It cannot be decided" classname="Calls are kept" time="0.012" file="features/calls.feature" line="4">
                    <failure message="the call is undetermined: the condition key `s3:unheard` is not in the tables" type="undetermined">features/calls.feature:7 Then it is denied
        call: s3:PutObject on arn:aws:s3:::calls/a.wav
        principal: arn:aws:iam::111111111111:user/accessor
        reason: the condition key `s3:unheard` is not in the tables
        request: REQ1
        </failure>
                </testcase>
                <testcase name="It says something unknown" classname="Calls are kept" time="0.012" file="features/calls.feature" line="4">
                    <error message="undefined step: no sentence says `it is denyed`" type="undefined">features/calls.feature:7 Then it is denied
        </error>
                </testcase>
                <testcase name="It has no stack" classname="Calls are kept" time="0.012" file="features/calls.feature" line="4">
                    <error message="infra/storage.tf:3:1: no resource type `aws_s3_bukket`" type="stage">features/calls.feature:5 Given the stack &quot;call-centre-data&quot;
        </error>
                </testcase>
                <testcase name="It needs a clock" classname="Calls are kept" time="0.012" file="features/calls.feature" line="4">
                    <skipped message="the target&apos;s clock cannot be moved"/>
                </testcase>
                <testcase name="It rests on the distribution" classname="Calls are kept" time="0.012" file="features/calls.feature" line="4">
                    <skipped message="unproved: `aws_s3_bucket_policy.calls` is not made" type="unproved"/>
                </testcase>
            </testsuite>
        </testsuites>
        "#);
    }
}
