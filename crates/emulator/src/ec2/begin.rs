//! What every account has in every region before anything is made there.
//!
//! <https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html>

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use stackproof_aws::{ApiError, Output};

use super::cidr::V4;
use super::kind::Kind;
use super::network::{Network, new_id};
use super::zone::{self, Zone};
use super::{error, gateway, prefix_list, subnet, vpc};
use crate::Call;
use crate::place::Place;
use crate::record::Record;
use crate::structure::Structure;
use crate::tags::Tags;

/// The range of default VPCs; each default subnet has a /20 of it.
const RANGE: &str = "172.31.0.0/16";
const SUBNET_ADDRESSES: u32 = 4096;

/// An id that is always the same for the same place, so that forks that were made before anybody looked agree.
fn id_of(prefix: &str, place: &Place, what: &str) -> String {
    let named = format!("default {what} {} {}", place.account, place.region);
    let mut digits = hex::encode(Sha256::digest(named));
    digits.truncate(17);
    format!("{prefix}-{digits}")
}

fn range(text: &str) -> Result<V4, ApiError> {
    V4::parse(text).ok_or_else(|| ApiError::internal(format!("`{text}` is no range")))
}

/// Makes the default VPC, its subnets and its gateway, and AWS's own prefix lists, where they have not been made yet.
pub(crate) fn begin(network: &mut Network, place: &Place) -> Result<(), ApiError> {
    if network.begun {
        return Ok(());
    }
    // The region is known before anything is made.
    zone::zones(&place.region)?;
    prefix_list::make_own(network, place);
    let id = id_of("vpc", place, "vpc");
    make_default(network, place, &id)?;
    network.begun = true;
    Ok(())
}

fn make_default(network: &mut Network, place: &Place, id: &str) -> Result<(), ApiError> {
    let new = vpc::New {
        id: id.to_owned(),
        cidr: range(RANGE)?,
        tenancy: "default".to_owned(),
        is_default: true,
        tags: Tags::default(),
    };
    vpc::make(network, place, new)?;
    network.set(id, "EnableDnsHostnames", true);
    for zone in zone::zones(&place.region)? {
        make_subnet(network, place, id, zone)?;
    }
    let gateway = id_of("igw", place, id);
    gateway::make(network, place, &gateway, Tags::default());
    gateway::put(network, &gateway, id)?;
    let main = network.having(Kind::RouteTable, "VpcId", id).map(|(table, _)| table.to_owned()).next();
    if let Some(main) = main {
        let route =
            json!([{ "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway, "Origin": "CreateRoute" }]);
        network.get_mut(Kind::RouteTable, &main)?.set("Routes", route);
    }
    Ok(())
}

/// Makes the default subnet of a zone, in the first part of the range that is free.
fn make_subnet(network: &mut Network, place: &Place, vpc: &str, zone: Zone) -> Result<String, ApiError> {
    let all = range(RANGE)?;
    let free = (0..16).find_map(|n| {
        let part = V4::parse(&format!("{}/20", all.address(n * SUBNET_ADDRESSES)))?;
        let taken = network
            .having(Kind::Subnet, "VpcId", vpc)
            .any(|(_, subnet)| V4::parse(subnet.text("CidrBlock")).is_some_and(|held| held.overlaps(part)));
        (!taken).then_some(part)
    });
    let cidr =
        free.ok_or_else(|| error::refuse("InsufficientFreeAddressesInSubnet", "The default VPC is full."))?;
    let id = id_of("subnet", place, &format!("{vpc} {}", zone.name));
    let new = subnet::New {
        id: id.clone(),
        vpc: vpc.to_owned(),
        cidr,
        zone,
        is_default: true,
        tags: Tags::default(),
    };
    subnet::make(network, place, new)?;
    Ok(id)
}

/// The id of the options that every VPC has at first.
pub(crate) fn dhcp_options(network: &mut Network, place: &Place) -> Result<String, ApiError> {
    if let Some((id, _)) = network.all(Kind::DhcpOptions).next() {
        return Ok(id.to_owned());
    }
    let id = id_of("dopt", place, "dhcp options");
    let domain = match place.region.as_str() {
        "us-east-1" => "ec2.internal".to_owned(),
        region => format!("{region}.compute.internal"),
    };
    let members = Structure::new()
        .with("DhcpOptionsId", id.as_str())
        .with("OwnerId", place.account.as_str())
        .with(
            "DhcpConfigurations",
            json!([
                { "Key": "domain-name", "Values": [{ "Value": domain }] },
                { "Key": "domain-name-servers", "Values": [{ "Value": "AmazonProvidedDNS" }] },
            ]),
        )
        .members();
    network.add(Kind::DhcpOptions, &id, Record { members, tags: Tags::default() });
    Ok(id)
}

pub(crate) fn create_vpc(network: &mut Network, call: Call) -> Result<Output, ApiError> {
    call.input.finish()?;
    if let Some(held) = network.default_vpc() {
        let message = format!("A Default VPC already exists for this account in this region: {held}");
        return Err(error::refuse("DefaultVpcAlreadyExists", message));
    }
    let id = new_id("vpc")?;
    make_default(network, &Place::of(&call), &id)?;
    Ok(network.answer(Kind::Vpc, "Vpc", network.get(Kind::Vpc, &id)?).output())
}

pub(crate) fn create_subnet(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = call.input.string("AvailabilityZone")?;
    let id = call.input.string("AvailabilityZoneId")?;
    call.input.only("Ipv6Native", false)?;
    call.input.finish()?;
    if name.is_none() && id.is_none() {
        return Err(error::missing("AvailabilityZone"));
    }
    let zone = zone::pick(&place.region, name.as_deref(), id.as_deref())?;
    let Some(vpc) = network.default_vpc().map(str::to_owned) else {
        return Err(error::refuse(
            "DefaultVpcDoesNotExist",
            "No default VPC exists for this account in this region.",
        ));
    };
    let in_zone = |subnet: &Record| {
        subnet.text("AvailabilityZone") == zone.name
            && subnet.members.get("DefaultForAz") == Some(&Value::Bool(true))
    };
    if let Some((held, _)) = network.having(Kind::Subnet, "VpcId", &vpc).find(|(_, subnet)| in_zone(subnet)) {
        let message = format!("'{held}' is already the default subnet in {}.", zone.name);
        return Err(error::refuse("DefaultSubnetAlreadyExistsInAvailabilityZone", message));
    }
    let id = make_subnet(network, &place, &vpc, zone)?;
    Ok(network.answer(Kind::Subnet, "Subnet", network.get(Kind::Subnet, &id)?).output())
}
