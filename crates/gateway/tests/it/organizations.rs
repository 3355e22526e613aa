//! An organization that calls make and change: what they attach binds, and what they detach does not.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};
use stackproof_aws::Credentials;
use stackproof_emulator::{AccountSeed, OrganizationSeed, PolicySeed, PolicyType, UnitSeed};
use stackproof_gateway::{ControlPolicy, Enforcement, Member, Organization, Outcome, Place};

use crate::world::{ACCOUNT, OTHER, REGION, World, allow, code, document, message};

const SERVICE: &str = "SERVICE_CONTROL_POLICY";
const RESOURCE: &str = "RESOURCE_CONTROL_POLICY";

/// A world whose first account manages an organization with one account more; that one's id, a session in it and the
/// root's id.
struct Made {
    world: World,
    account: String,
    session: Credentials,
    root: String,
}

async fn made() -> Made {
    let world = World::new().await;
    world.set("organizations:CreateOrganization", json!({})).await;
    let roots = world.set("organizations:ListRoots", json!({})).await;
    let root = roots["Roots"][0]["Id"].as_str().unwrap().to_owned();
    for kind in [SERVICE, RESOURCE] {
        world.set("organizations:EnablePolicyType", json!({ "RootId": root, "PolicyType": kind })).await;
    }
    let members = json!({ "AccountName": "prod", "Email": "prod@example.com" });
    let status = world.set("organizations:CreateAccount", members).await["CreateAccountStatus"].clone();
    let account = status["AccountId"].as_str().unwrap().to_owned();
    let role = format!("arn:aws:iam::{account}:role/OrganizationAccountAccessRole");
    let session = world.session(&role, None).await;
    let place = json!({ "LocationConstraint": REGION });
    let bucket = json!({ "Bucket": "calls", "CreateBucketConfiguration": place });
    world.set_as(&session, "s3:CreateBucket", bucket).await;
    Made { world, account, session, root }
}

impl Made {
    async fn policy(&self, name: &str, kind: &str, statements: Value) -> String {
        policy(&self.world, name, kind, statements).await
    }

    async fn attach(&self, verb: &str, policy: &str, target: &str) {
        let members = json!({ "PolicyId": policy, "TargetId": target });
        self.world.set(&format!("organizations:{verb}Policy"), members).await;
    }

    /// How a call to the account's bucket goes, and the policy that decides it.
    async fn versions(&self) -> (Outcome, Option<String>) {
        versions(&self.world, &self.session).await
    }
}

async fn policy(world: &World, name: &str, kind: &str, statements: Value) -> String {
    let members = json!({ "Name": name, "Description": "", "Type": kind, "Content": document(statements) });
    let made = world.set("organizations:CreatePolicy", members).await;
    made["Policy"]["PolicySummary"]["Id"].as_str().unwrap().to_owned()
}

async fn versions(world: &World, who: &Credentials) -> (Outcome, Option<String>) {
    let (_, decision) = world.call(who, "s3:GetBucketVersioning", json!({ "Bucket": "calls" })).await;
    (decision.outcome, decision.statement.clone().map(|statement| statement.policy))
}

fn no_versions() -> Value {
    json!([{ "Sid": "NoVersions", "Effect": "Deny", "Action": "s3:GetBucketVersioning", "Resource": "*" }])
}

fn denied(policy: &str) -> (Outcome, Option<String>) {
    (Outcome::ExplicitDeny, Some(policy.to_owned()))
}

#[tokio::test]
async fn what_is_attached_binds_until_it_is_detached() {
    let made = made().await;
    assert_eq!(made.versions().await.0, Outcome::Allowed);
    let deny = made.policy("no-versions", SERVICE, no_versions()).await;
    assert_eq!(made.versions().await.0, Outcome::Allowed);
    made.attach("Attach", &deny, &made.account).await;
    assert_eq!(made.versions().await, denied("no-versions of the account prod"));
    made.attach("Detach", &deny, &made.account).await;
    assert_eq!(made.versions().await.0, Outcome::Allowed);
    // Without FullAWSAccess nothing is allowed that no policy of the level allows.
    let reads = made.policy("reads", SERVICE, json!([allow(&["s3:GetBucketLocation"], &["*"])])).await;
    made.attach("Attach", &reads, &made.account).await;
    assert_eq!(made.versions().await.0, Outcome::Allowed);
    made.attach("Detach", "p-FullAWSAccess", &made.account).await;
    assert_eq!(made.versions().await.0, Outcome::ImplicitDeny);
    let (reply, _) =
        made.world.call(&made.session, "s3:GetBucketLocation", json!({ "Bucket": "calls" })).await;
    assert_eq!(code(&reply), "Ok");
    // The type may be disabled again.
    let disable = json!({ "RootId": made.root, "PolicyType": SERVICE });
    made.world.set("organizations:DisablePolicyType", disable).await;
    assert_eq!(made.versions().await.0, Outcome::Allowed);
}

#[tokio::test]
async fn an_account_is_bound_by_what_is_above_it() {
    let made = made().await;
    let unit = json!({ "ParentId": made.root, "Name": "workloads" });
    let unit = made.world.set("organizations:CreateOrganizationalUnit", unit).await;
    let unit = unit["OrganizationalUnit"]["Id"].as_str().unwrap().to_owned();
    let deny = made.policy("no-versions", SERVICE, no_versions()).await;
    made.attach("Attach", &deny, &unit).await;
    assert_eq!(made.versions().await.0, Outcome::Allowed);
    let to = |source: &str, destination: &str| json!({ "AccountId": made.account, "SourceParentId": source, "DestinationParentId": destination });
    made.world.set("organizations:MoveAccount", to(&made.root, &unit)).await;
    assert_eq!(made.versions().await, denied("no-versions of the unit workloads"));
    // What a copy undoes it undoes for itself.
    let emulator = made.world.emulator.fork();
    let clock = emulator.clock().clone();
    let fork = made.world.gateway.fork(Arc::new(emulator.clone()), clock.clone());
    let fork = World::over(fork, emulator, clock).await;
    fork.set("organizations:MoveAccount", to(&unit, &made.root)).await;
    assert_eq!(versions(&fork, &made.session).await.0, Outcome::Allowed);
    assert_eq!(made.versions().await.0, Outcome::ExplicitDeny);
    made.world.set("organizations:MoveAccount", to(&unit, &made.root)).await;
    assert_eq!(made.versions().await.0, Outcome::Allowed);
    // The management account is bound by nothing, wherever it is attached.
    made.attach("Attach", &deny, &made.root).await;
    assert_eq!(made.versions().await, denied("no-versions of the root"));
    made.world.bucket("own").await;
    let own = json!({ "Bucket": "own" });
    assert_eq!(
        made.world.call(&made.world.operator(), "s3:GetBucketVersioning", own).await.1.outcome,
        Outcome::Allowed
    );
}

#[tokio::test]
async fn resource_control_policies_bind_who_asks_for_the_account_s_resources() {
    let made = made().await;
    let statement = json!([{
        "Sid": "Members", "Effect": "Deny", "Principal": "*", "Action": "s3:GetBucketVersioning", "Resource": "*",
        "Condition": { "StringNotEquals": { "aws:PrincipalAccount": made.account } },
    }]);
    let deny = made.policy("perimeter", RESOURCE, statement).await;
    made.attach("Attach", &deny, &made.root).await;
    let open = document(json!([{
        "Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::calls",
        "Condition": { "StringLike": { "aws:PrincipalAccount": "*" } },
    }]));
    let block = json!({ "Bucket": "calls" });
    made.world.set_as(&made.session, "s3:DeletePublicAccessBlock", block).await;
    let open = json!({ "Bucket": "calls", "Policy": open });
    made.world.set_as(&made.session, "s3:PutBucketPolicy", open).await;
    assert_eq!(made.versions().await.0, Outcome::Allowed);
    let stranger = made.world.user_in(OTHER, "bob", json!([allow(&["s3:*"], &["*"])])).await;
    assert_eq!(versions(&made.world, &stranger).await, denied("perimeter of the root"));
    made.attach("Detach", &deny, &made.root).await;
    assert_eq!(versions(&made.world, &stranger).await.0, Outcome::Allowed);
}

#[tokio::test]
async fn condition_keys_of_organizations_follow_from_it() {
    let made = made().await;
    let organization = made.world.set("organizations:DescribeOrganization", json!({})).await;
    let id = organization["Organization"]["Id"].as_str().unwrap().to_owned();
    let (_, decision) =
        made.world.call(&made.session, "s3:GetBucketVersioning", json!({ "Bucket": "calls" })).await;
    let context = &decision.checks[0].context;
    let path = format!("{id}/{}/", made.root);
    assert_eq!(
        (&context["aws:principalorgid"], &context["aws:resourceorgid"]),
        (&vec![id.clone()], &vec![id])
    );
    assert_eq!(context["aws:principalorgpaths"], [path]);
    // Of an account that has left it is known that it is outside.
    let leave = json!({ "AccountId": made.account });
    made.world.set("organizations:RemoveAccountFromOrganization", leave).await;
    let (_, decision) =
        made.world.call(&made.session, "s3:GetBucketVersioning", json!({ "Bucket": "calls" })).await;
    assert!(!decision.checks[0].context.contains_key("aws:principalorgid"));
    made.world.set("organizations:DeleteOrganization", json!({})).await;
    assert_eq!(made.versions().await.0, Outcome::Allowed);
}

#[tokio::test]
async fn policies_are_checked_before_they_are_stored() {
    let made = made().await;
    let id = made.policy("deny", SERVICE, no_versions()).await;
    let own = allow(&["s3:*"], &["*"]);
    let principal = json!([{ "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*" }]);
    for (kind, content) in
        [(SERVICE, "nonsense".to_owned()), (SERVICE, document(principal)), (RESOURCE, document(json!([own])))]
    {
        let members = json!({ "Name": "bad", "Description": "", "Type": kind, "Content": content });
        let operator = made.world.operator();
        let (reply, _) = made.world.call(&operator, "organizations:CreatePolicy", members).await;
        assert_eq!(code(&reply), "MalformedPolicyDocumentException", "{kind} {content}");
    }
    let long = json!([{ "Sid": "a".repeat(11_000), "Effect": "Deny", "Action": "*", "Resource": "*" }]);
    let update = json!({ "PolicyId": id, "Content": document(long) });
    let (reply, _) = made.world.call(&made.world.operator(), "organizations:UpdatePolicy", update).await;
    assert_eq!(code(&reply), "ConstraintViolationException");
    let update = json!({ "PolicyId": id, "Content": "{}" });
    let (reply, _) = made.world.call(&made.world.operator(), "organizations:UpdatePolicy", update).await;
    assert_eq!(code(&reply), "MalformedPolicyDocumentException");
}

/// Identity policies are asked on the ARNs that the organization gives, with the type of the policy.
#[tokio::test]
async fn who_may_do_what_in_it_is_decided_by_arn_and_type() {
    let made = made().await;
    let deny = made.policy("no-versions", SERVICE, no_versions()).await;
    let statement = json!({
        "Effect": "Allow", "Action": ["organizations:AttachPolicy", "organizations:DescribePolicy"],
        "Resource": [
            format!("arn:aws:organizations::{ACCOUNT}:policy/o-*/service_control_policy/{deny}"),
            format!("arn:aws:organizations::{ACCOUNT}:account/o-*/{}", made.account),
            "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess",
        ],
        "Condition": { "StringEquals": { "organizations:PolicyType": SERVICE } },
    });
    let user = made.world.user("clerk", json!([statement])).await;
    let attach = |target: &str| json!({ "PolicyId": deny, "TargetId": target });
    for (operation, members, expected) in [
        ("AttachPolicy", attach(&made.account), "Ok"),
        ("AttachPolicy", attach(&made.root), "AccessDeniedException"),
        ("DescribePolicy", json!({ "PolicyId": deny }), "Ok"),
        ("DescribePolicy", json!({ "PolicyId": "p-FullAWSAccess" }), "Ok"),
        ("DescribePolicy", json!({ "PolicyId": "p-RCPFullAWSAccess" }), "AccessDeniedException"),
        ("ListRoots", json!({}), "AccessDeniedException"),
    ] {
        let (reply, decision) = made.world.call(&user, &format!("organizations:{operation}"), members).await;
        assert_eq!(code(&reply), expected, "{operation} {decision:?}");
    }
    // A member may be allowed it by its own policies, and is refused by the service.
    let (reply, decision) = made.world.call(&made.session, "organizations:ListRoots", json!({})).await;
    assert_eq!((code(&reply), decision.outcome), ("AccessDeniedException", Outcome::Allowed), "{decision:?}");
    assert_eq!(message(&reply), "You don't have permissions to access this resource.");
    let described = made.world.call(&made.session, "organizations:DescribeOrganization", json!({})).await;
    assert_eq!(code(&described.0), "Ok");
}

#[tokio::test]
async fn a_closed_account_does_nothing_any_more() {
    let made = made().await;
    made.world.set("organizations:CloseAccount", json!({ "AccountId": made.account })).await;
    assert_eq!(made.versions().await.0, Outcome::Undetermined);
}

/// A member may do what the resource policy of the organization and its own policies both allow.
#[tokio::test]
async fn the_management_account_delegates_by_a_policy() {
    let made = made().await;
    let deny = made.policy("no-versions", SERVICE, no_versions()).await;
    let attach = json!({ "PolicyId": deny, "TargetId": made.account });
    let asked = async |operation: &str, members: Value| {
        let (reply, decision) =
            made.world.call(&made.session, &format!("organizations:{operation}"), members).await;
        (code(&reply).to_owned(), decision.statement.clone().map(|statement| statement.policy))
    };
    assert_eq!(asked("AttachPolicy", attach.clone()).await.0, "AccessDeniedException");
    let statement = json!({
        "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{}:root", made.account) },
        "Action": ["organizations:AttachPolicy", "organizations:ListRoots", "organizations:DeleteOrganization"],
        "Resource": "*",
        "Condition": { "StringLikeIfExists": { "organizations:PolicyType": SERVICE } },
    });
    let delegate = json!({ "Content": document(json!([statement])) });
    made.world.set("organizations:PutResourcePolicy", delegate).await;
    assert_eq!(asked("AttachPolicy", attach).await.0, "Ok");
    assert_eq!(asked("ListRoots", json!({})).await.0, "Ok");
    // What is not delegated is denied for want of a policy, what cannot be by the service itself.
    assert_eq!(asked("ListAccounts", json!({})).await, ("AccessDeniedException".to_owned(), None));
    assert_eq!(asked("DeleteOrganization", json!({})).await.0, "AccessDeniedException");
    assert_eq!(made.versions().await, denied("no-versions of the account prod"));
}

/// Who administers a service for the organization sees all of it, and changes nothing.
#[tokio::test]
async fn delegated_administrators_read() {
    let made = made().await;
    let describe = json!({ "AccountId": ACCOUNT });
    let asked = async |operation: &str, members: Value| {
        let called = made.world.call(&made.session, &format!("organizations:{operation}"), members).await;
        code(&called.0).to_owned()
    };
    assert_eq!(asked("DescribeAccount", describe.clone()).await, "AccessDeniedException");
    let register = json!({ "AccountId": made.account, "ServicePrincipal": "guardduty.amazonaws.com" });
    let enable = json!({ "ServicePrincipal": "guardduty.amazonaws.com" });
    made.world.set("organizations:EnableAWSServiceAccess", enable).await;
    made.world.set("organizations:RegisterDelegatedAdministrator", register).await;
    assert_eq!(asked("DescribeAccount", describe).await, "Ok");
    assert_eq!(asked("ListPolicies", json!({ "Filter": SERVICE })).await, "Ok");
    let unit = json!({ "ParentId": made.root, "Name": "workloads" });
    assert_eq!(asked("CreateOrganizationalUnit", unit).await, "AccessDeniedException");
}

/// Where the upstream decides it knows of no organization.
#[tokio::test]
async fn an_upstream_that_decides_has_no_organization() {
    let emulator = stackproof_emulator::Emulator::new(stackproof_aws::Clock::system());
    let world = World::before(Arc::new(emulator), Enforcement::Native).await;
    let (_, decision) = world.call(&world.operator(), "organizations:CreateOrganization", json!({})).await;
    assert_eq!(decision.outcome, Outcome::Undetermined, "{decision:?}");
}

/// The second account in a unit under a policy from a file, the first manages.
fn configured() -> (Organization, OrganizationSeed) {
    let (root, unit) = ("r-ab12".to_owned(), "ou-ab12-11111111".to_owned());
    let (name, content) = ("policies/it.json".to_owned(), document(no_versions()));
    let full = |node: &str| ControlPolicy::full_access(format!("FullAWSAccess of {node}"));
    let places = vec![Some(Place { file: name.clone(), line: 4 })];
    let deny = ControlPolicy::new(format!("{name} of the unit workloads"), &content, places);
    let member = |path: &str, of_unit: Vec<ControlPolicy>, account: &str| {
        let levels = [vec![full("the root")], of_unit, vec![full(account)]];
        let service_control: Vec<_> = levels.into_iter().filter(|level| !level.is_empty()).collect();
        let resource_control = service_control.iter().map(|_| Vec::new()).collect();
        Member { path: Some(path.to_owned()), service_control, resource_control }
    };
    let members = BTreeMap::from([
        (ACCOUNT.to_owned(), member("o-exampleorgid/r-ab12/", Vec::new(), "the account audit")),
        (
            OTHER.to_owned(),
            member(
                "o-exampleorgid/r-ab12/ou-ab12-11111111/",
                vec![full("the unit workloads"), deny],
                "the account main",
            ),
        ),
    ]);
    let organization = Organization {
        id: Some("o-exampleorgid".to_owned()),
        management_account: Some(ACCOUNT.to_owned()),
        members,
        ..Organization::default()
    };
    let seed = OrganizationSeed {
        id: "o-exampleorgid".to_owned(),
        root_id: root.clone(),
        management_account: ACCOUNT.to_owned(),
        units: vec![UnitSeed { id: unit.clone(), name: "workloads".to_owned(), parent: root.clone() }],
        accounts: vec![
            AccountSeed { id: ACCOUNT.to_owned(), name: "audit".to_owned(), parent: root },
            AccountSeed { id: OTHER.to_owned(), name: "main".to_owned(), parent: unit.clone() },
        ],
        policies: vec![PolicySeed {
            name,
            kind: PolicyType::ServiceControl,
            content,
            targets: BTreeSet::from([unit]),
        }],
        without_full_access: BTreeSet::new(),
    };
    (organization, seed)
}

/// What was configured stays as it was after a call that changes nothing of it, and binds beside what calls attach.
#[tokio::test]
async fn configured_policies_and_those_of_calls_both_count() {
    let (organization, seed) = configured();
    let world = World::organized(organization, seed).await;
    let user = world.user_in(OTHER, "bob", json!([allow(&["s3:*"], &["*"])])).await;
    let place = json!({ "LocationConstraint": REGION });
    let bucket = json!({ "Bucket": "calls", "CreateBucketConfiguration": place });
    world.set_as(&user, "s3:CreateBucket", bucket).await;
    let asked = async || {
        let (_, decision) = world.call(&user, "s3:GetBucketVersioning", json!({ "Bucket": "calls" })).await;
        let check = decision.deciding().unwrap();
        (decision.statement.clone(), check.policies.clone(), check.context.clone())
    };
    let before = asked().await;
    let statement = before.0.clone().unwrap();
    assert_eq!(statement.policy, "policies/it.json of the unit workloads");
    assert_eq!(statement.place.map(|it| (it.file, it.line)), Some(("policies/it.json".to_owned(), 4)));
    let location = json!([{ "Effect": "Deny", "Action": "s3:GetBucketLocation", "Resource": "*" }]);
    let more = policy(&world, "no-location", SERVICE, location).await;
    assert_eq!(asked().await, before);
    let attach = json!({ "PolicyId": more, "TargetId": OTHER });
    world.set("organizations:AttachPolicy", attach).await;
    assert_eq!(asked().await.0, before.0);
    let (_, decision) = world.call(&user, "s3:GetBucketLocation", json!({ "Bucket": "calls" })).await;
    assert_eq!(decision.statement.clone().unwrap().policy, "no-location of the account main");
}
