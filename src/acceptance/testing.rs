//! What tests of several modules need.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use stackproof_gateway::{Check, Decision, Outcome, Place, Statement, Verdict};
use stackproof_policy::Certainty;

use super::feature::{Feature, Scenario, Step};

/// A decision about a put to `calls` by the accessor.
pub(crate) fn decision(outcome: Outcome) -> Decision {
    let place = Place { file: "infra/storage.tf".into(), line: 49 };
    let statement = (outcome == Outcome::ExplicitDeny).then(|| Statement {
        policy: "bucket policy of calls".into(),
        index: 1,
        sid: Some("DenyKms".into()),
        place: Some(place),
    });
    let layer = match outcome {
        Outcome::ExplicitDeny => Some("resource-based policy".to_owned()),
        Outcome::ImplicitDeny => Some("identity-based policy".to_owned()),
        _ => None,
    };
    Decision {
        request_id: "REQ1".into(),
        time: "2026-01-15T10:00:00Z".into(),
        target: "embedded".into(),
        stack: None,
        scenario: None,
        step: None,
        principal: "arn:aws:iam::111111111111:user/accessor".into(),
        service: "s3".into(),
        operation: "PutObject".into(),
        outcome,
        verdict: Verdict::Observed,
        certainty: Certainty::Documented,
        statement: statement.clone(),
        checks: vec![Check {
            action: "s3:PutObject".into(),
            resource: "arn:aws:s3:::calls/a.wav".into(),
            outcome,
            layer,
            statement,
            context: BTreeMap::new(),
            certainty: Certainty::Documented,
            reason: None,
        }],
        status: if outcome == Outcome::Allowed { 200 } else { 403 },
        error: (outcome != Outcome::Allowed).then(|| "AccessDenied".to_owned()),
        reason: None,
    }
}

/// A scenario of three steps.
pub(crate) fn scenario() -> Scenario {
    let feature = Feature {
        path: PathBuf::from("features/calls.feature"),
        name: "Calls are kept".into(),
        description: None,
        line: 1,
        tags: vec!["slice".into()],
    };
    let step = |keyword: &str, text: &str, line| Step {
        keyword: keyword.into(),
        text: text.into(),
        line,
        table: None,
        docstring: None,
    };
    Scenario {
        feature: Arc::new(feature),
        rule: None,
        keyword: "Scenario".into(),
        name: "A put with another key is denied".into(),
        line: 4,
        lines: (4, 8),
        tags: vec!["slice".into()],
        steps: vec![
            step("Given", r#"the stack "call-centre-data""#, 5),
            step("When", r#"the accessor uploads "a.wav" to "calls""#, 6),
            step("Then", "it is denied", 7),
        ],
    }
}
