//! The organization that accounts are members of: as it was configured until a call to AWS Organizations may have changed
//! it, and from then on as the upstream has it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use super::cache::{Cache, Fork, Generations};
use super::services::generation;
use super::upstream::{Asker, field};
use super::{Directory, LIFETIME};
use crate::organization::{ControlPolicy, Member, Organization};
use crate::refusal::Unknown;

/// AWS's policy over resources, which is implied wherever others are attached.
const IMPLIED: &str = "p-RCPFullAWSAccess";
/// What the service answers an account that is no member.
const NOT_IN_USE: &[&str] = &["AWSOrganizationsNotInUseException"];

/// What is known of the organization.
pub(crate) struct Organized {
    configured: Option<Arc<Organization>>,
    /// Whether it may be another by now.
    written: AtomicBool,
    read: Cache<Option<Arc<Organization>>>,
}

impl Organized {
    /// An organization that nobody has written to. `shared` as for the directory.
    pub fn new(configured: Option<Arc<Organization>>, generations: Generations, shared: bool) -> Self {
        let read = Cache::new(generations, shared.then_some(LIFETIME));
        Self { configured, written: AtomicBool::new(false), read }
    }

    /// The same over a copy of the upstream.
    pub fn fork(&self, fork: &Fork) -> Self {
        Self {
            configured: self.configured.clone(),
            written: AtomicBool::new(self.written.load(Ordering::SeqCst)),
            read: fork.cache(&self.read),
        }
    }

    /// Whether others write to the upstream too.
    pub fn is_shared(&self) -> bool {
        self.read.expires()
    }

    /// A write to the service begins.
    pub fn written(&self) {
        self.written.store(true, Ordering::SeqCst);
    }
}

impl Directory {
    /// The organization that accounts are members of.
    pub async fn organization(&self) -> Result<Option<Arc<Organization>>, Unknown> {
        let Organized { configured, written, read } = &self.organized;
        // Of one that is not known whole nothing can be changed: the service refuses it.
        let is_whole = configured.as_ref().is_none_or(|configured| configured.is_whole());
        if !written.load(Ordering::SeqCst) || !is_whole {
            return Ok(configured.clone());
        }
        let fetch = async {
            let accounts = self.accounts();
            let found = read_organization(&self.asker, &accounts, configured.as_deref()).await?;
            Ok(found.map(Arc::new))
        };
        Ok(Option::clone(&*read.get::<Unknown>(&generation("organizations", ""), "", fetch).await?))
    }
}

/// The organization as the upstream has it, read as its management account. What was configured says where the policies
/// that it brought are written, and which accounts besides are outside.
async fn read_organization(
    asker: &Asker,
    accounts: &[String],
    configured: Option<&Organization>,
) -> Result<Option<Organization>, Unknown> {
    let mut found = None;
    for account in accounts {
        let call = ("organizations", "DescribeOrganization");
        found = asker.ask(account, call, json!({}), NOT_IN_USE).await?;
        if found.is_some() {
            break;
        }
    }
    let Some(found) = found.and_then(|mut found| found.remove("Organization")) else { return Ok(None) };
    let text = |name: &str| field(&found, name).map(str::to_owned).ok_or_else(|| lacking(name));
    let (id, management) = (text("Id")?, text("MasterAccountId")?);
    let mut reader = Reader {
        asker,
        management: &management,
        configured,
        documents: BTreeMap::new(),
        closed: BTreeSet::new(),
    };
    let members = reader.members(&id).await?;
    let outside = configured.map(|configured| configured.outside.clone()).unwrap_or_default();
    let ours = accounts.iter().filter(|account| !members.contains_key(*account)).cloned();
    Ok(Some(Organization {
        id: Some(id),
        outside: outside.into_iter().chain(ours).collect(),
        closed: reader.closed,
        members,
        management_account: Some(management),
    }))
}

fn lacking(what: &str) -> Unknown {
    Unknown(format!("the organization: the upstream does not say its `{what}`"))
}

/// A level of the organization, and what is attached there.
#[derive(Clone)]
struct Level {
    service: Vec<ControlPolicy>,
    resource: Vec<ControlPolicy>,
}

/// The root or a unit whose children are to be read.
struct Parent {
    id: String,
    /// `workloads/prod`; empty for the root.
    name: String,
    /// `o-…/r-…/ou-…/`
    path: String,
    levels: Vec<Level>,
}

struct Reader<'a> {
    asker: &'a Asker,
    management: &'a str,
    configured: Option<&'a Organization>,
    /// Of policies by their ids.
    documents: BTreeMap<String, String>,
    closed: BTreeSet<String>,
}

impl Reader<'_> {
    async fn list(&self, operation: &str, members: Value, entries: &str) -> Result<Vec<Value>, Unknown> {
        let Value::Object(members) = members else { return Ok(Vec::new()) };
        let call = ("organizations", operation);
        let rows = self.asker.list(self.management, call, members, entries, &[]).await?;
        Ok(rows.unwrap_or_default())
    }

    /// Every account with all that is above it, from the root down.
    async fn members(&mut self, organization: &str) -> Result<BTreeMap<String, Member>, Unknown> {
        let mut members = BTreeMap::new();
        let roots = self.list("ListRoots", json!({}), "Roots").await?;
        let root = roots.first().ok_or_else(|| lacking("Roots"))?;
        let types = root.get("PolicyTypes").and_then(Value::as_array).into_iter().flatten();
        let enabled: BTreeSet<String> =
            types.filter_map(|kind| field(kind, "Type").map(str::to_owned)).collect();
        let id = field(root, "Id").ok_or_else(|| lacking("Id"))?.to_owned();
        let levels = vec![self.level(&id, "the root", &enabled).await?];
        let path = format!("{organization}/{id}/");
        let mut parents = vec![Parent { id, name: String::new(), path, levels }];
        while let Some(parent) = parents.pop() {
            let of = || json!({ "ParentId": parent.id });
            for account in self.list("ListAccountsForParent", of(), "Accounts").await? {
                let id = field(&account, "Id").ok_or_else(|| lacking("Id"))?;
                let called = format!("the account {}", field(&account, "Name").unwrap_or(id));
                let mut levels = parent.levels.clone();
                levels.push(self.level(id, &called, &enabled).await?);
                members.insert(id.to_owned(), member(&parent.path, levels));
                if field(&account, "Status") == Some("SUSPENDED") {
                    self.closed.insert(id.to_owned());
                }
            }
            for unit in self.list("ListOrganizationalUnitsForParent", of(), "OrganizationalUnits").await? {
                let id = field(&unit, "Id").ok_or_else(|| lacking("Id"))?.to_owned();
                let own = field(&unit, "Name").unwrap_or(&id);
                let name = match parent.name.as_str() {
                    "" => own.to_owned(),
                    above => format!("{above}/{own}"),
                };
                let mut levels = parent.levels.clone();
                levels.push(self.level(&id, &format!("the unit {name}"), &enabled).await?);
                let path = format!("{}{id}/", parent.path);
                parents.push(Parent { id, name, path, levels });
            }
        }
        Ok(members)
    }

    async fn level(
        &mut self,
        target: &str,
        called: &str,
        enabled: &BTreeSet<String>,
    ) -> Result<Level, Unknown> {
        let service = self.attached(target, called, "SERVICE_CONTROL_POLICY", enabled).await?;
        let resource = self.attached(target, called, "RESOURCE_CONTROL_POLICY", enabled).await?;
        Ok(Level { service, resource })
    }

    /// The policies of a type that are attached to a target.
    async fn attached(
        &mut self,
        target: &str,
        called: &str,
        kind: &str,
        enabled: &BTreeSet<String>,
    ) -> Result<Vec<ControlPolicy>, Unknown> {
        if !enabled.contains(kind) {
            return Ok(Vec::new());
        }
        let members = json!({ "TargetId": target, "Filter": kind });
        let mut attached = self.list("ListPoliciesForTarget", members, "Policies").await?;
        // Of several that deny a call the first is named: which one must not depend on ids that nobody chose.
        attached.sort_by(|one, other| field(one, "Name").cmp(&field(other, "Name")));
        let mut policies = Vec::new();
        for summary in attached {
            let id = field(&summary, "Id").ok_or_else(|| lacking("Id"))?;
            if id == IMPLIED {
                continue;
            }
            let name = field(&summary, "Name").unwrap_or(id);
            let document = self.document(id).await?;
            let places = self.configured.map(|it| it.places(name, &document)).unwrap_or_default();
            policies.push(ControlPolicy::new(format!("{name} of {called}"), &document, places));
        }
        Ok(policies)
    }

    async fn document(&mut self, id: &str) -> Result<String, Unknown> {
        if let Some(document) = self.documents.get(id) {
            return Ok(document.clone());
        }
        let call = ("organizations", "DescribePolicy");
        let found = self.asker.ask(self.management, call, json!({ "PolicyId": id }), &[]).await?;
        let policy = found.and_then(|mut found| found.remove("Policy")).unwrap_or_default();
        let document = field(&policy, "Content").ok_or_else(|| lacking("Content"))?.to_owned();
        self.documents.insert(id.to_owned(), document.clone());
        Ok(document)
    }
}

fn member(path: &str, levels: Vec<Level>) -> Member {
    // A type that is not enabled has no level that would have to allow anything.
    let has_service = levels.iter().any(|level| !level.service.is_empty());
    let (service, resource): (Vec<_>, Vec<_>) =
        levels.into_iter().map(|level| (level.service, level.resource)).unzip();
    Member {
        path: Some(path.to_owned()),
        service_control: if has_service { service } else { Vec::new() },
        resource_control: resource,
    }
}
