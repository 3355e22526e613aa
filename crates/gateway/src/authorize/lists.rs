//! Access control lists beside policies: whose an object is, what its list or its bucket's grants, and where what AWS
//! documents of them ends ("Access control list (ACL) overview", "How Amazon S3 authorizes a request").

use stackproof_policy::{Acl, Decision, Evaluation, Layer, Policies, Request, evaluate};

use super::in_play::InPlay;
use super::s3::LISTING;
use super::{Ask, Authorizer, Guard};
use crate::caller::Caller;
use crate::directory::buckets::Bucket;
use crate::directory::lists::Lists;
use crate::refusal::Unknown;

const OVERWRITES: &str =
    "whether a grant of WRITE lets its grantee replace or remove an object of another account";
const MISSING: &str =
    "whether who may list a bucket is told that an object is not there, which nothing grants";
const SETS_ITS_OWN: &str =
    "whether who writes an object by a grant may set its list without an action of its own";

/// How a resource stands to access control lists.
pub(super) struct Standing {
    /// The account that owns the resource; empty where it is none that callers belong to.
    pub owner: String,
    /// The list that has a say.
    pub acl: Option<Acl>,
    what: What,
}

enum What {
    /// No list has a say.
    Unlisted,
    /// A bucket, or an object that is there.
    Listed,
    /// An object that is not there.
    Missing,
    /// A list that cannot be read may grant what nothing else does.
    MayGrant(Unknown),
    /// An object whose owner is not known, over whom the bucket's owner has nothing to say but no.
    Ownerless(Unknown),
}

impl Authorizer<'_> {
    pub(super) async fn standing(&self, ask: &Ask) -> Result<Standing, Unknown> {
        let of = |owner: &str, acl: Option<&Acl>, what: What| Standing {
            owner: owner.to_owned(),
            acl: acl.cloned(),
            what,
        };
        let owner = &ask.account;
        let Some((_, lists)) = listed(ask) else { return Ok(of(owner, None, What::Unlisted)) };
        let object = ask.object.as_ref().filter(|_| !ask.of_bucket);
        match (lists, object) {
            (Err(unknown), None) => Ok(of(owner, None, What::MayGrant(unknown.clone()))),
            (Err(unknown), Some(_)) => Ok(of(owner, None, What::Ownerless(unknown.clone()))),
            (Ok(lists), None) => Ok(of(owner, Some(&lists.bucket), What::Listed)),
            (Ok(lists), Some(object)) => Ok(match self.directory.object_acl(object, lists).await? {
                Some(found) => of(found.owner.as_deref().unwrap_or_default(), Some(&found.acl), What::Listed),
                None => of(owner, None, What::Missing),
            }),
        }
    }

    /// Why lists leave open what was decided.
    pub(super) async fn list_doubt(
        &self,
        caller: &Caller,
        ask: &Ask,
        standing: &Standing,
        evaluation: &Evaluation,
    ) -> Result<Option<String>, Unknown> {
        let Some((bucket, lists)) = listed(ask) else { return Ok(None) };
        let granted = evaluation.statements.iter().any(|one| one.layer == Layer::AccessControlList)
            && !self.may(caller, ask, None, (&ask.action, &ask.resource)).await?;
        let acl = lists.as_ref().ok().map(|lists| &lists.bucket);
        let reason = match (&standing.what, evaluation.decision) {
            (What::MayGrant(Unknown(why)), Decision::ImplicitDeny) => why,
            (What::Ownerless(Unknown(why)), Decision::ImplicitDeny | Decision::Allowed) => why,
            (What::Missing, Decision::ImplicitDeny) if self.may_list(caller, ask, bucket, acl).await? => {
                MISSING
            }
            (What::Listed, Decision::Allowed)
                if ask.of_bucket && granted && self.replaces_anothers(caller, ask, lists).await? =>
            {
                OVERWRITES
            }
            (What::Listed, Decision::ImplicitDeny)
                if ask.of_bucket
                    && ask.action == "s3:PutObjectAcl"
                    && self.may(caller, ask, acl, ("s3:PutObject", &ask.resource)).await? =>
            {
                SETS_ITS_OWN
            }
            _ => return Ok(None),
        };
        Ok(Some(reason.to_owned()))
    }

    /// Whether there is an object already that belongs to another account than the caller's.
    async fn replaces_anothers(
        &self,
        caller: &Caller,
        ask: &Ask,
        lists: &Result<Lists, Unknown>,
    ) -> Result<bool, Unknown> {
        let (Some(object), Ok(lists)) = (&ask.object, lists) else { return Ok(false) };
        let found = self.directory.object_acl(object, lists).await?;
        Ok(found.is_some_and(|found| found.owner.is_none() || found.owner.as_deref() != caller.account()))
    }

    /// Whether the caller may list the bucket of what is asked for.
    async fn may_list(
        &self,
        caller: &Caller,
        ask: &Ask,
        bucket: &Bucket,
        acl: Option<&Acl>,
    ) -> Result<bool, Unknown> {
        self.may(caller, ask, acl, ("s3:ListBucket", &format!("arn:aws:s3:::{}", bucket.name))).await
    }

    /// Whether policies and that list of the bucket allow the caller something else there; what cannot be decided may be
    /// allowed.
    async fn may(
        &self,
        caller: &Caller,
        ask: &Ask,
        acl: Option<&Acl>,
        (action, resource): (&str, &str),
    ) -> Result<bool, Unknown> {
        let organization = self.directory.organization().await?;
        let mut context = super::context(organization.as_deref(), caller, ask, &ask.account);
        LISTING.iter().for_each(|key| context.insert_unknown(key));
        let request = Request {
            principal: caller.principal()?,
            action: action.to_owned(),
            resource: resource.to_owned(),
            resource_account: ask.account.clone(),
            context,
        };
        let evaluation = evaluate(
            &request,
            &Policies { acl: acl.cloned(), ..InPlay::of(organization.as_deref(), caller, ask).policies() },
        );
        Ok(matches!(evaluation.decision, Decision::Allowed | Decision::Undetermined))
    }
}

fn listed(ask: &Ask) -> Option<(&Bucket, &Result<Lists, Unknown>)> {
    match &ask.guard {
        Guard::Bucket(bucket) => Some((bucket, bucket.lists.as_ref()?)),
        _ => None,
    }
}
