//! The report on a terminal.

mod paint;

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::PathBuf;

use super::explain::Telling;
use super::{headline, seconds};
use crate::acceptance::{
    CanaryReport, Event, Failure, FailureKind, Feature, Reporter, RunHeader, ScenarioReport, StepReport,
    StepStatus, Summary, Verdict,
};
use paint::Paint;

/// Writes a line a scenario, and everything about failures at the end.
pub struct Console<W> {
    out: W,
    paint: Paint,
    failures: Vec<String>,
    /// Where each failure that many scenarios may share was told in full, by what it says.
    told: HashMap<String, String>,
    /// The command that explains a request, without its id.
    explain: Option<String>,
    /// Where relative paths of Terraform files start from, if not in the working directory.
    root: PathBuf,
    dry_run: bool,
}

impl<W: Write> Console<W> {
    /// Writes to `out`, in colours where asked.
    pub fn new(out: W, colour: bool) -> Self {
        Self {
            out,
            paint: Paint(colour),
            failures: Vec::new(),
            told: HashMap::new(),
            explain: None,
            root: PathBuf::new(),
            dry_run: false,
        }
    }

    /// Ends every failure with that command and the id of the request that it rests on.
    #[must_use]
    pub fn explained_by(self, command: Option<String>) -> Self {
        Self { explain: command, ..self }
    }

    /// Looks for Terraform files in that folder where they are not in the working directory.
    #[must_use]
    pub fn rooted_in(self, root: PathBuf) -> Self {
        Self { root, ..self }
    }

    fn header(&mut self, header: &RunHeader) -> io::Result<()> {
        self.dry_run = header.dry_run;
        let RunHeader { target, transport, region, scenarios, .. } = header;
        let dry = if header.dry_run { " (dry run: nothing is called)" } else { "" };
        let scenarios = plural(*scenarios, "scenario");
        writeln!(self.out, "{} on {target} over {transport} in {region}{dry}", self.paint.bold(&scenarios))?;
        for note in &header.notes {
            writeln!(self.out, "  note: {note}")?;
        }
        Ok(())
    }

    fn canaries(&mut self, reports: &[CanaryReport]) -> io::Result<()> {
        let failed: Vec<_> = reports.iter().filter_map(|it| Some((it.kind, it.failed.as_ref()?))).collect();
        if failed.is_empty() {
            let kinds: Vec<_> = reports.iter().map(|report| report.kind).collect();
            return writeln!(self.out, "  enforced: {}", kinds.join(", "));
        }
        writeln!(self.out, "{} enforcement is off: no denial would mean anything", self.paint.red("error:"))?;
        for (kind, reason) in failed {
            writeln!(self.out, "  {kind}: {reason}")?;
        }
        Ok(())
    }

    fn feature(&mut self, feature: &Feature) -> io::Result<()> {
        writeln!(
            self.out,
            "\n{} {}",
            self.paint.bold(&feature.name),
            self.paint.dim(&feature.path.display().to_string())
        )
    }

    fn scenario(&mut self, report: &ScenarioReport) -> io::Result<()> {
        let name = &report.scenario.name;
        let (mark, rest) = match report.verdict() {
            Verdict::Passed if self.dry_run => (self.paint.dim("matched"), String::new()),
            Verdict::Passed => (self.paint.green("passed "), self.paint.dim(&seconds(report.duration))),
            Verdict::Skipped(reason) => (self.paint.yellow("skipped"), format!("({reason})")),
            Verdict::Unproved(reason) => (self.paint.yellow("unproved"), format!("({reason})")),
            Verdict::Failed(..) => {
                let failure = self.failure(report);
                self.failures.push(failure);
                (self.paint.red("FAILED "), self.paint.dim(&seconds(report.duration)))
            }
        };
        writeln!(self.out, "{}", format!("  {mark} {name} {rest}").trim_end())
    }

    /// Everything about the first step that failed.
    fn failure(&mut self, report: &ScenarioReport) -> String {
        let Verdict::Failed(step, failure) = report.verdict() else { return String::new() };
        let path = report.scenario.feature.path.display();
        let mut lines = vec![
            format!("{} {path}:{} {}", self.paint.red("FAILED"), report.scenario.line, report.scenario.name),
            format!("  {path}:{} {} {}", step.step.line, step.step.keyword, self.paint.bold(&step.step.text)),
        ];
        let place = format!("{path}:{} {}", report.scenario.line, report.scenario.name);
        if let Some(same) = shared(report, step, failure) {
            if let Some(told) = self.told.get(&same) {
                lines.push(format!("    as above, in {told}"));
                return lines.join("\n");
            }
            self.told.insert(same, place);
        }
        match &failure.expected {
            Some(expected) => {
                lines.push(format!("    expected   {expected}"));
                lines.push(format!("    happened   {}", failure.happened));
            }
            None => lines.extend(headline(failure).lines().map(|line| format!("    {line}"))),
        }
        if let Some(decision) = &failure.decision {
            let telling = Telling { root: &self.root, colour: self.paint.0 };
            let told = telling.evidence(decision);
            lines.extend(told.lines().map(|line| format!("    {line}").trim_end().to_owned()));
        }
        if let Some(hint) = &failure.hint {
            let mut hint = hint.lines();
            lines.push(format!("    hint: {}", hint.next().unwrap_or_default()));
            lines.extend(hint.map(|line| format!("    {line}")));
        }
        let not_run = report.steps.iter().filter(|step| matches!(step.status, StepStatus::NotRun)).count();
        if not_run > 0 && failure.kind != FailureKind::Panicked {
            lines.push(format!("    {} after it not run", plural(not_run, "step")));
        }
        if let (Some(command), Some(decision)) = (&self.explain, &failure.decision) {
            lines.push(format!("    hint: {command} {}", decision.request_id));
        }
        lines.join("\n")
    }

    fn summary(&mut self, summary: &Summary) -> io::Result<()> {
        for failure in std::mem::take(&mut self.failures) {
            writeln!(self.out, "\n{failure}")?;
        }
        self.unpaired(summary)?;
        self.guarded_twice(summary)?;
        let total = summary.passed + summary.failed + summary.skipped + summary.unproved;
        if total + summary.not_run == 0 {
            return writeln!(self.out, "\n{} no scenario was selected", self.paint.red("error:"));
        }
        let passed = if self.dry_run { "matched" } else { "passed" };
        let mut parts = vec![self.paint.green(&format!("{} {passed}", summary.passed))];
        if summary.failed > 0 {
            parts.push(self.paint.red(&format!("{} failed", summary.failed)));
        }
        if summary.skipped > 0 {
            parts.push(self.paint.yellow(&format!("{} skipped", summary.skipped)));
        }
        if summary.unproved > 0 {
            let part = format!("{} unproved", summary.unproved);
            parts.push(if summary.strict { self.paint.red(&part) } else { self.paint.yellow(&part) });
        }
        if summary.not_run > 0 {
            parts.push(self.paint.yellow(&format!("{} not run", summary.not_run)));
        }
        let (time, total) = (seconds(summary.duration), plural(total, "scenario"));
        writeln!(self.out, "\n{} [{time}] {total}: {}", self.paint.bold("Summary"), parts.join(", "))
    }

    fn unpaired(&mut self, summary: &Summary) -> io::Result<()> {
        if summary.unpaired.is_empty() {
            return Ok(());
        }
        let mark = if summary.strict { self.paint.red("error:") } else { self.paint.yellow("warning:") };
        let denials = plural(summary.unpaired.len(), "denial");
        writeln!(
            self.out,
            "\n{mark} {denials} without an allowed call of the same principal to the same service in the feature"
        )?;
        for it in &summary.unpaired {
            let path = it.path.display();
            writeln!(self.out, "  {path}:{} {} by {} in {}", it.line, it.service, it.principal, it.scenario)?;
        }
        Ok(())
    }

    fn guarded_twice(&mut self, summary: &Summary) -> io::Result<()> {
        if summary.guarded_twice.is_empty() || self.dry_run {
            return Ok(());
        }
        let attacks = plural(summary.guarded_twice.len(), "attack");
        writeln!(self.out, "\n{attacks} stopped by more than one guard, none of which is missed alone")?;
        for it in &summary.guarded_twice {
            let (path, guards) = (it.path.display(), it.guards.join(", "));
            writeln!(self.out, "  {path}:{} {}: {guards}", it.line, it.scenario)?;
        }
        Ok(())
    }
}

impl<W: Write> Reporter for Console<W> {
    fn on(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::RunStarted(header) => self.header(header),
            Event::CanaryDone(reports, _) => self.canaries(reports),
            Event::FeatureStarted(feature) => self.feature(feature),
            Event::ScenarioFinished(report) => self.scenario(report),
            Event::RunFinished(summary) => self.summary(summary),
        }
        .and_then(|()| self.out.flush())
        .or_else(|error| match error.kind() {
            // Whoever read has seen enough; the run goes on, for its exit code and the other reports.
            io::ErrorKind::BrokenPipe => Ok(()),
            _ => Err(error),
        })
    }
}

/// What tells apart failures that several scenarios share: those of a stack that could not be had, and those of a
/// background's step.
fn shared(report: &ScenarioReport, step: &StepReport, failure: &Failure) -> Option<String> {
    let (first, last) = report.scenario.lines;
    let in_background = !(first..=last).contains(&step.step.line);
    let place = match failure.kind {
        FailureKind::Stage(_) => String::new(),
        _ if in_background => format!("{}:{}", report.scenario.feature.path.display(), step.step.line),
        _ => return None,
    };
    Some(format!("{place} {}", headline(failure)))
}

fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{aborted, every_variant, redacted};

    fn written(events: &[Event], colour: bool) -> String {
        let mut out = Vec::new();
        let mut console = Console::new(&mut out, colour);
        events.iter().for_each(|event| console.on(event).unwrap());
        redacted(&String::from_utf8(out).unwrap())
    }

    #[test]
    fn every_line_there_is() {
        insta::assert_snapshot!(written(&every_variant(), false), @r#"
        6 scenarios on embedded over HTTPS in eu-west-2
          note: `aws_cloudfront_distribution.cdn` is not provisioned
          enforced: identity policy, resource policy

        Calls are kept features/calls.feature
          passed  It holds 0.012s
          FAILED  It is denied by another statement 0.012s
          FAILED  It cannot be decided 0.012s
          FAILED  It says something unknown 0.012s
          FAILED  It has no stack 0.012s
          skipped It needs a clock (the target's clock cannot be moved)
          unproved It rests on the distribution (`aws_s3_bucket_policy.calls` is not made)

        FAILED features/calls.feature:4 It is denied by another statement
          features/calls.feature:7 Then it is denied
            expected   a denial by the statement `DenyOther`
            happened   it was denied by the statement `DenyKms` of bucket policy of calls
            statement  `DenyKms` of bucket policy of calls, infra/storage.tf:49
            call       s3:PutObject on arn:aws:s3:::calls/a.wav
            principal  arn:aws:iam::111111111111:user/accessor
            layer      resource-based policy
            certainty  documented
            request    REQ1

            `infra/storage.tf` cannot be read: No such file or directory (os error 2)

            s3:PutObject on arn:aws:s3:::calls/a.wav is explicitly denied (documented)
              identity-based policy   none is attached

        FAILED features/calls.feature:4 It cannot be decided
          features/calls.feature:7 Then it is denied
            the call is undetermined: the condition key `s3:unheard` is not in the tables
            call       s3:PutObject on arn:aws:s3:::calls/a.wav
            principal  arn:aws:iam::111111111111:user/accessor
            reason     the condition key `s3:unheard` is not in the tables
            request    REQ1

            s3:PutObject on arn:aws:s3:::calls/a.wav is undetermined (documented)
              identity-based policy   none is attached

        FAILED features/calls.feature:4 It says something unknown
          features/calls.feature:7 Then it is denied
            undefined step: no sentence says `it is denyed`
            hint: the nearest sentences are
              it is denied
              it succeeds
              nothing was stored

        FAILED features/calls.feature:4 It has no stack
          features/calls.feature:5 Given the stack "call-centre-data"
            infra/storage.tf:3:1: no resource type `aws_s3_bukket`
            hint: did you mean `aws_s3_bucket`
            2 steps after it not run

        warning: 1 denial without an allowed call of the same principal to the same service in the feature
          features/calls.feature:7 s3 by arn:aws:iam::111111111111:user/accessor in A put with another key is denied

        1 attack stopped by more than one guard, none of which is missed alone
          features/calls.feature:4 It holds: DenyKms, blocked_encryption_types

        Summary [0.123s] 7 scenarios: 1 passed, 4 failed, 1 skipped, 1 unproved, 2 not run
        "#);
    }

    #[test]
    fn a_run_without_enforcement_says_so() {
        insta::assert_snapshot!(written(&aborted(), false), @"
        6 scenarios on embedded over HTTPS in eu-west-2
          note: `aws_cloudfront_distribution.cdn` is not provisioned
        error: enforcement is off: no denial would mean anything
          resource policy: s3:GetBucketLocation, which must be refused, was allowed

        Summary [0.000s] 0 scenarios: 0 passed, 6 not run
        ");
    }

    /// A pipe that nobody reads, or a disk that is full.
    struct Refusing(io::ErrorKind);

    impl Write for Refusing {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(self.0.into())
        }
    }

    #[test]
    fn a_reader_that_has_gone_ends_no_run_but_a_full_disk_does() {
        let written = |kind| {
            let mut console = Console::new(Refusing(kind), false);
            every_variant().iter().try_for_each(|event| console.on(event))
        };
        assert!(written(io::ErrorKind::BrokenPipe).is_ok());
        assert!(written(io::ErrorKind::StorageFull).is_err());
    }

    #[test]
    fn colours_come_only_when_asked() {
        assert!(!written(&every_variant(), false).contains('\u{1b}'));
        assert!(written(&every_variant(), true).contains("\u{1b}[31mFAILED"));
    }

    #[test]
    fn no_scenario_is_an_error() {
        let out = written(&[Event::RunFinished(Summary::default())], false);
        assert_eq!(out.trim(), "error: no scenario was selected");
    }
}
