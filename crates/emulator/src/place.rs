//! What each account holds in each region.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::Call;
use crate::arn::Arn;

/// One account in one region.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub account: String,
    pub region: String,
}

impl Place {
    /// Where a call is executed.
    pub fn of(call: &Call) -> Self {
        Self { account: call.account.clone(), region: call.region.clone() }
    }

    /// The ARN of a service's resource there.
    pub fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:aws:{service}:{}:{}:{resource}", self.region, self.account)
    }

    /// The place and the resource that an ARN of that service names.
    pub fn parse(service: &str, arn: &str) -> Option<(Self, String)> {
        let arn = Arn::parse(arn).filter(|arn| arn.service == service)?;
        Some((arn.place(), arn.resource.to_owned()))
    }
}

/// A service's stores by place, each shared between forks until one of them writes to it.
#[derive(Clone)]
pub(crate) struct Stores<T>(BTreeMap<Place, Arc<T>>);

impl<T> Default for Stores<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T: Clone + Default> Stores<T> {
    /// The store of a place, where anything was ever written to it.
    pub fn get(&self, place: &Place) -> Option<&T> {
        self.0.get(place).map(Arc::as_ref)
    }

    /// Every store with its place.
    pub fn iter(&self) -> impl Iterator<Item = (&Place, &T)> {
        self.0.iter().map(|(place, store)| (place, store.as_ref()))
    }

    /// The store of a place, to be written to.
    pub fn get_mut(&mut self, place: &Place) -> &mut T {
        Arc::make_mut(self.0.entry(place.clone()).or_default())
    }
}
