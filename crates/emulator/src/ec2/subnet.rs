//! Subnets.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Subnet.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::cidr::{V4, V6};
use super::kind::Kind;
use super::network::{Network, arn, list, new_id, text};
use super::zone::{self, Zone};
use super::{acl, error, route_table, tag};
use crate::Call;
use crate::place::Place;
use crate::record::Record;
use crate::structure::Structure;
use crate::tags::Tags;

/// Attributes that are switches, and the members that show them.
const SWITCHES: [(&str, &str); 3] = [
    ("AssignIpv6AddressOnCreation", "AssignIpv6AddressOnCreation"),
    ("EnableDns64", "EnableDns64"),
    ("MapPublicIpOnLaunch", "MapPublicIpOnLaunch"),
];

/// The same, inside of how names are given.
const NAMES: [(&str, &str); 2] = [
    ("EnableResourceNameDnsARecordOnLaunch", "EnableResourceNameDnsARecord"),
    ("EnableResourceNameDnsAAAARecordOnLaunch", "EnableResourceNameDnsAAAARecord"),
];

/// A subnet that is to be made.
pub(crate) struct New {
    pub id: String,
    pub vpc: String,
    pub cidr: V4,
    pub zone: Zone,
    pub is_default: bool,
    pub tags: Tags,
}

/// Makes a subnet, under its VPC's default network ACL.
pub(crate) fn make(network: &mut Network, place: &Place, new: New) -> Result<(), ApiError> {
    let New { id, vpc, cidr, zone, is_default, tags } = new;
    let members = Structure::new()
        .with("SubnetId", id.as_str())
        .with("SubnetArn", arn(place, Kind::Subnet, &id))
        .with("VpcId", vpc.as_str())
        .with("OwnerId", place.account.as_str())
        .with("State", "available")
        .with("CidrBlock", cidr.to_string())
        .with("AvailableIpAddressCount", cidr.available())
        .with("AvailabilityZone", zone.name)
        .with("AvailabilityZoneId", zone.id)
        .with("DefaultForAz", is_default)
        .with("MapPublicIpOnLaunch", is_default)
        .with("MapCustomerOwnedIpOnLaunch", false)
        .with("AssignIpv6AddressOnCreation", false)
        .with("Ipv6CidrBlockAssociationSet", json!([]))
        .with("EnableDns64", false)
        .with("Ipv6Native", false)
        .with("PrivateDnsNameOptionsOnLaunch", json!({
            "HostnameType": "ip-name", "EnableResourceNameDnsARecord": false, "EnableResourceNameDnsAAAARecord": false,
        }))
        .with("BlockPublicAccessStates", json!({ "InternetGatewayBlockMode": "off" }))
        .members();
    network.add(Kind::Subnet, &id, Record { members, tags });
    acl::associate(network, &vpc, &id)
}

/// Refuses a range that is not of the VPC, or another subnet's.
fn check(network: &Network, vpc: &str, given: &str) -> Result<V4, ApiError> {
    let cidr = V4::parse(given)
        .ok_or_else(|| error::value(given, "cidrBlock", "This is not a valid CIDR block."))?;
    let inside = network.vpc_ranges(vpc)?.iter().any(|range| range.contains(cidr));
    if !inside || !(16..=28).contains(&cidr.prefix) {
        return Err(error::refuse("InvalidSubnet.Range", format!("The CIDR '{given}' is invalid.")));
    }
    let overlaps =
        |subnet: &Record| V4::parse(subnet.text("CidrBlock")).is_some_and(|held| held.overlaps(cidr));
    match network.having(Kind::Subnet, "VpcId", vpc).any(|(_, subnet)| overlaps(subnet)) {
        true => Err(error::refuse(
            "InvalidSubnet.Conflict",
            format!("The CIDR '{given}' conflicts with another subnet"),
        )),
        false => Ok(cidr),
    }
}

/// Takes the IPv6 range, which must be the VPC's and 64 bits long.
fn read_v6(network: &Network, vpc: &str, given: &str) -> Result<Value, ApiError> {
    let range = V6::parse(given).filter(|range| range.prefix == 64);
    let inside =
        |range: &V6| network.vpc_ranges_v6(vpc).is_ok_and(|all| all.iter().any(|held| held.contains(*range)));
    let range = range.filter(inside);
    let range = range
        .ok_or_else(|| error::refuse("InvalidSubnet.Range", format!("The CIDR '{given}' is invalid.")))?;
    let taken = |subnet: &Record| {
        list(subnet, "Ipv6CidrBlockAssociationSet")
            .iter()
            .any(|item| text(item, "Ipv6CidrBlock") == range.to_string())
    };
    if network.having(Kind::Subnet, "VpcId", vpc).any(|(_, subnet)| taken(subnet)) {
        let message = format!("The CIDR '{given}' conflicts with another subnet");
        return Err(error::refuse("InvalidSubnet.Conflict", message));
    }
    Ok(json!({
        "AssociationId": new_id("subnet-cidr-assoc")?, "Ipv6CidrBlock": range.to_string(),
        "Ipv6CidrBlockState": { "State": "associated" },
    }))
}

pub(crate) fn create(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let input = &mut call.input;
    let vpc = input.required("VpcId")?;
    let given = input.string("CidrBlock")?;
    let v6 = input.string("Ipv6CidrBlock")?;
    let (zone, zone_id) = (input.string("AvailabilityZone")?, input.string("AvailabilityZoneId")?);
    input.only("Ipv6Native", false)?;
    let tags = tag::take(input, Kind::Subnet)?;
    input.finish()?;
    network.get(Kind::Vpc, &vpc)?;
    let cidr = check(network, &vpc, &given.ok_or_else(|| error::missing("CidrBlock"))?)?;
    let zone = zone::pick(&place.region, zone.as_deref(), zone_id.as_deref())?;
    let v6 = v6.map(|given| read_v6(network, &vpc, &given)).transpose()?;
    let id = new_id("subnet")?;
    make(network, &place, New { id: id.clone(), vpc, cidr, zone, is_default: false, tags })?;
    if let Some(association) = v6 {
        network.get_mut(Kind::Subnet, &id)?.set("Ipv6CidrBlockAssociationSet", json!([association]));
    }
    Ok(network.answer(Kind::Subnet, "Subnet", network.get(Kind::Subnet, &id)?).output())
}

pub(crate) fn delete(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let id = call.input.required("SubnetId")?;
    call.input.finish()?;
    network.get(Kind::Subnet, &id)?;
    let of_endpoint =
        |endpoint: &Record| list(endpoint, "SubnetIds").iter().any(|subnet| *subnet == id.as_str());
    if network.having(Kind::NatGateway, "SubnetId", &id).next().is_some()
        || network.all(Kind::VpcEndpoint).any(|(_, endpoint)| of_endpoint(endpoint))
    {
        return Err(error::in_use(Kind::Subnet, &id));
    }
    route_table::forget(network, &id);
    acl::forget(network, &id);
    network.remove(Kind::Subnet, &id)?;
    Ok(Output::default())
}

/// Sets one attribute: the API takes one a call.
pub(crate) fn modify_attribute(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let id = call.input.required("SubnetId")?;
    let input = &mut call.input;
    let mut changes: Vec<(bool, &str, Value)> = Vec::new();
    for (inside, (member, shown)) in
        SWITCHES.iter().map(|switch| (false, switch)).chain(NAMES.iter().map(|switch| (true, switch)))
    {
        if let Some(mut value) = input.structure(member)? {
            changes.push((inside, *shown, value.boolean("Value")?.unwrap_or(false).into()));
            value.finish()?;
        }
    }
    if let Some(kind) = input.string("PrivateDnsHostnameTypeOnLaunch")? {
        if !["ip-name", "resource-name"].contains(&kind.as_str()) {
            let why = "It must be ip-name or resource-name.";
            return Err(error::value(&kind, "privateDnsHostnameTypeOnLaunch", why));
        }
        changes.push((true, "HostnameType", kind.into()));
    }
    input.finish()?;
    let subnet = network.get_mut(Kind::Subnet, &id)?;
    let [(inside, member, value)] = changes.as_slice() else {
        return Err(error::combination("Exactly one attribute of the subnet must be given."));
    };
    let v6 = !list(subnet, "Ipv6CidrBlockAssociationSet").is_empty();
    if *member == "AssignIpv6AddressOnCreation" && *value == json!(true) && !v6 {
        let message = format!("The subnet '{id}' has no IPv6 range.");
        return Err(error::invalid(message));
    }
    match (inside, subnet.members.get_mut("PrivateDnsNameOptionsOnLaunch").and_then(Value::as_object_mut)) {
        (true, Some(options)) => {
            options.insert((*member).to_owned(), value.clone());
        }
        _ => subnet.set(member, value.clone()),
    }
    Ok(Output::default())
}
