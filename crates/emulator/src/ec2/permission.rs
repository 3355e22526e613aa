//! What a rule of a security group lets through, as calls write it: many sources in one permission.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members};

use super::cidr::{V4, V6};
use super::group::is_plain;
use super::kind::Kind;
use super::network::Network;
use super::{describe, error};
use crate::input::{Input, not_implemented};
use crate::structure::Structure;

/// Where what is let through comes from or goes to.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Peer {
    V4(String),
    V6(String),
    PrefixList(String),
    Group(String),
}

/// One rule's content.
#[derive(Clone)]
pub(crate) struct Permission {
    protocol: String,
    /// Types and codes of ICMP stand here, too.
    ports: Option<(i64, i64)>,
    peer: Peer,
    pub description: Option<String>,
}

/// Names of protocols that have one, by their numbers.
fn protocol_name(given: &str) -> Result<String, ApiError> {
    let name = given.to_ascii_lowercase();
    let known = match name.as_str() {
        "-1" | "all" => "-1",
        "6" | "tcp" => "tcp",
        "17" | "udp" => "udp",
        "1" | "icmp" => "icmp",
        "58" | "icmpv6" => "icmpv6",
        number if number.parse::<u8>().is_ok() => number,
        _ => {
            return Err(error::value(given, "IpProtocol", "Unsupported IP protocol."));
        }
    };
    Ok(known.to_owned())
}

fn read_ports(input: &mut Input, protocol: &str) -> Result<Option<(i64, i64)>, ApiError> {
    let (from, to) = (input.integer("FromPort")?, input.integer("ToPort")?);
    match (protocol, from, to) {
        ("tcp" | "udp", Some(from), Some(to)) => {
            let range = 0..=65_535;
            if !range.contains(&from) || !range.contains(&to) || from > to {
                return Err(error::invalid(format!("Invalid TCP/UDP port range ({from}:{to})")));
            }
            Ok(Some((from, to)))
        }
        ("tcp" | "udp", ..) => Err(error::invalid(
            "Invalid value for portRange. Must specify both from and to ports with TCP/UDP.",
        )),
        ("icmp" | "icmpv6", from, to) => Ok(Some((from.unwrap_or(-1), to.unwrap_or(-1)))),
        // Of other protocols all ports are let through, whatever is given.
        _ => Ok(None),
    }
}

/// Takes a description.
pub(crate) fn read_description(input: &mut Input) -> Result<Option<String>, ApiError> {
    let description = input.string("Description")?.filter(|text| !text.is_empty());
    if description.as_ref().is_some_and(|text| text.chars().count() > 255 || !is_plain(text)) {
        return Err(error::invalid(
            "Invalid rule description. Valid descriptions are strings less than 256 characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*",
        ));
    }
    Ok(description)
}

impl Peer {
    /// Reads a range, a prefix list or a group, of whichever the member is.
    pub fn read(network: &Network, member: &str, given: &str) -> Result<Self, ApiError> {
        let malformed = || error::value(given, member, "This is not a valid CIDR block.");
        match member {
            "CidrIp" | "CidrIpv4" => Ok(Self::V4(V4::parse(given).ok_or_else(malformed)?.to_string())),
            "CidrIpv6" => Ok(Self::V6(V6::parse(given).ok_or_else(malformed)?.to_string())),
            "PrefixListId" => {
                network.get(Kind::PrefixList, given)?;
                Ok(Self::PrefixList(given.to_owned()))
            }
            _ => {
                network.get(Kind::SecurityGroup, given)?;
                Ok(Self::Group(given.to_owned()))
            }
        }
    }

    /// As the text of errors names it.
    fn name(&self) -> &str {
        match self {
            Self::V4(name) | Self::V6(name) | Self::PrefixList(name) | Self::Group(name) => name,
        }
    }
}

impl Permission {
    /// All traffic to anywhere.
    pub fn everything() -> Self {
        Self {
            protocol: "-1".to_owned(),
            ports: None,
            peer: Peer::V4("0.0.0.0/0".to_owned()),
            description: None,
        }
    }

    /// All traffic from a group.
    pub fn all_from(group: &str) -> Self {
        Self { peer: Peer::Group(group.to_owned()), ..Self::everything() }
    }

    /// Takes what is let through of a structure that names one peer, or of a request that does.
    pub fn read_one(network: &Network, input: &mut Input, peers: &[&str]) -> Result<Self, ApiError> {
        let protocol =
            protocol_name(&input.string("IpProtocol")?.ok_or_else(|| error::missing("IpProtocol"))?)?;
        let ports = read_ports(input, &protocol)?;
        let mut given = Vec::new();
        for member in peers {
            if let Some(text) = input.string(member)? {
                given.push(Peer::read(network, member, &text)?);
            }
        }
        let peer = given.pop().filter(|_| given.is_empty()).ok_or_else(no_source)?;
        Ok(Self { protocol, ports, peer, description: None })
    }

    /// Takes the permissions of a request, each with all its sources.
    pub fn read_all(network: &Network, account: &str, input: &mut Input) -> Result<Vec<Self>, ApiError> {
        let mut all = Vec::new();
        for mut permission in input.structures("IpPermissions")? {
            let given = permission.string("IpProtocol")?.ok_or_else(|| error::missing("IpProtocol"))?;
            let protocol = protocol_name(&given)?;
            let ports = read_ports(&mut permission, &protocol)?;
            let before = all.len();
            for (list, member) in
                [("IpRanges", "CidrIp"), ("Ipv6Ranges", "CidrIpv6"), ("PrefixListIds", "PrefixListId")]
            {
                for mut source in permission.structures(list)? {
                    let named = source.string(member)?.ok_or_else(|| error::missing(member))?;
                    let peer = Peer::read(network, member, &named)?;
                    let description = read_description(&mut source)?;
                    source.finish()?;
                    all.push(Self { protocol: protocol.clone(), ports, peer, description });
                }
            }
            for mut pair in permission.structures("UserIdGroupPairs")? {
                let peer = read_pair(network, account, &mut pair)?;
                let description = read_description(&mut pair)?;
                pair.finish()?;
                all.push(Self { protocol: protocol.clone(), ports, peer, description });
            }
            permission.finish()?;
            if all.len() == before {
                return Err(no_source());
            }
        }
        Ok(all)
    }

    /// Whether both let the same through.
    pub fn is_same(&self, other: &Self) -> bool {
        self.protocol == other.protocol && self.ports == other.ports && self.peer == other.peer
    }

    /// The group that is let through.
    pub fn group(&self) -> Option<&str> {
        match &self.peer {
            Peer::Group(id) => Some(id),
            _ => None,
        }
    }

    /// The members of a rule that say it.
    pub fn members(&self, account: &str) -> Members {
        let (from, to) = self.ports.unwrap_or((-1, -1));
        let rule = Structure::new()
            .with("IpProtocol", self.protocol.as_str())
            .with("FromPort", from)
            .with("ToPort", to)
            .with_some("Description", self.description.as_deref());
        match &self.peer {
            Peer::V4(range) => rule.with("CidrIpv4", range.as_str()),
            Peer::V6(range) => rule.with("CidrIpv6", range.as_str()),
            Peer::PrefixList(id) => rule.with("PrefixListId", id.as_str()),
            Peer::Group(id) => rule.with("ReferencedGroupInfo", json!({ "GroupId": id, "UserId": account })),
        }
        .members()
    }

    /// What a rule's members say.
    pub fn of_rule(members: &Members) -> Option<Self> {
        let text = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
        let number = |name: &str| members.get(name).and_then(Value::as_i64);
        let group = || members.get("ReferencedGroupInfo")?.get("GroupId")?.as_str().map(str::to_owned);
        let peer = None
            .or_else(|| text("CidrIpv4").map(Peer::V4))
            .or_else(|| text("CidrIpv6").map(Peer::V6))
            .or_else(|| text("PrefixListId").map(Peer::PrefixList))
            .or_else(|| group().map(Peer::Group))?;
        let protocol = text("IpProtocol")?;
        let has_ports = ["tcp", "udp", "icmp", "icmpv6"].contains(&protocol.as_str());
        let ports = number("FromPort").zip(number("ToPort")).filter(|_| has_ports);
        Some(Self { protocol, ports, peer, description: text("Description") })
    }

    /// The list that the peer stands in, and its entry there, as groups show it.
    pub fn entry(&self, account: &str) -> (&'static str, Value) {
        let with = |name: &str, value: &str| {
            Structure::new().with(name, value).with_some("Description", self.description.as_deref())
        };
        match &self.peer {
            Peer::V4(range) => ("IpRanges", with("CidrIp", range).value()),
            Peer::V6(range) => ("Ipv6Ranges", with("CidrIpv6", range).value()),
            Peer::PrefixList(id) => ("PrefixListIds", with("PrefixListId", id).value()),
            Peer::Group(id) => ("UserIdGroupPairs", with("GroupId", id).with("UserId", account).value()),
        }
    }

    /// Protocol and ports, by which groups gather their rules.
    pub fn key(&self) -> (String, Option<(i64, i64)>) {
        (self.protocol.clone(), self.ports)
    }

    /// As the error about a duplicate names it.
    pub fn told(&self) -> String {
        let protocol = match self.protocol.as_str() {
            "-1" => "ALL".to_owned(),
            name => name.to_ascii_uppercase(),
        };
        let ports = match self.ports {
            Some((from, to)) => format!("from port: {from}, to port: {to}, "),
            None => String::new(),
        };
        format!("peer: {}, {protocol}, {ports}ALLOW", self.peer.name())
    }
}

/// Takes a group, by its id or, in the default VPC, by its name.
fn read_pair(network: &Network, account: &str, pair: &mut Input) -> Result<Peer, ApiError> {
    let id = pair.string("GroupId")?;
    let name = pair.string("GroupName")?;
    pair.string("VpcId")?;
    if pair.string("UserId")?.is_some_and(|owner| owner != account) {
        // They would be of a peered VPC.
        return Err(not_implemented("ec2 rules for groups of another account"));
    }
    match (id, name) {
        (Some(id), _) => Peer::read(network, "GroupId", &id),
        (None, Some(name)) => Ok(Peer::Group(describe::default_group(network, &name)?)),
        (None, None) => Err(error::missing("GroupId")),
    }
}

fn no_source() -> ApiError {
    let message = "Missing source specification: include source security group or CIDR information";
    error::refuse("MissingParameter", message)
}
