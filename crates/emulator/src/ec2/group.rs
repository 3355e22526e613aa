//! Security groups.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroup.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::describe::default_group;
use super::kind::Kind;
use super::network::{Network, arn, list, new_id, text};
use super::permission::Permission;
use super::{error, rule, tag};
use crate::Call;
use crate::input::Input;
use crate::place::Place;
use crate::record::Record;
use crate::structure::Structure;
use crate::tags::Tags;

const MAX_TEXT: usize = 255;

/// Whether a text has only letters that names and descriptions of groups may have.
pub(crate) fn is_plain(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(c))
}

/// Makes a group in a VPC, of that name and description. At first everything may leave it.
pub(crate) fn make(
    network: &mut Network,
    place: &Place,
    [vpc, name, description]: [&str; 3],
    tags: Tags,
) -> Result<String, ApiError> {
    let id = new_id("sg")?;
    let members = Structure::new()
        .with("GroupId", id.as_str())
        .with("GroupName", name)
        .with("Description", description)
        .with("VpcId", vpc)
        .with("OwnerId", place.account.as_str())
        .with("SecurityGroupArn", arn(place, Kind::SecurityGroup, &id))
        .members();
    network.add(Kind::SecurityGroup, &id, Record { members, tags });
    rule::make(network, place, &id, true, &Permission::everything(), Tags::default())?;
    // Those of one default group reach each other.
    if name == "default" {
        rule::make(network, place, &id, false, &Permission::all_from(&id), Tags::default())?;
    }
    Ok(id)
}

fn check_text(text: &str, member: &str) -> Result<(), ApiError> {
    if text.is_empty() || text.chars().count() > MAX_TEXT {
        let why = format!("It must have between 1 and {MAX_TEXT} characters.");
        return Err(error::value(text, member, &why));
    }
    match is_plain(text) {
        true => Ok(()),
        false => Err(error::value(text, member, "Character sets beyond ASCII are not supported.")),
    }
}

fn check_name(name: &str) -> Result<(), ApiError> {
    check_text(name, "GroupName")?;
    if name.starts_with("sg-") {
        return Err(error::value(name, "GroupName", "Group names may not be in the format sg-*."));
    }
    match name.eq_ignore_ascii_case("default") {
        true => Err(error::invalid("Cannot use reserved security group name: default")),
        false => Ok(()),
    }
}

pub(crate) fn create(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let input = &mut call.input;
    let name = input.required("GroupName")?;
    let description = input.required("Description")?;
    let vpc = input.string("VpcId")?;
    let tags = tag::take(input, Kind::SecurityGroup)?;
    input.finish()?;
    check_name(&name)?;
    check_text(&description, "GroupDescription")?;
    let vpc = vpc.or_else(|| network.default_vpc().map(str::to_owned));
    let vpc = vpc.ok_or_else(|| error::refuse("VPCIdNotSpecified", "No default VPC for this user"))?;
    network.get(Kind::Vpc, &vpc)?;
    if network.having(Kind::SecurityGroup, "VpcId", &vpc).any(|(_, group)| group.text("GroupName") == name) {
        let message = format!("The security group '{name}' already exists for VPC '{vpc}'");
        return Err(error::refuse("InvalidGroup.Duplicate", message));
    }
    let id = make(network, &place, [&vpc, &name, &description], tags.clone())?;
    let arn = arn(&place, Kind::SecurityGroup, &id);
    Ok(Structure::new().with("GroupId", id).with("SecurityGroupArn", arn).with("Tags", tags.list()).output())
}

/// Takes what names a group: its id, or the name of one of the default VPC.
pub(crate) fn read_id(network: &Network, input: &mut Input) -> Result<String, ApiError> {
    match (input.string("GroupId")?, input.string("GroupName")?) {
        (Some(id), None) => {
            network.get(Kind::SecurityGroup, &id)?;
            Ok(id)
        }
        (None, Some(name)) => default_group(network, &name),
        (None, None) => Err(error::missing("GroupId")),
        (Some(_), Some(_)) => {
            Err(error::combination("The parameters groupId and groupName may not be specified together."))
        }
    }
}

pub(crate) fn delete(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let id = read_id(network, &mut call.input)?;
    call.input.finish()?;
    let group = network.get(Kind::SecurityGroup, &id)?;
    if group.text("GroupName") == "default" {
        let message = format!("the specified group: \"{id}\" name: \"default\" cannot be deleted by a user");
        return Err(error::refuse("CannotDelete", message));
    }
    let refers = |rule: &Record| rule.text("GroupId") != id && rule::reference(rule) == Some(id.as_str());
    let protects =
        |endpoint: &Record| list(endpoint, "Groups").iter().any(|group| text(group, "GroupId") == id);
    if network.all(Kind::SecurityGroupRule).any(|(_, rule)| refers(rule))
        || network.all(Kind::VpcEndpoint).any(|(_, endpoint)| protects(endpoint))
    {
        return Err(error::in_use(Kind::SecurityGroup, &id));
    }
    network.retain(Kind::SecurityGroupRule, |rule| rule.text("GroupId") != id);
    network.remove(Kind::SecurityGroup, &id)?;
    Ok(Structure::new().with("Return", true).with("GroupId", id).output())
}

/// Groups of other VPCs that refer to these: there are none, as no VPC is peered with another.
pub(crate) fn references(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let ids = call.input.strings("GroupId")?;
    call.input.finish()?;
    for id in &ids {
        network.get(Kind::SecurityGroup, id)?;
    }
    let none: Value = json!([]);
    Ok(Structure::new().with("SecurityGroupReferenceSet", none).output())
}
