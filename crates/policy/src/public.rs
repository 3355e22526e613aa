//! Is a bucket policy public?
//!
//! S3 documentation, "Blocking public access to your Amazon S3 storage", "The meaning of public".

use crate::condition::{Comparison, Test};
use crate::document::{Clause, Document, Effect, Statement};
use crate::principal::PrincipalEntry;
use crate::truth::{Certainty, Finding};
use ipnet::IpNet;
use std::net::IpAddr;

/// Keys that narrow `Principal: "*"` when they are held to fixed values.
const NARROWING: &[&str] = &[
    "aws:principalarn",
    "aws:principalaccount",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourcearn",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:sourceowner",
    "aws:sourceaccount",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:userid",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "s3:dataaccesspointarn",
    "s3:dataaccesspointaccount",
];

/// Newer keys of the same sort, which S3's page does not list yet.
const NARROWING_BY_OUR_READING: &[&str] =
    &["aws:sourcevpcarn", "aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths"];

/// Whether some Allow to everyone is not narrowed by a fixed value.
pub fn is_public(document: &Document) -> Finding {
    Finding::any(document.statements().iter().map(opens_to_everyone))
}

fn opens_to_everyone(statement: &Statement) -> Finding {
    if statement.effect() == Effect::Deny {
        return Finding::FALSE;
    }
    let everyone = match statement.principal() {
        Some(Clause::Is(element)) => element
            .entries()
            .iter()
            .any(|entry| matches!(entry, PrincipalEntry::Everyone | PrincipalEntry::AnyAws)),
        // An Allow to all but some, or to nobody named, is an Allow to everyone as far as S3 is concerned.
        Some(Clause::Not(_)) | None => true,
    };
    if !everyone {
        return Finding::FALSE;
    }
    !Finding::any(statement.condition().tests().iter().map(narrows))
}

fn narrows(test: &Test) -> Finding {
    let Some(operator) = test.operator() else { return Finding::UNKNOWN };
    let key = test.key().to_lowercase();
    // An operator that an absent key satisfies narrows nothing.
    let demanding = !operator.negated
        && !operator.if_exists
        && operator.quantifier != Some(crate::condition::Quantifier::ForAllValues)
        && operator.comparison != Comparison::Null
        && !test.values().is_empty();
    if !demanding {
        return Finding::FALSE;
    }
    let fixed = |values: &[String]| values.iter().all(|value| is_fixed(&key, value));
    if key == "aws:sourceip" {
        let address = Finding::of(operator.comparison == Comparison::IpAddress);
        return address.and(Finding::all(test.values().iter().map(|block| is_narrow(block))));
    }
    if NARROWING.contains(&key.as_str()) {
        return Finding::of(fixed(test.values()));
    }
    if NARROWING_BY_OUR_READING.contains(&key.as_str()) {
        return Finding::of(fixed(test.values())).at_most(Certainty::Reading);
    }
    Finding::FALSE
}

/// No wildcard and no variable; a role's id before `:*` pins down the role, and an access point's ARN its account.
fn is_fixed(key: &str, value: &str) -> bool {
    let fixed = match key {
        "aws:userid" => value.strip_suffix(":*").filter(|id| id.starts_with("AROA")).unwrap_or(value),
        "s3:dataaccesspointarn" => value.split_once(":accesspoint/").map_or(value, |(owner, _)| owner),
        _ => value,
    };
    !fixed.is_empty() && !fixed.contains(['*', '?', '$'])
}

/// Narrower than a /8 of IPv4 or a /32 of IPv6. Broader ones are public; of those very sizes the page can be read in two
/// ways.
fn is_narrow(block: &str) -> Finding {
    let block = block.parse::<IpNet>().or_else(|_| block.parse::<IpAddr>().map(IpNet::from));
    let Ok(block) = block else { return Finding::FALSE };
    let limit = if matches!(block, IpNet::V4(_)) { 8 } else { 32 };
    Finding::disputed(block.prefix_len() > limit, block.prefix_len() >= limit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::truth::Truth;

    fn allow(principal: &str, condition: &str) -> Truth {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{principal},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","Condition":{condition}}}}}"#
        );
        is_public(&Document::parse(&text).unwrap()).truth
    }

    #[test]
    fn only_fixed_values_narrow_everyone() {
        use Truth::{False, True, Unknown};
        for (condition, expected) in [
            ("{}", True),
            (r#"{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}"#, False),
            (r#"{"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-1"}}"#, True),
            (r#"{"StringNotEquals":{"aws:PrincipalOrgID":"o-1"}}"#, True),
            (r#"{"StringLike":{"aws:PrincipalOrgID":"o-*"}}"#, True),
            (r#"{"StringEquals":{"aws:PrincipalAccount":"${aws:PrincipalTag/a}"}}"#, True),
            (r#"{"StringEquals":{"aws:SourceVpc":["vpc-1","vpc-2"]}}"#, False),
            (r#"{"ArnLike":{"aws:PrincipalArn":["arn:aws:iam::111122223333:role/*"]}}"#, True),
            (r#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#, False),
            (r#"{"IpAddress":{"aws:SourceIp":["203.0.113.0/24","0.0.0.0/1"]}}"#, True),
            (r#"{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}"#, Unknown),
            (r#"{"IpAddress":{"aws:SourceIp":"11.0.0.0/7"}}"#, True),
            (r#"{"IpAddress":{"aws:SourceIp":"2001:db8::/32"}}"#, Unknown),
            (r#"{"IpAddress":{"aws:SourceIp":"2001:db8::/31"}}"#, True),
            (r#"{"IpAddress":{"aws:SourceIp":"2001:db8::/33"}}"#, False),
            (r#"{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#, True),
            (r#"{"StringLike":{"aws:userid":"AROAEXAMPLE:*"}}"#, False),
            (r#"{"StringLike":{"aws:userid":"*"}}"#, True),
            (
                r#"{"ArnLike":{"s3:DataAccessPointArn":"arn:aws:s3:eu-west-2:111122223333:accesspoint/*"}}"#,
                False,
            ),
            (r#"{"StringEquals":{"aws:UserAgent":"x"}}"#, True),
            (r#"{"StringSame":{"aws:PrincipalOrgID":"o-1"}}"#, Unknown),
        ] {
            assert_eq!(allow(r#""*""#, condition), expected, "{condition}");
        }
        assert_eq!(allow(r#"{"AWS":"*"}"#, "{}"), True);
        assert_eq!(allow(r#"{"AWS":"444455556666"}"#, "{}"), False);
        assert_eq!(allow(r#"{"Service":"s3.amazonaws.com"}"#, "{}"), False);
    }
}
