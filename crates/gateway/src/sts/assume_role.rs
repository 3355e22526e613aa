//! `AssumeRole`.

use std::sync::Arc;

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Credentials, Members};
use stackproof_policy::arn::{Arn, is_account_id};
use stackproof_policy::{Certainty, Context};

use super::limits::{constraint, denied, fits, invalid};
use super::tagging::Tagging;
use super::{Answered, Sts, members, on_the_wire};
use crate::authorize::iam::resource_tags;
use crate::authorize::s3::request_tags;
use crate::authorize::{Ask, Authorizer, Guard, Setting};
use crate::directory::held::Held;
use crate::directory::principals::Role;
use crate::directory::sessions::{Session, SessionKind};
use crate::directory::upstream::field;
use crate::record::Outcome;
use crate::refusal::Refusal;
use crate::validate;

/// The longest that a session may be policed by, in characters.
const MAX_POLICIES: usize = 2048;
const MAX_POLICY_ARNS: usize = 10;

const NO_ROLE: Setting = Setting {
    layer: "role trust policy",
    reason: "there is no role of that ARN",
    certainty: Certainty::Documented,
};

/// The members of a call that assumes a role under a name, and nothing else.
pub(crate) fn assume_role_members(role_arn: &str, session_name: &str) -> Members {
    members(json!({ "RoleArn": role_arn, "RoleSessionName": session_name }))
}

impl Sts<'_> {
    /// Assumes a role, if its trust policy and, where that counts, the caller's own policies admit it.
    pub(crate) async fn assume_role(
        &self,
        mut context: Context,
        authorizer: &mut Authorizer<'_>,
    ) -> Answered<(Credentials, Members)> {
        let arn = self.text("RoleArn").unwrap_or_default();
        let target = Target::parse(arn)?;
        let name = self.session_name()?;
        let duration = self.duration(900, 43_200, 3600)?;
        let tagging = self.tagging()?;
        let source_identity = self.source_identity()?;
        self.check_external_id()?;
        self.check_factor()?;
        if self.members.contains_key("ProvidedContexts") {
            return Err(Refusal::undetermined("contexts of providers are not known"));
        }
        let policies = self.session_policies(&target.account).await?;
        if !self.directory.knows(&target.account) {
            let reason = format!("the account `{}` is none of the target's", target.account);
            return Err(Refusal::undetermined(reason));
        }
        let role = self.directory.role(&target.account, &target.name).await?.filter(|role| role.arn == arn);
        let Some(role) = role else { return Err(self.no_such_role(arn, authorizer)) };
        self.describe(&mut context, &role, &tagging, source_identity.as_deref());
        authorizer
            .demand(self.call, &self.asks(&role, &tagging, source_identity.is_some(), &context))
            .await?;
        if let Err(error) = self.check_duration(&role, duration) {
            return Ok(Err(error));
        }
        let origin = self.origin("AssumeRole", &role.arn, &tagging, source_identity.as_deref());
        let session = Session {
            kind: SessionKind::Role,
            account: role.account.clone(),
            of: role.name.clone(),
            id: role.id.clone(),
            arn: format!("arn:aws:sts::{}:assumed-role/{}/{name}", role.account, role.name),
            user_id: format!("{}:{name}", role.id),
            issued: self.call.now,
            expires: self.expiry(duration),
            tags: tagging.all,
            transitive: tagging.transitive,
            policies,
            source_identity,
            origin,
        };
        Ok(Ok(self.issue(session)))
    }

    fn issue(&self, session: Session) -> (Credentials, Members) {
        let user = json!({ "AssumedRoleId": session.user_id, "Arn": session.arn });
        let mut out = Members::new();
        out.insert("AssumedRoleUser".to_owned(), user);
        if session.policies.is_some() || !session.tags.is_empty() {
            out.insert("PackedPolicySize".to_owned(), json!(self.packed_size(&session)));
        }
        if let Some(identity) = &session.source_identity {
            out.insert("SourceIdentity".to_owned(), json!(identity));
        }
        let expires = session.expires;
        let credentials = self.directory.issue(session);
        out.insert("Credentials".to_owned(), on_the_wire(&credentials, expires));
        (credentials, out)
    }

    /// What the session's policies and tags take of the packed limit, in per cent. How STS packs them is not
    /// documented; the share of the plain limit is near enough.
    fn packed_size(&self, session: &Session) -> usize {
        let policy = self.text("Policy").map_or(0, str::len);
        let tags: usize = session.tags.iter().map(|(key, value)| key.len().saturating_add(value.len())).sum();
        policy.saturating_add(tags).saturating_mul(100).div_ceil(MAX_POLICIES * 2).clamp(1, 100)
    }

    fn asks(&self, role: &Arc<Role>, tagging: &Tagging, identity: bool, context: &Context) -> Vec<Ask> {
        let mut actions = vec!["sts:AssumeRole"];
        if !tagging.all.is_empty() || !tagging.transitive.is_empty() {
            actions.push("sts:TagSession");
        }
        if identity {
            actions.push("sts:SetSourceIdentity");
        }
        let ask = |action: &str| Ask {
            guard: Guard::Trust(Arc::clone(role)),
            ..Ask::new(action, &role.arn, &role.account, context.clone())
        };
        actions.into_iter().map(ask).collect()
    }

    fn describe(&self, context: &mut Context, role: &Role, tagging: &Tagging, identity: Option<&str>) {
        for (member, key) in [("ExternalId", "sts:ExternalId"), ("RoleSessionName", "sts:RoleSessionName")] {
            if let Some(value) = self.text(member) {
                context.insert(key, value);
            }
        }
        if let Some(identity) = identity {
            context.insert("sts:SourceIdentity", identity);
        }
        if !tagging.all.is_empty() {
            request_tags(context, &tagging.all);
        }
        if !tagging.transitive_given.is_empty() {
            context.insert_many("sts:TransitiveTagKeys", &tagging.transitive_given);
        }
        resource_tags(context, role);
    }

    fn session_name(&self) -> Result<String, Refusal> {
        let name = self.text("RoleSessionName").unwrap_or_default();
        if fits(name, 2, 64, "+=,.@-") {
            return Ok(name.to_owned());
        }
        let what = r"Member must satisfy regular expression pattern: [\w+=,.@-]*";
        Err(constraint(name, "roleSessionName", what))
    }

    fn check_external_id(&self) -> Result<(), Refusal> {
        match self.text("ExternalId").filter(|id| !fits(id, 2, 1224, "+=,.@:/-")) {
            Some(id) => {
                let what = r"Member must satisfy regular expression pattern: [\w+=,.@:\/-]*";
                Err(constraint(id, "externalId", what))
            }
            None => Ok(()),
        }
    }

    /// Once it is set, a source identity stays through the chain.
    fn source_identity(&self) -> Result<Option<String>, Refusal> {
        let given = self.text("SourceIdentity");
        if let Some(given) = given.filter(|given| !fits(given, 2, 64, "+=,.@-")) {
            let what = r"Member must satisfy regular expression pattern: [\w+=,.@-]*";
            return Err(constraint(given, "sourceIdentity", what));
        }
        let set = self.call.caller.session().and_then(|session| session.source_identity.as_deref());
        match (set, given) {
            (Some(set), Some(given)) if set != given => {
                Err(invalid("ValidationError", "The source identity of a session cannot be changed."))
            }
            (set, given) => Ok(set.or(given).map(str::to_owned)),
        }
    }

    fn check_duration(&self, role: &Role, duration: i64) -> Result<(), ApiError> {
        let chained = self.call.caller.session().is_some();
        let message = match () {
            () if chained && duration > 3600 => {
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
            }
            () if duration > role.max_session => {
                "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
            }
            () => return Ok(()),
        };
        Err(ApiError::new(400, "ValidationError", message))
    }

    /// `Policy` and `PolicyArns`: together they limit the session.
    pub(super) async fn session_policies(&self, account: &str) -> Result<Option<Vec<Held>>, Refusal> {
        let mut policies = Vec::new();
        let mut size = 0_usize;
        if let Some(document) = self.text("Policy") {
            size = document.chars().count();
            if size <= MAX_POLICIES {
                validate::session(document).map_err(Refusal::rejected)?;
            }
            policies.push(Held::new("session policy", None, document));
        }
        let arns =
            self.members.get("PolicyArns").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        if arns.len() > MAX_POLICY_ARNS {
            let what = "Member must have length less than or equal to 10";
            return Err(constraint(arns.len(), "policyArns", what));
        }
        for entry in arns {
            let arn = field(entry, "arn").unwrap_or_default();
            size = size.saturating_add(arn.len());
            policies.push(self.directory.managed_policy(account, arn).await);
        }
        if size > MAX_POLICIES {
            let message =
                "Packed size of the session policies and tags consumes more than 100% of the allotted space.";
            return Err(invalid("PackedPolicyTooLarge", message));
        }
        Ok(Some(policies).filter(|policies| !policies.is_empty()))
    }

    /// A role that does not exist is answered as one that may not be assumed.
    fn no_such_role(&self, arn: &str, authorizer: &mut Authorizer<'_>) -> Refusal {
        authorizer.refuse("sts:AssumeRole", arn, NO_ROLE);
        if let Some(check) = authorizer.checks.last_mut() {
            check.outcome = Outcome::ImplicitDeny;
        }
        let who = self.call.caller.name();
        let message = format!("User: {who} is not authorized to perform: sts:AssumeRole on resource: {arn}");
        denied(&message, NO_ROLE.reason)
    }
}

/// The role that an ARN names.
struct Target {
    account: String,
    name: String,
}

impl Target {
    fn parse(text: &str) -> Result<Self, Refusal> {
        let arn = Arn::parse(text).filter(|arn| arn.service == "iam" && is_account_id(arn.account));
        let name = arn.and_then(|arn| arn.resource.strip_prefix("role/")?.rsplit('/').next());
        match (arn, name.filter(|name| !name.is_empty())) {
            (Some(arn), Some(name)) => Ok(Self { account: arn.account.to_owned(), name: name.to_owned() }),
            _ => Err(invalid("ValidationError", &format!("{text} is invalid"))),
        }
    }
}
