//! One decision in full.

use std::fmt::Write;
use std::path::Path;
use std::time::SystemTime;

use stackproof_gateway::{Check, Decision, Outcome, Statement};

use super::evidence::evidence;
use super::excerpt::excerpt;
use super::word;

/// How a decision is told.
#[derive(Clone, Copy, Debug)]
pub struct Telling<'a> {
    /// Where relative paths of Terraform files start from, if not in the working directory.
    pub root: &'a Path,
    /// Whether source lines are coloured.
    pub colour: bool,
}

impl Telling<'_> {
    /// The decision, every check, and the condition keys of each.
    pub fn tell(&self, decision: &Decision) -> String {
        let mut out = line("outcome", &ended(decision));
        for (name, text) in [("scenario", &decision.scenario), ("step", &decision.step)] {
            out.extend(text.as_ref().map(|text| line(name, text)));
        }
        out.push_str(&line("time", &format!("{}, on {}", decision.time, decision.target)));
        out.push_str(&self.evidence(decision));
        for check in &decision.checks {
            let _ = writeln!(out, "\ncondition keys of {} on {}", check.action, check.resource);
            for (key, values) in &check.context {
                let _ = writeln!(out, "  {key} = {}", values.join(", "));
            }
        }
        out
    }

    /// Why it was decided so: who called and how that caller came to be, the lines of the statement that decided or came
    /// nearest, and what every policy said. It stands under a failed step in these same words.
    pub fn evidence(&self, decision: &Decision) -> String {
        let mut out: String = evidence(decision).iter().map(|(name, text)| line(name, text)).collect();
        let statement = decision.statement.as_ref();
        let nearest = decision.deciding().and_then(|check| check.nearest.as_ref()).map(|it| &it.statement);
        if let Some(statement) = statement.or(nearest) {
            out.push_str(&self.lines_of(statement, decision));
        }
        decision.checks.iter().for_each(|check| write_check(check, &mut out));
        out
    }

    fn lines_of(&self, statement: &Statement, decision: &Decision) -> String {
        let since = decision.time.parse::<jiff::Timestamp>().ok().map(SystemTime::from);
        match &statement.place {
            Some(place) => format!("\n{}", excerpt(place, self.root, since, self.colour)),
            None => String::new(),
        }
    }
}

fn line(name: &str, text: &str) -> String {
    format!("{name:<10} {text}\n")
}

fn ended(decision: &Decision) -> String {
    let how = match decision.outcome {
        Outcome::Allowed => "allowed",
        Outcome::ExplicitDeny => "explicitly denied",
        Outcome::ImplicitDeny => "implicitly denied",
        Outcome::Unauthenticated => "refused: the caller is not who it says it is",
        Outcome::Rejected => "refused before authorization",
        Outcome::Undetermined => "undetermined",
    };
    let Decision { service, operation, status, .. } = decision;
    let error = decision.error.as_ref().map(|code| format!(" {code}")).unwrap_or_default();
    format!("{service}:{operation} was {how}, and answered with {status}{error}")
}

fn write_check(check: &Check, out: &mut String) {
    let outcome = match check.outcome {
        Outcome::Allowed => "is allowed",
        Outcome::ExplicitDeny => "is explicitly denied",
        Outcome::ImplicitDeny => "is implicitly denied",
        _ => "is undetermined",
    };
    let certainty = word(&check.certainty);
    let _ = writeln!(out, "\n{} on {} {outcome} ({certainty})", check.action, check.resource);
    if let Some(reason) = &check.reason {
        let _ = writeln!(out, "  {reason}");
    }
    for policy in &check.policies {
        let _ = writeln!(out, "  {:<23} {:<20} {}", policy.layer, policy.says.to_string(), policy.policy);
    }
    if !check.policies.iter().any(|policy| policy.layer == "identity-based policy") {
        let _ = writeln!(out, "  {:<23} none is attached", "identity-based policy");
    }
}
