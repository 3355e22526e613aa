//! An organization that stands before the first call.

use std::collections::BTreeSet;

use jiff::Timestamp;
use stackproof_aws::ApiError;

use super::account::Account;
use super::organization::Organization;
use super::policy::{FULL_ACCESS, Policy};
use super::unit::Unit;
use crate::constraint;
use crate::input::Input;
use crate::tags::Tags;

/// An organization with all features, in which service and resource control policies are enabled ("AWS Organizations
/// terminology and concepts").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationSeed {
    /// `o-…`
    pub id: String,
    /// `r-…`
    pub root_id: String,
    /// 12 digits.
    pub management_account: String,
    /// Its organizational units.
    pub units: Vec<UnitSeed>,
    /// Its accounts, the management account among them.
    pub accounts: Vec<AccountSeed>,
    /// Its policies, but for those of AWS.
    pub policies: Vec<PolicySeed>,
    /// The root, units and accounts that FullAWSAccess is not attached to, by their ids.
    pub without_full_access: BTreeSet<String>,
}

/// An organizational unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitSeed {
    /// `ou-…`
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The id of the root or the unit that it is in.
    pub parent: String,
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountSeed {
    /// 12 digits.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The id of the root or the unit that it is in.
    pub parent: String,
}

/// A service or resource control policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicySeed {
    /// What it is called; no two of a type are called the same.
    pub name: String,
    /// Which of both it is.
    pub kind: PolicyType,
    /// The document.
    pub content: String,
    /// The ids of what it is attached to.
    pub targets: BTreeSet<String>,
}

/// A type of policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyType {
    /// `SERVICE_CONTROL_POLICY`
    ServiceControl,
    /// `RESOURCE_CONTROL_POLICY`
    ResourceControl,
    /// A type that decides no call.
    Other(&'static str),
}

const SERVICE_CONTROL: &str = "SERVICE_CONTROL_POLICY";
const RESOURCE_CONTROL: &str = "RESOURCE_CONTROL_POLICY";
const TYPES: [&str; 13] = [
    SERVICE_CONTROL,
    RESOURCE_CONTROL,
    "TAG_POLICY",
    "BACKUP_POLICY",
    "AISERVICES_OPT_OUT_POLICY",
    "CHATBOT_POLICY",
    "DECLARATIVE_POLICY_EC2",
    "SECURITYHUB_POLICY",
    "INSPECTOR_POLICY",
    "UPGRADE_ROLLOUT_POLICY",
    "BEDROCK_POLICY",
    "S3_POLICY",
    "NETWORK_SECURITY_DIRECTOR_POLICY",
];

impl PolicyType {
    /// Takes a member that must name one.
    pub(crate) fn read(input: &mut Input, member: &str) -> Result<Self, ApiError> {
        let text = input.required(member)?;
        constraint::check_one_of(input, &text, member, &TYPES)?;
        Ok(match text.as_str() {
            SERVICE_CONTROL => Self::ServiceControl,
            RESOURCE_CONTROL => Self::ResourceControl,
            other => Self::Other(TYPES.into_iter().find(|known| *known == other).unwrap_or_default()),
        })
    }

    /// As the API names it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ServiceControl => SERVICE_CONTROL,
            Self::ResourceControl => RESOURCE_CONTROL,
            Self::Other(name) => name,
        }
    }

    /// So many may be attached to one target ("Quotas for AWS Organizations").
    pub(crate) fn most_attached(self) -> usize {
        match self {
            Self::ResourceControl | Self::Other("AISERVICES_OPT_OUT_POLICY" | "CHATBOT_POLICY") => 5,
            _ => 10,
        }
    }
}

impl OrganizationSeed {
    /// The organization itself, whose accounts have all joined now.
    pub(super) fn grown(self, now: Timestamp) -> Organization {
        let mut organization = Organization::new(self.id, self.root_id, &self.management_account, now);
        organization.enabled = BTreeSet::from([PolicyType::ServiceControl, PolicyType::ResourceControl]);
        for UnitSeed { id, name, parent } in self.units {
            organization.units.insert(id, Unit { name, parent, tags: Tags::default() });
        }
        for AccountSeed { id, name, parent } in self.accounts {
            let account = Account::new(&name, &format!("{id}@example.com"), &parent, now);
            organization.accounts.insert(id, account);
        }
        for (at, PolicySeed { name, kind, content, targets }) in self.policies.into_iter().enumerate() {
            let (description, tags) = (String::new(), Some(Tags::default()));
            let policy = Policy { name, description, kind, content, targets, tags };
            organization.policies.insert(format!("p-configured{at:04}"), policy);
        }
        let nodes: Vec<String> = organization.nodes().map(str::to_owned).collect();
        for node in &nodes {
            organization.attach_full_access(node);
        }
        if let Some(policy) = organization.policies.get_mut(FULL_ACCESS) {
            policy.targets.retain(|target| !self.without_full_access.contains(target));
        }
        organization
    }
}
