//! Keys, and what several principals have parts of.

use serde_json::json;
use stackproof_aws::client::{Call, Signing};
use stackproof_gateway::Outcome;

use super::{Answered, allowed, ending};
use crate::acceptance::event::{CASE, StepStatus, Verdict};
use crate::acceptance::testing::{access_denied, play_on};

const MATRIX: &str = "Given \"migrator\" is the role \"aws_iam_role.migrator\" assumed by \"accessor\"\n\
                      Then for every pair of \"accessor\" and \"migrator\" none reaches the other's\n";

/// Who calls, by the word that `{tenant}` is.
fn caller(call: &Call) -> &'static str {
    match &call.signing {
        Signing::Header(it) if it.access_key_id == "AKIA1" => "accessor",
        Signing::Header(it) if it.access_key_id == "ASIA1" => "migrator",
        _ => "operator",
    }
}

/// Every call on what is the caller's own, or the operator's, is allowed; others as `else_` says.
fn own_only(else_: impl Fn(&Call) -> Answered) -> impl Fn(&Call) -> Answered {
    move |call| {
        if call.operation.name == "AssumeRole" {
            return allowed(json!({
                "Credentials": { "AccessKeyId": "ASIA1", "SecretAccessKey": "s", "SessionToken": "t" }
            }));
        }
        let members = json!(call.members);
        let text = |name: &str| members[name].as_str().unwrap_or_default().to_owned();
        let context = members["EncryptionContext"].to_string();
        let names = [text("Prefix"), text("Key"), text("CopySource"), context].concat();
        let other = if caller(call) == "accessor" { "migrator" } else { "accessor" };
        match caller(call) {
            "operator" => allowed(json!({ "CiphertextBlob": "c2VhbGVk" })),
            _ if names.contains(other) => else_(call),
            _ => allowed(json!({})),
        }
    }
}

fn denied(_: &Call) -> Answered {
    (Outcome::ImplicitDeny, Err(access_denied()))
}

#[tokio::test]
async fn each_way_to_what_is_another_s_is_a_case() {
    let steps =
        format!("{MATRIX}| bucket | aws_s3_bucket.calls |\n| key | aws_kms_key.master in context tenant |");
    let (played, fake) = play_on(own_only(denied), &steps).await;
    assert!(matches!(played.report.verdict(), Verdict::Passed), "{:?}", played.report.steps);
    let told: Vec<_> = played.report.steps.iter().filter(|it| it.step.keyword == CASE).collect();
    assert_eq!(told.len(), 2 * (6 + 3));
    assert!(told.iter().any(|it| it.step.text == "accessor downloads an object of migrator"), "{told:?}");
    let made = fake.made.lock().unwrap();
    let encrypted = made.iter().find(|(name, key, _)| name == "Encrypt" && key == "AKIA1").unwrap();
    assert_eq!(encrypted.2["EncryptionContext"], json!({ "tenant": "accessor" }));
    assert!(made.iter().any(|(name, _, it)| name == "ListObjectsV2" && it["Prefix"] == "migrator/"));
}

#[tokio::test]
async fn a_way_that_is_open_is_told() {
    let leaky = |call: &Call| match call.operation.name.as_str() {
        "HeadObject" => allowed(json!({})),
        _ => denied(call),
    };
    let steps = format!("{MATRIX}| bucket | aws_s3_bucket.calls under {{tenant}}/ |");
    assert_eq!(
        ending(own_only(leaky), &steps).await,
        "4: expected none to reach the other's; 2 of 12 cases do not hold, the first: accessor reads the head of an \
         object of migrator: expected a denial, but it was allowed"
    );
}

#[tokio::test]
async fn what_is_denied_on_one_s_own_as_well_shows_nothing() {
    let no_deletes = |call: &Call| match call.operation.name.as_str() {
        "DeleteObject" => denied(call),
        _ => own_only(denied)(call),
    };
    let steps = format!("{MATRIX}| bucket | aws_s3_bucket.calls |");
    let (played, _) = play_on(no_deletes, &steps).await;
    assert!(matches!(played.report.verdict(), Verdict::Passed), "{:?}", played.report.steps);
    let skipped = played.report.steps.iter().filter(|it| matches!(it.status, StepStatus::Skipped(_))).count();
    assert_eq!(skipped, 2);

    let nothing = |call: &Call| match caller(call) {
        "operator" => own_only(denied)(call),
        _ if call.operation.name == "AssumeRole" => own_only(denied)(call),
        _ => denied(call),
    };
    let ended = ending(nothing, &steps).await;
    assert!(ended.contains("accessor reaches its own: expected a call to succeed on its own"), "{ended}");
}

#[tokio::test]
async fn rows_that_are_not_understood_are_refused() {
    for (row, error) in [
        ("| table | config with key TENANT#{tenant} |", "4: `table` is not tried on pairs"),
        ("| key | aws_kms_key.master |", "4: `key` takes `KEY in context NAME`, not `aws_kms_key.master`"),
    ] {
        assert_eq!(ending(own_only(denied), &format!("{MATRIX}{row}")).await, error);
    }
}

#[tokio::test]
async fn what_was_encrypted_is_decrypted_by_its_text() {
    let answers = |call: &Call| match call.operation.name.as_str() {
        "Encrypt" | "GenerateDataKey" => allowed(json!({ "CiphertextBlob": "c2VhbGVk" })),
        "Decrypt" => allowed(json!({ "Plaintext": "c2VjcmV0" })),
        _ => allowed(json!({})),
    };
    let steps = "Given \"master\" is the key \"aws_kms_key.master\"\n\
                 When the accessor encrypts \"secret\" with the key \"master\" in the context\n| tenant_id | acme |\n\
                 And the accessor decrypts \"secret\" in the context\n| tenant_id | acme |\n\
                 Then the content is \"secret\"\n\
                 When the accessor generates a data key with the master\n\
                 And the accessor decrypts \"data key\"\nThen it succeeds";
    let (played, fake) = play_on(answers, steps).await;
    assert!(matches!(played.report.verdict(), Verdict::Passed), "{:?}", played.report.steps);
    let made = fake.made.lock().unwrap();
    let encrypt = &made.iter().find(|(name, ..)| name == "Encrypt").unwrap().2;
    assert_eq!(
        (encrypt["KeyId"].as_str(), encrypt["Plaintext"].as_str()),
        (Some("arn:aws:kms:k"), Some("c2VjcmV0"))
    );
    let decrypts: Vec<_> = made.iter().filter(|(name, ..)| name == "Decrypt").map(|(.., it)| it).collect();
    assert_eq!(decrypts[0]["CiphertextBlob"], "c2VhbGVk");
    assert_eq!(decrypts[0]["EncryptionContext"], json!({ "tenant_id": "acme" }));
    assert!(decrypts[1].get("EncryptionContext").is_none());
}

#[tokio::test]
async fn what_nobody_encrypted_is_not_decrypted() {
    let ended = ending(|_: &Call| allowed(json!({})), "When the accessor decrypts \"secret\"").await;
    assert_eq!(ended, "3: nobody encrypted `secret` in this scenario");
}

#[tokio::test]
async fn facts_of_keys_are_read_as_the_operator_of_their_account() {
    let answers = |call: &Call| match call.operation.name.as_str() {
        "DescribeKey" => allowed(json!({
            "KeyMetadata": { "KeyId": "k", "AWSAccountId": "111111111111", "KeyState": "Enabled" }
        })),
        "GetKeyRotationStatus" => allowed(json!({ "KeyRotationEnabled": true })),
        _ => allowed(json!({})),
    };
    for (fact, expected) in [
        ("has rotation \"enabled\"", "passed"),
        ("has rotation \"disabled\"", "3: expected rotation of `master` to be `disabled`; it is `enabled`"),
        ("has rotation \"on\"", "3: rotation is `enabled` or `disabled`, not `on`"),
        ("has\n| state | Enabled |", "passed"),
        ("has\n| state | Disabled |", "3: expected state of `master` to be `Disabled`; it is `Enabled`"),
    ] {
        assert_eq!(ending(answers, &format!("Then the key \"master\" {fact}")).await, expected, "{fact}");
    }
}
