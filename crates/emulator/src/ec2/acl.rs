//! Network ACLs: each VPC's default one, which lets everything through, and others, which let through what they say.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkAclEntry.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::kind::Kind;
use super::network::{Network, TOKEN, list, new_id, text};
use super::{error, tag};
use crate::Call;
use crate::input::Input;
use crate::place::Place;
use crate::record::Record;
use crate::structure::Structure;
use crate::tags::Tags;

/// The rule behind all others, which has no number that can be given.
const LAST: u16 = 32_767;

/// The highest number of a rule.
const HIGHEST: i64 = 32_766;

/// Protocols by their names.
const PROTOCOLS: [(&str, &str); 5] =
    [("all", "-1"), ("icmp", "1"), ("icmpv6", "58"), ("tcp", "6"), ("udp", "17")];

/// Makes the default network ACL of a VPC.
pub(crate) fn make(network: &mut Network, place: &Place, vpc: &str) -> Result<(), ApiError> {
    add(network, place, vpc, true, Tags::default()).map(|_| ())
}

fn add(
    network: &mut Network,
    place: &Place,
    vpc: &str,
    is_default: bool,
    tags: Tags,
) -> Result<String, ApiError> {
    let entry = |egress: bool, action: &str, number: u16| {
        json!({
            "CidrBlock": "0.0.0.0/0", "Egress": egress, "Protocol": "-1", "RuleAction": action, "RuleNumber": number,
        })
    };
    let all = [true, false].into_iter().flat_map(|egress| {
        let open = is_default.then(|| entry(egress, "allow", 100));
        open.into_iter().chain([entry(egress, "deny", LAST)])
    });
    let entries: Vec<Value> = all.collect();
    let id = new_id("acl")?;
    let members = Structure::new()
        .with("NetworkAclId", id.as_str())
        .with("VpcId", vpc)
        .with("OwnerId", place.account.as_str())
        .with("IsDefault", is_default)
        .with("Associations", json!([]))
        .with("Entries", json!(entries))
        .members();
    network.add(Kind::NetworkAcl, &id, Record { members, tags });
    Ok(id)
}

/// Whether it is its VPC's default one.
pub(crate) fn is_default(acl: &Record) -> bool {
    acl.members.get("IsDefault") == Some(&Value::Bool(true))
}

pub(crate) fn create(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let vpc = call.input.required("VpcId")?;
    let token = call.input.string("ClientToken")?;
    let tags = tag::take(&mut call.input, Kind::NetworkAcl)?;
    call.input.finish()?;
    network.get(Kind::Vpc, &vpc)?;
    let held =
        network.by_token(Kind::NetworkAcl, token.as_deref()).map(|held| held.text("NetworkAclId").to_owned());
    let id = match held {
        Some(id) => id,
        None => add(network, &place, &vpc, false, tags)?,
    };
    if let Some(token) = &token {
        network.set(&id, TOKEN, token.as_str());
    }
    let acl = network.get(Kind::NetworkAcl, &id)?;
    Ok(network.answer(Kind::NetworkAcl, "NetworkAcl", acl).with_some("ClientToken", token).output())
}

pub(crate) fn delete(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let id = call.input.required("NetworkAclId")?;
    call.input.finish()?;
    let acl = network.get(Kind::NetworkAcl, &id)?;
    if is_default(acl) {
        return Err(error::refuse("OperationNotPermitted", "cannot delete default network ACL"));
    }
    if !list(acl, "Associations").is_empty() {
        return Err(error::in_use(Kind::NetworkAcl, &id));
    }
    network.remove(Kind::NetworkAcl, &id)?;
    Ok(Output::default())
}

/// A rule's direction and number.
fn place_of(input: &mut Input) -> Result<(bool, i64), ApiError> {
    let egress = input.boolean("Egress")?.ok_or_else(|| error::missing("Egress"))?;
    let number = input.integer("RuleNumber")?.ok_or_else(|| error::missing("RuleNumber"))?;
    if !(1..=HIGHEST).contains(&number) {
        let why = format!("Must be between 1 and {HIGHEST}");
        return Err(error::value(&number.to_string(), "RuleNumber", &why));
    }
    Ok((egress, number))
}

fn stands_at(entry: &Value, (egress, number): (bool, i64)) -> bool {
    entry.get("Egress") == Some(&Value::Bool(egress))
        && entry.get("RuleNumber").and_then(Value::as_i64) == Some(number)
}

/// Adds a rule, or replaces the one of its direction and number.
pub(crate) fn put_entry(network: &mut Network, mut call: Call, replaces: bool) -> Result<Output, ApiError> {
    let input = &mut call.input;
    let id = input.required("NetworkAclId")?;
    let place = place_of(input)?;
    let entry = entry(input, place)?;
    input.finish()?;
    let acl = network.get_mut(Kind::NetworkAcl, &id)?;
    let mut entries = list(acl, "Entries").to_vec();
    let held = entries.iter().position(|held| stands_at(held, place));
    match held {
        Some(position) if replaces => {
            entries.remove(position);
        }
        Some(_) => {
            let message = format!("The network acl entry identified by {} already exists.", place.1);
            return Err(error::refuse("NetworkAclEntryAlreadyExists", message));
        }
        None if replaces => return Err(no_entry(place)),
        None => {}
    }
    entries.push(entry);
    entries.sort_by_key(|entry| {
        (entry.get("Egress") != Some(&Value::Bool(true)), entry.get("RuleNumber").and_then(Value::as_i64))
    });
    acl.set("Entries", entries);
    Ok(Output::default())
}

fn no_entry((egress, number): (bool, i64)) -> ApiError {
    let direction = if egress { "egress" } else { "ingress" };
    let message = format!("The network acl entry identified by {direction} and {number} does not exist");
    error::refuse("InvalidNetworkAclEntry.NotFound", message)
}

fn entry(input: &mut Input, (egress, number): (bool, i64)) -> Result<Value, ApiError> {
    let action = input.required("RuleAction")?;
    if !["allow", "deny"].contains(&action.as_str()) {
        return Err(error::value(&action, "RuleAction", "Must be allow or deny"));
    }
    let named = input.required("Protocol")?.to_ascii_lowercase();
    let protocol =
        PROTOCOLS.iter().find(|(name, _)| *name == named).map_or(named.as_str(), |(_, number)| number);
    if !protocol.parse::<i16>().is_ok_and(|number| (-1..=255).contains(&number)) {
        return Err(error::value(&named, "Protocol", "Unknown protocol"));
    }
    let (v4, v6) = (input.string("CidrBlock")?, input.string("Ipv6CidrBlock")?);
    if v4.is_some() == v6.is_some() {
        return Err(error::combination("Exactly one of cidrBlock and ipv6CidrBlock must be specified"));
    }
    let pair = |input: Option<Input>, names: [&str; 2]| -> Result<Option<Value>, ApiError> {
        let Some(mut input) = input else { return Ok(None) };
        let kept = input.keep(&names);
        input.finish()?;
        Ok(Some(Value::Object(kept)))
    };
    let ports = pair(input.structure("PortRange")?, ["From", "To"])?;
    let kinds = pair(input.structure("IcmpTypeCode")?, ["Type", "Code"])?;
    match protocol {
        "6" | "17" if ports.is_none() => return Err(error::missing("PortRange")),
        "1" | "58" if kinds.is_none() => return Err(error::missing("IcmpTypeCode")),
        _ => {}
    }
    let members = Structure::new()
        .with("Egress", egress)
        .with("RuleNumber", number)
        .with("RuleAction", action)
        .with("Protocol", protocol)
        .with_some("CidrBlock", v4)
        .with_some("Ipv6CidrBlock", v6)
        .with_some("PortRange", ports.filter(|_| matches!(protocol, "6" | "17")))
        .with_some("IcmpTypeCode", kinds.filter(|_| matches!(protocol, "1" | "58")))
        .members();
    Ok(Value::Object(members))
}

pub(crate) fn delete_entry(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let id = call.input.required("NetworkAclId")?;
    let place = place_of(&mut call.input)?;
    call.input.finish()?;
    let acl = network.get_mut(Kind::NetworkAcl, &id)?;
    let mut entries = list(acl, "Entries").to_vec();
    let held = entries.iter().position(|held| stands_at(held, place)).ok_or_else(|| no_entry(place))?;
    entries.remove(held);
    acl.set("Entries", entries);
    Ok(Output::default())
}

/// Puts the subnet of an association under another network ACL of its VPC.
pub(crate) fn replace(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let association = call.input.required("AssociationId")?;
    let id = call.input.required("NetworkAclId")?;
    call.input.finish()?;
    let vpc = network.get(Kind::NetworkAcl, &id)?.text("VpcId").to_owned();
    let is_it = |item: &&Value| text(item, "NetworkAclAssociationId") == association;
    let held = network.all(Kind::NetworkAcl).find_map(|(_, acl)| {
        let item = list(acl, "Associations").iter().find(is_it)?;
        Some((acl.text("VpcId").to_owned(), text(item, "SubnetId").to_owned()))
    });
    let Some((of, subnet)) = held else {
        let message = format!("The association ID '{association}' does not exist");
        return Err(error::refuse("InvalidAssociationID.NotFound", message));
    };
    if of != vpc {
        let message =
            format!("The network ACL '{id}' and the subnet '{subnet}' belong to different networks");
        return Err(error::invalid(message));
    }
    forget(network, &subnet);
    let new = put(network, &id, &subnet)?;
    Ok(Structure::new().with("NewAssociationId", new).output())
}

fn put(network: &mut Network, id: &str, subnet: &str) -> Result<String, ApiError> {
    let association = new_id("aclassoc")?;
    let acl = network.get_mut(Kind::NetworkAcl, id)?;
    let mut all = list(acl, "Associations").to_vec();
    all.push(json!({ "NetworkAclAssociationId": association, "NetworkAclId": id, "SubnetId": subnet }));
    acl.set("Associations", all);
    Ok(association)
}

/// Puts a subnet under the default network ACL of its VPC.
pub(crate) fn associate(network: &mut Network, vpc: &str, subnet: &str) -> Result<(), ApiError> {
    let acl = network.having(Kind::NetworkAcl, "VpcId", vpc).find(|(_, acl)| is_default(acl));
    match acl.map(|(id, _)| id.to_owned()) {
        Some(id) => put(network, &id, subnet).map(|_| ()),
        None => Ok(()),
    }
}

/// Takes a subnet that is deleted from its network ACL.
pub(crate) fn forget(network: &mut Network, subnet: &str) {
    for (_, acl) in network.all_mut(Kind::NetworkAcl) {
        let stays = |item: &&Value| text(item, "SubnetId") != subnet;
        let kept: Vec<Value> = list(acl, "Associations").iter().filter(stays).cloned().collect();
        acl.set("Associations", kept);
    }
}
