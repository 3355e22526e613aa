//! May the caller do it? One [`Ask`] for every action on every resource that a call needs.

pub(crate) mod iam;
pub(crate) mod s3;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};
use stackproof_policy::{Certainty, Context, Decision, Evaluation, Layer, Policies, Request, evaluate};

use crate::call::Call;
use crate::caller::Caller;
use crate::directory::Directory;
use crate::directory::buckets::Bucket;
use crate::directory::held::Held;
use crate::directory::principals::{Role, Tags, tags};
use crate::record::{Check, Outcome, SourceMap};
use crate::refusal::{Refusal, Unknown};

/// One action on one resource.
#[derive(Clone)]
pub(crate) struct Ask {
    /// `service:Action`
    pub action: String,
    /// The resource's ARN, or `*`.
    pub resource: String,
    /// The account that owns the resource.
    pub account: String,
    pub context: Context,
    pub guard: Guard,
    /// The resource as the service's error names it (` on resource: …`); empty where it does not.
    pub shown: String,
    /// The object that is asked for, where it is one that exists already: nothing that is about to be written.
    pub object: Option<Object>,
    /// Whether the action has the key `s3:ExistingObjectTag`.
    pub knows_tags: bool,
    /// How sure it is that the call needs it.
    pub certainty: Certainty,
    /// What is not known where no policy allows it, although it may be allowed.
    pub doubt: Option<&'static str>,
}

impl Ask {
    /// An ask about a resource of that account which nothing but the caller's own policies guards.
    pub fn new(action: &str, resource: &str, account: &str, context: Context) -> Self {
        Self {
            action: action.to_owned(),
            resource: resource.to_owned(),
            account: account.to_owned(),
            context,
            guard: Guard::None,
            shown: if resource == "*" { String::new() } else { format!(" on resource: {resource}") },
            object: None,
            knows_tags: false,
            certainty: Certainty::Documented,
            doubt: None,
        }
    }
}

/// What guards a resource besides the caller's own policies.
#[derive(Clone)]
pub(crate) enum Guard {
    /// Nothing.
    None,
    /// A bucket, with its policy and settings.
    Bucket(Arc<Bucket>),
    /// A role's trust policy.
    Trust(Arc<Role>),
    /// The policy of a key.
    Key(Held),
}

/// An object, or one of its versions.
#[derive(Clone)]
pub(crate) struct Object {
    pub bucket: Arc<Bucket>,
    pub key: String,
    pub version: Option<String>,
}

impl Object {
    /// The members by which it is addressed.
    pub fn members(&self) -> Value {
        let mut members = json!({ "Bucket": self.bucket.name, "Key": self.key });
        if let (Some(version), Some(members)) = (&self.version, members.as_object_mut()) {
            members.insert("VersionId".to_owned(), json!(version));
        }
        members
    }
}

/// Evaluates asks, and keeps the evidence.
pub(crate) struct Authorizer<'a> {
    pub directory: &'a Directory,
    pub sources: &'a SourceMap,
    /// The checks that were made so far.
    pub checks: Vec<Check>,
}

impl<'a> Authorizer<'a> {
    /// An authorizer that has checked nothing yet.
    pub fn new(directory: &'a Directory, sources: &'a SourceMap) -> Self {
        Self { directory, sources, checks: Vec::new() }
    }

    /// Demands that every ask is allowed.
    ///
    /// # Errors
    /// The refusal of the first that is not, in the words of its service.
    pub async fn demand(&mut self, call: &Call<'_>, asks: &[Ask]) -> Result<(), Refusal> {
        for ask in asks {
            let evaluation = self.evaluate(call.caller, ask).await?;
            match evaluation.decision {
                Decision::Allowed => {}
                Decision::Undetermined => return Err(Refusal::undetermined(evaluation.reason)),
                denied => {
                    let error = text::denial(call.caller, ask, &evaluation);
                    return Err(Refusal::new(outcome(denied), error, None));
                }
            }
        }
        Ok(())
    }

    /// Evaluates one ask and records the check.
    pub async fn evaluate(&mut self, caller: &Caller, ask: &Ask) -> Result<Evaluation, Unknown> {
        let mut context = ask.context.clone();
        context.insert("aws:ResourceAccount", &ask.account);
        self.existing_tags(caller, ask, &mut context).await?;
        let guard = &self.directory.pins.towards(caller, &ask.guard);
        let request = Request {
            principal: caller.principal()?,
            action: ask.action.clone(),
            resource: ask.resource.clone(),
            resource_account: ask.account.clone(),
            context,
        };
        let mut evaluation = evaluate(&request, &policies(caller, guard));
        evaluation.certainty = evaluation.certainty.min(ask.certainty);
        let doubt = ask.doubt.filter(|_| evaluation.decision == Decision::ImplicitDeny);
        if let Some(reason) = self.acl_decides(ask, evaluation.decision).await?.or(doubt) {
            evaluation.decision = Decision::Undetermined;
            evaluation.reason = reason.to_owned();
        }
        self.checks.push(self.check(caller, ask, &request.context, &evaluation));
        Ok(evaluation)
    }

    /// Fills `s3:ExistingObjectTag` in where a policy in play turns on it.
    async fn existing_tags(&self, caller: &Caller, ask: &Ask, context: &mut Context) -> Result<(), Unknown> {
        let Some(object) = ask.object.as_ref().filter(|_| ask.knows_tags) else { return Ok(()) };
        if !held(caller, &ask.guard).any(|policy| policy.mentions("s3:existingobjecttag")) {
            return Ok(());
        }
        let absent = &["NoSuchKey", "NoSuchVersion", "NoSuchTagSet", "MethodNotAllowed"];
        let owner = &object.bucket.owner;
        let found = self.directory.ask(owner, ("s3", "GetObjectTagging"), object.members(), absent).await?;
        let found = found.map(|found| json!({ "Tags": found.get("TagSet") })).unwrap_or_default();
        insert_tags(context, "s3:ExistingObjectTag/", &tags(&found));
        Ok(())
    }

    /// Why an access control list decides, where ACLs are enabled: it may grant what no policy does, and over an object
    /// that belongs to another account than its bucket the bucket's owner has nothing to say but no.
    async fn acl_decides(&self, ask: &Ask, decision: Decision) -> Result<Option<&'static str>, Unknown> {
        let Guard::Bucket(bucket) = &ask.guard else { return Ok(None) };
        if bucket.acls_disabled || matches!(decision, Decision::ExplicitDeny | Decision::Undetermined) {
            return Ok(None);
        }
        let object = match &ask.object {
            Some(object) => self.directory.object_acl(object).await?,
            None => None,
        };
        if object.is_some_and(|acl| acl.foreign) {
            return Ok(Some("the object belongs to another account than its bucket"));
        }
        let shared = bucket.shared_by_acl || object.is_some_and(|acl| acl.shared);
        let grants = shared && decision == Decision::ImplicitDeny;
        Ok(grants.then_some("an access control list grants access to others than the owner"))
    }

    fn check(&self, caller: &Caller, ask: &Ask, context: &Context, evaluation: &Evaluation) -> Check {
        let statement = evaluation.statements.first().and_then(|found| {
            let policy =
                held_in(caller, &ask.guard, found.layer).find(|held| held.policy.label() == found.policy)?;
            Some(policy.statement(found.index, found.sid.clone(), self.sources))
        });
        let undetermined = evaluation.decision == Decision::Undetermined;
        Check {
            action: ask.action.clone(),
            resource: ask.resource.clone(),
            outcome: outcome(evaluation.decision),
            layer: evaluation.layer.map(|layer| layer.to_string()),
            statement,
            context: context.iter().map(|(key, value)| (key.to_owned(), value.as_slice().to_vec())).collect(),
            certainty: evaluation.certainty,
            reason: undetermined.then(|| evaluation.reason.clone()),
        }
    }

    /// Records that a setting refuses the call, which no statement does.
    pub fn refuse(&mut self, action: &str, resource: &str, setting: Setting) {
        self.checks.push(Check {
            action: action.to_owned(),
            resource: resource.to_owned(),
            outcome: Outcome::ExplicitDeny,
            layer: Some(setting.layer.to_owned()),
            statement: None,
            context: BTreeMap::new(),
            certainty: setting.certainty,
            reason: Some(setting.reason.to_owned()),
        });
    }
}

/// A setting that refuses calls, and by what rule.
#[derive(Clone, Copy)]
pub(crate) struct Setting {
    /// The setting in the words of a report.
    pub layer: &'static str,
    /// What about the call it refuses.
    pub reason: &'static str,
    pub certainty: Certainty,
}

/// Sets a condition key for each tag. Context keys ignore case and tags may not: of two that differ in nothing else,
/// which one a policy means is not known.
pub(crate) fn insert_tags(context: &mut Context, prefix: &str, tags: &Tags) {
    let mut seen = BTreeSet::new();
    for (tag, value) in tags {
        let key = format!("{prefix}{tag}");
        if seen.insert(tag.to_lowercase()) {
            context.insert(key, value);
        } else {
            context.insert_unknown(key);
        }
    }
}

fn outcome(decision: Decision) -> Outcome {
    match decision {
        Decision::Allowed => Outcome::Allowed,
        Decision::ExplicitDeny => Outcome::ExplicitDeny,
        Decision::ImplicitDeny => Outcome::ImplicitDeny,
        Decision::Undetermined => Outcome::Undetermined,
    }
}

fn policies(caller: &Caller, guard: &Guard) -> Policies {
    let engine = |held: &Held| held.policy.clone();
    Policies {
        identity: caller.policies().iter().map(engine).collect(),
        resource: guarding(guard).map(engine),
        boundary: caller.boundary().map(engine),
        session: caller.session_policies().map(|policies| policies.iter().map(engine).collect()),
        restrict_public_buckets: match guard {
            Guard::Bucket(bucket) => bucket.public_access_block.restrict_public_buckets,
            _ => false,
        },
        ..Policies::default()
    }
}

fn guarding(guard: &Guard) -> Option<&Held> {
    match guard {
        Guard::None => None,
        Guard::Bucket(bucket) => bucket.policy.as_ref(),
        Guard::Trust(role) => Some(&role.trust),
        Guard::Key(policy) => Some(policy),
    }
}

/// Every policy in play.
fn held<'a>(caller: &'a Caller, guard: &'a Guard) -> impl Iterator<Item = &'a Held> {
    let session = caller.session_policies().unwrap_or_default();
    caller.policies().iter().chain(session).chain(caller.boundary()).chain(guarding(guard))
}

/// The policies of one layer.
fn held_in<'a>(
    caller: &'a Caller,
    guard: &'a Guard,
    layer: Layer,
) -> Box<dyn Iterator<Item = &'a Held> + 'a> {
    match layer {
        Layer::Identity => Box::new(caller.policies().iter()),
        Layer::Session => Box::new(caller.session_policies().unwrap_or_default().iter()),
        Layer::Boundary => Box::new(caller.boundary().into_iter()),
        Layer::Resource | Layer::Trust => Box::new(guarding(guard).into_iter()),
        Layer::ServiceControl | Layer::ResourceControl | Layer::VpcEndpoint => Box::new(std::iter::empty()),
    }
}
