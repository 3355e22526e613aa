//! NAT gateways and elastic addresses: records, through which nothing goes.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NatGateway.html>

use std::net::Ipv4Addr;

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::cidr::V4;
use super::kind::Kind;
use super::network::{Network, TOKEN, list, new_id, text};
use super::{error, tag};
use crate::Call;
use crate::record::Record;
use crate::structure::{Structure, time};

/// Ranges that are nobody's ("IPv4 Address Blocks Reserved for Documentation"): nothing is reached by an address of ours.
const DOCUMENTATION: [[u8; 3]; 3] = [[203, 0, 113], [198, 51, 100], [192, 0, 2]];

pub(crate) fn allocate(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    call.input.only("Domain", "vpc")?;
    call.input.only("NetworkBorderGroup", call.region.as_str())?;
    call.input.only("PublicIpv4Pool", "amazon")?;
    let tags = tag::take(&mut call.input, Kind::Address)?;
    call.input.finish()?;
    let all = DOCUMENTATION
        .iter()
        .flat_map(|[a, b, c]| (1..255).map(move |d| Ipv4Addr::new(*a, *b, *c, d).to_string()));
    let mut free = all.filter(|address| network.having(Kind::Address, "PublicIp", address).next().is_none());
    let address = free.next().ok_or_else(|| {
        let message = "The maximum number of addresses has been reached.";
        error::refuse("AddressLimitExceeded", message)
    })?;
    drop(free);
    let id = new_id("eipalloc")?;
    let members = Structure::new()
        .with("AllocationId", id.as_str())
        .with("PublicIp", address)
        .with("Domain", "vpc")
        .with("PublicIpv4Pool", "amazon")
        .with("NetworkBorderGroup", call.region)
        .members();
    network.add(Kind::Address, &id, Record { members: members.clone(), tags });
    Ok(Output::new(members))
}

pub(crate) fn release(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    call.input.only("NetworkBorderGroup", call.region.as_str())?;
    let id = match (call.input.string("AllocationId")?, call.input.string("PublicIp")?) {
        (Some(id), _) => id,
        (None, Some(address)) => {
            let found =
                network.having(Kind::Address, "PublicIp", &address).map(|(id, _)| id.to_owned()).next();
            found.ok_or_else(|| {
                error::refuse("InvalidAddress.NotFound", format!("Address '{address}' not found."))
            })?
        }
        (None, None) => return Err(error::missing("AllocationId")),
    };
    call.input.finish()?;
    let address = network.get(Kind::Address, &id)?;
    if address.members.contains_key("AssociationId") {
        let message = format!("Address {} is in use.", address.text("PublicIp"));
        return Err(error::refuse("InvalidIPAddress.InUse", message));
    }
    network.remove(Kind::Address, &id)?;
    Ok(Output::default())
}

/// Names that addresses are resolved to: none has one.
pub(crate) fn names(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let ids = call.input.strings("AllocationIds")?;
    call.input.keep(&["Attribute", "MaxResults", "NextToken"]);
    call.input.finish()?;
    for id in &ids {
        network.get(Kind::Address, id)?;
    }
    Ok(Structure::new().with("Addresses", json!([])).output())
}

/// Takes an address for a gateway.
fn take_address(network: &Network, id: &str) -> Result<Record, ApiError> {
    let address = network.get(Kind::Address, id)?;
    if address.members.contains_key("AssociationId") {
        let message = format!("Elastic IP address [{id}] is already associated");
        return Err(error::refuse("Resource.AlreadyAssociated", message));
    }
    Ok(address.clone())
}

/// The address inside of the subnet: the one that is asked for, or the first that no other gateway has.
fn private_address(network: &Network, subnet: &str, wanted: Option<String>) -> Result<String, ApiError> {
    let range = V4::parse(network.get(Kind::Subnet, subnet)?.text("CidrBlock"));
    let range = range.ok_or_else(|| ApiError::internal("a subnet without a range"))?;
    let taken = |address: &str| {
        let mut gateways = network.having(Kind::NatGateway, "SubnetId", subnet);
        gateways.any(|(_, nat)| {
            list(nat, "NatGatewayAddresses").iter().any(|item| text(item, "PrivateIp") == address)
        })
    };
    match wanted {
        Some(wanted) => {
            let inside = V4::parse(&format!("{wanted}/32")).is_some_and(|address| range.contains(address));
            match inside && !taken(&wanted) {
                true => Ok(wanted),
                false => {
                    Err(error::value(&wanted, "privateIpAddress", "It is not free in the subnet's range."))
                }
            }
        }
        None => {
            let last = u32::try_from(range.available()).unwrap_or(u32::MAX).saturating_add(4);
            let mut all = (4..last).map(|offset| range.address(offset).to_string());
            all.find(|address| !taken(address)).ok_or_else(|| {
                let message = "There are not enough free addresses in the subnet.";
                error::refuse("InsufficientFreeAddressesInSubnet", message)
            })
        }
    }
}

pub(crate) fn create(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let input = &mut call.input;
    let subnet = input.string("SubnetId")?.ok_or_else(|| error::missing("SubnetId"))?;
    let allocation = input.string("AllocationId")?;
    let kind = input.string("ConnectivityType")?.unwrap_or_else(|| "public".to_owned());
    let wanted = input.string("PrivateIpAddress")?;
    input.only("AvailabilityMode", "zonal")?;
    let token = input.string("ClientToken")?;
    let tags = tag::take(input, Kind::NatGateway)?;
    input.finish()?;
    let vpc = network.get(Kind::Subnet, &subnet)?.text("VpcId").to_owned();
    if let Some(held) = network.by_token(Kind::NatGateway, token.as_deref()) {
        let answer = network.answer(Kind::NatGateway, "NatGateway", held);
        return Ok(answer.with_some("ClientToken", token).output());
    }
    let mut address = match (kind.as_str(), &allocation) {
        ("public", Some(id)) => Some(take_address(network, id)?),
        ("private", None) => None,
        ("public", None) => return Err(error::missing("AllocationId")),
        ("private", Some(_)) => {
            return Err(error::combination(
                "The allocationId is not for gateways of connectivity type private.",
            ));
        }
        _ => return Err(error::value(&kind, "connectivityType", "It must be public or private.")),
    };
    if kind == "public" && network.internet_gateway(&vpc).is_none() {
        let message = format!("Network {vpc} has no Internet gateway attached");
        return Err(error::refuse("Gateway.NotAttached", message));
    }
    let private = private_address(network, &subnet, wanted)?;
    let id = new_id("nat")?;
    let association = new_id("eipassoc")?;
    let mut shown = Structure::new()
        .with("PrivateIp", private.as_str())
        .with("IsPrimary", true)
        .with("Status", "succeeded");
    if let Some(address) = &mut address {
        shown = shown
            .with("AllocationId", address.text("AllocationId"))
            .with("PublicIp", address.text("PublicIp"))
            .with("AssociationId", association.as_str());
        address.set("AssociationId", association);
        address.set("PrivateIpAddress", private);
        address.set("ServiceManaged", "nat");
    }
    let members = Structure::new()
        .with("NatGatewayId", id.as_str())
        .with("SubnetId", subnet)
        .with("VpcId", vpc)
        .with("State", "available")
        .with("ConnectivityType", kind)
        .with("CreateTime", time(call.now))
        .with("NatGatewayAddresses", json!([shown.value()]))
        .members();
    let gateway = Record { members, tags };
    // The answer says that it is under way; later ones show that it is done.
    let mut pending = gateway.clone();
    pending.set("State", "pending");
    let answer =
        network.answer(Kind::NatGateway, "NatGateway", &pending).with_some("ClientToken", token.as_deref());
    if let Some((address, allocation)) = address.zip(allocation) {
        *network.get_mut(Kind::Address, &allocation)? = address;
    }
    network.add(Kind::NatGateway, &id, gateway);
    if let Some(token) = token {
        network.set(&id, TOKEN, token);
    }
    Ok(answer.output())
}

/// Deletes a gateway, which frees its address.
pub(crate) fn delete(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let id = call.input.required("NatGatewayId")?;
    call.input.finish()?;
    let addresses: Vec<Value> = list(network.get(Kind::NatGateway, &id)?, "NatGatewayAddresses").to_vec();
    for item in &addresses {
        let allocation = text(item, "AllocationId");
        if let Ok(address) = network.get_mut(Kind::Address, allocation) {
            for name in ["AssociationId", "PrivateIpAddress", "ServiceManaged"] {
                address.members.remove(name);
            }
        }
    }
    network.remove(Kind::NatGateway, &id)?;
    Ok(Structure::new().with("NatGatewayId", id).output())
}
