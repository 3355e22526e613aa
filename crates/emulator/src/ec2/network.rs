//! What one account has in one region: resources by kind and id, each as its list shows it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members};

use super::error;
use super::kind::Kind;
use super::{route, rule};
use crate::place::Place;
use crate::random;
use crate::record::Record;
use crate::structure::Structure;

/// The resources of a place.
#[derive(Clone, Default)]
pub(crate) struct Network {
    resources: BTreeMap<Kind, BTreeMap<String, Arc<Record>>>,
    /// What resources have that their lists do not show, by their ids: attributes of VPCs, tokens of calls.
    settings: BTreeMap<String, Members>,
    /// Whether the default VPC has been made, and deleted perhaps.
    pub begun: bool,
}

impl Network {
    /// The resources of a kind, by their ids.
    pub fn all(&self, kind: Kind) -> impl DoubleEndedIterator<Item = (&str, &Record)> {
        let all = self.resources.get(&kind).into_iter().flatten();
        all.map(|(id, record)| (id.as_str(), record.as_ref()))
    }

    /// Those whose member has that text.
    pub fn having(&self, kind: Kind, member: &str, text: &str) -> impl Iterator<Item = (&str, &Record)> {
        self.all(kind).filter(move |(_, record)| record.text(member) == text)
    }

    /// The resource of that id.
    pub fn get(&self, kind: Kind, id: &str) -> Result<&Record, ApiError> {
        let record = self.resources.get(&kind).and_then(|all| all.get(id));
        record.map(Arc::as_ref).ok_or_else(|| error::not_found(kind, id))
    }

    /// The same, to be written to.
    pub fn get_mut(&mut self, kind: Kind, id: &str) -> Result<&mut Record, ApiError> {
        let record = self.resources.get_mut(&kind).and_then(|all| all.get_mut(id));
        record.map(Arc::make_mut).ok_or_else(|| error::not_found(kind, id))
    }

    /// Every resource of a kind, to be written to.
    pub fn all_mut(&mut self, kind: Kind) -> impl Iterator<Item = (&str, &mut Record)> {
        let all = self.resources.get_mut(&kind).into_iter().flatten();
        all.map(|(id, record)| (id.as_str(), Arc::make_mut(record)))
    }

    /// Adds a resource under its id.
    pub fn add(&mut self, kind: Kind, id: &str, record: Record) {
        self.resources.entry(kind).or_default().insert(id.to_owned(), Arc::new(record));
    }

    /// Removes a resource, with what it has beside.
    pub fn remove(&mut self, kind: Kind, id: &str) -> Result<(), ApiError> {
        let removed = self.resources.get_mut(&kind).and_then(|all| all.remove(id));
        self.settings.remove(id);
        removed.map(drop).ok_or_else(|| error::not_found(kind, id))
    }

    /// Removes the resources that are not to be kept.
    pub fn retain(&mut self, kind: Kind, keep: impl Fn(&Record) -> bool) {
        if let Some(all) = self.resources.get_mut(&kind) {
            all.retain(|_, record| keep(record));
        }
    }

    /// What a resource has beside.
    pub fn setting(&self, id: &str, name: &str) -> Option<&Value> {
        self.settings.get(id)?.get(name)
    }

    /// Sets what a resource has beside.
    pub fn set(&mut self, id: &str, name: &str, value: impl Into<Value>) {
        self.settings.entry(id.to_owned()).or_default().insert(name.to_owned(), value.into());
    }

    /// The resource of a kind that a call with that token made.
    pub fn by_token(&self, kind: Kind, token: Option<&str>) -> Option<&Record> {
        let token = Value::from(token?);
        self.all(kind).find(|(id, _)| self.setting(id, TOKEN) == Some(&token)).map(|(_, record)| record)
    }

    /// The default VPC's id.
    pub fn default_vpc(&self) -> Option<&str> {
        let mut vpcs = self.all(Kind::Vpc);
        vpcs.find(|(_, vpc)| vpc.members.get("IsDefault") == Some(&Value::Bool(true))).map(|(id, _)| id)
    }

    /// A resource as its list shows it.
    pub fn shown(&self, kind: Kind, record: &Record) -> Members {
        let shown = Structure::new().with_all(record.members.clone());
        match kind {
            Kind::SecurityGroup => shown
                .with("IpPermissions", rule::permissions(self, record.text("GroupId"), false))
                .with("IpPermissionsEgress", rule::permissions(self, record.text("GroupId"), true)),
            Kind::RouteTable => shown.with("Routes", route::shown(self, record)),
            _ => shown,
        }
        .with("Tags", record.tags.list())
        .members()
    }

    /// The answer that shows one resource under its name.
    pub fn answer(&self, kind: Kind, name: &str, record: &Record) -> Structure {
        Structure::new().with(name, self.shown(kind, record))
    }
}

/// Where the token of the call that made a resource is kept.
pub(crate) const TOKEN: &str = "ClientToken";

/// A new id.
pub(crate) fn new_id(prefix: &str) -> Result<String, ApiError> {
    Ok(format!("{prefix}-{}", random::letters(b"0123456789abcdef", 17)?))
}

/// The ARN of a resource of EC2's.
pub(crate) fn arn(place: &Place, kind: Kind, id: &str) -> String {
    place.arn("ec2", &format!("{}/{id}", kind.table().tagged))
}

/// A state as associations show it.
pub(crate) fn associated() -> Value {
    json!({ "State": "associated" })
}

/// A list inside a record.
pub(crate) fn list<'a>(record: &'a Record, name: &str) -> &'a [Value] {
    record.members.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// A text inside an item of a list.
pub(crate) fn text<'a>(item: &'a Value, name: &str) -> &'a str {
    item.get(name).and_then(Value::as_str).unwrap_or_default()
}
