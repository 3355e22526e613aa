//! The rules of single pages of AWS's documentation, one case each.
#![expect(clippy::unwrap_used, reason = "a failure should stop the test")]

use serde_json::{Value, json};
use stackproof_policy::decide::{Case, decide_line};
use stackproof_policy::explain;

const USER: &str = "arn:aws:iam::111122223333:user/alice";
const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/app/s";
const FEDERATED: &str = "arn:aws:sts::111122223333:federated-user/fed";
const ROOT: &str = "arn:aws:iam::111122223333:root";
const FOREIGN_ROOT: &str = "arn:aws:iam::444455556666:root";

/// One statement as a policy.
fn policy(statement: Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": [statement]})
}

fn allow_all() -> Value {
    policy(json!({"Effect": "Allow", "Action": "*", "Resource": "*"}))
}

fn deny_all() -> Value {
    policy(json!({"Effect": "Deny", "Action": "*", "Resource": "*"}))
}

/// A resource policy with one statement for everything.
fn grant(effect: &str, principal: Value) -> Value {
    policy(json!({"Effect": effect, "Principal": principal, "Action": "*", "Resource": "*"}))
}

fn trust(principal: Value) -> Value {
    policy(json!({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}))
}

/// A case on an object of account 111122223333, with the given fields put over it.
fn case(principal: &str, fields: Value) -> String {
    let mut case = json!({
        "id": "case", "principal": principal, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k",
        "resource_account": "111122223333", "context": {},
    });
    for (name, value) in fields.as_object().unwrap() {
        case.as_object_mut().unwrap().insert(name.clone(), value.clone());
    }
    case.to_string()
}

fn decided(principal: &str, fields: Value) -> Value {
    serde_json::from_str(&decide_line(&case(principal, fields), false).unwrap()).unwrap()
}

fn check(cases: Vec<(&str, &str, Value, &str)>) {
    for (name, principal, fields, expected) in cases {
        let decided = decided(principal, fields);
        assert_eq!(decided.get("decision").unwrap(), expected, "{name}: {decided}");
    }
}

fn role_arn(fields: Value) -> Value {
    with(fields, json!({"action": "sts:AssumeRole", "resource": "arn:aws:iam::111122223333:role/target"}))
}

fn key(fields: Value) -> Value {
    with(fields, json!({"action": "kms:Decrypt", "resource": "arn:aws:kms:eu-west-2:111122223333:key/1"}))
}

fn with(mut fields: Value, more: Value) -> Value {
    for (name, value) in more.as_object().unwrap() {
        fields.as_object_mut().unwrap().insert(name.clone(), value.clone());
    }
    fields
}

#[test]
fn calls_that_no_policy_controls() {
    let identity =
        json!({"action": "sts:GetCallerIdentity", "resource": "*", "identity_policies": [deny_all()]});
    let token = json!({"action": "sts:GetSessionToken", "resource": "*", "identity_policies": [deny_all()]});
    check(vec![
        ("caller identity", USER, identity.clone(), "allowed"),
        ("caller identity of a session", SESSION, identity.clone(), "allowed"),
        ("unsigned caller identity", "anonymous", identity, "implicit_deny"),
        ("session token", USER, token.clone(), "allowed"),
        ("session token of a session", SESSION, token, "implicit_deny"),
        (
            "federation token of a session",
            SESSION,
            json!({"action": "sts:GetFederationToken", "resource": FEDERATED, "identity_policies": [allow_all()]}),
            "implicit_deny",
        ),
    ]);
}

#[test]
fn the_root_user() {
    let recover = |action: &str| json!({"action": action, "resource": "arn:aws:s3:::b", "resource_policy": grant("Deny", json!("*"))});
    check(vec![
        ("own account", ROOT, json!({}), "allowed"),
        (
            "under a Deny of the bucket",
            ROOT,
            json!({"resource_policy": grant("Deny", json!("*"))}),
            "explicit_deny",
        ),
        ("recovers the bucket policy", ROOT, recover("s3:PutBucketPolicy"), "allowed"),
        ("removes the bucket policy", ROOT, recover("s3:DeleteBucketPolicy"), "allowed"),
        (
            "nobody else does",
            USER,
            with(recover("s3:PutBucketPolicy"), json!({"identity_policies": [allow_all()]})),
            "explicit_deny",
        ),
        (
            "control policies bind it even there",
            ROOT,
            with(recover("s3:PutBucketPolicy"), json!({"service_control_policies": [[deny_all()]]})),
            "explicit_deny",
        ),
        ("silent control policy", ROOT, json!({"service_control_policies": [[]]}), "implicit_deny"),
        ("key without a policy", ROOT, key(json!({})), "implicit_deny"),
        (
            "key with the account's statement",
            ROOT,
            key(json!({"resource_policy": grant("Allow", json!({"AWS": ROOT}))})),
            "allowed",
        ),
        (
            "foreign root, named account",
            FOREIGN_ROOT,
            json!({"resource_policy": grant("Allow", json!({"AWS": "444455556666"}))}),
            "allowed",
        ),
        ("foreign root, not named", FOREIGN_ROOT, json!({}), "implicit_deny"),
        (
            "cannot assume roles",
            ROOT,
            role_arn(json!({"resource_policy": trust(json!({"AWS": "111122223333"}))})),
            "implicit_deny",
        ),
    ]);
}

#[test]
fn trust_policies() {
    check(vec![
        ("no trust policy", USER, role_arn(json!({"identity_policies": [allow_all()]})), "implicit_deny"),
        (
            "names the user",
            USER,
            role_arn(json!({"resource_policy": trust(json!({"AWS": USER}))})),
            "allowed",
        ),
        (
            "names the account alone",
            USER,
            role_arn(json!({"resource_policy": trust(json!({"AWS": ROOT}))})),
            "implicit_deny",
        ),
        (
            "names the account, identity allows",
            USER,
            role_arn(
                json!({"resource_policy": trust(json!({"AWS": ROOT})), "identity_policies": [allow_all()]}),
            ),
            "allowed",
        ),
        (
            "names a service",
            "lambda.amazonaws.com",
            role_arn(json!({"resource_policy": trust(json!({"Service": "lambda.amazonaws.com"}))})),
            "allowed",
        ),
        (
            "names another service",
            "lambda.amazonaws.com",
            role_arn(json!({"resource_policy": trust(json!({"Service": "ec2.amazonaws.com"}))})),
            "implicit_deny",
        ),
        (
            "a role does not trust itself by nature",
            SESSION,
            role_arn(
                json!({"identity_policies": [allow_all()], "resource_policy": trust(json!({"AWS": USER}))}),
            ),
            "implicit_deny",
        ),
        (
            "with a Resource it cannot be stored",
            USER,
            role_arn(
                json!({"resource_policy": policy(json!({"Effect": "Allow", "Principal": {"AWS": USER}, "Action": "sts:*", "Resource": "*"}))}),
            ),
            "undetermined",
        ),
        (
            "session tags need their own action",
            USER,
            with(
                role_arn(json!({"resource_policy": trust(json!({"AWS": USER}))})),
                json!({"action": "sts:TagSession"}),
            ),
            "implicit_deny",
        ),
    ]);
}

#[test]
fn bearers_of_a_providers_token() {
    let provider = "arn:aws:iam::111122223333:oidc-provider/token.example.com";
    let action = "sts:AssumeRoleWithWebIdentity";
    let trusts = |provider: &str| {
        let statement = json!({"Effect": "Allow", "Principal": {"Federated": provider}, "Action": action});
        with(role_arn(json!({"resource_policy": policy(statement)})), json!({"action": action}))
    };
    let rcp = json!({"resource_control_policies": [[grant("Deny", json!("*"))]]});
    check(vec![
        ("trusted", provider, trusts(provider), "allowed"),
        ("another provider", provider, trusts("accounts.google.com"), "implicit_deny"),
        ("under the account's control policy", provider, with(trusts(provider), rcp), "explicit_deny"),
        (
            "for anything else",
            provider,
            json!({"resource_policy": grant("Allow", json!("*"))}),
            "implicit_deny",
        ),
    ]);
}

#[test]
fn sessions_of_users() {
    let temporary = json!({"aws:TokenIssueTime": "2026-01-15T09:00:00Z"});
    let with_mfa =
        json!({"aws:TokenIssueTime": "2026-01-15T09:00:00Z", "aws:MultiFactorAuthPresent": "true"});
    let iam = |context: Value| json!({"action": "iam:ListUsers", "resource": "*", "context": context, "identity_policies": [allow_all()]});
    let assume = role_arn(json!({"context": temporary, "resource_policy": trust(json!({"AWS": USER}))}));
    check(vec![
        ("IAM with long-term keys", USER, iam(json!({})), "allowed"),
        ("IAM without MFA", USER, iam(temporary.clone()), "implicit_deny"),
        ("IAM with MFA", USER, iam(with_mfa), "allowed"),
        ("assumes a role", USER, assume, "allowed"),
        (
            "no other STS",
            USER,
            with(iam(temporary), json!({"action": "sts:DecodeAuthorizationMessage"})),
            "implicit_deny",
        ),
    ]);
}

#[test]
fn keys_of_other_accounts() {
    let bob = "arn:aws:iam::444455556666:user/bob";
    let open = || json!({"identity_policies": [allow_all()], "resource_policy": grant("Allow", json!({"AWS": bob}))});
    let alias =
        json!({"resource": "arn:aws:kms:eu-west-2:111122223333:alias/a", "identity_policies": [allow_all()]});
    check(vec![
        ("use", bob, key(open()), "allowed"),
        ("management", bob, with(key(open()), json!({"action": "kms:GetKeyPolicy"})), "implicit_deny"),
        ("an alias is no key", USER, with(alias.clone(), json!({"action": "kms:Decrypt"})), "implicit_deny"),
        (
            "an alias is managed by identity",
            USER,
            with(alias, json!({"action": "kms:DeleteAlias"})),
            "allowed",
        ),
    ]);
}

#[test]
fn federated_users() {
    let named = json!({"AWS": FEDERATED});
    check(vec![
        ("no session policy", FEDERATED, json!({"identity_policies": [allow_all()]}), "implicit_deny"),
        (
            "both",
            FEDERATED,
            json!({"identity_policies": [allow_all()], "session_policies": [allow_all()]}),
            "allowed",
        ),
        ("session policy alone", FEDERATED, json!({"session_policies": [allow_all()]}), "implicit_deny"),
        ("named by the resource", FEDERATED, json!({"resource_policy": grant("Allow", named)}), "allowed"),
        (
            "no STS",
            FEDERATED,
            role_arn(json!({"resource_policy": trust(json!({"AWS": "*"}))})),
            "implicit_deny",
        ),
        (
            "no IAM",
            FEDERATED,
            json!({"action": "iam:ListUsers", "resource": "*", "identity_policies": [allow_all()], "session_policies": [allow_all()]}),
            "implicit_deny",
        ),
    ]);
}

#[test]
fn control_policies() {
    let linked =
        json!({"aws:PrincipalArn": "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/app"});
    let rcp = json!([[grant("Deny", json!("*"))]]);
    let open = json!([allow_all()]);
    check(vec![
        (
            "one level is silent",
            USER,
            json!({"identity_policies": open, "service_control_policies": [[allow_all()], []]}),
            "implicit_deny",
        ),
        (
            "denied by the resource's account",
            USER,
            json!({"identity_policies": open, "resource_control_policies": rcp}),
            "explicit_deny",
        ),
        (
            "no effect on an unsupported service",
            USER,
            json!({"action": "lambda:InvokeFunction", "resource": "arn:aws:lambda:eu-west-2:111122223333:function:f", "identity_policies": open, "resource_control_policies": rcp}),
            "allowed",
        ),
        (
            "retiring a grant is exempt",
            USER,
            with(
                key(
                    json!({"identity_policies": open, "resource_policy": grant("Allow", json!({"AWS": ROOT})), "resource_control_policies": rcp}),
                ),
                json!({"action": "kms:RetireGrant"}),
            ),
            "allowed",
        ),
        (
            "service-linked roles are exempt",
            SESSION,
            json!({"context": linked, "identity_policies": open, "service_control_policies": [[deny_all()]], "resource_control_policies": rcp}),
            "allowed",
        ),
        (
            "services are no members",
            "s3.amazonaws.com",
            json!({"resource_policy": grant("Allow", json!({"Service": "s3.amazonaws.com"})), "service_control_policies": [[deny_all()]]}),
            "allowed",
        ),
        (
            "the resource's own account does not bind foreign callers by its SCPs, but theirs do",
            "arn:aws:iam::444455556666:user/bob",
            json!({"identity_policies": open, "resource_policy": grant("Allow", json!("*")), "service_control_policies": [[]]}),
            "implicit_deny",
        ),
        (
            "endpoint policy is silent",
            USER,
            json!({"identity_policies": open, "vpc_endpoint_policy": grant("Allow", json!({"AWS": "444455556666"}))}),
            "implicit_deny",
        ),
        (
            "endpoint policy never grants",
            USER,
            json!({"vpc_endpoint_policy": grant("Allow", json!("*"))}),
            "implicit_deny",
        ),
    ]);
}

#[test]
fn unsigned_requests_and_public_buckets() {
    let public = grant("Allow", json!("*"));
    check(vec![
        ("S3", "anonymous", json!({"resource_policy": public}), "allowed"),
        ("KMS takes none", "anonymous", key(json!({"resource_policy": public})), "implicit_deny"),
        (
            "restricted",
            "anonymous",
            json!({"resource_policy": public, "restrict_public_buckets": true}),
            "explicit_deny",
        ),
        (
            "restricted, owner's user",
            USER,
            json!({"resource_policy": public, "restrict_public_buckets": true}),
            "allowed",
        ),
        (
            "restricted, no public policy",
            "arn:aws:iam::444455556666:user/bob",
            json!({"identity_policies": [allow_all()], "resource_policy": grant("Allow", json!({"AWS": "444455556666"})), "restrict_public_buckets": true}),
            "allowed",
        ),
        (
            "restricted, service",
            "s3.amazonaws.com",
            json!({"resource_policy": public, "restrict_public_buckets": true}),
            "allowed",
        ),
    ]);
}

#[test]
fn not_principal() {
    let deny = |names: Value| json!({"identity_policies": [allow_all()], "resource_policy": policy(json!({"Effect": "Deny", "NotPrincipal": {"AWS": names}, "Action": "*", "Resource": "*"}))});
    let bounded = with(deny(json!([USER, ROOT])), json!({"permissions_boundary": allow_all()}));
    check(vec![
        ("user and account", USER, deny(json!([USER, ROOT])), "allowed"),
        ("user alone", USER, deny(json!(USER)), "explicit_deny"),
        ("with a boundary", USER, bounded, "explicit_deny"),
        ("role alone", SESSION, deny(json!("arn:aws:iam::111122223333:role/app")), "explicit_deny"),
        (
            "session, role and account",
            SESSION,
            deny(json!([SESSION, "arn:aws:iam::111122223333:role/app", ROOT])),
            "allowed",
        ),
        (
            "with Allow it cannot be stored",
            USER,
            json!({"resource_policy": policy(json!({"Effect": "Allow", "NotPrincipal": {"AWS": ROOT}, "Action": "*", "Resource": "*"}))}),
            "undetermined",
        ),
    ]);
}

#[test]
fn what_cannot_be_known_matters_only_where_it_decides() {
    let odd = |effect: &str, action: &str| {
        policy(
            json!({"Effect": effect, "Action": action, "Resource": "*", "Condition": {"StringSame": {"a:b": "c"}}}),
        )
    };
    check(vec![
        (
            "an Allow that is not needed",
            USER,
            json!({"identity_policies": [allow_all(), odd("Allow", "*")]}),
            "allowed",
        ),
        ("an Allow that is needed", USER, json!({"identity_policies": [odd("Allow", "*")]}), "undetermined"),
        (
            "an Allow for something else",
            USER,
            json!({"identity_policies": [odd("Allow", "ec2:*")]}),
            "implicit_deny",
        ),
        ("a Deny", USER, json!({"identity_policies": [allow_all(), odd("Deny", "*")]}), "undetermined"),
        (
            "a Deny beside one that is sure",
            USER,
            json!({"identity_policies": [odd("Deny", "*"), deny_all()]}),
            "explicit_deny",
        ),
        (
            "no Resource",
            USER,
            json!({"identity_policies": [policy(json!({"Effect": "Allow", "Action": "*"}))]}),
            "undetermined",
        ),
        (
            "a Principal where none belongs",
            USER,
            json!({"identity_policies": [grant("Allow", json!("*"))]}),
            "undetermined",
        ),
        (
            "an action that AWS does not store",
            USER,
            json!({"identity_policies": [policy(json!({"Effect": "Allow", "Action": "s3*", "Resource": "*"}))]}),
            "undetermined",
        ),
    ]);
}

#[test]
fn the_layer_that_a_message_blames() {
    let silent = || policy(json!({"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}));
    let bob = "arn:aws:iam::444455556666:user/bob";
    for (principal, fields, layer) in [
        (USER, json!({}), "identity"),
        (USER, json!({"permissions_boundary": silent()}), "identity"),
        (USER, json!({"identity_policies": [allow_all()], "permissions_boundary": silent()}), "boundary"),
        (SESSION, json!({"identity_policies": [allow_all()], "session_policies": [silent()]}), "session"),
        (
            USER,
            json!({"identity_policies": [allow_all()], "service_control_policies": [[silent()]]}),
            "service_control",
        ),
        (
            USER,
            json!({"vpc_endpoint_policy": grant("Allow", json!({"AWS": "444455556666"}))}),
            "vpc_endpoint",
        ),
        (bob, json!({"identity_policies": [allow_all()]}), "resource"),
        (bob, json!({"resource_policy": grant("Allow", json!("*"))}), "identity"),
        (USER, key(json!({"identity_policies": [allow_all()]})), "resource"),
        (USER, role_arn(json!({"identity_policies": [allow_all()]})), "trust"),
        (USER, role_arn(json!({"resource_policy": trust(json!({"AWS": ROOT}))})), "identity"),
    ] {
        let decided = decided(principal, fields);
        assert_eq!(decided.get("decision").unwrap(), "implicit_deny", "{decided}");
        assert_eq!(decided.get("layer").unwrap(), layer, "{decided}");
    }
}

#[test]
fn reasons_are_in_the_words_of_aws() {
    let reason = |fields: Value| {
        let case = Case::parse(&case(USER, fields)).unwrap();
        stackproof_policy::evaluate(&case.request().unwrap(), &case.policies()).reason
    };
    assert_eq!(reason(json!({})), "because no identity-based policy allows the s3:GetObject action");
    let denied = json!({"identity_policies": [deny_all()]});
    assert_eq!(reason(denied), "with an explicit deny in an identity-based policy");
    let denied = json!({"resource_policy": grant("Deny", json!("*"))});
    assert_eq!(reason(denied), "with an explicit deny in a resource-based policy");
    assert_eq!(
        reason(json!({"identity_policies": [{"Statement": 7}]})),
        "identity-based policy `identity_policies[0]` cannot be read: statement 0: a statement must be a JSON object"
    );
}

#[test]
fn explanations_say_what_kept_each_statement_away() {
    let guard = policy(json!({
        "Sid": "Own", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
        "Resource": "arn:aws:s3:::b/${aws:PrincipalTag/team}/*",
        "Condition": {"StringNotEquals": {"aws:PrincipalTag/team": "red"}, "Bool": {"aws:SecureTransport": "false"}},
    }));
    let case = Case::parse(&case(
        USER,
        json!({"context": {"aws:SecureTransport": "true"}, "identity_policies": [allow_all()], "resource_policy": guard}),
    ))
    .unwrap();
    let explanation = explain(&case.request().unwrap(), &case.policies()).to_string();
    let expected = r#"
arn:aws:iam::111122223333:user/alice s3:GetObject on arn:aws:s3:::b/k: allowed
  decided by statement 0 of identity-based policy `identity_policies[0]`
resource-based policy `resource_policy` says nothing
  statement 0 `Own` (Deny) does not cover the request
    Resource: request has "arn:aws:s3:::b/k", statement wants "arn:aws:s3:::b/${aws:PrincipalTag/team}/*"; `${aws:principaltag/team}` has no value in this request
    condition Bool aws:SecureTransport: request has "true", statement wants "false"
identity-based policy `identity_policies[0]` allows it
  statement 0 (Allow) covers the request
warning: statement 0 of resource-based policy `resource_policy`: its Deny does not bite, because `${aws:principaltag/team}` in its `Resource` has no value in this request"#;
    assert_eq!(explanation, expected.trim_start());
}

/// "Private repository policies" of the ECR user guide: their statements have no `Resource`.
#[test]
fn a_statement_of_a_repository_means_the_repository() {
    let repository = |effect: &str| {
        let statement = json!({"Effect": effect, "Principal": {"AWS": USER}, "Action": "ecr:BatchGetImage"});
        json!({
            "action": "ecr:BatchGetImage", "resource": "arn:aws:ecr:eu-west-2:111122223333:repository/images",
            "resource_policy": policy(statement),
        })
    };
    let table =
        with(repository("Allow"), json!({"resource": "arn:aws:dynamodb:eu-west-2:111122223333:table/t"}));
    let denied = with(repository("Deny"), json!({"identity_policies": [allow_all()]}));
    check(vec![
        ("its policy allows", USER, repository("Allow"), "allowed"),
        ("its policy denies", USER, denied, "explicit_deny"),
        ("no other resource goes without", USER, table, "undetermined"),
    ]);
}
