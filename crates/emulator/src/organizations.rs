//! AWS Organizations: one organization, its units and accounts, and what is attached to them. It is of no region, and all
//! its accounts see the same.
//!
//! <https://docs.aws.amazon.com/organizations/latest/APIReference/Welcome.html>

mod account;
mod attachment;
mod creation;
mod delegation;
mod error;
mod features;
mod membership;
mod node;
mod organization;
mod page;
mod policy;
mod resource_policy;
mod seed;
mod tag;
mod unit;

use std::collections::BTreeSet;
use std::sync::Arc;

use stackproof_aws::{ApiError, Output};

use crate::Call;
use crate::input::not_implemented;
use organization::Organization;

pub use seed::{AccountSeed, OrganizationSeed, PolicySeed, PolicyType, UnitSeed};

/// The organization, if there is one.
#[derive(Clone, Default)]
pub(crate) struct Organizations {
    held: Held,
}

#[derive(Clone, Default)]
enum Held {
    #[default]
    None,
    /// Shared between forks until one of them writes to it.
    Known(Arc<Organization>),
    /// There is one, of which that is not known.
    Unknown(Arc<str>),
}

/// What the resource policy can delegate beside what reads ("Delegated administrator for AWS Organizations").
const DELEGABLE: [&str; 9] = [
    "AttachPolicy",
    "CreatePolicy",
    "DeletePolicy",
    "DetachPolicy",
    "DisablePolicyType",
    "EnablePolicyType",
    "TagResource",
    "UntagResource",
    "UpdatePolicy",
];
/// What any member may call ("can be called from any account in a organization").
const OF_MEMBERS: [&str; 3] = ["DescribeEffectivePolicy", "DescribeOrganization", "LeaveOrganization"];

impl Organizations {
    /// One organization that stands already.
    pub fn seeded(seed: OrganizationSeed, now: jiff::Timestamp) -> Self {
        Self { held: Held::Known(Arc::new(seed.grown(now))) }
    }

    /// An organization of which that is not known.
    pub fn unknown(what: &str) -> Self {
        Self { held: Held::Unknown(what.into()) }
    }

    fn get(&self) -> Result<&Organization, ApiError> {
        match &self.held {
            Held::None => Err(error::not_in_use()),
            Held::Known(organization) => Ok(organization),
            Held::Unknown(what) => Err(unknown(what)),
        }
    }

    /// To be written to.
    fn change(&mut self) -> Result<&mut Organization, ApiError> {
        match &mut self.held {
            Held::None => Err(error::not_in_use()),
            Held::Known(organization) => Ok(Arc::make_mut(organization)),
            Held::Unknown(what) => Err(unknown(what)),
        }
    }

    /// Executes an operation. `taken` are accounts whose ids no new account is given.
    pub fn call(&mut self, taken: &BTreeSet<&str>, operation: &str, call: Call) -> Result<Output, ApiError> {
        call.input.check_required()?;
        if operation == "CreateOrganization" {
            return self.create(call);
        }
        self.get()?.check_caller(&call.account, operation)?;
        match operation {
            "DeleteOrganization" => self.delete(call),
            "DescribeOrganization" => features::describe(self.get()?, call),
            "EnablePolicyType" => features::enable(self.change()?, call),
            "DisablePolicyType" => features::disable(self.change()?, call),
            "ListRoots" => features::roots(self.get()?, call),
            "CreateOrganizationalUnit" => unit::create(self.change()?, call),
            "DescribeOrganizationalUnit" => unit::describe(self.get()?, call),
            "UpdateOrganizationalUnit" => unit::update(self.change()?, call),
            "DeleteOrganizationalUnit" => unit::delete(self.change()?, call),
            "ListOrganizationalUnitsForParent" => unit::of_parent(self.get()?, call),
            "ListParents" => node::parents(self.get()?, call),
            "ListChildren" => node::children(self.get()?, call),
            "CreateAccount" => creation::create(self.change()?, taken, call),
            "DescribeCreateAccountStatus" => creation::describe(self.get()?, call),
            "ListCreateAccountStatus" => creation::list(self.get()?, call),
            "DescribeAccount" => account::describe(self.get()?, call),
            "ListAccounts" => account::list(self.get()?, call),
            "ListAccountsForParent" => account::of_parent(self.get()?, call),
            "CloseAccount" => membership::close(self.change()?, call),
            "MoveAccount" => membership::relocate(self.change()?, call),
            "RemoveAccountFromOrganization" => membership::remove(self.change()?, call),
            "LeaveOrganization" => membership::leave(self.change()?, call),
            "CreatePolicy" => policy::create(self.change()?, call),
            "DescribePolicy" => policy::describe(self.get()?, call),
            "UpdatePolicy" => policy::update(self.change()?, call),
            "DeletePolicy" => policy::delete(self.change()?, call),
            "ListPolicies" => policy::list(self.get()?, call),
            "AttachPolicy" => attachment::attach(self.change()?, call),
            "DetachPolicy" => attachment::detach(self.change()?, call),
            "ListPoliciesForTarget" => attachment::of_target(self.get()?, call),
            "ListTargetsForPolicy" => attachment::of_policy(self.get()?, call),
            "EnableAWSServiceAccess" => delegation::enable(self.change()?, call),
            "DisableAWSServiceAccess" => delegation::disable(self.change()?, call),
            "ListAWSServiceAccessForOrganization" => delegation::enabled(self.get()?, call),
            "RegisterDelegatedAdministrator" => delegation::register(self.change()?, call),
            "DeregisterDelegatedAdministrator" => delegation::deregister(self.change()?, call),
            "ListDelegatedAdministrators" => delegation::administrators(self.get()?, call),
            "ListDelegatedServicesForAccount" => delegation::services(self.get()?, call),
            "PutResourcePolicy" => resource_policy::put(self.change()?, call),
            "DescribeResourcePolicy" => resource_policy::describe(self.get()?, call),
            "DeleteResourcePolicy" => resource_policy::delete(self.change()?, call),
            "TagResource" => tag::add(self.change()?, call),
            "UntagResource" => tag::remove(self.change()?, call),
            "ListTagsForResource" => tag::list(self.get()?, call),
            _ => Err(not_implemented(&format!("organizations {operation}"))),
        }
    }

    fn create(&mut self, mut call: Call) -> Result<Output, ApiError> {
        match &self.held {
            Held::None => {}
            Held::Known(held) if held.accounts.contains_key(&call.account) => {
                return Err(error::already_in_organization());
            }
            Held::Known(_) => return Err(not_implemented("a second organization")),
            Held::Unknown(what) => return Err(unknown(what)),
        }
        let made = Organization::create(&mut call)?;
        let shown = made.shown();
        self.held = Held::Known(Arc::new(made));
        Ok(crate::structure::Structure::new().with("Organization", shown).output())
    }

    fn delete(&mut self, call: Call) -> Result<Output, ApiError> {
        call.input.finish()?;
        let organization = self.get()?;
        // Units and policies go with it.
        if organization.accounts.len() > 1 {
            return Err(error::organization_not_empty());
        }
        self.held = Held::None;
        Ok(Output::default())
    }
}

fn unknown(what: &str) -> ApiError {
    ApiError::new(501, "NotImplemented", format!("it is not known {what}"))
}

impl Organization {
    /// Who may call: the management account everything, and who administers a service for it what changes nothing. Whom
    /// the resource policy delegates to was decided before the call.
    fn check_caller(&self, account: &str, operation: &str) -> Result<(), ApiError> {
        if !self.accounts.contains_key(account) {
            return Err(error::not_in_use());
        }
        if account == self.management || OF_MEMBERS.contains(&operation) {
            return Ok(());
        }
        let reads = operation.starts_with("List") || operation.starts_with("Describe");
        if reads && self.delegated.contains_key(account) {
            return Ok(());
        }
        match self.resource_policy.is_some() && (reads || DELEGABLE.contains(&operation)) {
            true => Ok(()),
            false => Err(error::access_denied()),
        }
    }
}
