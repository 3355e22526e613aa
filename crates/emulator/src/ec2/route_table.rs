//! Route tables, and what is associated with them.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RouteTable.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::kind::Kind;
use super::network::{Network, TOKEN, associated, list, new_id, text};
use super::{error, tag};
use crate::Call;
use crate::place::Place;
use crate::record::Record;
use crate::structure::Structure;
use crate::tags::Tags;

/// Whether it is its VPC's main route table.
pub(crate) fn is_main(table: &Record) -> bool {
    list(table, "Associations").iter().any(|item| item.get("Main") == Some(&Value::Bool(true)))
}

/// Makes a route table; the local routes are shown by the VPC's ranges.
pub(crate) fn make(
    network: &mut Network,
    place: &Place,
    vpc: &str,
    main: bool,
    tags: Tags,
) -> Result<String, ApiError> {
    let id = new_id("rtb")?;
    let associations = match main {
        true => json!([{
            "Main": true, "RouteTableAssociationId": new_id("rtbassoc")?, "RouteTableId": id,
            "AssociationState": associated(),
        }]),
        false => json!([]),
    };
    let members = Structure::new()
        .with("RouteTableId", id.as_str())
        .with("VpcId", vpc)
        .with("OwnerId", place.account.as_str())
        .with("Associations", associations)
        .with("PropagatingVgws", json!([]))
        .with("Routes", json!([]))
        .members();
    network.add(Kind::RouteTable, &id, Record { members, tags });
    Ok(id)
}

pub(crate) fn create(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let vpc = call.input.required("VpcId")?;
    let token = call.input.string("ClientToken")?;
    let tags = tag::take(&mut call.input, Kind::RouteTable)?;
    call.input.finish()?;
    network.get(Kind::Vpc, &vpc)?;
    let held =
        network.by_token(Kind::RouteTable, token.as_deref()).map(|held| held.text("RouteTableId").to_owned());
    let id = match held {
        Some(id) => id,
        None => make(network, &place, &vpc, false, tags)?,
    };
    if let Some(token) = &token {
        network.set(&id, TOKEN, token.as_str());
    }
    let table = network.get(Kind::RouteTable, &id)?;
    Ok(network.answer(Kind::RouteTable, "RouteTable", table).with_some("ClientToken", token).output())
}

pub(crate) fn delete(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let id = call.input.required("RouteTableId")?;
    call.input.finish()?;
    let table = network.get(Kind::RouteTable, &id)?;
    let of_endpoint =
        |endpoint: &Record| list(endpoint, "RouteTableIds").iter().any(|table| *table == id.as_str());
    if !list(table, "Associations").is_empty()
        || network.all(Kind::VpcEndpoint).any(|(_, held)| of_endpoint(held))
    {
        return Err(error::in_use(Kind::RouteTable, &id));
    }
    network.remove(Kind::RouteTable, &id)?;
    Ok(Output::default())
}

/// The table that has an association, and the association.
fn find(network: &Network, association: &str) -> Result<(String, Value), ApiError> {
    let found = network.all(Kind::RouteTable).find_map(|(id, table)| {
        let mut all = list(table, "Associations").iter();
        let item = all.find(|item| text(item, "RouteTableAssociationId") == association)?;
        Some((id.to_owned(), item.clone()))
    });
    found.ok_or_else(|| {
        let message = format!("The association ID '{association}' does not exist");
        error::refuse("InvalidAssociationID.NotFound", message)
    })
}

/// Takes associations away from all tables.
fn remove(network: &mut Network, gone: impl Fn(&Value) -> bool) {
    for (_, table) in network.all_mut(Kind::RouteTable) {
        let kept: Vec<Value> =
            list(table, "Associations").iter().filter(|item| !gone(item)).cloned().collect();
        table.set("Associations", kept);
    }
}

/// Takes a subnet or gateway that is deleted from its route table.
pub(crate) fn forget(network: &mut Network, id: &str) {
    remove(network, |item| text(item, "SubnetId") == id || text(item, "GatewayId") == id);
}

/// Adds an association, with a new id.
fn add(network: &mut Network, table: &str, mut item: Value) -> Result<String, ApiError> {
    let id = new_id("rtbassoc")?;
    if let Some(members) = item.as_object_mut() {
        members.insert("RouteTableAssociationId".to_owned(), id.as_str().into());
        members.insert("RouteTableId".to_owned(), table.into());
        members.insert("AssociationState".to_owned(), associated());
    }
    let table = network.get_mut(Kind::RouteTable, table)?;
    let mut all = list(table, "Associations").to_vec();
    all.push(item);
    table.set("Associations", all);
    Ok(id)
}

pub(crate) fn associate(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let id = call.input.required("RouteTableId")?;
    let subnet = call.input.string("SubnetId")?;
    let gateway = call.input.string("GatewayId")?;
    call.input.finish()?;
    let vpc = network.get(Kind::RouteTable, &id)?.text("VpcId").to_owned();
    let (member, target, of) = match (subnet, gateway) {
        (Some(subnet), None) => {
            let of = network.get(Kind::Subnet, &subnet)?.text("VpcId").to_owned();
            ("SubnetId", subnet, of)
        }
        (None, Some(gateway)) => {
            let attachments = list(network.get(Kind::InternetGateway, &gateway)?, "Attachments");
            let of = attachments.first().map(|to| text(to, "VpcId")).unwrap_or_default().to_owned();
            ("GatewayId", gateway, of)
        }
        _ => return Err(error::combination("Exactly one of subnetId and gatewayId must be given.")),
    };
    if of != vpc {
        return Err(error::invalid(format!("route table {id} and {target} belong to different networks")));
    }
    let taken = network
        .all(Kind::RouteTable)
        .any(|(_, table)| list(table, "Associations").iter().any(|item| text(item, member) == target));
    if taken {
        let message =
            format!("the specified association for route table {id} conflicts with an existing association");
        return Err(error::refuse("Resource.AlreadyAssociated", message));
    }
    let association = add(network, &id, json!({ "Main": false, member: target }))?;
    Ok(Structure::new().with("AssociationId", association).with("AssociationState", associated()).output())
}

/// Moves an association to another table: the main one makes that table the VPC's main.
pub(crate) fn replace(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let association = call.input.required("AssociationId")?;
    let id = call.input.required("RouteTableId")?;
    call.input.finish()?;
    let vpc = network.get(Kind::RouteTable, &id)?.text("VpcId").to_owned();
    let (from, item) = find(network, &association)?;
    if network.get(Kind::RouteTable, &from)?.text("VpcId") != vpc {
        let message = format!("route table {id} and association {association} belong to different networks");
        return Err(error::invalid(message));
    }
    remove(network, |item| text(item, "RouteTableAssociationId") == association);
    let new = add(network, &id, item)?;
    Ok(Structure::new().with("NewAssociationId", new).with("AssociationState", associated()).output())
}

pub(crate) fn disassociate(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let association = call.input.required("AssociationId")?;
    call.input.finish()?;
    let (_, item) = find(network, &association)?;
    if item.get("Main") == Some(&Value::Bool(true)) {
        let message = format!("cannot disassociate the main route table association {association}");
        return Err(error::invalid(message));
    }
    remove(network, |item| text(item, "RouteTableAssociationId") == association);
    Ok(Output::default())
}
