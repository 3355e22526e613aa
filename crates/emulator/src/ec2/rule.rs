//! Rules of security groups: authorized, revoked, changed and described one by one.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::kind::Kind;
use super::network::{Network, arn, new_id};
use super::permission::{Permission, read_description};
use super::{error, group, tag};
use crate::Call;
use crate::input::Input;
use crate::place::Place;
use crate::record::Record;
use crate::structure::Structure;
use crate::tags::Tags;

/// "Amazon VPC quotas": rules of a group in one direction.
const MAX_RULES: usize = 60;

/// The group that a rule lets through.
pub(crate) fn reference(rule: &Record) -> Option<&str> {
    rule.members.get("ReferencedGroupInfo")?.get("GroupId")?.as_str()
}

fn is_egress(rule: &Record) -> bool {
    rule.members.get("IsEgress") == Some(&Value::Bool(true))
}

impl Network {
    /// The rules of a group in one direction.
    fn rules(&self, group: &str, egress: bool) -> impl Iterator<Item = (&str, &Record)> {
        self.having(Kind::SecurityGroupRule, "GroupId", group)
            .filter(move |(_, rule)| is_egress(rule) == egress)
    }

    /// The rule that lets the same through.
    fn same_rule(&self, group: &str, egress: bool, permission: &Permission) -> Option<&str> {
        let same =
            |rule: &Record| Permission::of_rule(&rule.members).is_some_and(|held| held.is_same(permission));
        self.rules(group, egress).find(|(_, rule)| same(rule)).map(|(id, _)| id)
    }
}

/// Makes a rule.
pub(crate) fn make(
    network: &mut Network,
    place: &Place,
    group: &str,
    egress: bool,
    permission: &Permission,
    tags: Tags,
) -> Result<String, ApiError> {
    let id = new_id("sgr")?;
    let members = Structure::new()
        .with_all(permission.members(&place.account))
        .with("SecurityGroupRuleId", id.as_str())
        .with("SecurityGroupRuleArn", arn(place, Kind::SecurityGroupRule, &id))
        .with("GroupId", group)
        .with("GroupOwnerId", place.account.as_str())
        .with("IsEgress", egress)
        .members();
    network.add(Kind::SecurityGroupRule, &id, Record { members, tags });
    Ok(id)
}

/// A group's rules as the group shows them: gathered by protocol and ports.
pub(crate) fn permissions(network: &Network, group: &str, egress: bool) -> Vec<Value> {
    type Key = (String, Option<(i64, i64)>);
    type Lists = Vec<(&'static str, Vec<Value>)>;
    let owner =
        network.get(Kind::SecurityGroup, group).map(|group| group.text("OwnerId")).unwrap_or_default();
    let mut gathered: Vec<(Key, Lists)> = Vec::new();
    for (_, rule) in network.rules(group, egress) {
        let Some(permission) = Permission::of_rule(&rule.members) else { continue };
        let (list, entry) = permission.entry(owner);
        let key = permission.key();
        let at = gathered.iter().position(|(held, _)| *held == key);
        let mut lists = at.map(|at| gathered.remove(at).1).unwrap_or_else(|| {
            ["IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs"]
                .map(|name| (name, Vec::new()))
                .into()
        });
        for (name, entries) in &mut lists {
            if *name == list {
                entries.push(entry.clone());
            }
        }
        gathered.push((key, lists));
    }
    let shown = gathered.into_iter().map(|((protocol, ports), lists)| {
        let lists = lists.into_iter().map(|(name, entries)| (name.to_owned(), Value::Array(entries)));
        Structure::new()
            .with("IpProtocol", protocol)
            .with_some("FromPort", ports.map(|(from, _)| from))
            .with_some("ToPort", ports.map(|(_, to)| to))
            .with_all(lists.collect())
            .value()
    });
    shown.collect()
}

/// Takes the permissions of a request, written as a list or as members of the request itself.
fn read(network: &Network, call: &mut Call) -> Result<Vec<Permission>, ApiError> {
    let account = call.account.clone();
    let input = &mut call.input;
    let mut all = Permission::read_all(network, &account, input)?;
    // A group of EC2-Classic's, by name and owner.
    if let Some(name) = input.string("SourceSecurityGroupName")? {
        input.only("SourceSecurityGroupOwnerId", account)?;
        all.push(Permission::all_from(&super::describe::default_group(network, &name)?));
    } else if input.has("IpProtocol") || input.has("CidrIp") {
        all.push(Permission::read_one(network, input, &["CidrIp"])?);
    }
    Ok(all)
}

pub(crate) fn authorize(network: &mut Network, mut call: Call, egress: bool) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let id = group::read_id(network, &mut call.input)?;
    let permissions = read(network, &mut call)?;
    let tags = tag::take(&mut call.input, Kind::SecurityGroupRule)?;
    call.input.finish()?;
    if permissions.is_empty() {
        return Err(error::missing("IpPermissions"));
    }
    for (at, permission) in permissions.iter().enumerate() {
        if permissions.iter().skip(at + 1).any(|other| other.is_same(permission)) {
            return Err(error::invalid("The same permission must not appear multiple times"));
        }
        if network.same_rule(&id, egress, permission).is_some() {
            let message = format!("the specified rule \"{}\" already exists", permission.told());
            return Err(error::refuse("InvalidPermission.Duplicate", message));
        }
        if let Some(other) = permission.group() {
            let vpc = network.get(Kind::SecurityGroup, &id)?.text("VpcId");
            if network.get(Kind::SecurityGroup, other)?.text("VpcId") != vpc {
                let message = format!(
                    "You have specified two resources that belong to different networks: {id} and {other}"
                );
                return Err(error::refuse("InvalidGroup.NotFound", message));
            }
        }
    }
    if network.rules(&id, egress).count() + permissions.len() > MAX_RULES {
        let message = "The maximum number of rules per security group has been reached.";
        return Err(error::refuse("RulesPerSecurityGroupLimitExceeded", message));
    }
    let mut made = Vec::new();
    for permission in &permissions {
        let id = make(network, &place, &id, egress, permission, tags.clone())?;
        made.push(Value::Object(
            network.shown(Kind::SecurityGroupRule, network.get(Kind::SecurityGroupRule, &id)?),
        ));
    }
    Ok(Structure::new().with("Return", true).with("SecurityGroupRules", made).output())
}

/// Takes the ids of rules of a group, which must be its own and in that direction.
fn check_own(network: &Network, group: &str, egress: bool, ids: &[String]) -> Result<(), ApiError> {
    let own = |id: &&String| {
        let rule = network.get(Kind::SecurityGroupRule, id);
        !rule.is_ok_and(|rule| rule.text("GroupId") == group && is_egress(rule) == egress)
    };
    ids.iter().find(own).map_or(Ok(()), |id| Err(error::not_found(Kind::SecurityGroupRule, id)))
}

pub(crate) fn revoke(network: &mut Network, mut call: Call, egress: bool) -> Result<Output, ApiError> {
    let id = group::read_id(network, &mut call.input)?;
    let mut ids = call.input.strings("SecurityGroupRuleIds")?;
    check_own(network, &id, egress, &ids)?;
    let permissions = read(network, &mut call)?;
    call.input.finish()?;
    if ids.is_empty() && permissions.is_empty() {
        return Err(error::missing("IpPermissions"));
    }
    for permission in &permissions {
        let rule = network.same_rule(&id, egress, permission).ok_or_else(|| {
            let message = "The specified rule does not exist in this security group.";
            error::refuse("InvalidPermission.NotFound", message)
        })?;
        ids.push(rule.to_owned());
    }
    ids.sort();
    ids.dedup();
    let mut revoked = Vec::new();
    for id in &ids {
        let rule = network.get(Kind::SecurityGroupRule, id)?;
        let mut row = Structure::new().with_some("ReferencedGroupId", reference(rule));
        for name in [
            "SecurityGroupRuleId",
            "GroupId",
            "IsEgress",
            "IpProtocol",
            "FromPort",
            "ToPort",
            "CidrIpv4",
            "CidrIpv6",
            "PrefixListId",
            "Description",
        ] {
            row = row.with_some(name, rule.members.get(name).cloned());
        }
        revoked.push(row.value());
        network.remove(Kind::SecurityGroupRule, id)?;
    }
    Ok(Structure::new().with("Return", true).with("RevokedSecurityGroupRules", revoked).output())
}

/// Gives rules another content, all or none of them.
pub(crate) fn modify(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let group = group::read_id(network, &mut call.input)?;
    let mut changes = Vec::new();
    for mut update in call.input.structures("SecurityGroupRules")? {
        let id = update.required("SecurityGroupRuleId")?;
        let rule = network.get(Kind::SecurityGroupRule, &id)?;
        if rule.text("GroupId") != group {
            return Err(error::not_found(Kind::SecurityGroupRule, &id));
        }
        let mut given = update.required_structure("SecurityGroupRule")?;
        let peers = ["CidrIpv4", "CidrIpv6", "PrefixListId", "ReferencedGroupId"];
        let mut permission = Permission::read_one(network, &mut given, &peers)?;
        permission.description = read_description(&mut given)?;
        given.finish()?;
        update.finish()?;
        let held = network.same_rule(&group, is_egress(rule), &permission);
        if held.is_some_and(|held| held != id) {
            let message = format!("the specified rule \"{}\" already exists", permission.told());
            return Err(error::refuse("InvalidPermission.Duplicate", message));
        }
        changes.push((id, permission));
    }
    call.input.finish()?;
    for (id, permission) in changes {
        let rule = network.get_mut(Kind::SecurityGroupRule, &id)?;
        for name in ["CidrIpv4", "CidrIpv6", "PrefixListId", "ReferencedGroupInfo", "Description"] {
            rule.members.remove(name);
        }
        rule.members.extend(permission.members(&place.account));
    }
    Ok(Structure::new().with("Return", true).output())
}

pub(crate) fn describe_anew(network: &mut Network, mut call: Call, egress: bool) -> Result<Output, ApiError> {
    let group = group::read_id(network, &mut call.input)?;
    let account = call.account.clone();
    let mut changes = read_descriptions(network, &mut call.input)?;
    check_own(network, &group, egress, &changes.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>())?;
    for permission in Permission::read_all(network, &account, &mut call.input)? {
        let id = network.same_rule(&group, egress, &permission).ok_or_else(|| {
            let message = "The specified rule does not exist in this security group.";
            error::refuse("InvalidPermission.NotFound", message)
        })?;
        changes.push((id.to_owned(), permission.description));
    }
    call.input.finish()?;
    if changes.is_empty() {
        return Err(error::missing("IpPermissions"));
    }
    for (id, description) in changes {
        let rule = network.get_mut(Kind::SecurityGroupRule, &id)?;
        match description {
            Some(description) => rule.set("Description", json!(description)),
            None => drop(rule.members.remove("Description")),
        }
    }
    Ok(Structure::new().with("Return", true).output())
}

fn read_descriptions(
    network: &Network,
    input: &mut Input,
) -> Result<Vec<(String, Option<String>)>, ApiError> {
    let mut changes = Vec::new();
    for mut change in input.structures("SecurityGroupRuleDescriptions")? {
        let id =
            change.string("SecurityGroupRuleId")?.ok_or_else(|| error::missing("SecurityGroupRuleId"))?;
        network.get(Kind::SecurityGroupRule, &id)?;
        changes.push((id, read_description(&mut change)?));
        change.finish()?;
    }
    Ok(changes)
}
