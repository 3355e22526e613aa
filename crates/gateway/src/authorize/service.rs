//! Services whose operations are authorized by tables: every action of the operation on every resource that its members
//! name, with the condition keys that the service authorization reference lists for the action.

mod context;
mod customer_keys;
mod dependents;
mod dynamodb;
mod ec2;
mod events;
mod lookup;
mod organizations;

use serde_json::Value;
use stackproof_aws::{Operation, reference};
use stackproof_policy::Certainty;
use stackproof_policy::arn::{Arn, is_account_id};

use customer_keys::KeyUses;
use organizations::Standing;

use super::iam::pass_role;
use super::{Ask, Guard};
use crate::call::Call;
use crate::directory::Directory;
use crate::identify::Identified;
use crate::refusal::Refusal;
use crate::rules::{self, Asks, Named, Place, Resource, Rule};

/// A call to such a service.
pub(crate) struct ServiceCall<'a> {
    pub call: &'a Call<'a>,
    pub directory: &'a Directory,
    pub identified: &'a Identified,
}

/// What a call needs.
pub(crate) struct Prepared {
    pub asks: Vec<Ask>,
    /// What it needs of KMS in the caller's name, once it may do what it asks for.
    pub keys: KeyUses,
    /// The account that it is executed in: that of its resources.
    pub account: String,
}

/// One action on one resource, before its context is known.
pub(super) struct Check<'a> {
    pub action: &'a str,
    pub resource: &'a Resource,
}

/// The same question is asked once.
fn once(asks: &mut Vec<Ask>) {
    let mut seen: Vec<(String, String, stackproof_policy::Context)> = Vec::new();
    asks.retain(|ask| {
        let asked = (ask.action.clone(), ask.resource.clone(), ask.context.clone());
        let is_new = !seen.contains(&asked);
        if is_new {
            seen.push(asked);
        }
        is_new
    });
}

impl ServiceCall<'_> {
    /// What the call needs.
    ///
    /// # Errors
    /// Undetermined for what is not known of its resources.
    pub async fn prepare(&self) -> Result<Prepared, Refusal> {
        let operation = self.operation();
        let rule = rules::rule(operation).ok_or_else(|| self.unknown("which resources it is about"))?;
        self.check_lookup(rule)?;
        let owner = self.owner(rule)?;
        let place = Place { region: self.call.region, account: &owner };
        let (mut asks, resources) = self.asks(rule, place).await?;
        for also in rule.also.iter().filter(|also| also.applies(&self.identified.members)) {
            match &also.asks {
                Asks::Pass { role, to } => {
                    for role in role.texts(&self.identified.members) {
                        asks.push(
                            pass_role(self.call, self.directory, &self.role_arn(&role, &owner).await?, to)
                                .await?,
                        );
                    }
                }
                Asks::Action { action, on } => {
                    let others = match on {
                        Some(wanted) => {
                            let named = self.told(wanted.named(&self.identified.members, place))?;
                            self.resolved(named, place).await?
                        }
                        None => resources.clone(),
                    };
                    for resource in &others {
                        asks.push(match action.starts_with("s3:") {
                            true => self.code_ask(action, &resource.arn).await?,
                            false => self.ask(rule, place, &Check { action, resource }).await?,
                        });
                    }
                }
            }
        }
        asks.extend(self.dependents(rule, place, &resources).await?);
        let is_partial = rule.is_partial(&self.identified.members);
        if rule.unconfirmed || operation.unconfirmed || is_partial {
            asks.iter_mut().for_each(|ask| ask.certainty = Certainty::Reading);
        }
        once(&mut asks);
        let keys = self.key_uses(&self.asked(&asks)).await?;
        // The service itself sees which account of the organization calls.
        let account = if self.is_about_organization() { owner } else { self.account(&asks, owner)? };
        Ok(Prepared { asks, keys, account })
    }

    /// Every action on every resource, but for calls whose parts are asked for each on its own.
    async fn asks(&self, rule: &Rule, place: Place<'_>) -> Result<(Vec<Ask>, Vec<Resource>), Refusal> {
        if let Some(asks) = self.item_asks(rule, place).await? {
            return Ok(asks);
        }
        if let Some(asks) = self.event_asks(rule, place).await? {
            return Ok(asks);
        }
        let (mut asks, resources) = (Vec::new(), self.resources(rule, place).await?);
        for action in &self.operation().actions {
            for resource in &resources {
                asks.push(self.ask(rule, place, &Check { action, resource }).await?);
            }
        }
        Ok((asks, resources))
    }

    fn operation(&self) -> &'static Operation {
        self.identified.operation
    }

    fn unknown(&self, what: &str) -> Refusal {
        let operation = self.operation();
        Refusal::undetermined(format!("`{}:{}`: {what}", operation.service, operation.name))
    }

    fn told(&self, named: Named) -> Result<Vec<Resource>, Refusal> {
        named.map_err(|what| self.unknown(&what))
    }

    /// The account whose resources are named: the caller's own, unless a member says another.
    fn owner(&self, rule: &Rule) -> Result<String, Refusal> {
        let own = self.call.caller.home();
        let named =
            rule.account.as_ref().map(|path| path.texts(&self.identified.members)).unwrap_or_default();
        match named.as_slice() {
            [] => Ok(own.to_owned()),
            [account] if is_account_id(account) => Ok(account.clone()),
            _ => Err(self.unknown("whose resources it is about")),
        }
    }

    async fn resources(&self, rule: &Rule, place: Place<'_>) -> Result<Vec<Resource>, Refusal> {
        if let Some(resources) = self.of_issued() {
            return resources;
        }
        let mut named = Vec::new();
        for wanted in &rule.resources {
            named.extend(self.told(wanted.named(&self.identified.members, place))?);
        }
        let mut resources = self.resolved(named, place).await?;
        resources.dedup_by(|one, other| one.arn == other.arn);
        match resources.is_empty() {
            true => Err(self.unknown("it names no resource")),
            false => Ok(resources),
        }
    }

    /// The ask, with its condition keys and whatever guards the resource.
    async fn ask(&self, rule: &Rule, place: Place<'_>, check: &Check<'_>) -> Result<Ask, Refusal> {
        let Check { action, resource } = check;
        let standing = self.standing().await?;
        // What the service refuses anyway is asked on nothing of the organization's.
        let arn = if matches!(standing, Standing::Refused) { "*" } else { resource.arn.as_str() };
        let parsed = Arn::parse(arn);
        if let Some(region) = parsed.map(|arn| arn.region).filter(|region| !region.is_empty())
            && region != self.call.region
        {
            return Err(self.unknown(&format!("a resource of `{region}` in `{}`", self.call.region)));
        }
        let account = parsed.map(|arn| arn.account).filter(|account| is_account_id(account));
        let account = account.unwrap_or(place.account);
        let context = self.context(rule, place, check).await?;
        let mut ask = Ask::new(action, arn, account, context);
        ask.tags_of = parsed.is_some().then_some(resource.kind);
        if reference::condition_keys(action).is_none() {
            ask.certainty = Certainty::Reading;
        }
        let service = action.split(':').next().unwrap_or_default();
        if let Standing::Delegated { management, policy } = standing {
            (ask.account, ask.guard) = (management, Guard::Policy(policy));
        } else if let Some(policy) = self.directory.resource_policy(service, resource).await? {
            ask.guard = Guard::Policy(policy);
        }
        if arn == "*" && !["ec2", "secretsmanager"].contains(&self.operation().service) {
            ask.shown = " on resource: *".to_owned();
        }
        Ok(ask)
    }

    /// Roles may be named without their ARN where a service looks them up in the account, and to EC2 by the profile that
    /// they are in.
    async fn role_arn(&self, role: &str, account: &str) -> Result<String, Refusal> {
        if self.operation().service == "ec2" && !role.contains(":role/") {
            return self.role_of_profile(role, account).await;
        }
        if role.starts_with("arn:") {
            return Ok(role.to_owned());
        }
        let name = role.rsplit('/').next().unwrap_or(role);
        let found = self.directory.role(account, name).await?;
        Ok(found.map_or_else(|| format!("arn:aws:iam::{account}:role/{role}"), |role| role.arn.clone()))
    }

    /// Every resource of the called service that is asked for, once.
    fn asked<'a>(&self, asks: &'a [Ask]) -> Vec<&'a str> {
        let service = self.operation().actions.first().and_then(|action| action.split(':').next());
        let mut arns: Vec<&str> = Vec::new();
        for ask in asks.iter().filter(|ask| ask.action.split(':').next() == service) {
            if !arns.contains(&ask.resource.as_str()) {
                arns.push(&ask.resource);
            }
        }
        arns
    }

    /// The account that the call is executed in, which must be one.
    fn account(&self, asks: &[Ask], own: String) -> Result<String, Refusal> {
        let of_service = |ask: &&Ask| !ask.action.starts_with("iam:");
        let mut accounts = asks.iter().filter(of_service).map(|ask| ask.account.as_str());
        let Some(first) = accounts.next() else { return Ok(own) };
        if accounts.any(|account| account != first) {
            return Err(self.unknown("its resources are of several accounts"));
        }
        match self.directory.knows(first) {
            true => Ok(first.to_owned()),
            false => Err(self.unknown(&format!("the account `{first}` is none of the target's"))),
        }
    }

    /// A member's text.
    fn text(&self, member: &str) -> Option<&str> {
        self.identified.members.get(member).and_then(Value::as_str)
    }
}
