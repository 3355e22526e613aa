//! One decision in full.

use std::fmt::Write;
use std::path::Path;
use std::time::SystemTime;

use stackproof_gateway::{Check, Decision, Outcome, Says, Statement};

use super::evidence::evidence;
use super::excerpt::excerpt;
use super::word;

/// How a decision is told.
pub struct Telling<'a> {
    /// Where relative paths of Terraform files start from, if not in the working directory.
    pub root: &'a Path,
    /// Whether source lines are coloured.
    pub colour: bool,
}

impl Telling<'_> {
    /// The decision, what led to its principal among those that were made with it, and every check.
    pub fn tell(&self, decision: &Decision, all: &[Decision]) -> String {
        let mut out = String::new();
        let mut line = |name: &str, text: &str| out.push_str(&format!("{name:<10} {text}\n"));
        line("outcome", &ended(decision));
        for (name, text) in [("scenario", &decision.scenario), ("step", &decision.step)] {
            if let Some(text) = text {
                line(name, text);
            }
        }
        evidence(decision).iter().for_each(|(name, text)| line(name, text));
        origin(decision, all).iter().for_each(|(name, text)| line(name, text));
        line("time", &format!("{}, on {}", decision.time, decision.target));
        let statement = decision.statement.as_ref();
        let nearest = decision.deciding().and_then(|check| check.nearest.as_ref()).map(|it| &it.statement);
        if let Some(statement) = statement.or(nearest) {
            out.push_str(&self.lines_of(statement, decision));
        }
        for check in &decision.checks {
            write_check(check, &mut out);
        }
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

/// How the principal came to be: the role and the call that opened the session, its tags and what it was narrowed by.
fn origin(decision: &Decision, all: &[Decision]) -> Vec<(&'static str, String)> {
    let Some(check) = decision.deciding() else { return Vec::new() };
    let mut lines = Vec::new();
    let one = |key: &str| check.context.get(key).and_then(|values| values.first()).map(String::as_str);
    if let Some(role) = one("aws:principalarn").filter(|arn| *arn != decision.principal) {
        let opened = all.iter().rev().find(|it| opens(it, role, decision));
        let by = opened.map(|it| format!(", assumed by {} in request {}", it.principal, it.request_id));
        lines.push(("session of", format!("{role}{}", by.unwrap_or_default())));
    }
    let tags: Vec<String> = check
        .context
        .iter()
        .filter_map(|(key, values)| Some((key.strip_prefix("aws:principaltag/")?, values)))
        .map(|(tag, values)| format!("{tag}={}", values.join(",")))
        .collect();
    if !tags.is_empty() {
        lines.push(("tags", tags.join(" ")));
    }
    if let Some(identity) = one("aws:sourceidentity") {
        lines.push(("identity", identity.to_owned()));
    }
    let limits =
        check.policies.iter().filter(|it| it.layer == "session policy" || it.layer == "permissions boundary");
    lines.extend(limits.map(|it| ("limited by", format!("{} {}", it.layer, it.policy))));
    lines
}

/// Whether that is the call which opened the session that the decision's principal is.
fn opens(call: &Decision, role: &str, decision: &Decision) -> bool {
    let session = decision.principal.rsplit('/').next().unwrap_or_default();
    let named = |check: &Check| {
        let names = check.context.get("sts:rolesessionname");
        check.resource == role && names.is_some_and(|names| names.iter().any(|name| name == session))
    };
    call.operation == "AssumeRole"
        && call.outcome == Outcome::Allowed
        && call.scenario == decision.scenario
        && call.time <= decision.time
        && call.checks.iter().any(named)
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
        let says = match policy.says {
            Says::Allows => "allows it",
            Says::Denies => "denies it",
            Says::Nothing => "says nothing",
            Says::Unknown => "cannot be evaluated",
            Says::Exempt => "has no say",
        };
        let _ = writeln!(out, "  {:<22} {says:<20} {}", policy.layer, policy.policy);
    }
    if !check.policies.iter().any(|policy| policy.layer == "identity-based policy") {
        let _ = writeln!(out, "  {:<22} none is attached", "identity-based policy");
    }
    for (key, values) in &check.context {
        let _ = writeln!(out, "  {key} = {}", values.join(", "));
    }
}
