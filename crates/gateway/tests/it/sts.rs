//! STS: sessions, and who gets them.

use serde_json::{Value, json};
use stackproof_aws::{Credentials, Secret};
use stackproof_gateway::Outcome;

use crate::world::{ACCOUNT, OTHER, World, allow, code, credentials, document, message};

fn trust(principal: Value, actions: &[&str], condition: Value) -> Value {
    json!([{ "Effect": "Allow", "Principal": principal, "Action": actions, "Condition": condition }])
}

fn user_arn(name: &str) -> Value {
    json!({ "AWS": format!("arn:aws:iam::{ACCOUNT}:user/{name}") })
}

async fn assume(world: &World, who: &Credentials, members: Value) -> Credentials {
    credentials(&world.set_as(who, "sts:AssumeRole", members).await["Credentials"])
}

#[tokio::test]
async fn a_session_is_the_role_and_not_its_maker() {
    let world = World::new().await;
    world.bucket("calls").await;
    let alice = world.user("alice", json!([])).await;
    let role = world
        .role(
            "migrator",
            trust(user_arn("alice"), &["sts:AssumeRole"], json!({})),
            json!([allow(&["s3:ListBucket"], &["arn:aws:s3:::calls"])]),
        )
        .await;
    let session = assume(&world, &alice, json!({ "RoleArn": role, "RoleSessionName": "night" })).await;
    let me = world.set_as(&session, "sts:GetCallerIdentity", json!({})).await;
    assert_eq!(me["Arn"], format!("arn:aws:sts::{ACCOUNT}:assumed-role/migrator/night"));
    assert!(me["UserId"].as_str().unwrap().ends_with(":night"));
    let (reply, decision) = world.call(&session, "s3:ListObjectsV2", json!({ "Bucket": "calls" })).await;
    assert_eq!(
        (reply.status, decision.checks[0].context["aws:principalarn"][0].as_str()),
        (200, role.as_str())
    );
    assert_eq!(world.call(&alice, "s3:ListObjectsV2", json!({ "Bucket": "calls" })).await.0.status, 403);

    let bob = world.user("bob", json!([allow(&["sts:AssumeRole"], &["*"])])).await;
    let members = json!({ "RoleArn": role, "RoleSessionName": "night" });
    let (reply, decision) = world.call(&bob, "sts:AssumeRole", members).await;
    assert_eq!(
        message(&reply),
        format!(
            "User: arn:aws:iam::{ACCOUNT}:user/bob is not authorized to perform: sts:AssumeRole on resource: {role}"
        )
    );
    assert_eq!(decision.outcome, Outcome::ImplicitDeny);
    let missing = format!("arn:aws:iam::{ACCOUNT}:role/none");
    let (reply, decision) =
        world.call(&bob, "sts:AssumeRole", json!({ "RoleArn": missing, "RoleSessionName": "night" })).await;
    assert_eq!((reply.status, code(&reply)), (403, "AccessDenied"));
    assert_eq!(decision.reason.as_deref(), Some("there is no role of that ARN"));

    world.set("iam:DeleteRolePolicy", json!({ "RoleName": "migrator", "PolicyName": "inline" })).await;
    assert_eq!(world.call(&session, "s3:ListObjectsV2", json!({ "Bucket": "calls" })).await.0.status, 403);
    world.set("iam:DeleteRole", json!({ "RoleName": "migrator" })).await;
    let (reply, _) = world.call(&session, "sts:GetCallerIdentity", json!({})).await;
    assert_eq!(code(&reply), "InvalidClientTokenId");
}

#[tokio::test]
async fn an_account_in_a_trust_policy_delegates() {
    let world = World::new().await;
    let role =
        world.role("r", trust(json!({ "AWS": ACCOUNT }), &["sts:AssumeRole"], json!({})), json!([])).await;
    let without = world.user("without", json!([])).await;
    let with = world.user("with", json!([allow(&["sts:AssumeRole"], &[&role])])).await;
    let members = json!({ "RoleArn": role, "RoleSessionName": "night" });
    assert_eq!(world.call(&without, "sts:AssumeRole", members.clone()).await.0.status, 403);
    assert_eq!(world.call(&with, "sts:AssumeRole", members.clone()).await.0.status, 200);
    let stranger = world.user_in(OTHER, "with", json!([allow(&["sts:AssumeRole"], &[&role])])).await;
    assert_eq!(world.call(&stranger, "sts:AssumeRole", members).await.0.status, 403);
}

#[tokio::test]
async fn tags_need_their_action_and_become_the_principals() {
    let world = World::new().await;
    world.bucket("calls").await;
    let alice = world.user("alice", json!([])).await;
    let statement = json!([{
        "Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::calls/${aws:PrincipalTag/tenant}/*",
    }]);
    let closed = world
        .role("closed", trust(user_arn("alice"), &["sts:AssumeRole"], json!({})), statement.clone())
        .await;
    let open = world
        .role("open", trust(user_arn("alice"), &["sts:AssumeRole", "sts:TagSession"], json!({})), statement)
        .await;
    let members =
        |role: &str, tags: Value| json!({ "RoleArn": role, "RoleSessionName": "night", "Tags": tags });
    let acme = json!([{ "Key": "tenant", "Value": "acme" }]);
    let (reply, decision) = world.call(&alice, "sts:AssumeRole", members(&closed, acme.clone())).await;
    assert_eq!((reply.status, decision.deciding().unwrap().action.as_str()), (403, "sts:TagSession"));
    assert!(message(&reply).contains("sts:TagSession on resource"));
    let session = assume(&world, &alice, members(&open, acme)).await;
    for (key, status) in [("acme/a", 200), ("globex/a", 403), ("/a", 403)] {
        assert_eq!(
            world.put(&session, json!({ "Bucket": "calls", "Key": key }), "x").await.0.status,
            status,
            "{key}"
        );
    }
    let twice = json!([{ "Key": "a", "Value": "1" }, { "Key": "A", "Value": "2" }]);
    let (reply, decision) = world.call(&alice, "sts:AssumeRole", members(&open, twice)).await;
    assert_eq!(
        (reply.status, code(&reply), decision.outcome),
        (400, "InvalidParameterValue", Outcome::Rejected)
    );
    let star = json!([{ "Key": "tenant", "Value": "*" }]);
    assert_eq!(code(&world.call(&alice, "sts:AssumeRole", members(&open, star)).await.0), "ValidationError");
}

#[tokio::test]
async fn transitive_tags_go_on_through_a_chain_and_stay() {
    let world = World::new().await;
    let alice = world.user("alice", json!([])).await;
    let actions = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"];
    let first = world
        .role("first", trust(user_arn("alice"), &actions, json!({})), json!([allow(&["sts:*"], &["*"])]))
        .await;
    let second = world.role("second", trust(json!({ "AWS": first }), &actions, json!({})), json!([])).await;
    let members = json!({
        "RoleArn": first, "RoleSessionName": "one", "TransitiveTagKeys": ["tenant"], "SourceIdentity": "alice",
        "Tags": [{ "Key": "tenant", "Value": "acme" }, { "Key": "other", "Value": "x" }],
    });
    let session = assume(&world, &alice, members).await;
    let chained = json!({ "RoleArn": second, "RoleSessionName": "two" });
    let (reply, decision) = world.call(&session, "sts:AssumeRole", chained).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(decision.checks[0].context["aws:requesttag/tenant"], ["acme"]);
    assert!(!decision.checks[0].context.contains_key("aws:requesttag/other"));
    assert_eq!(decision.checks[0].context["aws:sourceidentity"], ["alice"]);
    let changed = json!({
        "RoleArn": second, "RoleSessionName": "two", "Tags": [{ "Key": "Tenant", "Value": "globex" }],
    });
    let (reply, _) = world.call(&session, "sts:AssumeRole", changed).await;
    assert_eq!(code(&reply), "InvalidParameterValue");
    let long = json!({ "RoleArn": second, "RoleSessionName": "two", "DurationSeconds": 3601 });
    let (reply, _) = world.call(&session, "sts:AssumeRole", long).await;
    assert!(message(&reply).contains("1 hour session limit for roles assumed by role chaining"), "{reply:?}");
}

#[tokio::test]
async fn session_policies_external_ids_and_durations() {
    let world = World::new().await;
    world.bucket("calls").await;
    let alice = world.user("alice", json!([])).await;
    let condition = json!({ "StringEquals": { "sts:ExternalId": "run-1" } });
    let role = world
        .role(
            "r",
            trust(user_arn("alice"), &["sts:AssumeRole"], condition),
            json!([allow(&["s3:*"], &["*"])]),
        )
        .await;
    let members = |more: Value| {
        let mut members = json!({ "RoleArn": role, "RoleSessionName": "night", "ExternalId": "run-1" });
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        members
    };
    let without = json!({ "RoleArn": role, "RoleSessionName": "night" });
    assert_eq!(world.call(&alice, "sts:AssumeRole", without).await.0.status, 403);
    let policy = document(json!([allow(&["s3:ListBucket"], &["*"])]));
    let session = assume(&world, &alice, members(json!({ "Policy": policy }))).await;
    assert_eq!(world.call(&session, "s3:ListObjectsV2", json!({ "Bucket": "calls" })).await.0.status, 200);
    let (reply, decision) = world.call(&session, "s3:ListBuckets", json!({})).await;
    assert!(
        message(&reply).ends_with("because no session policy allows the s3:ListAllMyBuckets action"),
        "{reply:?}"
    );
    assert_eq!(decision.checks[0].layer.as_deref(), Some("session policy"));
    for (more, expected) in [
        (json!({ "DurationSeconds": 3600 }), "Ok"),
        (json!({ "DurationSeconds": 899 }), "ValidationError"),
        (json!({ "DurationSeconds": 3601 }), "ValidationError"),
        (json!({ "Policy": "{}" }), "MalformedPolicyDocument"),
        (json!({ "Policy": " ".repeat(2049) }), "PackedPolicyTooLarge"),
        (json!({ "RoleSessionName": "a b" }), "ValidationError"),
        (json!({ "RoleArn": "role/r" }), "ValidationError"),
        (json!({ "TransitiveTagKeys": ["a"] }), "InvalidParameterValue"),
    ] {
        assert_eq!(
            code(&world.call(&alice, "sts:AssumeRole", members(more.clone())).await.0),
            expected,
            "{more}"
        );
    }
}

#[tokio::test]
async fn sessions_end_and_tokens_belong_to_their_keys() {
    let clock = stackproof_aws::Clock::system();
    let world = World::at(clock).await;
    let alice = world.user("alice", json!([])).await;
    let one = credentials(&world.set_as(&alice, "sts:GetSessionToken", json!({})).await["Credentials"]);
    let other = credentials(&world.set_as(&alice, "sts:GetSessionToken", json!({})).await["Credentials"]);
    let me = world.set_as(&one, "sts:GetCallerIdentity", json!({})).await;
    assert_eq!(me["Arn"], format!("arn:aws:iam::{ACCOUNT}:user/alice"));
    for (session_token, sts, s3) in [
        (other.session_token.clone(), "InvalidClientTokenId", "InvalidToken"),
        (Some(Secret::new("forged")), "InvalidClientTokenId", "InvalidToken"),
        (None, "InvalidClientTokenId", "InvalidAccessKeyId"),
    ] {
        let forged = Credentials { session_token, ..one.clone() };
        assert_eq!(code(&world.call(&forged, "sts:GetCallerIdentity", json!({})).await.0), sts);
        assert_eq!(code(&world.call(&forged, "s3:ListBuckets", json!({})).await.0), s3);
    }
    let again = world.call(&one, "sts:GetSessionToken", json!({})).await.0;
    assert_eq!((again.status, code(&again)), (403, "AccessDenied"));
}

#[tokio::test]
async fn an_expired_session_is_told_so() {
    // Sessions are issued at the gateway's wall time; 901 seconds behind, they are over when the client signs again.
    let world = World::new().await;
    let alice = world.user("alice", json!([])).await;
    let made = world.set_as(&alice, "sts:GetSessionToken", json!({ "DurationSeconds": 900 })).await;
    let session = credentials(&made["Credentials"]);
    let later = jiff::Timestamp::now().checked_add(jiff::SignedDuration::from_secs(901)).unwrap();
    let gateway =
        world.gateway.fork(std::sync::Arc::new(world.emulator.fork()), stackproof_aws::Clock::fixed(later));
    let signing = stackproof_aws::client::Signing::Presigned(session, std::time::Duration::from_secs(3600));
    let url = world.client.presign(crate::world::call("s3:ListBuckets", json!({}), signing)).unwrap();
    let uri: http::Uri = url.parse().unwrap();
    let request = http::Request::builder()
        .uri(uri.path_and_query().unwrap().to_string())
        .header("host", uri.authority().unwrap().to_string())
        .body(stackproof_aws::wire::empty())
        .unwrap();
    let facts = stackproof_gateway::ConnectionFacts {
        secure: true,
        tls_version: Some("1.3"),
        peer: std::net::IpAddr::from([127, 0, 0, 1]),
    };
    let response = gateway.handle(facts, request).await;
    assert_eq!(response.status(), 400);
    let decision = gateway.decisions().drain().pop().unwrap();
    assert_eq!(
        (decision.error.as_deref(), decision.outcome),
        (Some("ExpiredToken"), Outcome::Unauthenticated)
    );
}

#[tokio::test]
async fn a_federated_user_has_the_common_part() {
    let world = World::new().await;
    world.bucket("calls").await;
    let alice = world.user("alice", json!([allow(&["s3:*", "sts:GetFederationToken"], &["*"])])).await;
    let policy = document(json!([allow(&["s3:ListBucket", "iam:*"], &["*"])]));
    let made =
        world.set_as(&alice, "sts:GetFederationToken", json!({ "Name": "bob", "Policy": policy })).await;
    let session = credentials(&made["Credentials"]);
    assert_eq!(made["FederatedUser"]["Arn"], format!("arn:aws:sts::{ACCOUNT}:federated-user/bob"));
    assert_eq!(world.call(&session, "s3:ListObjectsV2", json!({ "Bucket": "calls" })).await.0.status, 200);
    assert_eq!(world.call(&session, "s3:ListBuckets", json!({})).await.0.status, 403);
    assert_eq!(world.call(&session, "iam:ListUsers", json!({})).await.0.status, 403);
    assert_eq!(world.call(&session, "sts:GetSessionToken", json!({})).await.0.status, 403);
}

#[tokio::test]
async fn who_a_caller_is_no_policy_hides() {
    let world = World::new().await;
    let denied = json!([{ "Effect": "Deny", "Action": "*", "Resource": "*" }]);
    let alice = world.user("alice", denied).await;
    let me = world.set_as(&alice, "sts:GetCallerIdentity", json!({})).await;
    assert_eq!(
        (&me["Account"], &me["Arn"]),
        (&json!(ACCOUNT), &json!(format!("arn:aws:iam::{ACCOUNT}:user/alice")))
    );
    let operator = world.set("sts:GetCallerIdentity", json!({})).await;
    assert_eq!(operator["Arn"], format!("arn:aws:iam::{ACCOUNT}:user/stackproof/operator"));
}

#[tokio::test]
async fn a_principal_made_anew_is_another() {
    let world = World::new().await;
    world.bucket("calls").await;
    let alice = world.user("alice", json!([])).await;
    let admit = json!([{
        "Effect": "Allow", "Principal": user_arn("alice"), "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::calls",
    }]);
    world.policy("calls", admit.clone()).await;
    let role = world.role("r", trust(user_arn("alice"), &["sts:AssumeRole"], json!({})), json!([])).await;
    let list = json!({ "Bucket": "calls" });
    let members = json!({ "RoleArn": role, "RoleSessionName": "night" });
    assert_eq!(world.call(&alice, "s3:ListObjectsV2", list.clone()).await.0.status, 200);
    assert_eq!(world.call(&alice, "sts:AssumeRole", members.clone()).await.0.status, 200);

    world
        .set("iam:DeleteAccessKey", json!({ "UserName": "alice", "AccessKeyId": alice.access_key_id }))
        .await;
    world.set("iam:DeleteUser", json!({ "UserName": "alice" })).await;
    let again = world.user("alice", json!([])).await;
    assert_eq!(code(&world.call(&alice, "s3:ListBuckets", json!({})).await.0), "InvalidAccessKeyId");
    assert_eq!(world.call(&again, "s3:ListObjectsV2", list.clone()).await.0.status, 403);
    assert_eq!(world.call(&again, "sts:AssumeRole", members).await.0.status, 403);
    world.policy("calls", admit).await;
    assert_eq!(world.call(&again, "s3:ListObjectsV2", list).await.0.status, 200);
}

#[tokio::test]
async fn session_policies_by_arn_are_those_of_the_roles_account() {
    let world = World::new().await;
    world.bucket("calls").await;
    let document = document(json!([allow(&["s3:ListBucket"], &["arn:aws:s3:::calls"])]));
    let policy =
        world.set("iam:CreatePolicy", json!({ "PolicyName": "limit", "PolicyDocument": document })).await;
    let trust = json!([{ "Effect": "Allow", "Principal": { "AWS": OTHER }, "Action": "sts:AssumeRole" }]);
    let role = world.role("r", trust, json!([allow(&["s3:*"], &["*"])])).await;
    let bob = world.user_in(OTHER, "bob", json!([allow(&["sts:AssumeRole"], &["*"])])).await;
    let arns = json!([{ "arn": policy["Policy"]["Arn"] }]);
    let members = json!({ "RoleArn": role, "RoleSessionName": "night", "PolicyArns": arns });
    let session = credentials(&world.set_as(&bob, "sts:AssumeRole", members).await["Credentials"]);
    let outcome =
        async |operation| world.call(&session, operation, json!({ "Bucket": "calls" })).await.1.outcome;
    assert_eq!(outcome("s3:ListObjectsV2").await, Outcome::Allowed);
    assert_eq!(outcome("s3:GetBucketLocation").await, Outcome::ImplicitDeny);
}

#[tokio::test]
async fn a_second_factor_is_not_ignored() {
    let world = World::new().await;
    let trust = json!([{
        "Effect": "Allow", "Principal": { "AWS": ACCOUNT }, "Action": "sts:AssumeRole",
        "Condition": { "Bool": { "aws:MultiFactorAuthPresent": "true" } },
    }]);
    let role = world.role("r", trust, json!([])).await;
    let mfa = format!("arn:aws:iam::{ACCOUNT}:mfa/operator");
    let assume = |more: Value| {
        let mut members = json!({ "RoleArn": role, "RoleSessionName": "night" });
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        members
    };
    for (more, outcome) in [
        (json!({}), Outcome::ImplicitDeny),
        (json!({ "SerialNumber": mfa, "TokenCode": "123456" }), Outcome::Undetermined),
    ] {
        assert_eq!(world.call(&world.operator(), "sts:AssumeRole", assume(more)).await.1.outcome, outcome);
    }
}

#[tokio::test]
async fn a_federated_user_has_the_tags_of_its_user() {
    let world = World::new().await;
    let alice = world.user("alice", json!([allow(&["sts:*", "s3:*"], &["*"])])).await;
    let tags = json!([{ "Key": "team", "Value": "red" }, { "Key": "site", "Value": "north" }]);
    world.set("iam:TagUser", json!({ "UserName": "alice", "Tags": tags })).await;
    let policy = document(json!([allow(&["s3:*"], &["*"])]));
    let members = json!({ "Name": "guest", "Policy": policy, "Tags": [{ "Key": "Team", "Value": "blue" }] });
    let guest = credentials(&world.set_as(&alice, "sts:GetFederationToken", members).await["Credentials"]);
    let (_, decision) = world.call(&guest, "s3:ListBuckets", json!({})).await;
    let context = &decision.checks[0].context;
    assert_eq!(
        (&context["aws:principaltag/team"][0], &context["aws:principaltag/site"][0]),
        (&"blue".to_owned(), &"north".to_owned())
    );
}

#[tokio::test]
async fn roles_of_unknown_accounts_are_unknown() {
    let world = World::new().await;
    for (account, outcome) in [("999999999999", Outcome::Undetermined), (OTHER, Outcome::ImplicitDeny)] {
        let members =
            json!({ "RoleArn": format!("arn:aws:iam::{account}:role/r"), "RoleSessionName": "night" });
        let (_, decision) = world.call(&world.operator(), "sts:AssumeRole", members).await;
        assert_eq!(decision.outcome, outcome, "{account}");
    }
}

#[tokio::test]
async fn a_decision_tells_how_the_session_of_its_caller_came_to_be() {
    let world = World::new().await;
    let trust = |by: &str, condition: Value| {
        json!([{
            "Effect": "Allow", "Principal": { "AWS": by }, "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
            "Condition": condition,
        }])
    };
    let taking = json!([allow(&["sts:*", "s3:ListAllMyBuckets"], &["*"])]);
    let user = world.user("alice", taking.clone()).await;
    let wanted = json!({ "StringEquals": { "sts:ExternalId": "partner-1" } });
    let first = world.role("first", trust(ACCOUNT, wanted), taking.clone()).await;
    let second = world.role("second", trust(&first, json!({})), taking).await;
    let members = json!({
        "RoleArn": first, "RoleSessionName": "one", "ExternalId": "partner-1", "SourceIdentity": "alice",
        "Tags": [{ "Key": "tenant", "Value": "acme" }, { "Key": "team", "Value": "data" }],
        "TransitiveTagKeys": ["tenant"],
    });
    let (reply, made) = world.call(&user, "sts:AssumeRole", members).await;
    let one = credentials(&reply.result.unwrap()["Credentials"]);
    assert_eq!(made.origin, None);
    let (reply, chained) =
        world.call(&one, "sts:AssumeRole", json!({ "RoleArn": second, "RoleSessionName": "two" })).await;
    let two = credentials(&reply.result.unwrap()["Credentials"]);
    let (_, decision) = world.call(&two, "s3:ListBuckets", json!({})).await;
    let origin = decision.origin.clone().unwrap();
    let by = format!("arn:aws:sts::{ACCOUNT}:assumed-role/first/one");
    assert_eq!((&origin.of, &origin.by, &origin.request_id), (&second, &by, &chained.request_id));
    assert_eq!((&origin.external_id, origin.source_identity.as_deref()), (&None, Some("alice")));
    assert_eq!(origin.tags.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>(), ["tenant=acme"]);
    assert_eq!(origin.transitive, ["tenant"]);
    let before = origin.from.unwrap();
    assert_eq!((&before.of, &before.request_id), (&first, &made.request_id));
    assert_eq!(
        (before.external_id.as_deref(), json!({ "AWS": before.by })),
        (Some("partner-1"), user_arn("alice"))
    );
    assert_eq!(before.from, None);
    assert!(!serde_json::to_string(&*decision).unwrap().contains(two.secret_access_key.expose()));
}
