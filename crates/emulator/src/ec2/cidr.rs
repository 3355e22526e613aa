//! Ranges of addresses.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

/// A range of IPv4 addresses, in canonical form: what a text has beyond the prefix is taken away, as EC2 does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct V4 {
    network: u32,
    pub prefix: u8,
}

/// A range of IPv6 addresses.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct V6 {
    network: u128,
    pub prefix: u8,
}

fn split(text: &str, longest: u8) -> Option<(&str, u8)> {
    let (address, prefix) = text.split_once('/')?;
    let digits = !prefix.is_empty() && prefix.chars().all(|c| c.is_ascii_digit());
    let prefix = prefix.parse().ok().filter(|prefix| digits && *prefix <= longest)?;
    Some((address, prefix))
}

impl V4 {
    /// Reads `10.0.0.0/16`.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = split(text, 32)?;
        let address: Ipv4Addr = address.parse().ok()?;
        let mask = Self { network: 0, prefix }.mask();
        Some(Self { network: u32::from(address) & mask, prefix })
    }

    fn mask(self) -> u32 {
        u32::MAX.checked_shl(32 - u32::from(self.prefix)).unwrap_or(0)
    }

    /// Whether the other lies inside.
    pub fn contains(self, other: Self) -> bool {
        self.prefix <= other.prefix && other.network & self.mask() == self.network
    }

    /// Whether they share an address.
    pub fn overlaps(self, other: Self) -> bool {
        self.contains(other) || other.contains(self)
    }

    /// How many addresses of a subnet can be given away: EC2 keeps the first four and the last.
    pub fn available(self) -> u64 {
        (1_u64 << (32 - u32::from(self.prefix))).saturating_sub(5)
    }

    /// The address that is so far from the first.
    pub fn address(self, offset: u32) -> Ipv4Addr {
        Ipv4Addr::from(self.network.wrapping_add(offset))
    }
}

impl fmt::Display for V4 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", Ipv4Addr::from(self.network), self.prefix)
    }
}

impl V6 {
    /// Reads `2001:db8::/56`.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = split(text, 128)?;
        let address: Ipv6Addr = address.parse().ok()?;
        Some(Self::new(u128::from(address), prefix))
    }

    /// The range of a prefix that an address is in.
    pub fn new(address: u128, prefix: u8) -> Self {
        let mask = u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0);
        Self { network: address & mask, prefix }
    }

    /// Whether the other lies inside.
    pub fn contains(self, other: Self) -> bool {
        self.prefix <= other.prefix && Self::new(other.network, self.prefix) == self
    }
}

impl fmt::Display for V6 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", Ipv6Addr::from(self.network), self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_made_canonical() {
        for (text, canonical) in
            [("100.68.0.18/18", "100.68.0.0/18"), ("0.0.0.0/0", "0.0.0.0/0"), ("10.1.2.3/32", "10.1.2.3/32")]
        {
            assert_eq!(V4::parse(text).unwrap().to_string(), canonical);
        }
        assert_eq!(V6::parse("2001:db8:0:1::5/64").unwrap().to_string(), "2001:db8:0:1::/64");
        assert_eq!(V6::parse("::/0").unwrap().to_string(), "::/0");
        for text in ["", "10.0.0.0", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/+8", "a/8", "10.0.0.0/"] {
            assert!(V4::parse(text).is_none(), "{text}");
        }
        assert!(V6::parse("::/129").is_none() && V6::parse("10.0.0.0/8").is_none());
    }

    #[test]
    fn ranges_lie_in_each_other() {
        let range = |text| V4::parse(text).unwrap();
        assert!(range("10.0.0.0/16").contains(range("10.0.255.0/24")));
        assert!(!range("10.0.0.0/16").contains(range("10.1.0.0/24")));
        assert!(range("10.0.1.0/24").overlaps(range("10.0.0.0/16")));
        assert!(!range("10.0.1.0/24").overlaps(range("10.0.2.0/24")));
        assert_eq!((range("10.0.0.0/24").available(), range("10.0.0.0/28").available()), (251, 11));
        let six = |text| V6::parse(text).unwrap();
        assert!(six("2001:db8::/56").contains(six("2001:db8:0:ff::/64")));
        assert!(!six("2001:db8::/56").contains(six("2001:db8:0:100::/64")));
    }
}
