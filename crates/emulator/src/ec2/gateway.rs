//! Internet gateways.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InternetGateway.html>

use serde_json::json;
use stackproof_aws::{ApiError, Output};

use super::kind::Kind;
use super::network::{Network, list, new_id, text};
use super::{error, route_table, tag};
use crate::Call;
use crate::input::Input;
use crate::place::Place;
use crate::record::Record;
use crate::structure::Structure;
use crate::tags::Tags;

/// Makes a gateway.
pub(crate) fn make(network: &mut Network, place: &Place, id: &str, tags: Tags) {
    let members = Structure::new()
        .with("InternetGatewayId", id)
        .with("OwnerId", place.account.as_str())
        .with("Attachments", json!([]))
        .members();
    network.add(Kind::InternetGateway, id, Record { members, tags });
}

pub(crate) fn create(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let tags = tag::take(&mut call.input, Kind::InternetGateway)?;
    call.input.finish()?;
    let id = new_id("igw")?;
    make(network, &Place::of(&call), &id, tags);
    let gateway = network.get(Kind::InternetGateway, &id)?;
    Ok(network.answer(Kind::InternetGateway, "InternetGateway", gateway).output())
}

/// Takes the ids of a gateway and a VPC.
fn read(network: &Network, input: &mut Input) -> Result<(String, String), ApiError> {
    let id = input.required("InternetGatewayId")?;
    let vpc = input.required("VpcId")?;
    input.finish()?;
    network.get(Kind::InternetGateway, &id)?;
    network.get(Kind::Vpc, &vpc)?;
    Ok((id, vpc))
}

/// Attaches a gateway to a VPC.
pub(crate) fn put(network: &mut Network, id: &str, vpc: &str) -> Result<(), ApiError> {
    let attachment = json!([{ "State": "available", "VpcId": vpc }]);
    network.get_mut(Kind::InternetGateway, id)?.set("Attachments", attachment);
    Ok(())
}

pub(crate) fn attach(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let (id, vpc) = read(network, &mut call.input)?;
    if let Some(to) = list(network.get(Kind::InternetGateway, &id)?, "Attachments").first() {
        let message = format!("resource {id} is already attached to network {}", text(to, "VpcId"));
        return Err(error::refuse("Resource.AlreadyAssociated", message));
    }
    if network.internet_gateway(&vpc).is_some() {
        let message = format!("Network {vpc} already has an internet gateway attached");
        return Err(error::invalid(message));
    }
    put(network, &id, &vpc)?;
    Ok(Output::default())
}

impl Network {
    /// The gateway that is attached to a VPC.
    pub fn internet_gateway(&self, vpc: &str) -> Option<&str> {
        let attached =
            |gateway: &Record| list(gateway, "Attachments").iter().any(|to| text(to, "VpcId") == vpc);
        self.all(Kind::InternetGateway).find(|(_, gateway)| attached(gateway)).map(|(id, _)| id)
    }
}

pub(crate) fn detach(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let (id, vpc) = read(network, &mut call.input)?;
    if network.internet_gateway(&vpc) != Some(id.as_str()) {
        let message = format!("resource {id} is not attached to network {vpc}");
        return Err(error::refuse("Gateway.NotAttached", message));
    }
    let public = |nat: &Record| nat.text("ConnectivityType") == "public";
    if network.having(Kind::NatGateway, "VpcId", &vpc).any(|(_, nat)| public(nat)) {
        let message = format!(
            "Network {vpc} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway."
        );
        return Err(error::refuse("DependencyViolation", message));
    }
    network.get_mut(Kind::InternetGateway, &id)?.set("Attachments", json!([]));
    Ok(Output::default())
}

pub(crate) fn delete(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let id = call.input.required("InternetGatewayId")?;
    call.input.finish()?;
    if !list(network.get(Kind::InternetGateway, &id)?, "Attachments").is_empty() {
        return Err(error::in_use(Kind::InternetGateway, &id));
    }
    route_table::forget(network, &id);
    network.remove(Kind::InternetGateway, &id)?;
    Ok(Output::default())
}
