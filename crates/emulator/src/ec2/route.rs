//! Routes of route tables.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::cidr::{V4, V6};
use super::kind::Kind;
use super::network::{Network, list, text};
use super::{endpoint, error};
use crate::Call;
use crate::input::Input;
use crate::record::Record;
use crate::structure::Structure;

/// Members that say where a route leads from; and how each is called in errors.
const DESTINATIONS: [(&str, &str); 3] = [
    ("DestinationCidrBlock", "destination-cidr-block"),
    ("DestinationIpv6CidrBlock", "destination-ipv6-cidr-block"),
    ("DestinationPrefixListId", "destination-prefix-list-id"),
];

/// Where a route leads from: the member, its name in errors, and the range or list.
type Destination = (&'static str, &'static str, String);

/// The routes of a table as they are shown: its VPC's own, those that were made, and those of gateway endpoints.
pub(crate) fn shown(network: &Network, table: &Record) -> Vec<Value> {
    let vpc = table.text("VpcId");
    let local = |member: &str, range: String| json!({ member: range, "GatewayId": "local", "Origin": "CreateRouteTable", "State": "active" });
    let v4 = network.vpc_ranges(vpc).unwrap_or_default();
    let v6 = network.vpc_ranges_v6(vpc).unwrap_or_default();
    let mut routes: Vec<Value> =
        v4.iter().map(|range| local("DestinationCidrBlock", range.to_string())).collect();
    routes.extend(v6.iter().map(|range| local("DestinationIpv6CidrBlock", range.to_string())));
    routes.extend(list(table, "Routes").iter().map(|route| {
        let state = if leads_somewhere(network, vpc, route) { "active" } else { "blackhole" };
        let members = route.as_object().cloned().unwrap_or_default();
        Structure::new().with_all(members).with("State", state).value()
    }));
    routes.extend(endpoint::routes(network, table.text("RouteTableId")));
    routes
}

/// Whether a route's target is still there.
fn leads_somewhere(network: &Network, vpc: &str, route: &Value) -> bool {
    match (text(route, "GatewayId"), text(route, "NatGatewayId")) {
        ("", nat) => network.get(Kind::NatGateway, nat).is_ok(),
        (gateway, _) => attached(network, gateway, vpc),
    }
}

/// Whether a gateway is attached to a VPC.
fn attached(network: &Network, gateway: &str, vpc: &str) -> bool {
    let gateway = network.get(Kind::InternetGateway, gateway);
    gateway.is_ok_and(|gateway| list(gateway, "Attachments").iter().any(|to| text(to, "VpcId") == vpc))
}

fn read_destination(network: &Network, input: &mut Input) -> Result<Destination, ApiError> {
    let mut given = Vec::new();
    for (member, name) in DESTINATIONS {
        if let Some(text) = input.string(member)? {
            given.push((member, name, text));
        }
    }
    let Some((member, name, text)) = given.pop().filter(|_| given.is_empty()) else {
        let names = "destinationCidrBlock, destinationIpv6CidrBlock, destinationPrefixListId";
        let message = format!("The request must contain exactly one of {names}");
        return Err(error::refuse("MissingParameter", message));
    };
    let canonical = match member {
        "DestinationCidrBlock" => V4::parse(&text).map(|range| range.to_string()),
        "DestinationIpv6CidrBlock" => V6::parse(&text).map(|range| range.to_string()),
        _ => {
            network.get(Kind::PrefixList, &text)?;
            Some(text.clone())
        }
    };
    let malformed = || error::value(&text, member, "This is not a valid CIDR block.");
    Ok((member, name, canonical.ok_or_else(malformed)?))
}

/// Takes where a route leads to. What else than internet and NAT gateways there is, is not taken and so refused by name.
fn read_target(
    network: &Network,
    input: &mut Input,
    table: &str,
) -> Result<(&'static str, String), ApiError> {
    let gateway = input.string("GatewayId")?;
    let nat = input.string("NatGatewayId")?;
    input.finish()?;
    let vpc = network.get(Kind::RouteTable, table)?.text("VpcId");
    match (gateway, nat) {
        (Some(gateway), None) => {
            if network.get(Kind::InternetGateway, &gateway).is_err() {
                let message = format!("The gateway ID '{gateway}' does not exist");
                return Err(error::refuse("InvalidGatewayID.NotFound", message));
            }
            if !attached(network, &gateway, vpc) {
                return Err(error::invalid(format!(
                    "route table {table} and network gateway {gateway} belong to different networks"
                )));
            }
            Ok(("GatewayId", gateway))
        }
        (None, Some(nat)) => {
            let held = network.get(Kind::NatGateway, &nat).map_err(|_| {
                let message = format!("The natGateway ID '{nat}' does not exist");
                error::refuse("InvalidNatGatewayID.NotFound", message)
            })?;
            if held.text("VpcId") != vpc {
                return Err(error::invalid(format!(
                    "route table {table} and NAT gateway {nat} belong to different networks"
                )));
            }
            Ok(("NatGatewayId", nat))
        }
        _ => Err(error::combination("Exactly one target of the route must be given.")),
    }
}

fn route((member, _, destination): &Destination, (target, id): &(&'static str, String)) -> Value {
    json!({ *member: destination, *target: id, "Origin": "CreateRoute" })
}

pub(crate) fn create(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let id = call.input.required("RouteTableId")?;
    network.get(Kind::RouteTable, &id)?;
    let destination = read_destination(network, &mut call.input)?;
    let target = read_target(network, &mut call.input, &id)?;
    let table = network.get(Kind::RouteTable, &id)?;
    if shown(network, table).iter().any(|route| text(route, destination.0) == destination.2) {
        let message = format!("The route identified by {} already exists.", destination.2);
        return Err(error::refuse("RouteAlreadyExists", message));
    }
    let table = network.get_mut(Kind::RouteTable, &id)?;
    let mut routes = list(table, "Routes").to_vec();
    routes.push(route(&destination, &target));
    table.set("Routes", routes);
    Ok(Structure::new().with("Return", true).output())
}

/// The table's own routes without that one, which must be among them.
fn others(
    network: &Network,
    id: &str,
    (member, name, destination): &Destination,
) -> Result<Vec<Value>, ApiError> {
    let table = network.get(Kind::RouteTable, id)?;
    let routes = list(table, "Routes");
    let others: Vec<Value> =
        routes.iter().filter(|route| text(route, member) != destination).cloned().collect();
    if others.len() < routes.len() {
        return Ok(others);
    }
    if shown(network, table).iter().any(|route| text(route, member) == destination) {
        return Err(error::invalid(format!(
            "cannot change the local route {destination} in route table {id}"
        )));
    }
    let message = format!("no route with {name} {destination} in route table {id}");
    Err(error::refuse("InvalidRoute.NotFound", message))
}

pub(crate) fn replace(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let id = call.input.required("RouteTableId")?;
    network.get(Kind::RouteTable, &id)?;
    let destination = read_destination(network, &mut call.input)?;
    let target = read_target(network, &mut call.input, &id)?;
    let mut routes = others(network, &id, &destination)?;
    routes.push(route(&destination, &target));
    network.get_mut(Kind::RouteTable, &id)?.set("Routes", routes);
    Ok(Output::default())
}

pub(crate) fn delete(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let id = call.input.required("RouteTableId")?;
    network.get(Kind::RouteTable, &id)?;
    let destination = read_destination(network, &mut call.input)?;
    call.input.finish()?;
    let routes = others(network, &id, &destination)?;
    network.get_mut(Kind::RouteTable, &id)?.set("Routes", routes);
    Ok(Output::default())
}
