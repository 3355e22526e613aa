//! Accounts in an organization: service control policies over callers, resource control policies over resources, and the
//! condition keys that say whose organization each is of.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use stackproof_gateway::{
    ControlPolicy, Decision, Member, Organization, Outcome, Place, Says, ServiceSource,
};

use crate::world::{ACCOUNT, OTHER, World, account_statement, allow, code, document, message, user_arn};

const ORGANIZATION: &str = "o-exampleorgid";
const PATH: &str = "o-exampleorgid/r-ab12/ou-ab12-workloads/";

fn full(node: &str) -> ControlPolicy {
    ControlPolicy::full_access(format!("FullAWSAccess of {node}"))
}

fn policy(name: &str, statements: Value) -> ControlPolicy {
    let places = vec![Some(Place { file: "policies/it.json".to_owned(), line: 4 })];
    ControlPolicy::new(name, &document(statements), places)
}

/// A member below the root and one unit, at which these service control policies are attached.
fn member(of_unit: Vec<ControlPolicy>) -> Member {
    Member {
        path: Some(PATH.to_owned()),
        service_control: vec![vec![full("the root")], of_unit, vec![full("the account")]],
        resource_control: vec![Vec::new(), Vec::new(), Vec::new()],
    }
}

fn organization(members: impl IntoIterator<Item = (&'static str, Member)>) -> Organization {
    Organization {
        id: Some(ORGANIZATION.to_owned()),
        management_account: None,
        members: members.into_iter().map(|(id, member)| (id.to_owned(), member)).collect(),
        ..Organization::default()
    }
}

/// The first account below a unit that denies reading versions, the second outside.
fn guarded() -> Organization {
    let deny = json!([{ "Sid": "NoVersions", "Effect": "Deny", "Action": "s3:GetBucketVersioning", "Resource": "*" }]);
    let deny = policy("policies/it.json of the unit workloads", deny);
    let outside = BTreeSet::from([OTHER.to_owned()]);
    Organization { outside, ..organization([(ACCOUNT, member(vec![full("the unit"), deny]))]) }
}

/// What the policies of that kind said, by their names.
fn said(decision: &Decision, layer: &str) -> BTreeMap<String, Says> {
    let policies = decision.deciding().unwrap().policies.iter().filter(|it| it.layer == layer);
    policies.map(|it| (it.policy.clone(), it.says)).collect()
}

#[tokio::test]
async fn a_service_control_policy_denies_what_every_other_policy_allows() {
    let world = World::within(guarded()).await;
    world.bucket("calls").await;
    let user = world.user("alice", json!([allow(&["s3:*"], &["*"])])).await;
    let (reply, decision) = world.call(&user, "s3:GetBucketVersioning", json!({ "Bucket": "calls" })).await;
    assert_eq!(code(&reply), "AccessDenied");
    assert!(message(&reply).ends_with("with an explicit deny in a service control policy"), "{reply:?}");
    let statement = decision.statement.clone().unwrap();
    assert_eq!(decision.deciding().unwrap().layer.as_deref(), Some("service control policy"));
    assert_eq!(
        (statement.policy.as_str(), statement.sid.as_deref(), statement.place.map(|it| (it.file, it.line))),
        (
            "policies/it.json of the unit workloads",
            Some("NoVersions"),
            Some(("policies/it.json".to_owned(), 4))
        )
    );
    let said = said(&decision, "service control policy");
    assert_eq!(said.len(), 4);
    assert_eq!(said["policies/it.json of the unit workloads"], Says::Denies);
    assert_eq!(said["FullAWSAccess of the root"], Says::Allows);
    let (reply, decision) = world.call(&user, "s3:GetBucketLocation", json!({ "Bucket": "calls" })).await;
    assert_eq!((code(&reply), decision.outcome), ("Ok", Outcome::Allowed));
    assert_eq!(
        self::said(&decision, "service control policy")["policies/it.json of the unit workloads"],
        Says::Nothing
    );
}

/// The operator is a user of its account as any other; so is what it provisions for.
#[tokio::test]
async fn the_operator_is_bound_as_well() {
    let world = World::within(guarded()).await;
    world.bucket("calls").await;
    let operator = world.operator();
    let (_, decision) = world.call(&operator, "s3:GetBucketVersioning", json!({ "Bucket": "calls" })).await;
    assert_eq!(decision.outcome, Outcome::ExplicitDeny);
}

#[tokio::test]
async fn every_level_has_to_allow() {
    let only_lists = policy(
        "policies/it.json of the unit workloads",
        json!([{ "Sid": "Lists", "Effect": "Allow", "Action": ["s3:List*", "iam:*", "s3:CreateBucket"], "Resource": "*" }]),
    );
    let world = World::within(organization([(ACCOUNT, member(vec![only_lists]))])).await;
    world.bucket("calls").await;
    let user = world.user("alice", json!([allow(&["s3:*"], &["*"])])).await;
    let (reply, _) = world.call(&user, "s3:ListObjectsV2", json!({ "Bucket": "calls" })).await;
    assert_eq!(code(&reply), "Ok");
    let (reply, decision) = world.call(&user, "s3:GetBucketLocation", json!({ "Bucket": "calls" })).await;
    assert!(
        message(&reply).ends_with("because no service control policy allows the s3:GetBucketLocation action"),
        "{reply:?}"
    );
    let nearest = decision.deciding().unwrap().nearest.clone().unwrap();
    assert_eq!(
        (nearest.statement.sid.as_deref(), nearest.statement.place.map(|it| it.line)),
        (Some("Lists"), Some(4))
    );
    assert_eq!(
        nearest.lacks,
        [
            "Action: request has \"s3:GetBucketLocation\", statement wants \"s3:List*\", \"iam:*\", \"s3:CreateBucket\""
        ]
    );
}

#[tokio::test]
async fn the_management_account_is_bound_by_none() {
    let management_account = Some(ACCOUNT.to_owned());
    let mut organization = Organization { management_account, ..guarded() };
    let closed = policy(
        "policies/closed.json of the root",
        json!([{ "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*" }]),
    );
    organization.members.get_mut(ACCOUNT).unwrap().resource_control[0].push(closed);
    let world = World::within(organization).await;
    world.bucket("calls").await;
    let user = world.user("alice", json!([allow(&["s3:*"], &["*"])])).await;
    let (reply, decision) = world.call(&user, "s3:GetBucketVersioning", json!({ "Bucket": "calls" })).await;
    assert_eq!(code(&reply), "Ok", "{decision:?}");
    assert!(said(&decision, "service control policy").is_empty());
    // It is a member nevertheless.
    assert_eq!(decision.checks[0].context["aws:principalorgid"], [ORGANIZATION]);
}

#[tokio::test]
async fn outsiders_are_not_bound_by_service_control_policies() {
    let world = World::within(guarded()).await;
    world.bucket("calls").await;
    world
        .policy(
            "calls",
            json!([{ "Effect": "Allow", "Principal": { "AWS": OTHER }, "Action": "s3:*", "Resource": "arn:aws:s3:::calls" }]),
        )
        .await;
    let foreign = world.user_in(OTHER, "bob", json!([allow(&["s3:*"], &["*"])])).await;
    let (reply, decision) =
        world.call(&foreign, "s3:GetBucketVersioning", json!({ "Bucket": "calls" })).await;
    assert_eq!(code(&reply), "Ok", "{decision:?}");
    assert!(!decision.checks[0].context.contains_key("aws:principalorgid"));
    assert_eq!(decision.checks[0].context["aws:resourceorgid"], [ORGANIZATION]);
}

/// The data perimeter of AWS's examples: nobody but the organization's principals and AWS's services.
fn perimeter() -> Organization {
    let statement = json!([{
        "Sid": "Perimeter", "Effect": "Deny", "Principal": "*", "Action": ["s3:*", "kms:*", "sts:*"], "Resource": "*",
        "Condition": {
            "StringNotEqualsIfExists": { "aws:PrincipalOrgID": ORGANIZATION },
            "BoolIfExists": { "aws:PrincipalIsAWSService": "false" },
        },
    }]);
    let mut organization = guarded();
    let of_root = &mut organization.members.get_mut(ACCOUNT).unwrap().resource_control[0];
    of_root.push(policy("policies/perimeter.json of the root", statement));
    organization
}

#[tokio::test]
async fn a_resource_control_policy_keeps_outsiders_out_whatever_the_bucket_policy_says() {
    let world = World::within(perimeter()).await;
    world.bucket("calls").await;
    world.set("s3:DeletePublicAccessBlock", json!({ "Bucket": "calls" })).await;
    let open = json!([{
        "Effect": "Allow", "Principal": "*", "Action": ["s3:ListBucket", "s3:GetObject"],
        "Resource": ["arn:aws:s3:::calls", "arn:aws:s3:::calls/*"],
    }]);
    world.policy("calls", open).await;
    world.put(&world.operator(), json!({ "Bucket": "calls", "Key": "a" }), "x").await;
    let own = world.user("alice", json!([])).await;
    let (reply, _) = world.call(&own, "s3:ListObjectsV2", json!({ "Bucket": "calls" })).await;
    assert_eq!(code(&reply), "Ok");
    let foreign = world.user_in(OTHER, "bob", json!([allow(&["s3:*"], &["*"])])).await;
    let (reply, decision) = world.call(&foreign, "s3:ListObjectsV2", json!({ "Bucket": "calls" })).await;
    assert_eq!((code(&reply), message(&reply)), ("AccessDenied", "Access Denied"));
    assert_eq!(decision.deciding().unwrap().layer.as_deref(), Some("resource control policy"));
    assert_eq!(decision.statement.as_ref().unwrap().sid.as_deref(), Some("Perimeter"));
    // Nobody signs: the caller has no organization either.
    let request = http::Request::builder().method("GET").uri("/a").header("host", "calls.s3.amazonaws.com");
    let (status, _, decision) = world.raw(request, "").await;
    assert_eq!(status, 403);
    assert_eq!(decision.deciding().unwrap().layer.as_deref(), Some("resource control policy"));
}

#[tokio::test]
async fn a_resource_control_policy_counts_where_the_service_supports_it_and_for_customer_keys() {
    let world = World::within(perimeter()).await;
    let foreign_arn = format!("arn:aws:iam::{OTHER}:user/bob");
    let foreign = world.user_in(OTHER, "bob", json!([allow(&["*"], &["*"])])).await;
    let key = world
        .key(json!([
            account_statement(ACCOUNT),
            { "Effect": "Allow", "Principal": { "AWS": foreign_arn }, "Action": "kms:*", "Resource": "*" },
        ]))
        .await;
    let members = json!({ "KeyId": key, "Plaintext": "aGVsbG8=" });
    let (_, decision) = world.call(&foreign, "kms:Encrypt", members.clone()).await;
    assert_eq!(
        decision.deciding().unwrap().layer.as_deref(),
        Some("resource control policy"),
        "{decision:?}"
    );
    let (reply, _) = world.call(&world.operator(), "kms:Encrypt", members).await;
    assert_eq!(code(&reply), "Ok");
    let role = world
        .role(
            "app",
            json!([{ "Effect": "Allow", "Principal": { "AWS": foreign_arn }, "Action": "sts:AssumeRole" }]),
            json!([]),
        )
        .await;
    let members = json!({ "RoleArn": role, "RoleSessionName": "session" });
    let (_, decision) = world.call(&foreign, "sts:AssumeRole", members).await;
    assert_eq!(decision.deciding().unwrap().layer.as_deref(), Some("resource control policy"));
}

#[tokio::test]
async fn services_are_bound_by_resource_control_policies_alone() {
    let deny = json!([{ "Effect": "Deny", "Action": "sts:*", "Resource": "*" }]);
    let confused = json!([{
        "Sid": "Deputy", "Effect": "Deny", "Principal": "*", "Action": "sts:*", "Resource": "*",
        "Condition": {
            "StringNotEqualsIfExists": { "aws:SourceOrgID": ORGANIZATION },
            "Null": { "aws:SourceAccount": "false" },
            "Bool": { "aws:PrincipalIsAWSService": "true" },
        },
    }]);
    let mut organization = guarded();
    let account = organization.members.get_mut(ACCOUNT).unwrap();
    account.service_control[1].push(policy("policies/deny.json of the unit", deny));
    account.resource_control[0].push(policy("policies/deputy.json of the root", confused));
    let world = World::within(organization).await;
    let trust = json!([{ "Effect": "Allow", "Principal": { "Service": "lambda.amazonaws.com" }, "Action": "sts:AssumeRole" }]);
    let role = world.role("app", trust, json!([])).await;
    let assume = |source: &'static str| {
        let (gateway, role) = (&world.gateway, role.clone());
        async move {
            let arn = format!("arn:aws:lambda:eu-west-2:{source}:function:f");
            let source = ServiceSource { arn: Some(arn), account: Some(source.to_owned()) };
            gateway.assume_as_service(&role, "lambda.amazonaws.com", "session", source).await
        }
    };
    let assumed = assume(ACCOUNT).await;
    assert!(assumed.is_ok(), "{assumed:?}");
    assert_eq!(assume(OTHER).await.unwrap_err().outcome, Outcome::ExplicitDeny);
    // Of an account of which nothing is said it is not known whether it is a member.
    assert_eq!(assume("333333333333").await.unwrap_err().outcome, Outcome::Undetermined);
}

#[tokio::test]
async fn service_linked_roles_are_bound_by_none() {
    let mut organization = guarded();
    let closed = json!([{
        "Effect": "Deny", "Principal": "*", "Action": "s3:GetBucketVersioning", "Resource": "*",
    }]);
    organization.members.get_mut(ACCOUNT).unwrap().resource_control[2]
        .push(policy("policies/closed.json of the account", closed));
    let world = World::within(organization).await;
    world.bucket("calls").await;
    let trust = json!([{ "Effect": "Allow", "Principal": { "AWS": ACCOUNT }, "Action": "sts:AssumeRole" }]);
    let linked = world
        .set(
            "iam:CreateRole",
            json!({
                "RoleName": "linked", "Path": "/aws-service-role/x.amazonaws.com/",
                "AssumeRolePolicyDocument": document(trust.clone()),
            }),
        )
        .await;
    let linked = linked["Role"]["Arn"].as_str().unwrap().to_owned();
    let plain = world.role("plain", trust, json!([allow(&["s3:*"], &["*"])])).await;
    // A role of a service is given nothing by whoever is not the service: the bucket lets both in.
    let both = json!([{
        "Effect": "Allow", "Principal": { "AWS": [linked, plain] },
        "Action": "s3:GetBucketVersioning", "Resource": "arn:aws:s3:::calls",
    }]);
    world.policy("calls", both).await;
    for (role, outcome) in [(linked, Outcome::Allowed), (plain, Outcome::ExplicitDeny)] {
        let session = world.session(&role, None).await;
        let (_, decision) =
            world.call(&session, "s3:GetBucketVersioning", json!({ "Bucket": "calls" })).await;
        assert_eq!(decision.outcome, outcome, "{decision:?}");
    }
}

#[tokio::test]
async fn members_see_each_other_by_their_organization_and_are_told_why() {
    let both = organization([
        (ACCOUNT, member(vec![full("the unit")])),
        (OTHER, Member { path: Some(format!("{ORGANIZATION}/r-ab12/")), ..member(vec![full("the unit")]) }),
    ]);
    let world = World::within(both).await;
    world.bucket("calls").await;
    world
        .policy(
            "calls",
            json!([{
                "Effect": "Allow", "Principal": "*", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::calls",
                "Condition": { "StringEquals": { "aws:PrincipalOrgID": ORGANIZATION } },
            }]),
        )
        .await;
    let other = world.user_in(OTHER, "bob", json!([allow(&["s3:*"], &["*"])])).await;
    let (reply, decision) = world.call(&other, "s3:ListObjectsV2", json!({ "Bucket": "calls" })).await;
    assert_eq!(code(&reply), "Ok", "{decision:?}");
    let context = &decision.checks[0].context;
    assert_eq!(context["aws:principalorgpaths"], [format!("{ORGANIZATION}/r-ab12/")]);
    assert_eq!(context["aws:resourceorgpaths"], [PATH]);
    let (reply, _) = world.call(&other, "s3:GetBucketLocation", json!({ "Bucket": "calls" })).await;
    assert!(
        message(&reply).ends_with("because no resource-based policy allows the s3:GetBucketLocation action"),
        "{reply:?}"
    );
}

#[tokio::test]
async fn an_id_that_nobody_gave_is_not_known() {
    let unnamed = Organization {
        id: None,
        ..organization([(ACCOUNT, Member { path: None, ..member(vec![full("the unit")]) })])
    };
    let world = World::within(unnamed).await;
    world.bucket("calls").await;
    let alice = world.user("alice", json!([allow(&["s3:*"], &["*"])])).await;
    for key in ["aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:ResourceOrgID", "aws:ResourceOrgPaths"] {
        let deny = json!([{
            "Effect": "Deny", "Principal": { "AWS": user_arn("alice") }, "Action": "s3:ListBucket",
            "Resource": "arn:aws:s3:::calls", "Condition": { "StringNotEquals": { key: ORGANIZATION } },
        }]);
        world.policy("calls", deny).await;
        let (_, decision) = world.call(&alice, "s3:ListObjectsV2", json!({ "Bucket": "calls" })).await;
        assert_eq!(decision.outcome, Outcome::Undetermined, "{key}");
    }
}

/// What a fork is in is its own affair.
#[tokio::test]
async fn a_fork_may_lie_outside() {
    let world = World::within(guarded()).await;
    world.bucket("calls").await;
    let clock = world.clock.clone();
    let outside = world.gateway.fork_in(None, std::sync::Arc::new(world.emulator.clone()), clock);
    let facts = stackproof_gateway::ConnectionFacts {
        secure: true,
        tls_version: Some("1.3"),
        peer: std::net::IpAddr::from([127, 0, 0, 1]),
    };
    let url = world
        .client
        .presign(crate::world::call(
            "s3:GetBucketVersioning",
            json!({ "Bucket": "calls" }),
            stackproof_aws::client::Signing::Presigned(world.operator(), std::time::Duration::from_secs(60)),
        ))
        .unwrap();
    let uri: http::Uri = url.parse().unwrap();
    let host = uri.authority().unwrap().to_string();
    let path = uri.path_and_query().unwrap().to_string();
    let ask = || {
        http::Request::builder()
            .uri(path.clone())
            .header("host", host.clone())
            .body(stackproof_aws::wire::empty())
            .unwrap()
    };
    assert_eq!(outside.handle(facts.clone(), ask()).await.status(), 200);
    assert_eq!(world.gateway.handle(facts, ask()).await.status(), 403);
}
