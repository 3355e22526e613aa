//! A denial counts only beside an allow: in the same feature, the same principal must have been allowed a call to the
//! same service, or the denial may be no more than a broken principal.

use std::collections::HashSet;

use stackproof_gateway::{Decision, Outcome};

use super::event::Unpaired;
use super::feature::Scenario;

/// The caller's name in decisions about calls without credentials.
const ANONYMOUS: &str = "anonymous";

/// A principal, by its ARN, and a service.
type Pair = (String, String);

/// What a scenario's own calls showed. Facts that stackproof reads as operator are none of them: they would pair every
/// denial of the operator.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    allowed: HashSet<Pair>,
    /// Denied calls that a step held on, each with the step's position.
    denied: Vec<(Pair, usize)>,
}

impl Shown {
    /// Notes a call that succeeded.
    pub(crate) fn note_allowed(&mut self, decision: &Decision) {
        if decision.outcome == Outcome::Allowed {
            self.allowed.insert(pair(decision));
        }
    }

    /// Notes that the step at that position held because a call was denied.
    pub(crate) fn note_denied(&mut self, decision: &Decision, step: usize) {
        self.denied.push((pair(decision), step));
    }
}

fn pair(decision: &Decision) -> Pair {
    (decision.principal.clone(), decision.service.clone())
}

/// Denials and allowed calls of one feature.
#[derive(Debug, Default)]
pub(crate) struct Pairs {
    allowed: HashSet<Pair>,
    denied: Vec<Unpaired>,
}

impl Pairs {
    /// Adds what a scenario showed.
    pub(crate) fn add(&mut self, scenario: &Scenario, shown: Shown) {
        self.allowed.extend(shown.allowed);
        self.denied.extend(shown.denied.into_iter().map(|((principal, service), step)| Unpaired {
            path: scenario.feature.path.clone(),
            line: scenario.steps.get(step).map_or(scenario.line, |step| step.line),
            scenario: scenario.name.clone(),
            principal,
            service,
        }));
    }

    /// The denials of the feature that stand alone.
    pub(crate) fn unpaired(self) -> impl Iterator<Item = Unpaired> {
        let allowed = self.allowed;
        self.denied.into_iter().filter(move |denied| !is_paired(&allowed, denied))
    }
}

/// Who has no credentials cannot have broken ones: any allowed call to the service shows that it was there to refuse.
fn is_paired(allowed: &HashSet<Pair>, denied: &Unpaired) -> bool {
    let is_it = |principal: &str| principal == denied.principal || denied.principal == ANONYMOUS;
    allowed.iter().any(|(principal, service)| is_it(principal) && *service == denied.service)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acceptance::testing::{decision, scenario};

    fn told(outcome: Outcome, principal: &str, service: &str) -> Decision {
        Decision { principal: principal.into(), service: service.into(), ..decision(outcome) }
    }

    #[test]
    fn a_denial_is_paired_by_the_same_principal_and_service_alone() {
        let cases = [
            ("user/a", "s3", "user/a", "s3", true),
            ("user/a", "s3", "user/b", "s3", false),
            ("user/a", "s3", "user/a", "sts", false),
            ("anonymous", "s3", "user/b", "s3", true),
            ("anonymous", "s3", "user/b", "sts", false),
        ];
        for (who, service, allowed, to, paired) in cases {
            let (mut one, mut other) = (Shown::default(), Shown::default());
            one.note_denied(&told(Outcome::ImplicitDeny, who, service), 2);
            other.note_allowed(&told(Outcome::Allowed, allowed, to));
            let mut pairs = Pairs::default();
            pairs.add(&scenario(), one);
            pairs.add(&scenario(), other);
            let lines: Vec<usize> = pairs.unpaired().map(|unpaired| unpaired.line).collect();
            let expected: &[usize] = if paired { &[] } else { &[7] };
            assert_eq!(lines, expected, "{who} {service} beside {allowed} {to}");
        }
    }
}
