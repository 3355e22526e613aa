//! KMS: who may use a key, and what the answer says.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use stackproof_aws::Credentials;
use stackproof_aws::client::Signing;
use stackproof_gateway::{Outcome, Place};
use stackproof_policy::statement_hash;

use crate::world::{ACCOUNT, OTHER, REGION, World, account_statement, allow, code, message, user_arn};

const MISSING: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";

fn plaintext() -> String {
    STANDARD.encode("secret")
}

fn named(arn: &str, actions: &[&str], key_user: &str) -> Value {
    json!([
        account_statement(arn.split(':').nth(4).unwrap_or(ACCOUNT)),
        { "Effect": "Allow", "Principal": { "AWS": key_user }, "Action": actions, "Resource": "*" },
    ])
}

async fn encrypt(world: &World, who: &Credentials, key: &str) -> (u16, String, Outcome) {
    let members = json!({ "KeyId": key, "Plaintext": plaintext() });
    let (reply, decision) = world.call(who, "kms:Encrypt", members).await;
    (reply.status, code(&reply).to_owned(), decision.outcome)
}

fn ok() -> (u16, String, Outcome) {
    (200, "Ok".to_owned(), Outcome::Allowed)
}

fn denied() -> (u16, String, Outcome) {
    (400, "AccessDeniedException".to_owned(), Outcome::ImplicitDeny)
}

#[tokio::test]
async fn identity_policies_count_only_where_the_key_policy_lets_them() {
    let world = World::new().await;
    let alice = world.user("alice", json!([allow(&["kms:*"], &["*"])])).await;
    let bob = world.user("bob", json!([])).await;
    let open = world.key(json!([account_statement(ACCOUNT)])).await;
    let closed = world
        .key(json!([{
            "Effect": "Allow", "Principal": { "AWS": user_arn("bob") }, "Action": "kms:Encrypt", "Resource": "*",
        }]))
        .await;
    assert_eq!(encrypt(&world, &alice, &open).await, ok());
    assert_eq!(encrypt(&world, &bob, &open).await, denied());
    assert_eq!(encrypt(&world, &bob, &closed).await, ok(), "the key policy alone is enough");
    let (reply, decision) =
        world.call(&alice, "kms:Encrypt", json!({ "KeyId": closed, "Plaintext": plaintext() })).await;
    assert_eq!(
        message(&reply),
        format!(
            "User: {} is not authorized to perform: kms:Encrypt on resource: {closed} because no resource-based \
             policy allows the kms:Encrypt action",
            user_arn("alice")
        )
    );
    assert_eq!((reply.status, decision.outcome), (400, Outcome::ImplicitDeny));
    let operator = encrypt(&world, &world.operator(), &closed).await;
    assert_eq!(operator, denied(), "no administrator is above a key policy");
}

#[tokio::test]
async fn a_deny_in_the_key_policy_is_named_with_its_place() {
    let world = World::new().await;
    let deny = json!({
        "Sid": "NoBob", "Effect": "Deny", "Principal": { "AWS": "*" }, "Action": "kms:Encrypt", "Resource": "*",
        "Condition": { "StringEquals": { "aws:username": "bob" } },
    });
    let place = Place { file: "main.tf".to_owned(), line: 3 };
    world.gateway.sources().register(statement_hash(&deny), place.clone(), Vec::new());
    let alice = world.user("alice", json!([allow(&["kms:*"], &["*"])])).await;
    let bob = world.user("bob", json!([allow(&["kms:*"], &["*"])])).await;
    let key = world.key(json!([account_statement(ACCOUNT), deny])).await;
    world.set("kms:CreateAlias", json!({ "AliasName": "alias/calls", "TargetKeyId": key })).await;
    assert_eq!(encrypt(&world, &alice, &key).await, ok());
    let (reply, decision) =
        world.call(&bob, "kms:Encrypt", json!({ "KeyId": key, "Plaintext": plaintext() })).await;
    assert!(message(&reply).ends_with("with an explicit deny in a resource-based policy"), "{reply:?}");
    let statement = decision.statement.clone().unwrap();
    assert_eq!(decision.outcome, Outcome::ExplicitDeny);
    assert_eq!(
        (statement.policy.as_str(), statement.sid.as_deref(), statement.place),
        ("key policy of alias/calls", Some("NoBob"), Some(place))
    );
}

#[tokio::test]
async fn a_key_is_authorized_by_its_own_arn_however_it_is_named() {
    let world = World::new().await;
    let key = world.key(json!([account_statement(ACCOUNT)])).await;
    world.set("kms:CreateAlias", json!({ "AliasName": "alias/calls", "TargetKeyId": key })).await;
    let alias = format!("arn:aws:kms:{REGION}:{ACCOUNT}:alias/calls");
    let by_key = world.user("by-key", json!([allow(&["kms:Encrypt"], &[&key])])).await;
    let by_alias = world.user("by-alias", json!([allow(&["kms:Encrypt"], &[&alias])])).await;
    let id = key.rsplit('/').next().unwrap();
    for name in [&key, id, "alias/calls", &alias] {
        assert_eq!(encrypt(&world, &by_key, name).await, ok(), "{name}");
        assert_eq!(encrypt(&world, &by_alias, name).await, denied(), "{name}");
    }
    let condition = |key: &str| {
        json!([{
            "Effect": "Allow", "Action": "kms:Encrypt", "Resource": "*",
            "Condition": { "ForAnyValue:StringEquals": { key: "alias/calls" } },
        }])
    };
    let asked = world.user("asked", condition("kms:RequestAlias")).await;
    assert_eq!(encrypt(&world, &asked, "alias/calls").await, ok());
    assert_eq!(encrypt(&world, &asked, &alias).await, ok());
    assert_eq!(encrypt(&world, &asked, &key).await, denied());
    let has = world.user("has", condition("kms:ResourceAliases")).await;
    assert_eq!(encrypt(&world, &has, &key).await, ok());
    world.set("kms:DeleteAlias", json!({ "AliasName": "alias/calls" })).await;
    assert_eq!(encrypt(&world, &has, &key).await, denied());
}

#[tokio::test]
async fn a_key_that_is_not_there_is_not_found() {
    let world = World::new().await;
    let alice = world.user("alice", json!([allow(&["kms:*"], &["*"])])).await;
    let key = world.key(json!([account_statement(ACCOUNT)])).await;
    let not_found = (400, "NotFoundException".to_owned(), Outcome::Rejected);
    assert_eq!(encrypt(&world, &alice, MISSING).await, not_found);
    assert_eq!(encrypt(&world, &alice, "alias/nothing").await, not_found);
    assert_eq!(encrypt(&world, &alice, &key.replace(REGION, "eu-west-1")).await, not_found);
    let by_alias = world.call(&alice, "kms:DisableKey", json!({ "KeyId": "alias/calls" })).await;
    assert_eq!(message(&by_alias.0), "Invalid keyId 'alias/calls'");
    let by_alias = format!("arn:aws:kms:{REGION}:{ACCOUNT}:alias/calls");
    let (reply, _) = world.call(&alice, "kms:DisableKey", json!({ "KeyId": by_alias })).await;
    assert_eq!(code(&reply), "InvalidArnException");
    let (reply, _) = world.call(&alice, "kms:DisableKey", json!({ "KeyId": "calls" })).await;
    assert_eq!(message(&reply), "Invalid keyId 'calls'");
    let elsewhere = |account: &str| format!("arn:aws:kms:{REGION}:{account}:key/{MISSING}");
    assert_eq!(encrypt(&world, &alice, &elsewhere(OTHER)).await, denied());
    let (_, _, outcome) = encrypt(&world, &alice, &elsewhere("333333333333")).await;
    assert_eq!(outcome, Outcome::Undetermined, "nothing is known of that account");
}

#[tokio::test]
async fn another_account_needs_both_its_own_policies_and_the_keys() {
    let world = World::new().await;
    let may = world.user_in(OTHER, "may", json!([allow(&["kms:*"], &["*"])])).await;
    let may_not = world.user_in(OTHER, "may-not", json!([])).await;
    let own = world.key(json!([account_statement(ACCOUNT)])).await;
    let shared = world.key(named(&own, &["kms:*"], &format!("arn:aws:iam::{OTHER}:root"))).await;
    assert_eq!(encrypt(&world, &may, &shared).await, ok());
    assert_eq!(encrypt(&world, &may_not, &shared).await, denied());
    world.set("kms:CreateAlias", json!({ "AliasName": "alias/shared", "TargetKeyId": shared })).await;
    let alias = format!("arn:aws:kms:{REGION}:{ACCOUNT}:alias/shared");
    assert_eq!(encrypt(&world, &may, &alias).await, ok());
    let theirs = (400, "NotFoundException".to_owned(), Outcome::Rejected);
    assert_eq!(encrypt(&world, &may, "alias/shared").await, theirs, "a bare alias is the caller's own");
    let made = world.set("kms:Encrypt", json!({ "KeyId": shared, "Plaintext": plaintext() })).await;
    let members = json!({ "CiphertextBlob": made["CiphertextBlob"] });
    assert_eq!(world.set_as(&may, "kms:Decrypt", members).await["Plaintext"], plaintext());
    let (reply, decision) =
        world.call(&may, "kms:Encrypt", json!({ "KeyId": own, "Plaintext": plaintext() })).await;
    assert_eq!(
        message(&reply),
        format!(
            "User: arn:aws:iam::{OTHER}:user/may is not authorized to perform: kms:Encrypt on resource: {own} \
             because the resource does not exist in this Region, no resource-based policies allow access, or a \
             resource-based policy explicitly denies access"
        )
    );
    assert_eq!(decision.outcome, Outcome::ImplicitDeny);
    assert_eq!(decision.checks[0].context["kms:calleraccount"], [OTHER]);
    assert_eq!(decision.checks[0].context["aws:resourceaccount"], [ACCOUNT]);
    let (reply, _) = world.call(&may, "kms:DescribeKey", json!({ "KeyId": shared })).await;
    assert_eq!(reply.status, 200);
    let (reply, decision) = world.call(&may, "kms:GetKeyPolicy", json!({ "KeyId": shared })).await;
    assert_eq!((code(&reply), decision.outcome), ("AccessDeniedException", Outcome::ImplicitDeny));
}

#[tokio::test]
async fn a_policy_may_ask_for_an_encryption_context() {
    let world = World::new().await;
    let alice = world.user("alice", json!([])).await;
    let key = world
        .key(json!([{
            "Effect": "Allow", "Principal": { "AWS": user_arn("alice") }, "Action": ["kms:Encrypt", "kms:Decrypt"],
            "Resource": "*",
            "Condition": {
                "StringEquals": { "kms:EncryptionContext:Team": "red", "kms:EncryptionAlgorithm": "SYMMETRIC_DEFAULT" },
                "ForAllValues:StringEquals": { "kms:EncryptionContextKeys": ["team", "case"] },
            },
        }]))
        .await;
    let encrypt = async |context: Value| {
        let members = json!({ "KeyId": key, "Plaintext": plaintext(), "EncryptionContext": context });
        world.call(&alice, "kms:Encrypt", members).await
    };
    let (reply, _) = encrypt(json!({ "team": "red", "case": "1" })).await;
    let ciphertext = reply.result.as_ref().unwrap()["CiphertextBlob"].clone();
    for context in
        [json!({}), json!({ "team": "Red" }), json!({ "case": "1" }), json!({ "team": "red", "x": "1" })]
    {
        let (reply, decision) = encrypt(context.clone()).await;
        assert_eq!(
            (code(&reply), decision.outcome),
            ("AccessDeniedException", Outcome::ImplicitDeny),
            "{context}"
        );
    }
    let decrypt = async |context: Value| {
        let members = json!({ "CiphertextBlob": ciphertext, "EncryptionContext": context });
        let (reply, decision) = world.call(&alice, "kms:Decrypt", members).await;
        (code(&reply).to_owned(), decision.outcome)
    };
    assert_eq!(decrypt(json!({ "case": "1", "team": "red" })).await, ("Ok".to_owned(), Outcome::Allowed));
    // What the ciphertext was made with is no matter of policies; what is presented is.
    let wrong = ("InvalidCiphertextException".to_owned(), Outcome::Allowed);
    assert_eq!(decrypt(json!({ "team": "red" })).await, wrong);
    let other = ("AccessDeniedException".to_owned(), Outcome::ImplicitDeny);
    assert_eq!(decrypt(json!({ "team": "blue" })).await, other);
}

#[tokio::test]
async fn a_ciphertext_is_decrypted_under_the_key_that_it_was_made_with() {
    let world = World::new().await;
    let (mine, theirs) = (
        world.key(json!([account_statement(ACCOUNT)])).await,
        world.key(json!([account_statement(ACCOUNT)])).await,
    );
    let alice = world.user("alice", json!([allow(&["kms:Decrypt"], &[&mine])])).await;
    let encrypted = async |key: &str| {
        let made = world.set("kms:Encrypt", json!({ "KeyId": key, "Plaintext": plaintext() })).await;
        made["CiphertextBlob"].clone()
    };
    let (own, foreign) = (encrypted(&mine).await, encrypted(&theirs).await);
    let decrypt = async |who: &Credentials, members: Value| {
        let (reply, decision) = world.call(who, "kms:Decrypt", members).await;
        (code(&reply).to_owned(), message(&reply).to_owned(), decision)
    };
    let (answer, _, decision) = decrypt(&alice, json!({ "CiphertextBlob": own })).await;
    assert_eq!((answer.as_str(), decision.checks[0].resource.as_str()), ("Ok", mine.as_str()));
    let (answer, _, decision) = decrypt(&alice, json!({ "CiphertextBlob": foreign })).await;
    assert_eq!(answer, "AccessDeniedException");
    assert_eq!(decision.checks[0].resource, theirs);
    let (answer, _, _) = decrypt(&alice, json!({ "CiphertextBlob": foreign, "KeyId": mine })).await;
    assert_eq!(answer, "IncorrectKeyException");
    let (answer, _, decision) =
        decrypt(&alice, json!({ "CiphertextBlob": STANDARD.encode("nothing") })).await;
    assert_eq!((answer.as_str(), decision.outcome), ("InvalidCiphertextException", Outcome::Rejected));
    let members = json!({ "CiphertextBlob": own });
    let mut elsewhere = crate::world::call("kms:Decrypt", members, Signing::Header(alice.clone()));
    elsewhere.region = "eu-west-1".to_owned();
    let (reply, decision) = world.send(elsewhere).await;
    assert_eq!((code(&reply), decision.outcome), ("AccessDeniedException", Outcome::ImplicitDeny));
    assert!(
        message(&reply).starts_with("The ciphertext refers to a customer master key that does not exist")
    );
    let stranger = world.user_in(OTHER, "bob", json!([allow(&["kms:*"], &["*"])])).await;
    let (_, text, _) = decrypt(&stranger, json!({ "CiphertextBlob": own })).await;
    assert!(text.contains("kms:Decrypt on the resource associated with this ciphertext because"), "{text}");
}

#[tokio::test]
async fn re_encrypting_needs_both_keys() {
    let world = World::new().await;
    let (from, to) = (
        world.key(json!([account_statement(ACCOUNT)])).await,
        world.key(json!([account_statement(ACCOUNT)])).await,
    );
    let made = world.set("kms:Encrypt", json!({ "KeyId": from, "Plaintext": plaintext() })).await;
    let members = json!({ "CiphertextBlob": made["CiphertextBlob"], "DestinationKeyId": to });
    let both = json!([allow(&["kms:ReEncryptFrom"], &[&from]), allow(&["kms:ReEncryptTo"], &[&to])]);
    let both = world.user("both", both).await;
    let (reply, decision) = world.call(&both, "kms:ReEncrypt", members.clone()).await;
    assert_eq!(reply.status, 200, "{decision:?}");
    assert_eq!(decision.checks[1].context["kms:reencryptonsamekey"], ["false"]);
    for (name, action, key) in [("from", "kms:ReEncryptTo", &from), ("to", "kms:ReEncryptFrom", &to)] {
        let one = world.user(name, json!([allow(&["kms:ReEncrypt*"], &[key])])).await;
        let (reply, decision) = world.call(&one, "kms:ReEncrypt", members.clone()).await;
        assert_eq!(code(&reply), "AccessDeniedException");
        assert_eq!(decision.deciding().unwrap().action, action);
    }
}

#[tokio::test]
async fn an_alias_needs_itself_and_its_keys() {
    let world = World::new().await;
    let (key, next) = (
        world.key(json!([account_statement(ACCOUNT)])).await,
        world.key(json!([account_statement(ACCOUNT)])).await,
    );
    let alias = format!("arn:aws:kms:{REGION}:{ACCOUNT}:alias/calls");
    let actions = &["kms:CreateAlias", "kms:UpdateAlias", "kms:DeleteAlias"];
    let all = world.user("all", json!([allow(actions, &[&alias, &key, &next])])).await;
    let on_alias = world.user("on-alias", json!([allow(actions, &[&alias])])).await;
    let on_key = world.user("on-key", json!([allow(actions, &[&key, &next])])).await;
    for (operation, target) in
        [("kms:CreateAlias", Some(&key)), ("kms:UpdateAlias", Some(&next)), ("kms:DeleteAlias", None)]
    {
        let mut members = json!({ "AliasName": "alias/calls" });
        if let Some(target) = target {
            members["TargetKeyId"] = json!(target);
        }
        for (who, resource) in [(&on_alias, &key), (&on_key, &alias)] {
            let (reply, decision) = world.call(who, operation, members.clone()).await;
            assert_eq!(code(&reply), "AccessDeniedException", "{operation}");
            let denied = &decision.deciding().unwrap().resource;
            assert!(denied == resource || *denied == next, "{operation}: {denied}");
        }
        world.set_as(&all, operation, members).await;
    }
    let admin = world.user("admin", json!([allow(&["kms:*"], &["*"])])).await;
    for reserved in ["alias/aws/calls", "alias/aws/s3"] {
        let (alone, moved) =
            (json!({ "AliasName": reserved }), json!({ "AliasName": reserved, "TargetKeyId": key }));
        for (operation, members) in
            [("kms:CreateAlias", moved.clone()), ("kms:UpdateAlias", moved), ("kms:DeleteAlias", alone)]
        {
            let (reply, decision) = world.call(&admin, operation, members).await;
            assert_eq!(code(&reply), "NotAuthorizedException", "{operation} {reserved}: {decision:?}");
        }
    }
    let misnamed = json!({ "AliasName": "calls", "TargetKeyId": key });
    let (reply, decision) = world.call(&all, "kms:CreateAlias", misnamed).await;
    assert_eq!((code(&reply), decision.outcome), ("ValidationException", Outcome::Rejected));
}

#[tokio::test]
async fn a_state_is_told_to_those_who_may_ask() {
    let world = World::new().await;
    let key = world.key(json!([account_statement(ACCOUNT)])).await;
    let alice = world.user("alice", json!([allow(&["kms:Encrypt"], &["*"])])).await;
    let bob = world.user("bob", json!([])).await;
    world.set("kms:DisableKey", json!({ "KeyId": key })).await;
    let disabled = (400, "DisabledException".to_owned(), Outcome::Allowed);
    assert_eq!(encrypt(&world, &alice, &key).await, disabled);
    assert_eq!(encrypt(&world, &bob, &key).await, denied());
    world.set("kms:EnableKey", json!({ "KeyId": key })).await;
    assert_eq!(encrypt(&world, &alice, &key).await, ok());
}

#[tokio::test]
async fn sessions_and_boundaries_hold_for_keys() {
    let world = World::new().await;
    let key = world.key(json!([account_statement(ACCOUNT)])).await;
    let trust = json!([{
        "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{ACCOUNT}:root") }, "Action": "sts:AssumeRole",
    }]);
    let role = world.role("app", trust, json!([allow(&["kms:*"], &["*"])])).await;
    let whole = world.session(&role, None).await;
    assert_eq!(encrypt(&world, &whole, &key).await, ok());
    let narrow = world.session(&role, Some(json!([allow(&["kms:Decrypt"], &["*"])]))).await;
    assert_eq!(encrypt(&world, &narrow, &key).await, denied());
    let document = crate::world::document(json!([allow(&["s3:*"], &["*"])]));
    let made =
        world.set("iam:CreatePolicy", json!({ "PolicyName": "boundary", "PolicyDocument": document })).await;
    let boundary = json!({ "RoleName": "app", "PermissionsBoundary": made["Policy"]["Arn"] });
    world.set("iam:PutRolePermissionsBoundary", boundary).await;
    assert_eq!(encrypt(&world, &whole, &key).await, denied());
}

#[tokio::test]
async fn tags_of_keys_and_of_requests_are_conditions() {
    let world = World::new().await;
    let key = world.key(json!([account_statement(ACCOUNT)])).await;
    let statements = json!([
        {
            "Effect": "Allow", "Action": "kms:Encrypt", "Resource": "*",
            "Condition": { "StringEquals": { "aws:ResourceTag/team": "red", "kms:KeySpec": "SYMMETRIC_DEFAULT" } },
        },
        {
            "Effect": "Allow", "Action": "kms:CreateKey", "Resource": "*",
            "Condition": { "StringEquals": { "aws:RequestTag/team": "red", "kms:KeyUsage": "ENCRYPT_DECRYPT" } },
        },
    ]);
    let alice = world.user("alice", statements).await;
    assert_eq!(encrypt(&world, &alice, &key).await, denied());
    let tags = json!([{ "TagKey": "team", "TagValue": "red" }]);
    world.set("kms:TagResource", json!({ "KeyId": key, "Tags": tags })).await;
    assert_eq!(encrypt(&world, &alice, &key).await, ok());
    let (reply, decision) = world.call(&alice, "kms:CreateKey", json!({})).await;
    assert_eq!((code(&reply), decision.outcome), ("AccessDeniedException", Outcome::ImplicitDeny));
    assert!(message(&reply).contains("kms:CreateKey on resource: * because"), "{reply:?}");
    let (reply, decision) = world.call(&alice, "kms:CreateKey", json!({ "Tags": tags })).await;
    assert_eq!(decision.deciding().unwrap().action, "kms:TagResource", "{reply:?}");
    assert!(message(&reply).contains("kms:TagResource because"), "{reply:?}");
}

#[tokio::test]
async fn a_fork_has_keys_of_its_own() {
    let world = World::new().await;
    let key = world.key(json!([account_statement(ACCOUNT)])).await;
    let alice = world.user("alice", json!([allow(&["kms:Encrypt"], &["*"])])).await;
    assert_eq!(encrypt(&world, &alice, &key).await, ok());
    let fork = world.fork().await;
    let deny = json!({ "Effect": "Deny", "Principal": "*", "Action": "kms:Encrypt", "Resource": "*" });
    let policy = crate::world::document(json!([account_statement(ACCOUNT), deny]));
    fork.set("kms:PutKeyPolicy", json!({ "KeyId": key, "Policy": policy })).await;
    assert_eq!(encrypt(&fork, &alice, &key).await.2, Outcome::ExplicitDeny);
    assert_eq!(encrypt(&world, &alice, &key).await, ok());
}

#[tokio::test]
async fn nobody_calls_unsigned() {
    let world = World::new().await;
    let request = http::Request::builder()
        .method("POST")
        .uri("/")
        .header("host", format!("kms.{REGION}.amazonaws.com"))
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amz-target", "TrentService.ListKeys");
    let (status, body, decision) = world.raw(request, "{}").await;
    assert_eq!((status, decision.outcome), (400, Outcome::Unauthenticated));
    assert!(body.contains("MissingAuthenticationTokenException"), "{body}");
}

#[tokio::test]
async fn s3s_own_key_serves_nobody_directly() {
    let world = World::new().await;
    let alice = world.user("alice", json!([allow(&["kms:*"], &["*"])])).await;
    assert_eq!(encrypt(&world, &alice, "alias/aws/s3").await, denied());
    let (reply, decision) = world.call(&alice, "kms:DescribeKey", json!({ "KeyId": "alias/aws/s3" })).await;
    assert_eq!(reply.status, 200, "{decision:?}");
    assert_eq!(reply.result.as_ref().unwrap()["KeyMetadata"]["KeyManager"], "AWS");
}
