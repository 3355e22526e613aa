//! VPCs: ranges, attributes, and what each is made with.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Vpc.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::cidr::{V4, V6};
use super::kind::Kind;
use super::network::{Network, list, new_id, text};
use super::{acl, begin, error, group, route_table, tag};
use crate::Call;
use crate::place::Place;
use crate::random;
use crate::record::Record;
use crate::structure::Structure;
use crate::tags::Tags;

/// Attributes, and what each is where nobody set it.
const ATTRIBUTES: [(&str, &str, bool); 3] = [
    ("enableDnsHostnames", "EnableDnsHostnames", false),
    ("enableDnsSupport", "EnableDnsSupport", true),
    ("enableNetworkAddressUsageMetrics", "EnableNetworkAddressUsageMetrics", false),
];

/// Where ranges that Amazon gives out begin: `2a05:d01c::/32`.
const AMAZON: u128 = 0x2a05_d01c << 96;

/// Takes the member `CidrBlock`.
fn read_cidr(text: &str) -> Result<V4, ApiError> {
    let cidr =
        V4::parse(text).ok_or_else(|| error::value(text, "cidrBlock", "This is not a valid CIDR block."))?;
    match (16..=28).contains(&cidr.prefix) {
        true => Ok(cidr),
        false => Err(error::refuse("InvalidVpc.Range", format!("The CIDR '{text}' is invalid."))),
    }
}

fn association(cidr: V4) -> Result<Value, ApiError> {
    Ok(json!({
        "AssociationId": new_id("vpc-cidr-assoc")?, "CidrBlock": cidr.to_string(),
        "CidrBlockState": { "State": "associated" },
    }))
}

/// A range of Amazon's for a VPC.
fn amazon_association(region: &str) -> Result<Value, ApiError> {
    let random = random::bytes(3)?.into_iter().fold(0, |number, byte| (number << 8) | u128::from(byte));
    Ok(json!({
        "AssociationId": new_id("vpc-cidr-assoc")?, "Ipv6CidrBlock": V6::new(AMAZON | (random << 72), 56).to_string(),
        "Ipv6CidrBlockState": { "State": "associated" }, "NetworkBorderGroup": region, "Ipv6Pool": "Amazon",
        "Ipv6AddressAttribute": "public", "IpSource": "amazon",
    }))
}

impl Network {
    /// The ranges of a VPC.
    pub fn vpc_ranges(&self, vpc: &str) -> Result<Vec<V4>, ApiError> {
        let associations = list(self.get(Kind::Vpc, vpc)?, "CidrBlockAssociationSet");
        Ok(associations.iter().filter_map(|item| V4::parse(text(item, "CidrBlock"))).collect())
    }

    /// The IPv6 ranges of a VPC.
    pub fn vpc_ranges_v6(&self, vpc: &str) -> Result<Vec<V6>, ApiError> {
        let associations = list(self.get(Kind::Vpc, vpc)?, "Ipv6CidrBlockAssociationSet");
        Ok(associations.iter().filter_map(|item| V6::parse(text(item, "Ipv6CidrBlock"))).collect())
    }

    /// Whether an attribute of a VPC is set.
    pub fn vpc_attribute(&self, vpc: &str, member: &str) -> bool {
        let default =
            ATTRIBUTES.iter().find(|(_, known, _)| *known == member).is_some_and(|(.., default)| *default);
        self.setting(vpc, member).and_then(Value::as_bool).unwrap_or(default)
    }
}

/// A VPC that is to be made.
pub(crate) struct New {
    pub id: String,
    pub cidr: V4,
    pub tenancy: String,
    pub is_default: bool,
    pub tags: Tags,
}

/// Makes a VPC with its main route table, its default network ACL and its default security group.
pub(crate) fn make(network: &mut Network, place: &Place, new: New) -> Result<(), ApiError> {
    let New { id, cidr, tenancy, is_default, tags } = new;
    let members = Structure::new()
        .with("VpcId", id.as_str())
        .with("OwnerId", place.account.as_str())
        .with("State", "available")
        .with("CidrBlock", cidr.to_string())
        .with("CidrBlockAssociationSet", json!([association(cidr)?]))
        .with("Ipv6CidrBlockAssociationSet", json!([]))
        .with("DhcpOptionsId", begin::dhcp_options(network, place)?)
        .with("InstanceTenancy", tenancy)
        .with("IsDefault", is_default)
        .with("BlockPublicAccessStates", json!({ "InternetGatewayBlockMode": "off" }))
        .members();
    network.add(Kind::Vpc, &id, Record { members, tags });
    route_table::make(network, place, &id, true, Tags::default())?;
    acl::make(network, place, &id)?;
    group::make(network, place, [&id, "default", "default VPC security group"], Tags::default())?;
    Ok(())
}

pub(crate) fn create(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let input = &mut call.input;
    let cidr = read_cidr(&input.string("CidrBlock")?.ok_or_else(|| error::missing("CidrBlock"))?)?;
    let tenancy = input.string("InstanceTenancy")?.unwrap_or_else(|| "default".to_owned());
    if !["default", "dedicated"].contains(&tenancy.as_str()) {
        return Err(error::value(&tenancy, "instanceTenancy", "It must be default or dedicated."));
    }
    let v6 = input.boolean("AmazonProvidedIpv6CidrBlock")?.unwrap_or(false);
    let tags = tag::take(input, Kind::Vpc)?;
    input.finish()?;
    let id = new_id("vpc")?;
    make(network, &place, New { id: id.clone(), cidr, tenancy, is_default: false, tags })?;
    if v6 {
        let associations = json!([amazon_association(&place.region)?]);
        network.get_mut(Kind::Vpc, &id)?.set("Ipv6CidrBlockAssociationSet", associations);
    }
    Ok(network.answer(Kind::Vpc, "Vpc", network.get(Kind::Vpc, &id)?).output())
}

/// Deletes a VPC with what it was made with, if there is nothing else in it.
pub(crate) fn delete(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let id = call.input.required("VpcId")?;
    call.input.finish()?;
    network.get(Kind::Vpc, &id)?;
    let own_group = |group: &Record| group.text("GroupName") == "default";
    let attached = |gateway: &Record| list(gateway, "Attachments").iter().any(|to| text(to, "VpcId") == id);
    let used = network.having(Kind::Subnet, "VpcId", &id).next().is_some()
        || network.having(Kind::VpcEndpoint, "VpcId", &id).next().is_some()
        || network.having(Kind::SecurityGroup, "VpcId", &id).any(|(_, group)| !own_group(group))
        || network.having(Kind::RouteTable, "VpcId", &id).any(|(_, table)| !route_table::is_main(table))
        || network.having(Kind::NetworkAcl, "VpcId", &id).any(|(_, acl)| !acl::is_default(acl))
        || network.all(Kind::InternetGateway).any(|(_, gateway)| attached(gateway));
    if used {
        return Err(error::in_use(Kind::Vpc, &id));
    }
    let groups: Vec<String> =
        network.having(Kind::SecurityGroup, "VpcId", &id).map(|(group, _)| group.to_owned()).collect();
    network.retain(Kind::SecurityGroupRule, |rule| !groups.iter().any(|group| rule.text("GroupId") == group));
    for kind in [Kind::SecurityGroup, Kind::RouteTable, Kind::NetworkAcl] {
        network.retain(kind, |record| record.text("VpcId") != id);
    }
    network.remove(Kind::Vpc, &id)?;
    Ok(Output::default())
}

/// Sets one attribute: the API takes one a call.
pub(crate) fn modify_attribute(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let id = call.input.required("VpcId")?;
    let mut set = Vec::new();
    for (_, member, _) in ATTRIBUTES {
        if let Some(mut value) = call.input.structure(member)? {
            set.push((member, value.boolean("Value")?.unwrap_or(false)));
            value.finish()?;
        }
    }
    call.input.finish()?;
    network.get(Kind::Vpc, &id)?;
    let [(member, value)] = set.as_slice() else {
        return Err(error::combination("Exactly one attribute of the VPC must be given."));
    };
    network.set(&id, member, *value);
    Ok(Output::default())
}

pub(crate) fn describe_attribute(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let id = call.input.required("VpcId")?;
    let attribute = call.input.required("Attribute")?;
    call.input.finish()?;
    network.get(Kind::Vpc, &id)?;
    let known = ATTRIBUTES.iter().find(|(name, ..)| *name == attribute);
    let (_, member, _) =
        known.ok_or_else(|| error::value(&attribute, "attribute", "It is no attribute of a VPC."))?;
    let value = json!({ "Value": network.vpc_attribute(&id, member) });
    Ok(Structure::new().with("VpcId", id).with(member, value).output())
}

pub(crate) fn associate(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let id = call.input.required("VpcId")?;
    let cidr = call.input.string("CidrBlock")?;
    let v6 = call.input.boolean("AmazonProvidedIpv6CidrBlock")?.unwrap_or(false);
    call.input.finish()?;
    let ranges = network.vpc_ranges(&id)?;
    let (set, name, new) = match (cidr, v6) {
        (Some(text), false) => {
            let cidr = read_cidr(&text)?;
            if ranges.iter().any(|held| held.overlaps(cidr)) {
                let message = format!("The CIDR '{text}' conflicts with another range of the VPC");
                return Err(error::refuse("InvalidVpc.Conflict", message));
            }
            ("CidrBlockAssociationSet", "CidrBlockAssociation", association(cidr)?)
        }
        (None, true) => {
            ("Ipv6CidrBlockAssociationSet", "Ipv6CidrBlockAssociation", amazon_association(&call.region)?)
        }
        _ => return Err(error::combination("Exactly one range must be asked for.")),
    };
    let vpc = network.get_mut(Kind::Vpc, &id)?;
    let mut all = list(vpc, set).to_vec();
    all.push(new.clone());
    vpc.set(set, all);
    Ok(Structure::new().with("VpcId", id).with(name, new).output())
}

pub(crate) fn disassociate(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let association = call.input.required("AssociationId")?;
    call.input.finish()?;
    let is = |item: &Value| text(item, "AssociationId") == association;
    let sets = [
        ("CidrBlockAssociationSet", "CidrBlockAssociation", "CidrBlock"),
        ("Ipv6CidrBlockAssociationSet", "Ipv6CidrBlockAssociation", "Ipv6CidrBlock"),
    ];
    let found = network.all(Kind::Vpc).find_map(|(id, vpc)| {
        let found = sets.iter().find_map(|set| Some((set, list(vpc, set.0).iter().find(|item| is(item))?)));
        found
            .map(|(set, item)| (id.to_owned(), set, item.clone(), text(item, set.2) == vpc.text("CidrBlock")))
    });
    let Some((id, (set, name, member), item, primary)) = found else {
        let message = format!("The vpc CIDR block association ID '{association}' does not exist");
        return Err(error::refuse("InvalidVpcCidrBlockAssociationID.NotFound", message));
    };
    let range = text(&item, member);
    let holds = |subnet: &Record| match (V4::parse(range), V4::parse(subnet.text("CidrBlock"))) {
        (Some(range), Some(subnet)) => range.contains(subnet),
        _ => list(subnet, "Ipv6CidrBlockAssociationSet").iter().any(|held| {
            let both = V6::parse(range).zip(V6::parse(text(held, "Ipv6CidrBlock")));
            both.is_some_and(|(range, subnet)| range.contains(subnet))
        }),
    };
    if primary {
        let message = format!(
            "The vpc CIDR block with association ID {association} may not be disassociated. It is the primary IPv4 CIDR block of the VPC"
        );
        return Err(error::refuse("OperationNotPermitted", message));
    }
    if network.having(Kind::Subnet, "VpcId", &id).any(|(_, subnet)| holds(subnet)) {
        let message = format!("The vpc '{id}' has subnets in the range '{range}'");
        return Err(error::refuse("InvalidCidrBlock.InUse", message));
    }
    let vpc = network.get_mut(Kind::Vpc, &id)?;
    let kept: Vec<Value> = list(vpc, set).iter().filter(|item| !is(item)).cloned().collect();
    vpc.set(set, kept);
    Ok(Structure::new().with("VpcId", id).with(name, item).output())
}
