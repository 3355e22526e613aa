//! What of a stack was not made, because it rests on what is not provisioned. A verdict that it might change proves
//! nothing: a denial may be for want of its allow, an allow for want of its deny.

use stackproof_gateway::Decision;

use super::stage::Stack;

/// Something of a stack that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unproved {
    /// Its address; of an output, its name.
    pub address: String,
    /// Why it is not there, with the place.
    pub reason: String,
    /// Whose verdicts it might change.
    pub touches: Touches,
}

/// Whose verdicts something might change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Touches {
    /// Nobody's: it is only not there.
    Nothing,
    /// Those of these principals, buckets and keys, by their ARNs.
    These(Vec<String>),
    /// Everybody's: what it is about is not known.
    Everything,
}

impl Unproved {
    fn might_change(&self, decision: &Decision) -> bool {
        match &self.touches {
            Touches::Nothing => false,
            Touches::Everything => true,
            Touches::These(arns) => arns.iter().any(|arn| {
                is_principal(arn, &decision.principal)
                    || decision.checks.iter().any(|check| is_within(arn, &check.resource))
            }),
        }
    }

    /// Whether that is its name: its address, with or without a key, an attribute of it, or its last label.
    fn is_called(&self, name: &str) -> bool {
        let address = self.address.strip_prefix(Stack::FIXTURES).unwrap_or(&self.address);
        let name = name.strip_prefix(Stack::FIXTURES).unwrap_or(name);
        let continues = |longer: &str, shorter: &str| {
            longer.strip_prefix(shorter).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        let label = address.rsplit_once('.').and_then(|(_, label)| label.split('[').next());
        label == Some(name)
            || continues(name, address)
            || address.strip_suffix(']').is_some_and(|_| continues(address, name))
    }
}

impl Stack {
    /// What might change that decision, if it were there.
    pub(crate) fn unproved(&self, decision: &Decision) -> Option<&Unproved> {
        self.unproved.iter().find(|it| it.might_change(decision))
    }

    /// What is called so and is not there.
    pub(crate) fn unproved_name(&self, name: &str) -> Option<&Unproved> {
        self.unproved.iter().find(|it| it.is_called(name))
    }
}

/// Whether the caller is that user, a session of that role, or may be in that group.
fn is_principal(arn: &str, caller: &str) -> bool {
    let part = |text: &str, at: usize| text.split(':').nth(at).map(str::to_owned);
    let (of, by) = (part(arn, 5).unwrap_or_default(), part(caller, 5).unwrap_or_default());
    let same_account = part(arn, 4) == part(caller, 4);
    match (of.split_once('/'), by.split_once('/')) {
        (Some(("role", role)), Some(("assumed-role", session))) => {
            // A role's path is in its own ARN alone.
            same_account && role.rsplit('/').next() == session.split('/').next()
        }
        (Some(("group", _)), Some(("user", _))) => same_account,
        _ => arn == caller,
    }
}

/// Whether that is the resource, or something in it.
fn is_within(arn: &str, resource: &str) -> bool {
    resource.strip_prefix(arn).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use stackproof_gateway::Outcome;

    use super::*;
    use crate::acceptance::testing::decision;

    #[test]
    fn a_verdict_is_changed_by_what_is_about_its_caller_or_its_resource() {
        let told =
            |principal: &str| Decision { principal: principal.to_owned(), ..decision(Outcome::Allowed) };
        let user = "arn:aws:iam::111111111111:user/accessor";
        let session = "arn:aws:sts::111111111111:assumed-role/migrator/now";
        let cases = [
            ("arn:aws:s3:::calls", user, true),
            ("arn:aws:s3:::call", user, false),
            ("arn:aws:s3:::calls-archive", user, false),
            (user, user, true),
            ("arn:aws:iam::111111111111:user/access", user, false),
            ("arn:aws:iam::111111111111:group/people", user, true),
            ("arn:aws:iam::222222222222:group/people", user, false),
            ("arn:aws:iam::111111111111:role/data/migrator", session, true),
            ("arn:aws:iam::111111111111:role/data/other", session, false),
            ("arn:aws:iam::222222222222:role/migrator", session, false),
        ];
        for (arn, principal, expected) in cases {
            let touches = Touches::These(vec![arn.to_owned()]);
            let it = Unproved { address: String::new(), reason: String::new(), touches };
            assert_eq!(it.might_change(&told(principal)), expected, "{arn} and {principal}");
        }
    }

    #[test]
    fn it_is_called_by_its_address_and_by_what_would_be_its_attributes() {
        let called = |address: &str, name: &str| {
            let touches = Touches::Nothing;
            Unproved { address: address.to_owned(), reason: String::new(), touches }.is_called(name)
        };
        assert!(called("aws_cloudfront_distribution.cdn", "aws_cloudfront_distribution.cdn"));
        assert!(called("aws_cloudfront_distribution.cdn", "aws_cloudfront_distribution.cdn[0].arn"));
        assert!(called("aws_iam_role.a[\"x\"]", "aws_iam_role.a"));
        assert!(called("fixtures.aws_iam_role.a", "aws_iam_role.a"));
        assert!(called("aws_iam_role.a[\"x\"]", "a"));
        assert!(!called("aws_iam_role.a", "aws_iam_role.ab"));
        assert!(!called("aws_iam_role.a", "aws_iam_role"));
    }
}
