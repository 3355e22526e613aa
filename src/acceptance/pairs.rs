//! A denial counts only beside an allow: in the same feature, the same principal must have been allowed a call to the
//! same service, or the denial may be no more than a broken principal.

use std::collections::HashSet;

use stackproof_gateway::{Decision, Outcome};

use super::event::Unpaired;
use super::feature::Scenario;
use super::world::Denied;

/// The caller's name in decisions about calls without credentials.
const ANONYMOUS: &str = "anonymous";

/// Denials and allowed calls of one feature.
#[derive(Debug, Default)]
pub(crate) struct Pairs {
    allowed: HashSet<(String, String)>,
    denied: Vec<(Unpaired, Denied)>,
}

impl Pairs {
    /// Adds what a scenario showed.
    pub(crate) fn add(&mut self, scenario: &Scenario, decisions: &[Decision], denied: Vec<Denied>) {
        let allowed = decisions
            .iter()
            .filter(|decision| decision.outcome == Outcome::Allowed && decision.error.is_none());
        self.allowed.extend(allowed.map(|decision| (decision.principal.clone(), decision.service.clone())));
        for denied in denied {
            let unpaired = Unpaired {
                path: scenario.feature.path.clone(),
                line: scenario.steps.get(denied.step).map_or(scenario.line, |step| step.line),
                scenario: scenario.name.clone(),
                principal: denied.principal.clone(),
                service: denied.service.clone(),
            };
            self.denied.push((unpaired, denied));
        }
    }

    /// The denials of the feature that stand alone.
    pub(crate) fn unpaired(self) -> impl Iterator<Item = Unpaired> {
        let allowed = self.allowed;
        self.denied
            .into_iter()
            .filter(move |(_, denied)| !is_paired(&allowed, denied))
            .map(|(unpaired, _)| unpaired)
    }
}

/// Who has no credentials cannot have broken ones: any allowed call to the service shows that it was there to refuse.
fn is_paired(allowed: &HashSet<(String, String)>, denied: &Denied) -> bool {
    let own = allowed.contains(&(denied.principal.clone(), denied.service.clone()));
    own || (denied.principal == ANONYMOUS && allowed.iter().any(|(_, service)| *service == denied.service))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acceptance::testing::{decision, scenario};

    fn denied(principal: &str, service: &str) -> Denied {
        Denied { principal: principal.into(), service: service.into(), step: 0 }
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
            let mut pairs = Pairs::default();
            let mut made = decision(Outcome::Allowed);
            (made.principal, made.service) = (allowed.into(), to.into());
            pairs.add(&scenario(), &[made], vec![denied(who, service)]);
            assert_eq!(pairs.unpaired().count() == 0, paired, "{who} {service} beside {allowed} {to}");
        }
    }

    #[test]
    fn a_call_that_was_allowed_but_failed_is_no_control() {
        let mut made = decision(Outcome::Allowed);
        (made.principal, made.error) = ("user/a".into(), Some("NoSuchKey".into()));
        let mut pairs = Pairs::default();
        pairs.add(&scenario(), &[made], vec![denied("user/a", "s3")]);
        assert_eq!(pairs.unpaired().count(), 1);
    }
}
