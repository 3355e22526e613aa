//! Endpoints of VPCs. Their policies are kept as they are sent; nothing is routed through them, and interface endpoints
//! have no network interfaces.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::kind::Kind;
use super::network::{Network, TOKEN, list, new_id, text};
use super::{error, service, tag};
use crate::Call;
use crate::input::not_implemented;
use crate::place::Place;
use crate::record::Record;
use crate::structure::{Structure, time};

/// The policy of an endpoint that is made without one.
const EVERYTHING: &str = r#"{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}"#;

/// The routes that gateway endpoints give to a route table.
pub(crate) fn routes(network: &Network, table: &str) -> Vec<Value> {
    let leads = |endpoint: &Record| list(endpoint, "RouteTableIds").iter().any(|id| *id == table);
    let endpoints = network.all(Kind::VpcEndpoint).filter(|(_, endpoint)| leads(endpoint));
    endpoints
        .filter_map(|(id, endpoint)| {
            let to = network.prefix_list(endpoint.text("ServiceName"))?;
            Some(json!({
                "DestinationPrefixListId": to, "GatewayId": id, "Origin": "CreateRoute", "State": "active",
            }))
        })
        .collect()
}

fn check_policy(policy: &str) -> Result<(), ApiError> {
    let whole = serde_json::from_str::<Value>(policy).is_ok_and(|policy| policy.get("Statement").is_some());
    match whole {
        true => Ok(()),
        false => {
            Err(error::refuse("InvalidPolicyDocument", "The policy document is not valid JSON of a policy."))
        }
    }
}

/// Refuses route tables, subnets and groups that are not of the VPC, or that such an endpoint does not have.
fn check(network: &Network, endpoint: &Record) -> Result<(), ApiError> {
    let (id, vpc, service) =
        (endpoint.text("VpcEndpointId"), endpoint.text("VpcId"), endpoint.text("ServiceName"));
    let gateway = endpoint.text("VpcEndpointType") == "Gateway";
    let texts = |name: &str| list(endpoint, name).iter().filter_map(Value::as_str);
    let other = |name: &str| {
        error::refuse(
            "InvalidParameter",
            format!("{name} is not for endpoints of type {}.", endpoint.text("VpcEndpointType")),
        )
    };
    if gateway && (!list(endpoint, "SubnetIds").is_empty() || !list(endpoint, "Groups").is_empty()) {
        return Err(other("subnetIds or securityGroupIds"));
    }
    if !gateway && !list(endpoint, "RouteTableIds").is_empty() {
        return Err(other("routeTableIds"));
    }
    let apart = |of: &str| error::invalid(format!("{of} and the endpoint belong to different networks"));
    for table in texts("RouteTableIds") {
        if network.get(Kind::RouteTable, table)?.text("VpcId") != vpc {
            return Err(apart(table));
        }
        let taken = network.having(Kind::VpcEndpoint, "ServiceName", service).any(|(held, endpoint)| {
            held != id && list(endpoint, "RouteTableIds").iter().any(|other| *other == table)
        });
        if taken {
            let list = network.prefix_list(service).unwrap_or_default();
            let message =
                format!("route table {table} already has a route with destination-prefix-list-id {list}");
            return Err(error::refuse("RouteAlreadyExists", message));
        }
    }
    let mut zones = Vec::new();
    for subnet in texts("SubnetIds") {
        let held = network.get(Kind::Subnet, subnet)?;
        if held.text("VpcId") != vpc {
            return Err(apart(subnet));
        }
        if zones.contains(&held.text("AvailabilityZone")) {
            let message = format!(
                "Found another VPC endpoint subnet in the availability zone of {subnet}. VPC endpoint subnets should be in different availability zones supported by the VPC endpoint service."
            );
            return Err(error::refuse("DuplicateSubnetsInSameZone", message));
        }
        zones.push(held.text("AvailabilityZone"));
    }
    for group in list(endpoint, "Groups") {
        let group = text(group, "GroupId");
        if network.get(Kind::SecurityGroup, group)?.text("VpcId") != vpc {
            return Err(apart(group));
        }
    }
    let private = endpoint.members.get("PrivateDnsEnabled") == Some(&Value::Bool(true));
    let named =
        ["EnableDnsSupport", "EnableDnsHostnames"].iter().all(|name| network.vpc_attribute(vpc, name));
    match private && !gateway && !named {
        true => Err(error::refuse(
            "InvalidParameter",
            format!(
                "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for {vpc}"
            ),
        )),
        false => Ok(()),
    }
}

impl Network {
    /// Groups as endpoints show them; one that is not there has no name.
    fn groups(&self, ids: &[String]) -> Vec<Value> {
        let name =
            |id: &str| self.get(Kind::SecurityGroup, id).map(|group| group.text("GroupName").to_owned());
        ids.iter().map(|id| json!({ "GroupId": id, "GroupName": name(id).unwrap_or_default() })).collect()
    }
}

pub(crate) fn create(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let input = &mut call.input;
    let vpc = input.required("VpcId")?;
    network.get(Kind::Vpc, &vpc)?;
    let kind = input.string("VpcEndpointType")?.unwrap_or_else(|| "Gateway".to_owned());
    let service = input.string("ServiceName")?.ok_or_else(|| error::missing("ServiceName"))?;
    input.only("ServiceRegion", place.region.as_str())?;
    input.only("IpAddressType", "ipv4")?;
    let policy = input.string("PolicyDocument")?;
    let tables = input.strings("RouteTableIds")?;
    let subnets = input.strings("SubnetIds")?;
    let mut groups = input.strings("SecurityGroupIds")?;
    let private = input.boolean("PrivateDnsEnabled")?;
    let options = input.keep(&["DnsOptions"]);
    let token = input.string("ClientToken")?;
    let tags = tag::take(input, Kind::VpcEndpoint)?;
    input.finish()?;
    let types = service::types(&place.region, &service);
    if types.is_empty() {
        return Err(service::unknown(&service));
    }
    if !["Gateway", "Interface"].contains(&kind.as_str()) {
        return Err(not_implemented(&format!("ec2 endpoints of type {kind}")));
    }
    if !types.contains(&kind.as_str()) {
        let message = format!(
            "Endpoint type ({kind}) does not match available service types ([{}]).",
            types.join(", ")
        );
        return Err(error::refuse("InvalidParameter", message));
    }
    if let Some(policy) = &policy {
        check_policy(policy)?;
    }
    if let Some(held) = network.by_token(Kind::VpcEndpoint, token.as_deref()) {
        let answer = network.answer(Kind::VpcEndpoint, "VpcEndpoint", held);
        return Ok(answer.with_some("ClientToken", token).output());
    }
    let interface = kind == "Interface";
    if interface && groups.is_empty() {
        let own = network.having(Kind::SecurityGroup, "VpcId", &vpc);
        let own = own.filter(|(_, group)| group.text("GroupName") == "default");
        groups = own.map(|(id, _)| id.to_owned()).collect();
    }
    let id = new_id("vpce")?;
    let dns = if interface { "ipv4" } else { "service-defined" };
    let members = Structure::new()
        .with("VpcEndpointId", id.as_str())
        .with("VpcEndpointType", kind)
        .with("VpcId", vpc)
        .with("ServiceName", service)
        .with("ServiceRegion", place.region.as_str())
        .with("State", "available")
        .with("PolicyDocument", policy.unwrap_or_else(|| EVERYTHING.to_owned()))
        .with("RouteTableIds", tables)
        .with("SubnetIds", subnets)
        .with("Groups", network.groups(&groups))
        .with("IpAddressType", "ipv4")
        .with("DnsOptions", json!({ "DnsRecordIpType": dns }))
        .with("PrivateDnsEnabled", private.unwrap_or(interface))
        .with("RequesterManaged", false)
        .with("NetworkInterfaceIds", json!([]))
        .with("DnsEntries", json!([]))
        .with("CreationTimestamp", time(call.now))
        .with("OwnerId", place.account.as_str())
        .with_all(options)
        .members();
    let endpoint = Record { members, tags };
    check(network, &endpoint)?;
    let answer = network
        .answer(Kind::VpcEndpoint, "VpcEndpoint", &endpoint)
        .with_some("ClientToken", token.as_deref());
    network.add(Kind::VpcEndpoint, &id, endpoint);
    if let Some(token) = token {
        network.set(&id, TOKEN, token);
    }
    Ok(answer.output())
}

/// A list with some taken out and some put in.
fn changed(held: Vec<String>, add: Vec<String>, remove: &[String]) -> Vec<String> {
    let mut all: Vec<String> = held.into_iter().filter(|id| !remove.contains(id)).collect();
    for id in add {
        if !all.contains(&id) {
            all.push(id);
        }
    }
    all
}

pub(crate) fn modify(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let input = &mut call.input;
    let id = input.required("VpcEndpointId")?;
    let mut endpoint = network.get(Kind::VpcEndpoint, &id)?.clone();
    if input.boolean("ResetPolicy")?.unwrap_or(false) {
        endpoint.set("PolicyDocument", EVERYTHING);
    }
    if let Some(policy) = input.string("PolicyDocument")? {
        check_policy(&policy)?;
        endpoint.set("PolicyDocument", policy);
    }
    for (member, name) in
        [("RouteTableIds", "RouteTableIds"), ("SubnetIds", "SubnetIds"), ("Groups", "SecurityGroupIds")]
    {
        let held = list(&endpoint, member).iter();
        let held =
            held.map(|item| item.as_str().unwrap_or_else(|| text(item, "GroupId")).to_owned()).collect();
        let add = input.strings(&format!("Add{name}"))?;
        let remove = input.strings(&format!("Remove{name}"))?;
        let all = changed(held, add, &remove);
        endpoint.set(member, if member == "Groups" { json!(network.groups(&all)) } else { json!(all) });
    }
    if let Some(private) = input.boolean("PrivateDnsEnabled")? {
        endpoint.set("PrivateDnsEnabled", private);
    }
    input.only("IpAddressType", "ipv4")?;
    endpoint.members.extend(input.keep(&["DnsOptions"]));
    input.finish()?;
    check(network, &endpoint)?;
    *network.get_mut(Kind::VpcEndpoint, &id)? = endpoint;
    Ok(Structure::new().with("Return", true).output())
}

pub(crate) fn delete(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let ids = call.input.strings("VpcEndpointIds")?;
    call.input.finish()?;
    let mut failed: Vec<Value> = Vec::new();
    for id in ids {
        if let Err(error) = network.remove(Kind::VpcEndpoint, &id) {
            failed
                .push(json!({ "ResourceId": id, "Error": { "Code": error.code, "Message": error.message } }));
        }
    }
    Ok(Structure::new().with("Unsuccessful", failed).output())
}
