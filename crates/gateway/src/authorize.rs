//! May the caller do it? One [`Ask`] for every action on every resource that a call needs.

pub(crate) mod iam;
pub(crate) mod in_play;
pub(crate) mod kms;
mod lists;
pub(crate) mod s3;
pub(crate) mod service;
mod text;
mod trace;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};
use stackproof_aws::{ApiError, reference};
use stackproof_policy::{Certainty, Context, Decision, Evaluation, Layer, Policies, Request, evaluate};

use crate::call::Call;
use crate::caller::Caller;
use crate::directory::Directory;
use crate::directory::buckets::Bucket;
use crate::directory::kms::Key;
use crate::directory::principals::{Role, Tags, tags};
use crate::directory::services::ResourcePolicy;
use crate::organization::Organization;
use crate::record::{Check, Outcome, SourceMap, Statement};
use crate::refusal::{Refusal, Unknown};
use in_play::InPlay;

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
    /// The object that is asked for.
    pub object: Option<Object>,
    /// Whether the ask makes or removes its object, which is a matter of the bucket and its owner; every other one is a
    /// matter of an object that exists.
    pub of_bucket: bool,
    /// Whether the action has the key `s3:ExistingObjectTag`.
    pub knows_tags: bool,
    /// The type of the resource where its tags are read when a policy turns on them.
    pub tags_of: Option<&'static str>,
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
            of_bucket: false,
            knows_tags: false,
            tags_of: None,
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
    /// A KMS key, with its policy and grants.
    Key(Arc<Key>),
    /// The policy of any other resource.
    Policy(Arc<ResourcePolicy>),
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

/// What a call comes to: a refusal, or, for callers that may make it, the service's own error.
pub(crate) type Answered<T> = Result<Result<T, ApiError>, Refusal>;

/// An ask as it was decided.
struct Weighed {
    evaluation: Evaluation,
    /// The account that owns what was asked for, which need not be that of its bucket.
    owner: String,
    /// The condition keys that it was decided by.
    context: Context,
    organization: Option<Arc<Organization>>,
}

impl Weighed {
    /// How near the caller stands to the owner, which decides what an error tells.
    fn sight(&self, caller: &Caller) -> text::Sight {
        let (owner, organization) = (self.owner.as_str(), self.organization.as_deref());
        match caller.account() {
            Some(account) if account == owner => text::Sight::Account,
            Some(account) if organization.is_some_and(|it| it.holds(account, owner)) => {
                text::Sight::Organization
            }
            _ => text::Sight::Outside,
        }
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
            let weighed = self.weigh(call.caller, ask).await?;
            match weighed.evaluation.decision {
                Decision::Allowed => {}
                Decision::Undetermined => return Err(Refusal::undetermined(weighed.evaluation.reason)),
                denied => {
                    let sight = weighed.sight(call.caller);
                    let error = text::denial(call, ask, sight, &weighed, &self.directory.messages);
                    return Err(Refusal::new(outcome(denied), error, None));
                }
            }
        }
        Ok(())
    }

    /// Evaluates one ask and records the check.
    pub async fn evaluate(&mut self, caller: &Caller, ask: &Ask) -> Result<Evaluation, Unknown> {
        self.weigh(caller, ask).await.map(|weighed| weighed.evaluation)
    }

    async fn weigh(&mut self, caller: &Caller, ask: &Ask) -> Result<Weighed, Unknown> {
        let standing = self.standing(ask).await?;
        let organization = self.directory.organization().await?;
        if let (Some(organization), Some(account)) = (&organization, caller.account())
            && organization.closed.contains(account)
        {
            return Err(Unknown(format!("what can still be done from the closed account `{account}`")));
        }
        let mut context = context(organization.as_deref(), caller, ask, &standing.owner);
        let in_play = InPlay::of(organization.as_deref(), caller, ask);
        self.existing_tags(ask, in_play, &mut context).await?;
        self.resource_tags(ask, in_play, &mut context).await?;
        let guard = &self.directory.pins.towards(caller, &ask.guard);
        let in_play = in_play.behind(guard).owned_by(organization.as_deref(), &standing.owner, ask);
        let request = Request {
            principal: caller.principal()?,
            action: ask.action.clone(),
            resource: ask.resource.clone(),
            resource_account: standing.owner.clone(),
            context,
        };
        let policies = Policies {
            resource_policy_account: Some(ask.account.clone()),
            acl: standing.acl.clone(),
            ..in_play.policies()
        };
        let mut evaluation = evaluate(&request, &policies);
        evaluation.certainty = evaluation.certainty.min(ask.certainty);
        let doubt = ask.doubt.filter(|_| evaluation.decision == Decision::ImplicitDeny).map(str::to_owned);
        if let Some(reason) = doubt.or(self.list_doubt(caller, ask, &standing, &evaluation).await?) {
            evaluation.decision = Decision::Undetermined;
            evaluation.reason = reason;
        }
        let mut check = self.check(ask, in_play, &request.context, &evaluation);
        trace::note(&mut check, ask, in_play, &request, &policies, &evaluation, self.sources);
        self.checks.push(check);
        let (owner, context) = (standing.owner, request.context);
        Ok(Weighed { evaluation, owner, context, organization })
    }

    /// Fills `s3:ExistingObjectTag` in where a policy in play turns on it.
    async fn existing_tags(
        &self,
        ask: &Ask,
        in_play: InPlay<'_>,
        context: &mut Context,
    ) -> Result<(), Unknown> {
        let Some(object) = ask.object.as_ref().filter(|_| ask.knows_tags && !ask.of_bucket) else {
            return Ok(());
        };
        if !in_play.mention("s3:existingobjecttag") {
            return Ok(());
        }
        let absent = &["NoSuchKey", "NoSuchVersion", "NoSuchTagSet", "MethodNotAllowed"];
        let owner = &object.bucket.owner;
        let found = self.directory.ask(owner, ("s3", "GetObjectTagging"), object.members(), absent).await?;
        let found = found.map(|found| json!({ "Tags": found.get("TagSet") })).unwrap_or_default();
        insert_tags(context, "s3:ExistingObjectTag/", &tags(&found));
        Ok(())
    }

    /// Fills `aws:ResourceTag` in, and the service's own name of it, where a policy in play turns on it.
    async fn resource_tags(
        &self,
        ask: &Ask,
        in_play: InPlay<'_>,
        context: &mut Context,
    ) -> Result<(), Unknown> {
        let Some(kind) = ask.tags_of else { return Ok(()) };
        if !in_play.mention("resourcetag") {
            return Ok(());
        }
        let service = ask.action.split(':').next().unwrap_or_default();
        let tags = self.directory.resource_tags(service, kind, &ask.resource).await?;
        for prefix in reference::condition_keys(&ask.action).unwrap_or_default() {
            // Systems Manager writes it `resourceTag`.
            if let Some((prefix, _)) =
                ["ResourceTag/", "resourceTag/"].iter().find_map(|it| prefix.split_once(it))
            {
                insert_tags(context, &format!("{prefix}ResourceTag/"), &tags);
            }
        }
        Ok(())
    }

    fn check(&self, ask: &Ask, in_play: InPlay<'_>, context: &Context, evaluation: &Evaluation) -> Check {
        let statement = evaluation.statements.first().and_then(|found| {
            if let Layer::AccessControlList | Layer::Grant = found.layer {
                let policy = named_grant(found.layer, &found.policy);
                return Some(Statement { policy, index: found.index, sid: found.sid.clone(), place: None });
            }
            let held = in_play.find(found.layer, &found.policy)?;
            Some(held.statement(found.index, found.sid.clone(), self.sources))
        });
        let undetermined = evaluation.decision == Decision::Undetermined;
        Check {
            action: ask.action.clone(),
            resource: ask.resource.clone(),
            outcome: outcome(evaluation.decision),
            layer: evaluation.layer.map(|layer| layer.to_string()),
            statement,
            policies: Vec::new(),
            nearest: None,
            uncertain: Vec::new(),
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
            policies: Vec::new(),
            nearest: None,
            uncertain: Vec::new(),
            context: BTreeMap::new(),
            certainty: setting.certainty,
            reason: Some(setting.reason.to_owned()),
        });
    }
}

/// The ask's context with the keys that say whose the resource is, and of whose organization it and the caller are.
fn context(organization: Option<&Organization>, caller: &Caller, ask: &Ask, owner: &str) -> Context {
    let mut context = ask.context.clone();
    // Whether it is the bucket's account or the object's stands on no page.
    let owner = Some(ask.account.as_str()).filter(|account| *account == owner);
    match owner {
        Some(owner) => context.insert("aws:ResourceAccount", owner),
        None => context.insert_unknown("aws:ResourceAccount"),
    }
    if let Some(organization) = organization {
        organization.describe(&mut context, caller, owner);
    }
    context
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

/// A policy's name in decisions. Grants have ids, and say so.
fn named_grant(layer: Layer, policy: &str) -> String {
    match layer {
        Layer::Grant => format!("grant {policy}"),
        _ => policy.to_owned(),
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
