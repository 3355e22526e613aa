//! ARNs, taken apart.

use crate::place::Place;

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

/// Whether a text is the id of an account.
pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|digit| digit.is_ascii_digit())
}
