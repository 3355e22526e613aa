//! IP networks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Arguments, FunctionError};
use crate::value::Value;

type Result<T = Value> = std::result::Result<T, FunctionError>;

/// A network: its address with all bits beyond the prefix zero.
#[derive(Clone, Copy)]
struct Network {
    bits: u128,
    prefix: u32,
    width: u32,
}

impl Network {
    fn parse(text: &str) -> Result<Network> {
        let wrong = || FunctionError::argument(0, "a network such as 10.0.0.0/8 is required");
        let (address, prefix) = text.split_once('/').ok_or_else(wrong)?;
        let prefix: u32 = prefix.parse().map_err(|_| wrong())?;
        let (bits, width) = match plain(address).parse().map_err(|_| wrong())? {
            IpAddr::V4(address) => (u128::from(u32::from(address)), 32),
            IpAddr::V6(address) => (u128::from(address), 128),
        };
        if prefix > width {
            return Err(wrong());
        }
        let network = Network { bits, prefix, width };
        Ok(Network { bits: bits & !network.host_mask(), ..network })
    }

    fn host_mask(&self) -> u128 {
        1u128.checked_shl(self.width - self.prefix).map_or(u128::MAX, |size| size - 1)
    }

    fn address(&self, bits: u128) -> IpAddr {
        match (self.width, u32::try_from(bits)) {
            (32, Ok(bits)) => IpAddr::V4(Ipv4Addr::from(bits)),
            _ => IpAddr::V6(Ipv6Addr::from(bits)),
        }
    }

    fn subnet(&self, additional: u32, number: u128) -> Result<Network> {
        let prefix = self.prefix.checked_add(additional).filter(|prefix| *prefix <= self.width);
        let prefix =
            prefix.ok_or_else(|| FunctionError::argument(1, "the network has not that many bits left"))?;
        let fits = 1u128.checked_shl(additional).is_none_or(|count| number < count);
        if !fits {
            return Err(FunctionError::argument(2, format!("{additional} bits do not hold this number")));
        }
        let bits = self.bits | number.checked_shl(self.width - prefix).unwrap_or(0);
        Ok(Network { bits, prefix, width: self.width })
    }

    fn written(&self) -> String {
        format!("{}/{}", self.address(self.bits), self.prefix)
    }
}

/// An address of version 4 without the leading zeros that its parts may have, which Terraform takes for decimal.
fn plain(address: &str) -> String {
    if address.contains(':') {
        return address.to_owned();
    }
    let parts = address.split('.').map(|part| match part.trim_start_matches('0') {
        "" if !part.is_empty() => "0",
        stripped => stripped,
    });
    parts.collect::<Vec<_>>().join(".")
}

pub(super) fn cidrhost(arguments: &Arguments<'_>) -> Result {
    let network = Network::parse(arguments.string(0)?)?;
    let number = i128::from(arguments.whole(1)?);
    let mask = network.host_mask();
    let host =
        if number < 0 { mask.checked_sub(number.unsigned_abs() - 1) } else { Some(number.unsigned_abs()) };
    let host = host.filter(|host| *host <= mask);
    let host = host.ok_or_else(|| FunctionError::argument(1, "the network has not that many hosts"))?;
    Ok(network.address(network.bits | host).to_string().into())
}

pub(super) fn cidrnetmask(arguments: &Arguments<'_>) -> Result {
    let network = Network::parse(arguments.string(0)?)?;
    if network.width != 32 {
        return Err(FunctionError::argument(0, "only IPv4 networks have a netmask"));
    }
    let mask = !network.host_mask() & u128::from(u32::MAX);
    Ok(network.address(mask).to_string().into())
}

pub(super) fn cidrsubnet(arguments: &Arguments<'_>) -> Result {
    let network = Network::parse(arguments.string(0)?)?;
    let additional = u32::try_from(arguments.size(1)?).unwrap_or(u32::MAX);
    let number = u128::try_from(arguments.size(2)?).unwrap_or(u128::MAX);
    Ok(network.subnet(additional, number)?.written().into())
}

/// Subnets one after another, each as close to the one before as its size allows.
pub(super) fn cidrsubnets(arguments: &Arguments<'_>) -> Result {
    let network = Network::parse(arguments.string(0)?)?;
    let mut next = network.bits;
    let mut subnets = Vec::new();
    for index in 1..arguments.values.len() {
        if arguments.size(index)? == 0 {
            return Err(FunctionError::argument(index, "a subnet is at least one bit longer"));
        }
        let additional = u32::try_from(arguments.size(index)?).unwrap_or(u32::MAX);
        let sized = network.subnet(additional, 0)?;
        let mask = sized.host_mask();
        let start = next.checked_add(mask).map(|end| end & !mask);
        let within = start.filter(|start| start & !network.host_mask() == network.bits);
        let bits =
            within.ok_or_else(|| FunctionError::argument(index, "the network has no room left for it"))?;
        let subnet = Network { bits, ..sized };
        subnets.push(subnet.written());
        next = (bits | mask).saturating_add(1);
    }
    Ok(Value::strings(subnets))
}
