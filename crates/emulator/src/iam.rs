//! IAM: one account's users, groups, roles, policies, instance profiles, identity providers and settings.

mod access_key;
mod alias;
mod attachment;
mod boundary;
mod entity;
pub(crate) mod error;
mod group;
mod inline;
mod instance_profile;
mod name;
mod oidc;
mod page;
mod password_policy;
mod policy;
mod quota;
mod role;
mod saml;
mod service_linked;
mod tag;
mod unconfigured;
mod user;

use std::collections::{BTreeMap, BTreeSet};

use stackproof_aws::{ApiError, Output};

use crate::Call;
use entity::{Entity, Kind};
use instance_profile::InstanceProfile;
use oidc::OidcProvider;
use password_policy::PasswordPolicy;
use policy::Policy;
use role::Role;
use saml::SamlProvider;
use user::User;

/// What one account holds. Names are not distinguished by case, so that maps are keyed by their lower case.
#[derive(Clone, Default)]
pub(crate) struct Account {
    users: BTreeMap<String, User>,
    groups: BTreeMap<String, Entity>,
    roles: BTreeMap<String, Role>,
    policies: BTreeMap<String, Policy>,
    profiles: BTreeMap<String, InstanceProfile>,
    /// By their URLs without the scheme.
    oidc_providers: BTreeMap<String, OidcProvider>,
    saml_providers: BTreeMap<String, SamlProvider>,
    alias: Option<String>,
    password_policy: Option<PasswordPolicy>,
    /// The deletions of service-linked roles, which are done as soon as they are asked for.
    deletions: BTreeSet<String>,
}

/// The key of a name in the account's maps.
fn folded(name: &str) -> String {
    name.to_ascii_lowercase()
}

impl Account {
    fn user(&self, name: &str) -> Result<&User, ApiError> {
        self.users.get(&folded(name)).ok_or_else(|| error::no_such(Kind::User, name))
    }

    fn user_mut(&mut self, name: &str) -> Result<&mut User, ApiError> {
        self.users.get_mut(&folded(name)).ok_or_else(|| error::no_such(Kind::User, name))
    }

    fn role(&self, name: &str) -> Result<&Role, ApiError> {
        self.roles.get(&folded(name)).ok_or_else(|| error::no_such(Kind::Role, name))
    }

    fn role_mut(&mut self, name: &str) -> Result<&mut Role, ApiError> {
        self.roles.get_mut(&folded(name)).ok_or_else(|| error::no_such(Kind::Role, name))
    }

    /// Whether the account of that id has the role of that ARN.
    pub fn has_role(&self, account: &str, arn: &str) -> bool {
        let name = arn.rsplit('/').next().unwrap_or_default();
        self.role(name).is_ok_and(|role| role.entity.arn(account) == arn)
    }

    /// Takes a role for one that another upstream has: its path and name, as they are in its ARN.
    pub fn lend(&mut self, named: &str, now: jiff::Timestamp) -> Result<(), ApiError> {
        let (path, name) = named.rsplit_once('/').unwrap_or_default();
        let entity = Entity::new(Kind::Role, format!("{path}/"), name.to_owned(), now)?;
        self.roles.insert(folded(name), Role::likeness(entity));
        Ok(())
    }

    /// Knows of no role of that ARN any more.
    pub fn forget(&mut self, arn: &str) {
        self.roles.remove(&folded(arn.rsplit('/').next().unwrap_or_default()));
    }

    /// What users, groups and roles have in common.
    fn entity(&self, kind: Kind, name: &str) -> Result<&Entity, ApiError> {
        match kind {
            Kind::User => Ok(&self.user(name)?.entity),
            Kind::Role => Ok(&self.role(name)?.entity),
            Kind::Group => self.groups.get(&folded(name)).ok_or_else(|| error::no_such(kind, name)),
        }
    }

    /// The same to change its policies.
    fn entity_mut(&mut self, kind: Kind, name: &str) -> Result<&mut Entity, ApiError> {
        match kind {
            Kind::User => Ok(&mut self.user_mut(name)?.entity),
            Kind::Role => {
                let role = self.role_mut(name)?;
                role.check_unlinked()?;
                Ok(&mut role.entity)
            }
            Kind::Group => self.groups.get_mut(&folded(name)).ok_or_else(|| error::no_such(kind, name)),
        }
    }

    /// Every user, group and role, by kind and name.
    fn entities(&self) -> impl Iterator<Item = &Entity> {
        let users = self.users.values().map(|user| &user.entity);
        let roles = self.roles.values().map(|role| &role.entity);
        self.groups.values().chain(roles).chain(users)
    }

    /// Executes an operation.
    pub fn call(&mut self, operation: &str, call: Call) -> Result<Output, ApiError> {
        match operation {
            "CreateUser" => user::create(self, call),
            "GetUser" => user::get(self, call),
            "ListUsers" => user::list(self, call),
            "UpdateUser" => user::update(self, call),
            "DeleteUser" => user::delete(self, call),
            "CreateAccessKey" => access_key::create(self, call),
            "ListAccessKeys" => access_key::list(self, call),
            "UpdateAccessKey" => access_key::update(self, call),
            "DeleteAccessKey" => access_key::delete(self, call),
            "GetAccessKeyLastUsed" => access_key::last_used(self, call),
            "CreateGroup" => group::create(self, call),
            "GetGroup" => group::get(self, call),
            "ListGroups" => group::list(self, call),
            "UpdateGroup" => group::update(self, call),
            "DeleteGroup" => group::delete(self, call),
            "AddUserToGroup" => group::add(self, call),
            "RemoveUserFromGroup" => group::remove(self, call),
            "ListGroupsForUser" => group::of_user(self, call),
            "CreateRole" => role::create(self, call),
            "GetRole" => role::get(self, call),
            "ListRoles" => role::list(self, call),
            "UpdateRole" => role::update(self, call),
            "UpdateRoleDescription" => role::update_description(self, call),
            "UpdateAssumeRolePolicy" => role::update_trust(self, call),
            "DeleteRole" => role::delete(self, call),
            "CreateServiceLinkedRole" => service_linked::create(self, call),
            "DeleteServiceLinkedRole" => service_linked::delete(self, call),
            "GetServiceLinkedRoleDeletionStatus" => service_linked::deletion_status(self, call),
            "CreateInstanceProfile" => instance_profile::create(self, call),
            "GetInstanceProfile" => instance_profile::get(self, call),
            "ListInstanceProfiles" => instance_profile::list(self, call),
            "ListInstanceProfilesForRole" => instance_profile::of_role(self, call),
            "AddRoleToInstanceProfile" => instance_profile::add_role(self, call),
            "RemoveRoleFromInstanceProfile" => instance_profile::remove_role(self, call),
            "DeleteInstanceProfile" => instance_profile::delete(self, call),
            "CreateOpenIDConnectProvider" => oidc::create(self, call),
            "GetOpenIDConnectProvider" => oidc::get(self, call),
            "ListOpenIDConnectProviders" => oidc::list(self, call),
            "UpdateOpenIDConnectProviderThumbprint" => oidc::update_thumbprints(self, call),
            "AddClientIDToOpenIDConnectProvider" => oidc::add_client(self, call),
            "RemoveClientIDFromOpenIDConnectProvider" => oidc::remove_client(self, call),
            "DeleteOpenIDConnectProvider" => oidc::delete(self, call),
            "CreateSAMLProvider" => saml::create(self, call),
            "GetSAMLProvider" => saml::get(self, call),
            "ListSAMLProviders" => saml::list(self, call),
            "UpdateSAMLProvider" => saml::update(self, call),
            "DeleteSAMLProvider" => saml::delete(self, call),
            "CreateAccountAlias" => alias::create(self, call),
            "ListAccountAliases" => alias::list(self, call),
            "DeleteAccountAlias" => alias::delete(self, call),
            "UpdateAccountPasswordPolicy" => password_policy::update(self, call),
            "GetAccountPasswordPolicy" => password_policy::get(self, call),
            "DeleteAccountPasswordPolicy" => password_policy::delete(self, call),
            "CreatePolicy" => policy::create(self, call),
            "GetPolicy" => policy::get(self, call),
            "ListPolicies" => policy::list(self, call),
            "DeletePolicy" => policy::delete(self, call),
            "CreatePolicyVersion" => policy::version::create(self, call),
            "GetPolicyVersion" => policy::version::get(self, call),
            "ListPolicyVersions" => policy::version::list(self, call),
            "SetDefaultPolicyVersion" => policy::version::set_default(self, call),
            "DeletePolicyVersion" => policy::version::delete(self, call),
            "TagUser" => tag::add(self, tag::Target::User, call),
            "TagRole" => tag::add(self, tag::Target::Role, call),
            "TagPolicy" => tag::add(self, tag::Target::Policy, call),
            "TagInstanceProfile" => tag::add(self, tag::Target::InstanceProfile, call),
            "TagOpenIDConnectProvider" => tag::add(self, tag::Target::OidcProvider, call),
            "TagSAMLProvider" => tag::add(self, tag::Target::SamlProvider, call),
            "UntagUser" => tag::remove(self, tag::Target::User, call),
            "UntagRole" => tag::remove(self, tag::Target::Role, call),
            "UntagPolicy" => tag::remove(self, tag::Target::Policy, call),
            "UntagInstanceProfile" => tag::remove(self, tag::Target::InstanceProfile, call),
            "UntagOpenIDConnectProvider" => tag::remove(self, tag::Target::OidcProvider, call),
            "UntagSAMLProvider" => tag::remove(self, tag::Target::SamlProvider, call),
            "ListUserTags" => tag::list(self, tag::Target::User, call),
            "ListRoleTags" => tag::list(self, tag::Target::Role, call),
            "ListPolicyTags" => tag::list(self, tag::Target::Policy, call),
            "ListInstanceProfileTags" => tag::list(self, tag::Target::InstanceProfile, call),
            "ListOpenIDConnectProviderTags" => tag::list(self, tag::Target::OidcProvider, call),
            "ListSAMLProviderTags" => tag::list(self, tag::Target::SamlProvider, call),
            "PutUserPolicy" => inline::put(self, Kind::User, call),
            "PutGroupPolicy" => inline::put(self, Kind::Group, call),
            "PutRolePolicy" => inline::put(self, Kind::Role, call),
            "GetUserPolicy" => inline::get(self, Kind::User, call),
            "GetGroupPolicy" => inline::get(self, Kind::Group, call),
            "GetRolePolicy" => inline::get(self, Kind::Role, call),
            "ListUserPolicies" => inline::list(self, Kind::User, call),
            "ListGroupPolicies" => inline::list(self, Kind::Group, call),
            "ListRolePolicies" => inline::list(self, Kind::Role, call),
            "DeleteUserPolicy" => inline::delete(self, Kind::User, call),
            "DeleteGroupPolicy" => inline::delete(self, Kind::Group, call),
            "DeleteRolePolicy" => inline::delete(self, Kind::Role, call),
            "AttachUserPolicy" => attachment::attach(self, Kind::User, call),
            "AttachGroupPolicy" => attachment::attach(self, Kind::Group, call),
            "AttachRolePolicy" => attachment::attach(self, Kind::Role, call),
            "DetachUserPolicy" => attachment::detach(self, Kind::User, call),
            "DetachGroupPolicy" => attachment::detach(self, Kind::Group, call),
            "DetachRolePolicy" => attachment::detach(self, Kind::Role, call),
            "ListAttachedUserPolicies" => attachment::list(self, Kind::User, call),
            "ListAttachedGroupPolicies" => attachment::list(self, Kind::Group, call),
            "ListAttachedRolePolicies" => attachment::list(self, Kind::Role, call),
            "ListEntitiesForPolicy" => attachment::entities(self, call),
            "PutUserPermissionsBoundary" => boundary::put(self, Kind::User, call),
            "PutRolePermissionsBoundary" => boundary::put(self, Kind::Role, call),
            "DeleteUserPermissionsBoundary" => boundary::delete(self, Kind::User, call),
            "DeleteRolePermissionsBoundary" => boundary::delete(self, Kind::Role, call),
            _ => unconfigured::get(self, operation, call),
        }
    }
}
