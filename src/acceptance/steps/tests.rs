mod awaited;
mod shared;

use serde_json::{Value, json};
use stackproof_aws::ApiError;
use stackproof_aws::client::Call;
use stackproof_gateway::Outcome;

use crate::acceptance::event::Verdict;
use crate::acceptance::pairs::Pairs;
use crate::acceptance::testing::{Answered, access_denied, play_on};

fn allowed(answer: Value) -> Answered {
    (Outcome::Allowed, Ok(answer))
}

/// How the scenario ended: `passed`, or the line and the reason.
async fn ending(answer: impl Fn(&Call) -> Answered + Send + Sync + 'static, steps: &str) -> String {
    let (played, _) = play_on(answer, steps).await;
    match played.report.verdict() {
        Verdict::Passed => "passed".to_owned(),
        Verdict::Skipped(reason) => format!("skipped: {reason}"),
        Verdict::Unproved(reason) => format!("unproved: {reason}"),
        Verdict::Failed(step, failure) => {
            let expected = failure.expected.as_ref().map(|it| format!("expected {it}; ")).unwrap_or_default();
            format!("{}: {expected}{}", step.step.line, failure.happened)
        }
    }
}

/// Operators read in peace; the accessor's calls are answered so.
fn accessor(outcome: Outcome, code: Option<&'static str>) -> impl Fn(&Call) -> Answered {
    move |call| match (&call.signing, code) {
        (stackproof_aws::client::Signing::Header(it), _) if it.access_key_id == "OPERATOR" => {
            allowed(json!({}))
        }
        (_, None) => (outcome, Ok(json!({ "VersionId": "v1" }))),
        (_, Some(code)) => (outcome, Err(ApiError::new(403, code, "no"))),
    }
}

const PUT: &str = "When the accessor uploads \"a\" to \"calls\"\n";

#[tokio::test]
async fn it_is_denied_holds_for_recorded_refusals_alone() {
    let cases = [
        (Outcome::ExplicitDeny, Some("AccessDenied"), "passed"),
        (Outcome::ImplicitDeny, Some("AccessDenied"), "passed"),
        (Outcome::Allowed, None, "4: expected a denial; it was allowed"),
        (
            Outcome::Allowed,
            Some("NoSuchKey"),
            "4: expected a denial; no policy refused it: it was answered with NoSuchKey: no",
        ),
        (
            Outcome::Unauthenticated,
            Some("SignatureDoesNotMatch"),
            "4: expected a denial; the caller was not authenticated: it was answered with SignatureDoesNotMatch: no",
        ),
        (
            Outcome::Rejected,
            Some("AccessDenied"),
            "4: expected a denial; no policy refused it: it was answered with AccessDenied: no",
        ),
        (
            Outcome::Undetermined,
            Some("AccessDenied"),
            "3: the call is undetermined: the gateway gave no reason",
        ),
    ];
    for (outcome, code, expected) in cases {
        let steps = format!("{PUT}Then it is denied");
        assert_eq!(ending(accessor(outcome, code), &steps).await, expected, "{outcome:?}");
    }
}

#[tokio::test]
async fn an_undetermined_call_fails_whatever_is_expected() {
    for expected in ["it succeeds", "it is denied", "it fails with \"AccessDenied\"", "nothing was stored"] {
        let steps = format!("{PUT}Then {expected}");
        let ended = ending(accessor(Outcome::Undetermined, Some("AccessDenied")), &steps).await;
        assert!(ended.starts_with("3: the call is undetermined"), "{expected}: {ended}");
    }
}

#[tokio::test]
async fn a_statement_and_its_policy_are_told_apart() {
    let cases = [
        ("by the statement \"DenyKms\"", "passed"),
        ("by the statement \"DenyKms\" of \"aws_s3_bucket_policy.calls\"", "passed"),
        (
            "by the statement \"DenyKms\" of \"aws_iam_role.migrator\"",
            "4: expected a denial by the statement `DenyKms` of `aws_iam_role.migrator`; it was denied by the \
             statement `DenyKms` of bucket policy of calls",
        ),
        (
            "by the statement \"Other\"",
            "4: expected a denial by the statement `Other`; it was denied by the statement `DenyKms` of bucket \
             policy of calls",
        ),
        (
            "because no identity policy allows it",
            "4: expected a denial because no identity policy allows it; it was denied by the statement `DenyKms` \
             of bucket policy of calls",
        ),
    ];
    for (how, expected) in cases {
        let steps = format!("{PUT}Then it is denied {how}");
        assert_eq!(ending(accessor(Outcome::ExplicitDeny, Some("AccessDenied")), &steps).await, expected);
    }
}

#[tokio::test]
async fn the_layer_that_allows_nothing_is_named() {
    let implicit = || accessor(Outcome::ImplicitDeny, Some("AccessDenied"));
    let steps = format!("{PUT}Then it is denied because no identity policy allows it");
    assert_eq!(ending(implicit(), &steps).await, "passed");
    let steps = format!("{PUT}Then it is denied because no session policy allows it");
    assert_eq!(
        ending(implicit(), &steps).await,
        "4: expected a denial because no session policy allows it; it was denied because no identity-based policy \
         allows it"
    );
}

#[tokio::test]
async fn a_failed_call_that_no_step_judges_fails_its_own_step() {
    let refused = || accessor(Outcome::ImplicitDeny, Some("AccessDenied"));
    for then in ["", "When the accessor lists \"calls\"\nThen it is denied"] {
        let ended = ending(refused(), &format!("{PUT}{then}")).await;
        assert_eq!(
            ended,
            "3: expected the call to succeed, as no step says otherwise; it was answered with AccessDenied: no",
            "{then}"
        );
    }
}

#[tokio::test]
async fn what_was_stored_is_noticed() {
    let stores = |call: &Call| match call.operation.name.as_str() {
        "ListObjectVersions" => allowed(json!({ "Versions": [{ "Key": "a", "VersionId": "v1" }] })),
        "PutObject" => (Outcome::ImplicitDeny, Err(access_denied())),
        _ => allowed(json!({})),
    };
    assert_eq!(ending(stores, &format!("{PUT}Then it is denied\nAnd nothing was stored")).await, "passed");

    let times = std::sync::atomic::AtomicUsize::new(0);
    let grows = move |call: &Call| match call.operation.name.as_str() {
        "ListObjectVersions" => {
            let number = times.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            allowed(json!({ "Versions": [{ "Key": "a", "VersionId": format!("v{number}") }] }))
        }
        "PutObject" => (Outcome::ImplicitDeny, Err(access_denied())),
        _ => allowed(json!({})),
    };
    let ended = ending(grows, &format!("{PUT}Then it is denied\nAnd nothing was stored")).await;
    assert_eq!(ended, "5: expected nothing to be stored; `dev-calls` has a new version `v1` of `a`");
}

#[tokio::test]
async fn a_session_is_opened_once_and_by_the_principal_that_opens_it() {
    let answers = |call: &Call| match call.operation.name.as_str() {
        "AssumeRole" => allowed(json!({
            "Credentials": { "AccessKeyId": "ASIA1", "SecretAccessKey": "s", "SessionToken": "t" }
        })),
        _ => allowed(json!({})),
    };
    let steps = "Given \"migrator\" is the role \"aws_iam_role.migrator\" assumed by \"accessor\" with\n\
                 | tag | team=data |\n\
                 When the migrator lists \"calls\"\nAnd the migrator lists \"calls\"\nThen it succeeds";
    let (played, fake) = play_on(answers, steps).await;
    assert!(matches!(played.report.verdict(), Verdict::Passed), "{:?}", played.report.steps);
    let made = fake.made.lock().unwrap();
    let calls: Vec<_> = made.iter().map(|(name, key, _)| format!("{name} by {key}")).collect();
    assert_eq!(calls, ["AssumeRole by AKIA1", "ListObjectsV2 by ASIA1", "ListObjectsV2 by ASIA1"]);
    assert_eq!(made[0].2["RoleSessionName"], "migrator");
    assert_eq!(made[0].2["Tags"], json!([{ "Key": "team", "Value": "data" }]));
}

#[tokio::test]
async fn what_the_target_cannot_do_skips_the_scenario() {
    let steps = "Given \"f\" is the role \"aws_iam_role.migrator\" as \"lambda.amazonaws.com\" takes it\n\
                 When the f lists \"calls\"\nThen it succeeds";
    assert_eq!(ending(|_: &Call| allowed(json!({})), steps).await, "skipped: nobody can be a service here");
}

#[tokio::test]
async fn a_service_is_named_as_policies_name_it() {
    let steps = |service: &str, table: &str| {
        format!(
            "Given \"s\" is the service \"{service}\" with\n{table}\nWhen \"s\" lists \"calls\"\nThen it succeeds"
        )
    };
    let ending = |steps: String| async move { ending(|_: &Call| allowed(json!({})), &steps).await };
    let account = "| source account | main |";
    assert_eq!(ending(steps("sns.amazonaws.com", account)).await, "skipped: nobody can be a service here");
    let wrong = ending(steps("sns", account)).await;
    assert!(wrong.contains("`sns` is no service principal"), "{wrong}");
    let wrong = ending(steps("sns.amazonaws.com", "| source account | elsewhere |")).await;
    assert!(wrong.contains("no account is named `elsewhere`"), "{wrong}");
}

#[tokio::test]
async fn an_upload_in_parts_sends_each_part_once() {
    let answers = |call: &Call| match call.operation.name.as_str() {
        "CreateMultipartUpload" => allowed(json!({ "UploadId": "u" })),
        "UploadPart" => allowed(json!({ "ETag": format!("e{}", call.members["PartNumber"]) })),
        _ => allowed(json!({})),
    };
    let steps = "When the accessor uploads \"a\" to \"calls\" with\n\
                 | size | 12 bytes |\n| part size | 5 bytes |\nThen it succeeds";
    let (played, fake) = play_on(answers, steps).await;
    assert!(matches!(played.report.verdict(), Verdict::Passed), "{:?}", played.report.steps);
    let made = fake.made.lock().unwrap();
    let parts = made.iter().filter(|(name, ..)| name == "UploadPart").count();
    let (_, _, complete) = made.iter().find(|(name, ..)| name == "CompleteMultipartUpload").unwrap();
    assert_eq!((parts, complete["MultipartUpload"]["Parts"].as_array().unwrap().len()), (3, 3));
    assert_eq!(complete["MultipartUpload"]["Parts"][2], json!({ "PartNumber": 3, "ETag": "e3" }));
}

#[tokio::test]
async fn answers_are_remembered_and_filled_in() {
    let answers = |call: &Call| match call.operation.name.as_str() {
        "GetObject" => allowed(json!({ "Version": call.members.get("VersionId") })),
        _ => allowed(json!({ "VersionId": "v1" })),
    };
    let steps = format!(
        "{PUT}Then its \"VersionId\" is remembered as \"first version\"\n\
         When the accessor downloads \"a\" from \"calls\" with\n| version | {{first version}} |\n\
         Then the answer has\n| Version | v1 |"
    );
    assert_eq!(ending(answers, &steps).await, "passed");
}

#[tokio::test]
async fn decisions_carry_stack_scenario_and_step() {
    let (played, _) = play_on(accessor(Outcome::Allowed, None), &format!("{PUT}Then it succeeds")).await;
    let told = played.report.decisions.iter().find(|it| it.operation == "PutObject").unwrap();
    assert_eq!(told.stack.as_deref(), Some("calls"));
    assert_eq!(told.scenario.as_deref(), Some("S"));
    assert_eq!(told.step.as_deref(), Some("When the accessor uploads \"a\" to \"calls\""));
}

#[tokio::test]
async fn facts_that_are_read_pair_no_denial() {
    let refused = |call: &Call| match call.operation.name.as_str() {
        "GetBucketPolicy" => (Outcome::ExplicitDeny, Err(access_denied())),
        _ => allowed(json!({ "Status": "Enabled" })),
    };
    let denied = "When the operator calls \"s3:GetBucketPolicy\" with\n| Bucket | {calls} |\nThen it is denied\n\
                  And \"calls\" has versioning \"Enabled\"";
    let named = format!("Given \"calls\" is the bucket \"aws_s3_bucket.calls\"\n{denied}");
    for (more, unpaired) in [("", 1), ("\nWhen the operator lists \"calls\"\nThen it succeeds", 0)] {
        let (played, _) = play_on(refused, &format!("{named}{more}")).await;
        assert!(matches!(played.report.verdict(), Verdict::Passed), "{:?}", played.report.steps);
        let mut pairs = Pairs::default();
        pairs.add(&played.report.scenario, played.shown);
        assert_eq!(pairs.unpaired().count(), unpaired, "{more}");
    }
}

#[tokio::test]
async fn what_may_be_refused_is_judged_but_for_what_is_undetermined() {
    let steps = format!("{PUT}Then it may be refused\nWhen the accessor uploads \"b\" to \"calls\"");
    assert_eq!(ending(accessor(Outcome::Allowed, None), &steps).await, "passed");
    let then = format!("{PUT}Then it may be refused");
    assert_eq!(ending(accessor(Outcome::ImplicitDeny, Some("AccessDenied")), &then).await, "passed");
    let ended = ending(accessor(Outcome::Undetermined, Some("AccessDenied")), &then).await;
    assert!(ended.starts_with("3: the call is undetermined"), "{ended}");
}

#[tokio::test]
async fn a_principal_is_also_allowed_by_a_policy_of_its_own() {
    let steps = "Given the accessor is also allowed \"s3:Delete*\"\n\
                 And \"migrator\" is the role \"aws_iam_role.migrator\" assumed by \"accessor\"\n\
                 And the migrator is also allowed \"s3:GetObject\"\n\
                 When the accessor lists \"calls\"";
    let (played, fake) = play_on(|_: &Call| allowed(json!({})), steps).await;
    assert!(matches!(played.report.verdict(), Verdict::Passed), "{:?}", played.report.steps);
    let made = fake.made.lock().unwrap();
    let policies: Vec<_> = made.iter().filter(|(name, ..)| name.ends_with("Policy")).collect();
    let told: Vec<_> =
        policies.iter().map(|(name, key, it)| format!("{name} by {key}: {}", it["PolicyName"])).collect();
    assert_eq!(
        told,
        [
            "PutUserPolicy by OPERATOR: \"stackproof-s3.Deleteall\"",
            "PutRolePolicy by OPERATOR: \"stackproof-s3.GetObject\""
        ]
    );
    assert_eq!(
        (policies[0].2["UserName"].as_str(), policies[1].2["RoleName"].as_str()),
        (Some("dev-accessor"), Some("migrator"))
    );
    assert!(policies[0].2["PolicyDocument"].as_str().unwrap().contains("\"s3:Delete*\""));
}

#[tokio::test]
async fn the_operator_s_policies_are_none_of_the_stack_s() {
    let steps = "Given the operator is also allowed \"s3:GetObject\"";
    let ended = ending(|_: &Call| allowed(json!({})), steps).await;
    assert_eq!(ended, "3: `operator` has no policies of the stack");
}

#[tokio::test]
async fn an_unknown_key_is_shown_where_the_step_says_so() {
    let refused = |call: &Call| match &call.signing {
        stackproof_aws::client::Signing::Header(it) if it.access_key_id == "AKIAIOSFODNN7EXAMPLE" => {
            (Outcome::Unauthenticated, Err(ApiError::new(403, "InvalidAccessKeyId", "no")))
        }
        _ => allowed(json!({})),
    };
    let steps = "When the accessor, with an unknown key, lists \"calls\"\n\
                 Then it fails with \"InvalidAccessKeyId\"\nWhen the accessor lists \"calls\"\nThen it succeeds";
    assert_eq!(ending(refused, steps).await, "passed");
}
