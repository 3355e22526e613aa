//! Requests and policies out of so few words that they meet often.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};
use stackproof_policy::{Context, Decision, Document, Evaluation, Policies, Principal, Request, evaluate};
use std::collections::BTreeMap;

/// The keys of requests, with the values that they may have, as JSON: lists for those that are multivalued.
pub const KEYS: [(&str, &[&str]); 11] = [
    ("aws:username", &[r#""alice""#, r#""bob""#]),
    ("aws:PrincipalTag/team", &[r#""acme""#, r#""globex""#, r#""*""#, r#""""#]),
    ("aws:SecureTransport", &[r#""true""#, r#""false""#]),
    ("aws:SourceIp", &[r#""203.0.113.9""#, r#""198.51.100.1""#]),
    ("aws:MultiFactorAuthAge", &[r#""60""#, r#""7200""#, r#""soon""#]),
    ("aws:CurrentTime", &[r#""2026-01-15T10:00:00Z""#, r#""2027-01-15T10:00:00Z""#]),
    ("aws:SourceArn", &[r#""arn:aws:s3:::a""#, r#""arn:aws:s3:::b""#]),
    ("s3:prefix", &[r#""acme/x""#, r#""globex/x""#]),
    ("aws:TagKeys", &["[]", r#"["team"]"#, r#"["team","cost"]"#, r#"[""]"#]),
    ("aws:TokenIssueTime", &[r#""2026-01-15T09:00:00Z""#]),
    ("aws:MultiFactorAuthPresent", &[r#""true""#, r#""false""#]),
];

const ASKS: [(&str, &str, &str); 8] = [
    ("s3:GetObject", "arn:aws:s3:::b/acme/k", "111122223333"),
    ("s3:GetObject", "arn:aws:s3:::b/globex/k", "444455556666"),
    ("s3:ListBucket", "arn:aws:s3:::b", "111122223333"),
    ("dynamodb:GetItem", "arn:aws:dynamodb:eu-west-2:111122223333:table/t", "111122223333"),
    ("kms:Decrypt", "arn:aws:kms:eu-west-2:111122223333:key/k", "111122223333"),
    ("sts:AssumeRole", "arn:aws:iam::111122223333:role/other", "111122223333"),
    ("iam:GetUser", "arn:aws:iam::111122223333:user/alice", "111122223333"),
    ("sts:GetSessionToken", "*", "111122223333"),
];

const CALLERS: [&str; 7] = [
    "arn:aws:iam::111122223333:user/alice",
    "arn:aws:iam::111122223333:user/alice",
    "arn:aws:sts::111122223333:assumed-role/app/s",
    "arn:aws:sts::111122223333:assumed-role/app/s",
    "arn:aws:iam::444455556666:user/bob",
    "arn:aws:iam::111122223333:root",
    "anonymous",
];

/// A policy in the making.
#[derive(Clone, Debug)]
pub struct Policy {
    pub statements: Vec<Value>,
    pub unreadable: bool,
}

/// A request, and all that has a say in it.
#[derive(Clone, Debug)]
pub struct Setting {
    caller: &'static str,
    ask: (&'static str, &'static str, &'static str),
    context: BTreeMap<&'static str, Value>,
    /// A key of which nobody knows whether and how it is there.
    unknown: Option<&'static str>,
    identity: Vec<Policy>,
    resource: Option<Policy>,
    boundary: Option<Policy>,
    session: Option<Vec<Policy>>,
    service_control: Option<Vec<Vec<Policy>>>,
    resource_control: Option<Vec<Vec<Policy>>>,
    vpc_endpoint: Option<Policy>,
}

/// Some of these, as a list or by itself.
fn some(items: &'static [&'static str]) -> impl Strategy<Value = Value> {
    vec(select(items), 1..4).prop_map(|some| if some.len() == 1 { json!(some[0]) } else { json!(some) })
}

fn conditions() -> impl Strategy<Value = Value> {
    let words = |operators: &'static [&'static str], key: &'static str, values: &'static [&'static str]| {
        (select(operators), some(values)).prop_map(move |(operator, values)| (operator, key, values))
    };
    let test = prop_oneof![
        1 => words(
            &[
                "StringEquals",
                "StringNotEquals",
                "StringLike",
                "StringNotLike",
                "StringEqualsIfExists",
                "StringNotLikeIfExists"
            ],
            "aws:PrincipalTag/team",
            &["acme", "globex", "a*", "${*}", "${aws:username}", "*"],
        ),
        1 => words(
            &["StringLike", "StringNotLike", "StringEqualsIgnoreCase"],
            "s3:prefix",
            &["acme/*", "${aws:PrincipalTag/team}/*", "ACME/X"]
        ),
        1 => words(&["Bool", "BoolIfExists"], "aws:SecureTransport", &["true", "false"]),
        1 => words(
            &["IpAddress", "NotIpAddress", "IpAddressIfExists"],
            "aws:SourceIp",
            &["203.0.113.0/24", "198.51.100.1"]
        ),
        1 => words(
            &["NumericLessThan", "NumericGreaterThanEqualsIfExists", "NumericNotEquals"],
            "aws:MultiFactorAuthAge",
            &["3600", "60"]
        ),
        1 => words(
            &["DateLessThan", "DateNotEquals"],
            "aws:CurrentTime",
            &["2026-06-01T00:00:00Z", "2026-01-15T10:00:00Z"]
        ),
        1 => words(
            &["ArnLike", "ArnNotLike", "ArnEqualsIfExists"],
            "aws:SourceArn",
            &["arn:aws:s3:::a", "arn:aws:s3:::*", "arn:*"]
        ),
        1 => words(
            &[
                "ForAllValues:StringEquals",
                "ForAnyValue:StringEquals",
                "ForAnyValue:StringNotEquals",
                "ForAllValues:StringNotLike",
                "ForAnyValue:StringLikeIfExists",
                "StringEquals"
            ],
            "aws:TagKeys",
            &["team", "cost", "t*"],
        ),
        1 => words(&["Null"], "aws:TokenIssueTime", &["true", "false"]),
        1 => words(&["Null"], "aws:username", &["true", "false"]),
        2 => words(&["StringSimilar"], "aws:username", &["alice"]),
    ];
    vec(test, 0..3).prop_map(|tests| {
        let mut condition = Map::new();
        for (operator, key, values) in tests {
            condition.entry(operator).or_insert_with(|| json!({}))[key] = values;
        }
        Value::Object(condition)
    })
}

fn principals() -> impl Strategy<Value = Value> {
    let names = some(&[
        "arn:aws:iam::111122223333:user/alice",
        "arn:aws:sts::111122223333:assumed-role/app/s",
        "arn:aws:iam::111122223333:role/app",
        "111122223333",
        "arn:aws:iam::444455556666:user/bob",
        "arn:aws:iam::444455556666:root",
        "*",
    ]);
    prop_oneof![1 => Just(json!("*")), 3 => names.prop_map(|names| json!({ "AWS": names }))]
}

/// A statement that fits every kind of policy, once [`Setting`] has taken off what its kind does not have.
pub fn statement(effect: &'static str) -> impl Strategy<Value = Value> {
    let actions = some(&[
        "*",
        "s3:*",
        "s3:Get*",
        "S3:getobject",
        "kms:*",
        "dynamodb:GetItem",
        "sts:*",
        "iam:Get????",
        "s?:GetObject",
    ]);
    let resources = some(&[
        "*",
        "*",
        "arn:aws:s3:::b/*",
        "arn:aws:s3:::b",
        "arn:aws:s3:::b/${aws:PrincipalTag/team}/*",
        "arn:aws:s3:::b/${aws:PrincipalTag/team, 'acme'}/?",
        "arn:aws:dynamodb:*",
        "arn:aws:dynamodb:*:*:table/t",
        "arn:aws:kms:eu-west-2:111122223333:key/*",
        "arn:aws:iam::111122223333:*",
        "arn:aws:*:*:*:*",
    ]);
    let is = |usual: u32| prop_oneof![usual => Just(true), 1 => Just(false)];
    let parts = (actions, is(9), resources, is(9), principals(), is(14), option::of(conditions()));
    parts.prop_map(move |(actions, action, resources, resource, principals, principal, conditions)| {
        let mut statement = json!({ "Effect": effect });
        statement[if action { "Action" } else { "NotAction" }] = actions;
        statement[if resource { "Resource" } else { "NotResource" }] = resources;
        statement[if principal { "Principal" } else { "NotPrincipal" }] = principals;
        if let Some(conditions) = conditions {
            statement["Condition"] = conditions;
        }
        statement
    })
}

/// A policy of which most statements allow; `open` in a hundred allow everything besides.
fn policy(open: u32) -> impl Strategy<Value = Policy> {
    let statement = prop_oneof![4 => statement("Allow"), 1 => statement("Deny")];
    let opens = prop_oneof![open => Just(true), 100 - open => Just(false)];
    (vec(statement, 1..4), opens).prop_map(|(mut statements, open)| {
        if open {
            statements.push(json!({ "Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*" }));
        }
        Policy { statements, unreadable: false }
    })
}

/// Requests under policies.
pub fn setting() -> impl Strategy<Value = Setting> {
    let context: Vec<_> = KEYS
        .iter()
        .map(|(name, values)| {
            (Just(*name), prop_oneof![3 => select(*values).prop_map(Some), 1 => Just(None)])
        })
        .collect();
    let levels = || prop_oneof![3 => Just(None), 1 => vec(vec(policy(80), 1..3), 1..3).prop_map(Some)];
    let limit = || prop_oneof![3 => Just(None), 1 => policy(60).prop_map(Some)];
    let session = prop_oneof![3 => Just(None), 1 => vec(policy(60), 1..3).prop_map(Some)];
    let resource = option::of(policy(25));
    let policies = (vec(policy(60), 1..3), resource, limit(), session, levels(), levels(), limit());
    let unknown = prop_oneof![1 => Just(None), 2 => select(&KEYS[..]).prop_map(|(name, _)| Some(name))];
    (select(&CALLERS[..]), select(&ASKS[..]), context, unknown, policies).prop_map(
        |(caller, ask, context, unknown, policies)| {
            let (identity, resource, boundary, session, service_control, resource_control, vpc_endpoint) =
                policies;
            let read = |text: &str| serde_json::from_str(text).unwrap();
            let context =
                context.into_iter().filter_map(|(name, value)| Some((name, read(value?)))).collect();
            Setting {
                caller,
                ask,
                context,
                unknown,
                identity,
                resource,
                boundary,
                session,
                service_control,
                resource_control,
                vpc_endpoint,
            }
        },
    )
}

impl Policy {
    /// The policy as its kind has it.
    fn build(&self, principals: bool, resources: bool) -> stackproof_policy::Policy {
        if self.unreadable {
            return stackproof_policy::Policy::unreadable("p", "it is not there to be read");
        }
        let mut statements = self.statements.clone();
        for members in statements.iter_mut().filter_map(Value::as_object_mut) {
            let gone = [
                (principals, "Principal"),
                (principals, "NotPrincipal"),
                (resources, "Resource"),
                (resources, "NotResource"),
            ];
            for (_, name) in gone.iter().filter(|(keeps, _)| !keeps) {
                members.remove(*name);
            }
        }
        let document = json!({ "Version": "2012-10-17", "Statement": statements });
        stackproof_policy::Policy::new("p", Document::parse(&document.to_string()).unwrap())
    }
}

impl Setting {
    /// Every policy of it, to be changed.
    pub fn policies(&mut self) -> Vec<&mut Policy> {
        let levels = [&mut self.service_control, &mut self.resource_control];
        let controls = levels.into_iter().flatten().flatten().flatten();
        let single = [&mut self.resource, &mut self.boundary, &mut self.vpc_endpoint].into_iter().flatten();
        self.identity
            .iter_mut()
            .chain(single)
            .chain(self.session.iter_mut().flatten())
            .chain(controls)
            .collect()
    }

    /// How many statements there are.
    pub fn statements(&self) -> usize {
        self.clone().policies().iter().map(|policy| policy.statements.len()).sum()
    }

    /// Puts what is in lists into another order; levels and policies are weighed together.
    pub fn turn(&mut self, turn: usize) {
        let lists = [Some(&mut self.identity), self.session.as_mut()].into_iter().flatten();
        let levels = [&mut self.service_control, &mut self.resource_control].into_iter().flatten();
        let all = lists.chain(levels.flat_map(|levels| {
            levels.reverse();
            levels.iter_mut()
        }));
        for list in all.filter(|list| !list.is_empty()) {
            let count = list.len();
            list.rotate_left(turn % count);
        }
    }

    pub fn lift(&mut self, kind: &str) {
        match kind {
            "boundary" => self.boundary = None,
            "session" => self.session = None,
            "service_control" => self.service_control = None,
            "resource_control" => self.resource_control = None,
            _ => self.vpc_endpoint = None,
        }
    }

    pub fn drop_level(&mut self, kind: &str) {
        let levels =
            if kind == "service_control" { &mut self.service_control } else { &mut self.resource_control };
        if let Some(levels) = levels {
            levels.pop();
        }
    }

    /// The same with other values of some keys.
    pub fn knowing(mut self, values: &[(&'static str, Option<Value>)]) -> Self {
        self.unknown = self.unknown.filter(|unknown| values.iter().all(|(name, _)| name != unknown));
        for (name, value) in values {
            match value {
                Some(value) => drop(self.context.insert(name, value.clone())),
                None => drop(self.context.remove(name)),
            }
        }
        self
    }

    pub fn decide(&self) -> Decision {
        self.evaluate().decision
    }

    pub fn evaluate(&self) -> Evaluation {
        self.evaluate_in(self.known())
    }

    pub fn decide_without_knowing(&self, keys: &[&str]) -> Decision {
        let mut context = self.known();
        keys.iter().for_each(|key| context.insert_unknown(key));
        self.evaluate_in(context).decision
    }

    fn known(&self) -> Context {
        let mut context = Context::new();
        for (name, value) in &self.context {
            match value {
                Value::Array(items) => context.insert_many(name, items.iter().filter_map(Value::as_str)),
                value => context.insert(name, value.as_str().unwrap_or_default()),
            }
        }
        self.unknown.iter().for_each(|name| context.insert_unknown(name));
        context
    }

    fn evaluate_in(&self, context: Context) -> Evaluation {
        let (action, resource, owner) = self.ask;
        let plain = |policy: &Policy| policy.build(false, true);
        let named = |policy: &Policy| policy.build(true, true);
        let levels = |levels: &Option<Vec<Vec<Policy>>>,
                      build: &dyn Fn(&Policy) -> stackproof_policy::Policy| {
            levels
                .as_ref()
                .map(|levels| levels.iter().map(|level| level.iter().map(build).collect()).collect())
        };
        let policies = Policies {
            identity: self.identity.iter().map(plain).collect(),
            resource: self.resource.as_ref().map(|policy| policy.build(true, action != "sts:AssumeRole")),
            boundary: self.boundary.as_ref().map(plain),
            session: self.session.as_ref().map(|passed| passed.iter().map(plain).collect()),
            service_control: levels(&self.service_control, &plain),
            resource_control: levels(&self.resource_control, &named),
            vpc_endpoint: self.vpc_endpoint.as_ref().map(named),
            ..Policies::default()
        };
        let request = Request {
            principal: Principal::parse(self.caller).unwrap(),
            action: action.to_owned(),
            resource: resource.to_owned(),
            resource_account: owner.to_owned(),
            context,
        };
        evaluate(&request, &policies)
    }
}

/// What becomes of a foreign user's read under RestrictPublicBuckets and a bucket policy of these statements.
pub fn decided(statements: &[&str]) -> Decision {
    let read = |text: &&str| serde_json::from_str(text).unwrap();
    let policy = Policy { statements: statements.iter().map(read).collect(), unreadable: false };
    let everything = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
    let own = Policy { statements: vec![everything], unreadable: false };
    let request = Request {
        principal: Principal::parse("arn:aws:iam::444455556666:user/bob").unwrap(),
        action: "s3:GetObject".to_owned(),
        resource: "arn:aws:s3:::b/k".to_owned(),
        resource_account: "111122223333".to_owned(),
        context: Context::new(),
    };
    let policies = Policies {
        identity: vec![own.build(false, true)],
        resource: Some(policy.build(true, true)),
        restrict_public_buckets: true,
        ..Policies::default()
    };
    evaluate(&request, &policies).decision
}
