//! What an organization holds, and how it is made.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::{Value, json};
use stackproof_aws::ApiError;

use super::PolicyType;
use super::account::Account;
use super::creation::Request;
use super::policy::{FULL_ACCESS, Policy, RESOURCE_FULL_ACCESS};
use super::resource_policy::ResourcePolicy;
use super::unit::Unit;
use crate::Call;
use crate::constraint;
use crate::random;
use crate::structure::Structure;
use crate::tags::Tags;

/// The letters of ids.
pub(super) const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const ALL: &str = "ALL";

/// An organization.
#[derive(Clone)]
pub(crate) struct Organization {
    pub id: String,
    pub root: String,
    pub root_tags: Tags,
    /// The management account.
    pub management: String,
    /// `ALL` or `CONSOLIDATED_BILLING`.
    pub features: String,
    /// The types of policies that are enabled in the root.
    pub enabled: BTreeSet<PolicyType>,
    pub units: BTreeMap<String, Unit>,
    pub accounts: BTreeMap<String, Account>,
    /// By their ids, those of AWS among them.
    pub policies: BTreeMap<String, Policy>,
    pub requests: BTreeMap<String, Request>,
    /// The services that may act in the organization, and since when.
    pub services: BTreeMap<String, Timestamp>,
    /// The accounts that administer services for the organization, and since when each.
    pub delegated: BTreeMap<String, BTreeMap<String, Timestamp>>,
    pub resource_policy: Option<ResourcePolicy>,
}

impl Organization {
    /// With nothing but its management account.
    pub fn new(id: String, root: String, management: &str, joined: Timestamp) -> Self {
        let account = Account::new("management", &format!("{management}@example.com"), &root, joined);
        let aws = [
            (FULL_ACCESS, Policy::full_access(PolicyType::ServiceControl)),
            (RESOURCE_FULL_ACCESS, Policy::full_access(PolicyType::ResourceControl)),
        ];
        Self {
            id,
            root,
            root_tags: Tags::default(),
            management: management.to_owned(),
            features: ALL.to_owned(),
            enabled: BTreeSet::new(),
            units: BTreeMap::new(),
            accounts: BTreeMap::from([(management.to_owned(), account)]),
            policies: aws.into_iter().map(|(id, policy)| (id.to_owned(), policy)).collect(),
            requests: BTreeMap::new(),
            services: BTreeMap::new(),
            delegated: BTreeMap::new(),
            resource_policy: None,
        }
    }

    /// The one that a call creates.
    pub fn create(call: &mut Call) -> Result<Self, ApiError> {
        let features = constraint::one_of(&mut call.input, "FeatureSet", &[ALL, "CONSOLIDATED_BILLING"])?;
        call.input.finish()?;
        let id = format!("o-{}", random::picks(ALPHABET, 10)?);
        let root = format!("r-{}", random::picks(ALPHABET, 4)?);
        let made = Self::new(id, root, &call.account, call.now);
        Ok(Self { features: features.unwrap_or_else(|| ALL.to_owned()), ..made })
    }

    /// Whether it can have policies at all.
    pub fn has_all_features(&self) -> bool {
        self.features == ALL
    }

    /// The ARN of something of it.
    pub fn arn(&self, kind: &str, rest: &str) -> String {
        format!("arn:aws:organizations::{}:{kind}/{}{rest}", self.management, self.id)
    }

    /// As `DescribeOrganization` shows it.
    pub fn shown(&self) -> Value {
        let email = self.accounts.get(&self.management).map(|account| account.email.clone());
        let available = match self.has_all_features() {
            true => json!([{ "Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED" }]),
            false => json!([]),
        };
        Structure::new()
            .with("Id", self.id.as_str())
            .with("Arn", self.arn("organization", ""))
            .with("FeatureSet", self.features.as_str())
            .with("MasterAccountArn", self.arn("account", &format!("/{}", self.management)))
            .with("MasterAccountId", self.management.as_str())
            .with_some("MasterAccountEmail", email)
            .with("AvailablePolicyTypes", available)
            .value()
    }
}
