//! An explanation as a text of several lines.

use super::{Explanation, GrantTrace, PolicyTrace, Says, StatementTrace};
use crate::evaluate::Decision;
use crate::truth::{Certainty, Truth};
use std::fmt;

impl fmt::Display for Explanation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let evaluation = &self.evaluation;
        write!(formatter, "{}: {}", self.subject, outcome(evaluation.decision))?;
        if !evaluation.reason.is_empty() {
            write!(formatter, ", {}", evaluation.reason)?;
        }
        for statement in &evaluation.statements {
            let sid = named(statement.sid.as_ref());
            let (index, layer) = (statement.index, statement.layer);
            write!(formatter, "\n  decided by statement {index}{sid} of {layer} `{}`", statement.policy)?;
        }
        self.write_nearest(formatter)?;
        self.write_certainty(formatter)?;
        for policy in &self.policies {
            write!(formatter, "\n{policy}")?;
        }
        for grant in &self.grants {
            write!(formatter, "\n{grant}")?;
        }
        for warning in &self.warnings {
            write!(formatter, "\nwarning: {warning}")?;
        }
        Ok(())
    }
}

impl Explanation {
    fn write_nearest(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let missing = self.evaluation.layer.filter(|_| self.evaluation.decision == Decision::ImplicitDeny);
        let Some((policy, statement)) = missing.and_then(|layer| self.nearest(layer)) else { return Ok(()) };
        let (index, sid) = (statement.index, named(statement.sid.as_ref()));
        write!(formatter, "\n  nearest is statement {index}{sid} of {} `{}`", policy.layer, policy.policy)?;
        statement.because.iter().try_for_each(|reason| write!(formatter, "\n    but {reason}"))
    }

    fn write_certainty(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // How sure a rule is says nothing where none decided.
        let how = match self.evaluation.certainty {
            _ if self.evaluation.decision == Decision::Undetermined => return Ok(()),
            Certainty::Documented => return Ok(()),
            Certainty::Measured => "what others have measured",
            Certainty::Reading => "our reading",
        };
        write!(formatter, "\n  rests on {how}, and not on AWS's documentation")?;
        self.uncertain.iter().try_for_each(|rule| write!(formatter, "\n    {rule}"))
    }
}

fn outcome(decision: Decision) -> &'static str {
    match decision {
        Decision::Allowed => "allowed",
        Decision::ExplicitDeny => "explicitly denied",
        Decision::ImplicitDeny => "implicitly denied",
        Decision::Undetermined => "undetermined",
    }
}

fn named(sid: Option<&String>) -> String {
    sid.map(|sid| format!(" `{sid}`")).unwrap_or_default()
}

fn covers(covers: Truth) -> &'static str {
    match covers {
        Truth::True => "covers the request",
        Truth::False => "does not cover the request",
        Truth::Unknown => "cannot be evaluated",
    }
}

impl fmt::Display for Says {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Allows => "allows it",
            Self::Denies => "denies it",
            Self::Nothing => "says nothing",
            Self::Unknown => "cannot be evaluated",
            Self::Exempt => "has no say",
        })
    }
}

impl fmt::Display for PolicyTrace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} `{}` {}", self.layer, self.policy, self.says())?;
        if let Some(exempt) = self.exempt {
            write!(formatter, ": {exempt}")?;
        }
        if let Some(why) = &self.unreadable {
            write!(formatter, ": {why}")?;
        }
        for statement in &self.statements {
            write!(formatter, "\n  {statement}")?;
        }
        Ok(())
    }
}

impl fmt::Display for StatementTrace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sid = named(self.sid.as_ref());
        write!(formatter, "statement {}{sid} ({}) {}", self.index, self.effect, covers(self.covers))?;
        self.because.iter().try_for_each(|reason| write!(formatter, "\n    {reason}"))
    }
}

impl fmt::Display for GrantTrace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "grant `{}` {}", self.grant, covers(self.covers))
    }
}
