//! Key policies as they are stored: what is refused, and whom they mean afterwards.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use stackproof_gateway::Outcome;

use crate::world::{ACCOUNT, World, account_statement, allow, code, document, message, user_arn};

fn statement(effect: &str, principal: Value, action: &str) -> Value {
    json!({ "Effect": effect, "Principal": principal, "Action": action, "Resource": "*" })
}

#[tokio::test]
async fn what_kms_would_not_store_is_refused() {
    let world = World::new().await;
    let key = world.key(json!([account_statement(ACCOUNT)])).await;
    let elements = "Policy contains a statement with one or more invalid elements.";
    let principals = "Policy contains a statement with one or more invalid principals.";
    for (policy, expected) in [
        ("{".to_owned(), elements),
        (document(json!([{ "Effect": "Allow", "Action": "kms:*", "Resource": "*" }])), elements),
        (document(json!([statement("Allow", json!({ "AWS": "nobody" }), "kms:*")])), principals),
        (document(json!([statement("Allow", json!({ "AWS": user_arn("nobody") }), "kms:*")])), principals),
    ] {
        for (operation, members) in [
            ("kms:CreateKey", json!({ "Policy": policy })),
            ("kms:PutKeyPolicy", json!({ "KeyId": key, "Policy": policy })),
        ] {
            let (reply, decision) = world.call(&world.operator(), operation, members).await;
            assert_eq!(
                (code(&reply), message(&reply), decision.outcome),
                ("MalformedPolicyDocumentException", expected, Outcome::Allowed),
                "{operation} {policy}"
            );
        }
    }
}

#[tokio::test]
async fn nobody_locks_itself_out_by_mistake() {
    let world = World::new().await;
    let key = world.key(json!([account_statement(ACCOUNT)])).await;
    world.user("admin", json!([])).await;
    let others = document(json!([statement("Allow", json!({ "AWS": user_arn("admin") }), "kms:*")]));
    let denied = document(json!([account_statement(ACCOUNT), statement("Deny", json!("*"), "kms:Put*")]));
    let lockout = "The new key policy will not allow you to update the key policy in the future.";
    for policy in [&others, &denied] {
        for (operation, members) in [
            ("kms:CreateKey", json!({ "Policy": policy })),
            ("kms:PutKeyPolicy", json!({ "KeyId": key, "Policy": policy })),
        ] {
            let (reply, _) = world.call(&world.operator(), operation, members).await;
            assert_eq!(
                (code(&reply), message(&reply)),
                ("MalformedPolicyDocumentException", lockout),
                "{operation}"
            );
        }
    }
    let waived = json!({ "KeyId": key, "Policy": others, "BypassPolicyLockoutSafetyCheck": true });
    world.set("kms:PutKeyPolicy", waived).await;
    let again = json!({ "KeyId": key, "Policy": others });
    let (reply, _) = world.call(&world.operator(), "kms:PutKeyPolicy", again).await;
    assert_eq!(code(&reply), "AccessDeniedException");
}

#[tokio::test]
async fn waiving_the_check_can_be_denied() {
    let world = World::new().await;
    let careful = world
        .user(
            "careful",
            json!([
                allow(&["kms:*"], &["*"]),
                {
                    "Effect": "Deny", "Action": "kms:*", "Resource": "*",
                    "Condition": { "Bool": { "kms:BypassPolicyLockoutSafetyCheck": "true" } },
                },
            ]),
        )
        .await;
    let policy = document(json!([account_statement(ACCOUNT)]));
    let members = json!({ "Policy": policy, "BypassPolicyLockoutSafetyCheck": true });
    let (_, decision) = world.call(&careful, "kms:CreateKey", members).await;
    assert_eq!(decision.outcome, Outcome::ExplicitDeny);
    world.set_as(&careful, "kms:CreateKey", json!({ "Policy": policy })).await;
}

#[tokio::test]
async fn a_key_policy_means_who_it_was_written_for() {
    let world = World::new().await;
    world.user("alice", json!([])).await;
    let named = statement("Allow", json!({ "AWS": user_arn("alice") }), "kms:Encrypt");
    let at_once = world.key(json!([account_statement(ACCOUNT), named])).await;
    let later = world.key(json!([account_statement(ACCOUNT)])).await;
    let policy = document(json!([account_statement(ACCOUNT), named]));
    world.set("kms:PutKeyPolicy", json!({ "KeyId": later, "Policy": policy })).await;
    let made = world.set("iam:CreateAccessKey", json!({ "UserName": "alice" })).await;
    let first = crate::world::credentials(&made["AccessKey"]);
    let encrypt = |key: &str| json!({ "KeyId": key, "Plaintext": STANDARD.encode("secret") });
    for key in [&at_once, &later] {
        assert_eq!(world.call(&first, "kms:Encrypt", encrypt(key)).await.0.status, 200);
    }
    let keys = world.set("iam:ListAccessKeys", json!({ "UserName": "alice" })).await;
    for key in keys["AccessKeyMetadata"].as_array().unwrap() {
        world
            .set("iam:DeleteAccessKey", json!({ "UserName": "alice", "AccessKeyId": key["AccessKeyId"] }))
            .await;
    }
    world.set("iam:DeleteUser", json!({ "UserName": "alice" })).await;
    let second = world.user("alice", json!([])).await;
    for key in [&at_once, &later] {
        let (reply, _) = world.call(&second, "kms:Encrypt", encrypt(key)).await;
        assert_eq!(code(&reply), "AccessDeniedException");
    }
}
