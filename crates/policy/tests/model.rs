//! The combination of layers against a reference model of a few obvious lines, over every arrangement of the layers.
#![expect(clippy::unwrap_used, reason = "a failure should stop the test")]

use stackproof_policy::{Context, Decision, Policies, Policy, Principal, Request, evaluate};

const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/app/s";
const ROLE: &str = "arn:aws:iam::111122223333:role/app";

/// What a policy of one kind says.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Says {
    Absent,
    Silent,
    Allow,
    Deny,
}

const SAYS: [Says; 4] = [Says::Absent, Says::Silent, Says::Allow, Says::Deny];

/// What the resource's policy says.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Grants {
    Absent,
    Silent,
    Session,
    Role,
    Account,
    Deny,
}

const GRANTS: [Grants; 6] =
    [Grants::Absent, Grants::Silent, Grants::Session, Grants::Role, Grants::Account, Grants::Deny];

/// The kinds of resource, by action and name with the owner's place in it; the first needs no policy of its own.
const RESOURCES: [(&str, &str); 3] = [
    ("s3:GetObject", "arn:aws:s3:::b/k"),
    ("kms:Decrypt", "arn:aws:kms:eu-west-2:OWNER:key/k"),
    ("sts:AssumeRole", "arn:aws:iam::OWNER:role/r"),
];

#[derive(Clone, Copy, Debug)]
struct Arrangement {
    identity: Says,
    boundary: Says,
    session: Says,
    service_control: Says,
    resource_control: Says,
    vpc_endpoint: Says,
    resource: Grants,
    kind: usize,
    same_account: bool,
}

fn model(layers: Arrangement) -> Decision {
    let Arrangement { identity, boundary, session, service_control, resource_control, vpc_endpoint, .. } =
        layers;
    let denies =
        [identity, boundary, session, service_control, resource_control, vpc_endpoint].contains(&Says::Deny);
    if denies || layers.resource == Grants::Deny {
        return Decision::ExplicitDeny;
    }
    let within = |limit: Says| limit != Says::Silent;
    let limits = within(boundary) && within(session);
    let own = identity == Says::Allow && limits;
    let granted = if layers.same_account {
        match layers.resource {
            Grants::Session => true,
            Grants::Role => limits || layers.kind == 0 && own,
            Grants::Account => own,
            _ => layers.kind == 0 && own,
        }
    } else {
        own && [Grants::Session, Grants::Role, Grants::Account].contains(&layers.resource)
    };
    if granted && within(service_control) && within(vpc_endpoint) {
        Decision::Allowed
    } else {
        Decision::ImplicitDeny
    }
}

/// A policy that says so; `None` for an absent one.
fn policy(says: Says, other: &str) -> Option<Policy> {
    let (effect, action) = match says {
        Says::Absent => return None,
        Says::Silent => ("Allow", "ec2:*"),
        Says::Allow => ("Allow", "*"),
        Says::Deny => ("Deny", "*"),
    };
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"{effect}","Action":"{action}"{other}}}}}"#
    );
    Some(Policy::new("policy", text.parse().unwrap()))
}

fn resource_policy(grants: Grants, kind: usize) -> Option<Policy> {
    let (says, principal) = match grants {
        Grants::Absent => (Says::Absent, ""),
        Grants::Silent => (Says::Allow, "arn:aws:iam::111122223333:user/other"),
        Grants::Session => (Says::Allow, SESSION),
        Grants::Role => (Says::Allow, ROLE),
        Grants::Account => (Says::Allow, "111122223333"),
        Grants::Deny => (Says::Deny, "*"),
    };
    let resource = if kind == 2 { "" } else { r#","Resource":"*""# };
    policy(says, &format!(r#","Principal":{{"AWS":"{principal}"}}{resource}"#))
}

/// Every policy that the arrangements are made of, read once.
struct Shelf {
    plain: [Option<Policy>; 4],
    with_principal: [Option<Policy>; 4],
    resource: [[Option<Policy>; 6]; 3],
}

impl Shelf {
    fn new() -> Self {
        let everyone = r#","Principal":"*","Resource":"*""#;
        Self {
            plain: SAYS.map(|says| policy(says, r#","Resource":"*""#)),
            with_principal: SAYS.map(|says| policy(says, everyone)),
            resource: [0, 1, 2].map(|kind| GRANTS.map(|grants| resource_policy(grants, kind))),
        }
    }

    fn policies(&self, layers: Arrangement) -> Policies {
        let one = |shelf: &[Option<Policy>; 4], says: Says| shelf.get(says as usize).cloned().flatten();
        let plain = |says| one(&self.plain, says);
        Policies {
            grants: Vec::new(),
            identity: plain(layers.identity).into_iter().collect(),
            resource: self
                .resource
                .get(layers.kind)
                .unwrap()
                .get(layers.resource as usize)
                .cloned()
                .flatten(),
            boundary: plain(layers.boundary),
            session: plain(layers.session).map(|policy| vec![policy]),
            service_control: plain(layers.service_control).map(|policy| vec![vec![policy]]),
            resource_control: one(&self.with_principal, layers.resource_control)
                .map(|policy| vec![vec![policy]]),
            vpc_endpoint: one(&self.with_principal, layers.vpc_endpoint),
            ..Policies::default()
        }
    }
}

fn request(kind: usize, same_account: bool) -> Request {
    let (action, resource) = *RESOURCES.get(kind).unwrap();
    let owner = if same_account { "111122223333" } else { "444455556666" };
    Request {
        principal: Principal::role_session(SESSION, ROLE).unwrap(),
        action: action.to_owned(),
        resource: resource.replace("OWNER", owner),
        resource_account: owner.to_owned(),
        context: Context::new(),
    }
}

fn arrangements() -> impl Iterator<Item = Arrangement> {
    let base = (0..4usize.pow(6)).map(|code| {
        let says = |place: u32| *SAYS.get(code / 4usize.pow(place) % 4).unwrap();
        [says(0), says(1), says(2), says(3), says(4), says(5)]
    });
    base.flat_map(|[identity, boundary, session, service_control, resource_control, vpc_endpoint]| {
        GRANTS.into_iter().flat_map(move |resource| {
            (0..6).map(move |rest| Arrangement {
                identity,
                boundary,
                session,
                service_control,
                resource_control,
                vpc_endpoint,
                resource,
                kind: rest % 3,
                same_account: rest < 3,
            })
        })
    })
}

#[test]
fn every_arrangement_is_decided_as_the_model_decides_it() {
    let shelf = Shelf::new();
    for layers in arrangements() {
        let evaluation = evaluate(&request(layers.kind, layers.same_account), &shelf.policies(layers));
        assert_eq!(evaluation.decision, model(layers), "{layers:?}");
    }
}

/// Puts an unreadable policy where the arrangement has one, and says which policies might have been in its place.
fn blind(policies: &mut Policies, place: usize) {
    let unreadable = || Policy::unreadable("policy", "it is not there to be read");
    match place {
        0 => policies.identity = vec![unreadable()],
        1 => policies.boundary = Some(unreadable()),
        2 => policies.session = Some(vec![unreadable()]),
        3 => policies.service_control = Some(vec![vec![unreadable()]]),
        4 => policies.resource_control = Some(vec![vec![unreadable()]]),
        5 => policies.vpc_endpoint = Some(unreadable()),
        _ => policies.resource = Some(unreadable()),
    }
}

#[test]
fn what_an_unreadable_policy_might_change_is_undetermined() {
    let shelf = Shelf::new();
    for layers in arrangements() {
        // One arrangement stands for all that differ in the blinded layer alone.
        let present = [
            layers.identity,
            layers.boundary,
            layers.session,
            layers.service_control,
            layers.resource_control,
            layers.vpc_endpoint,
        ];
        for place in 0..7 {
            let stands = match present.get(place) {
                Some(says) => *says == Says::Silent,
                None => layers.resource == Grants::Silent,
            };
            if !stands {
                continue;
            }
            let mut policies = shelf.policies(layers);
            blind(&mut policies, place);
            let decision = evaluate(&request(layers.kind, layers.same_account), &policies).decision;
            let possible = possibilities(layers, place);
            let certain = possible.iter().all(|one| Some(one) == possible.first());
            let expected = if certain { *possible.first().unwrap() } else { Decision::Undetermined };
            assert_eq!(decision, expected, "layer {place} of {layers:?} is one of {possible:?}");
        }
    }
}

/// The decisions under every policy that the blinded layer might hold.
fn possibilities(layers: Arrangement, place: usize) -> Vec<Decision> {
    let fillings = [Says::Silent, Says::Allow, Says::Deny];
    let says = |fill: &dyn Fn(&mut Arrangement, Says)| {
        fillings
            .iter()
            .map(|says| {
                let mut filled = layers;
                fill(&mut filled, *says);
                model(filled)
            })
            .collect()
    };
    match place {
        0 => says(&|layers, says| layers.identity = says),
        1 => says(&|layers, says| layers.boundary = says),
        2 => says(&|layers, says| layers.session = says),
        3 => says(&|layers, says| layers.service_control = says),
        4 => says(&|layers, says| layers.resource_control = says),
        5 => says(&|layers, says| layers.vpc_endpoint = says),
        _ => [Grants::Silent, Grants::Session, Grants::Role, Grants::Account, Grants::Deny]
            .into_iter()
            .map(|resource| model(Arrangement { resource, ..layers }))
            .collect(),
    }
}
