//! Grants: one more Allow beside the policies of a key and of its caller.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use stackproof_aws::Credentials;
use stackproof_gateway::Outcome;

use crate::world::{ACCOUNT, OTHER, World, account_statement, allow, code, user_arn};

async fn grant(world: &World, key: &str, grantee: &str, more: Value) -> Value {
    let mut members =
        json!({ "KeyId": key, "GranteePrincipal": grantee, "Operations": ["Encrypt", "DescribeKey"] });
    for (name, value) in more.as_object().unwrap() {
        members[name] = value.clone();
    }
    Value::Object(world.set("kms:CreateGrant", members).await)
}

async fn encrypt(world: &World, who: &Credentials, key: &str, context: Value) -> (String, Outcome) {
    let members =
        json!({ "KeyId": key, "Plaintext": STANDARD.encode("secret"), "EncryptionContext": context });
    let (reply, decision) = world.call(who, "kms:Encrypt", members).await;
    (code(&reply).to_owned(), decision.outcome)
}

fn ok() -> (String, Outcome) {
    ("Ok".to_owned(), Outcome::Allowed)
}

fn denied() -> (String, Outcome) {
    ("AccessDeniedException".to_owned(), Outcome::ImplicitDeny)
}

#[tokio::test]
async fn a_grantee_needs_no_policy_and_a_deny_beats_its_grant() {
    let world = World::new().await;
    let key = world.key(json!([account_statement(ACCOUNT)])).await;
    let (alice, bob) = (world.user("alice", json!([])).await, world.user("bob", json!([])).await);
    assert_eq!(encrypt(&world, &alice, &key, json!({})).await, denied());
    let made = grant(&world, &key, &user_arn("alice"), json!({ "Name": "app" })).await;
    let members = json!({ "KeyId": key, "Plaintext": STANDARD.encode("secret") });
    let (reply, decision) = world.call(&alice, "kms:Encrypt", members.clone()).await;
    assert_eq!(reply.status, 200, "{decision:?}");
    let statement = decision.statement.as_ref().unwrap();
    let label = format!("grant {}", made["GrantId"].as_str().unwrap());
    assert_eq!((statement.policy.as_str(), statement.sid.as_deref()), (label.as_str(), Some("app")));
    assert_eq!(decision.checks[0].layer.as_deref(), Some("grant"));
    assert_eq!(encrypt(&world, &bob, &key, json!({})).await, denied());
    let (reply, _) = world.call(&alice, "kms:DisableKey", json!({ "KeyId": key })).await;
    assert_eq!(code(&reply), "AccessDeniedException", "the grant lists no such operation");

    let deny = json!({ "Effect": "Deny", "Action": "kms:Encrypt", "Resource": "*" });
    let policy = crate::world::document(json!([deny]));
    let members = json!({ "UserName": "alice", "PolicyName": "deny", "PolicyDocument": policy });
    world.set("iam:PutUserPolicy", members).await;
    assert_eq!(encrypt(&world, &alice, &key, json!({})).await.1, Outcome::ExplicitDeny);
}

#[tokio::test]
async fn roles_and_sessions_are_grantees() {
    let world = World::new().await;
    let key = world.key(json!([account_statement(ACCOUNT)])).await;
    let trust = json!([{
        "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{ACCOUNT}:root") }, "Action": "sts:AssumeRole",
    }]);
    let role = world.role("app", trust, json!([])).await;
    let session = world.session(&role, None).await;
    assert_eq!(encrypt(&world, &session, &key, json!({})).await, denied());
    grant(&world, &key, &role, json!({})).await;
    assert_eq!(encrypt(&world, &session, &key, json!({})).await, ok());
    let narrow = world.session(&role, Some(json!([allow(&["s3:*"], &["*"])]))).await;
    let (_, outcome) = encrypt(&world, &narrow, &key, json!({})).await;
    assert_eq!(outcome, Outcome::Undetermined, "whether a session policy limits a grant is not known");
}

#[tokio::test]
async fn constraints_hold_for_the_context_that_is_presented() {
    let world = World::new().await;
    let key = world.key(json!([account_statement(ACCOUNT)])).await;
    let (subset, equals) = (world.user("subset", json!([])).await, world.user("equals", json!([])).await);
    let constrained = |kind: &str| json!({ "Constraints": { kind: { "Team": "red" } } });
    grant(&world, &key, &user_arn("subset"), constrained("EncryptionContextSubset")).await;
    grant(&world, &key, &user_arn("equals"), constrained("EncryptionContextEquals")).await;
    let (exact, more) = (json!({ "team": "red" }), json!({ "team": "red", "case": "1" }));
    for (who, context, expected) in [
        (&subset, &exact, ok()),
        (&subset, &more, ok()),
        (&subset, &json!({}), denied()),
        (&subset, &json!({ "team": "Red" }), denied()),
        (&equals, &exact, ok()),
        (&equals, &more, denied()),
    ] {
        assert_eq!(encrypt(&world, who, &key, context.clone()).await, expected, "{context}");
    }
}

#[tokio::test]
async fn a_grant_ends_when_it_is_revoked_or_retired() {
    let world = World::new().await;
    let key = world.key(json!([account_statement(ACCOUNT)])).await;
    let alice = world.user("alice", json!([])).await;
    let retirer = world.user("retirer", json!([])).await;
    let retiring = json!({ "RetiringPrincipal": user_arn("retirer") });
    let made = grant(&world, &key, &user_arn("alice"), retiring.clone()).await;
    assert_eq!(encrypt(&world, &alice, &key, json!({})).await, ok());
    let by_token = json!({ "GrantToken": made["GrantToken"] });
    let (reply, _) = world.call(&alice, "kms:RetireGrant", by_token.clone()).await;
    assert_eq!(code(&reply), "AccessDeniedException", "its grant does not list it");
    world.set_as(&retirer, "kms:RetireGrant", by_token).await;
    assert_eq!(encrypt(&world, &alice, &key, json!({})).await, denied());

    let made = grant(&world, &key, &user_arn("alice"), retiring).await;
    let by_id = json!({ "KeyId": key, "GrantId": made["GrantId"] });
    let (reply, _) = world.call(&retirer, "kms:RevokeGrant", by_id.clone()).await;
    assert_eq!(code(&reply), "AccessDeniedException", "revoking is a matter of policies");
    assert_eq!(encrypt(&world, &alice, &key, json!({})).await, ok());
    world.set("kms:RevokeGrant", by_id).await;
    assert_eq!(encrypt(&world, &alice, &key, json!({})).await, denied());
}

#[tokio::test]
async fn who_may_grant_is_told_by_what_is_granted() {
    let world = World::new().await;
    let key = world.key(json!([account_statement(ACCOUNT)])).await;
    world.user("grantee", json!([])).await;
    let granter = world
        .user(
            "granter",
            json!([{
                "Effect": "Allow", "Action": "kms:CreateGrant", "Resource": "*",
                "Condition": {
                    "ForAllValues:StringEquals": { "kms:GrantOperations": ["Decrypt", "Encrypt"] },
                    "StringEquals": {
                        "kms:GranteePrincipal": user_arn("grantee"),
                        "kms:GrantConstraintType": "EncryptionContextSubset",
                        "kms:EncryptionContext:team": "red",
                    },
                },
            }]),
        )
        .await;
    let asked = |operations: Value, grantee: &str, constraints: Value| {
        json!({
            "KeyId": key, "GranteePrincipal": user_arn(grantee), "Operations": operations, "Constraints": constraints,
        })
    };
    let red = json!({ "EncryptionContextSubset": { "team": "red" } });
    let all = asked(json!(["Decrypt"]), "grantee", red.clone());
    assert_eq!(world.call(&granter, "kms:CreateGrant", all).await.0.status, 200);
    for members in [
        asked(json!(["Decrypt", "ReEncryptFrom"]), "grantee", red.clone()),
        asked(json!(["Decrypt"]), "granter", red),
        asked(json!(["Decrypt"]), "grantee", json!({ "EncryptionContextEquals": { "team": "red" } })),
        asked(json!(["Decrypt"]), "grantee", json!({ "EncryptionContextSubset": { "team": "blue" } })),
    ] {
        let (reply, decision) = world.call(&granter, "kms:CreateGrant", members.clone()).await;
        assert_eq!(
            (code(&reply), decision.outcome),
            ("AccessDeniedException", Outcome::ImplicitDeny),
            "{members}"
        );
    }
    let services = world
        .user(
            "services",
            json!([{
                "Effect": "Allow", "Action": "kms:CreateGrant", "Resource": "*",
                "Condition": { "Bool": { "kms:GrantIsForAWSResource": "true" } },
            }]),
        )
        .await;
    let members = json!({ "KeyId": key, "GranteePrincipal": user_arn("grantee"), "Operations": ["Decrypt"] });
    let (reply, _) = world.call(&services, "kms:CreateGrant", members).await;
    assert_eq!(code(&reply), "AccessDeniedException", "no service makes this call");
}

#[tokio::test]
async fn another_account_needs_its_own_policies_beside_a_grant() {
    let world = World::new().await;
    let key = world.key(json!([account_statement(ACCOUNT)])).await;
    let bob = world.user_in(OTHER, "bob", json!([allow(&["kms:Encrypt"], &["*"])])).await;
    assert_eq!(encrypt(&world, &bob, &key, json!({})).await, denied());
    grant(&world, &key, &format!("arn:aws:iam::{OTHER}:user/bob"), json!({})).await;
    assert_eq!(encrypt(&world, &bob, &key, json!({})).await, ok());
}

#[tokio::test]
async fn a_grant_means_who_it_was_made_for() {
    let world = World::new().await;
    let key = world.key(json!([account_statement(ACCOUNT)])).await;
    let nobody = json!({ "KeyId": key, "GranteePrincipal": user_arn("nobody"), "Operations": ["Encrypt"] });
    let (reply, _) = world.call(&world.operator(), "kms:CreateGrant", nobody).await;
    assert_eq!(code(&reply), "InvalidArnException");
    let first = world.user("alice", json!([])).await;
    grant(&world, &key, &user_arn("alice"), json!({})).await;
    assert_eq!(encrypt(&world, &first, &key, json!({})).await, ok());
    let access_key = json!({ "UserName": "alice", "AccessKeyId": first.access_key_id });
    world.set("iam:DeleteAccessKey", access_key).await;
    world.set("iam:DeleteUser", json!({ "UserName": "alice" })).await;
    let second = world.user("alice", json!([])).await;
    assert_eq!(encrypt(&world, &second, &key, json!({})).await, denied());
}

#[tokio::test]
async fn grants_are_listed_for_the_retirers_of_ones_own_account() {
    let world = World::new().await;
    let key = world.key(json!([account_statement(ACCOUNT)])).await;
    let list = |resource: &str| json!([allow(&["kms:ListRetirableGrants"], &[resource])]);
    let alice = world.user("alice", list(&user_arn("alice"))).await;
    let carol = world.user("carol", list(&user_arn("carol"))).await;
    let bob = world.user_in(OTHER, "bob", list("*")).await;
    let bobs = format!("arn:aws:iam::{OTHER}:user/bob");
    grant(&world, &key, &bobs, json!({ "RetiringPrincipal": user_arn("alice") })).await;
    grant(&world, &key, &user_arn("alice"), json!({ "RetiringPrincipal": bobs })).await;
    for (who, retiring, listed) in [
        (&alice, user_arn("alice"), true),
        (&carol, user_arn("alice"), false),
        (&bob, user_arn("alice"), false),
        (&bob, bobs, true),
    ] {
        let members = json!({ "RetiringPrincipal": retiring });
        let (reply, decision) = world.call(who, "kms:ListRetirableGrants", members).await;
        let expected = if listed { ok() } else { denied() };
        assert_eq!((code(&reply).to_owned(), decision.outcome), expected, "{retiring}: {decision:?}");
        assert_eq!(decision.checks[0].resource, retiring);
        if let Ok(found) = &reply.result {
            assert_eq!(found["Grants"].as_array().unwrap().len(), 1);
        }
    }
}
