//! Facts with `within …` before them. Time is the test's own: nothing is waited for.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;
use stackproof_aws::ApiError;
use stackproof_aws::client::Call;
use stackproof_gateway::Outcome;

use super::{Answered, PUT, accessor, allowed, ending};
use crate::acceptance::event::Verdict;
use crate::acceptance::testing::play_on;

const AWAITED: &str = "Then within 30 seconds \"calls\" has versioning \"Enabled\"";

/// Versioning is on from the ask of that number, counted from 1.
fn on_from(ask: usize) -> impl Fn(&Call) -> Answered {
    let asked = AtomicUsize::new(0);
    move |_| match asked.fetch_add(1, Ordering::Relaxed) + 1 >= ask {
        true => allowed(json!({ "Status": "Enabled" })),
        false => allowed(json!({})),
    }
}

#[tokio::test]
async fn a_fact_is_asked_until_it_holds() {
    for ask in [1, 2, 5] {
        let (played, fake) = play_on(on_from(ask), AWAITED).await;
        assert!(matches!(played.report.verdict(), Verdict::Passed), "{:?}", played.report.steps);
        assert_eq!(fake.made.lock().unwrap().len(), ask);
    }
}

#[tokio::test]
async fn a_fact_that_never_holds_says_what_was_last_seen_and_how_long_it_was_awaited() {
    let ended = ending(on_from(usize::MAX), AWAITED).await;
    let expected =
        "expected versioning of `dev-calls` to be `Enabled` within 30 seconds; after 30s it is `Off`";
    assert_eq!(ended, format!("3: {expected}"));
    let minute = AWAITED.replace("30 seconds", "1 minute");
    let ended = ending(on_from(usize::MAX), &minute).await;
    assert!(ended.ends_with("within 1 minute; after 60s it is `Off`"), "{ended}");
}

#[tokio::test]
async fn an_error_that_passes_is_awaited() {
    let asked = AtomicUsize::new(0);
    let late = move |_: &Call| match asked.fetch_add(1, Ordering::Relaxed) {
        0 => (Outcome::Rejected, Err(ApiError::new(404, "NoSuchBucket", "not yet"))),
        _ => allowed(json!({ "Status": "Enabled" })),
    };
    assert_eq!(ending(late, AWAITED).await, "passed");
}

#[tokio::test]
async fn what_no_waiting_mends_fails_at_once() {
    let undetermined = |_: &Call| (Outcome::Undetermined, Err(ApiError::new(403, "AccessDenied", "no")));
    let (played, fake) = play_on(undetermined, AWAITED).await;
    let failed = format!("{:?}", played.report.steps);
    assert!(failed.contains("Undetermined"), "{failed}");
    assert_eq!(fake.made.lock().unwrap().len(), 1);
    for (step, reason) in [
        ("Then within 30 seconds \"calls\" has versioning \"{nobody}\"", "`nobody`"),
        ("Then within 30 seconds \"records\" has versioning \"Enabled\"", "`records`"),
        (
            "Then within 30 seconds the key \"master\" has rotation \"on\"",
            "rotation is `enabled` or `disabled`",
        ),
    ] {
        let (played, fake) = play_on(on_from(1), step).await;
        let failed = format!("{:?}", played.report.steps);
        assert!(failed.contains(reason), "{failed}");
        assert!(fake.made.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn acts_and_judgements_are_not_awaited() {
    let acts = PUT.trim_end().replace("When ", "When within 30 seconds ");
    let ended = ending(accessor(Outcome::Allowed, None), &acts).await;
    let reason = "`within 30 seconds` awaits a fact, and `the accessor uploads \"a\" to \"calls\"` is none";
    assert_eq!(ended, format!("3: {reason}"));
    let judges = format!("{PUT}Then within 2 minutes it succeeds");
    let ended = ending(accessor(Outcome::Allowed, None), &judges).await;
    assert_eq!(ended, "4: `within 2 minutes` awaits a fact, and `it succeeds` is none");
}
