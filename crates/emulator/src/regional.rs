//! What a service holds in each account and region.

use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) use crate::kms::Place;

/// One store for each account and region, made when it is first written to. Forks share a store until one of them writes.
#[derive(Clone)]
pub(crate) struct Regional<T>(BTreeMap<Place, Arc<T>>);

impl<T> Default for Regional<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T: Clone + Default> Regional<T> {
    /// The store of a place, where anything was ever written.
    pub fn get(&self, place: &Place) -> Option<&T> {
        self.0.get(place).map(Arc::as_ref)
    }

    /// The store of a place, to be written to.
    pub fn get_mut(&mut self, place: &Place) -> &mut T {
        Arc::make_mut(self.0.entry(place.clone()).or_default())
    }
}

impl Place {
    /// The ARN of a service's resource here.
    pub fn arn_in(&self, service: &str, resource: &str) -> String {
        format!("arn:aws:{service}:{}:{}:{resource}", self.region, self.account)
    }
}

/// The parts of an ARN.
#[derive(Clone, Copy)]
pub(crate) struct Arn<'a> {
    pub service: &'a str,
    pub region: &'a str,
    pub account: &'a str,
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Takes an ARN of the partition `aws` apart; none for what is no ARN.
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.strip_prefix("arn:aws:")?.splitn(4, ':');
        let (service, region, account) = (parts.next()?, parts.next()?, parts.next()?);
        let resource = parts.next().filter(|resource| !resource.is_empty())?;
        Some(Self { service, region, account, resource })
    }

    /// Where the resource is.
    pub fn place(&self) -> Place {
        Place { account: self.account.to_owned(), region: self.region.to_owned() }
    }
}
