//! Network ACLs: each VPC's default one, which lets everything through.

use serde_json::{Value, json};
use stackproof_aws::ApiError;

use super::kind::Kind;
use super::network::{Network, list, new_id, text};
use crate::place::Place;
use crate::record::Record;
use crate::structure::Structure;
use crate::tags::Tags;

/// The rule behind all others, which has no number that can be given.
const LAST: u16 = 32_767;

/// Makes the default network ACL of a VPC.
pub(crate) fn make(network: &mut Network, place: &Place, vpc: &str) -> Result<(), ApiError> {
    let entry = |egress: bool, action: &str, number: u16| {
        json!({
            "CidrBlock": "0.0.0.0/0", "Egress": egress, "Protocol": "-1", "RuleAction": action, "RuleNumber": number,
        })
    };
    let entries = [
        entry(true, "allow", 100),
        entry(true, "deny", LAST),
        entry(false, "allow", 100),
        entry(false, "deny", LAST),
    ];
    let id = new_id("acl")?;
    let members = Structure::new()
        .with("NetworkAclId", id.as_str())
        .with("VpcId", vpc)
        .with("OwnerId", place.account.as_str())
        .with("IsDefault", true)
        .with("Associations", json!([]))
        .with("Entries", json!(entries))
        .members();
    network.add(Kind::NetworkAcl, &id, Record { members, tags: Tags::default() });
    Ok(())
}

/// Puts a subnet under the default network ACL of its VPC.
pub(crate) fn associate(network: &mut Network, vpc: &str, subnet: &str) -> Result<(), ApiError> {
    let association = new_id("aclassoc")?;
    let acl = network.all_mut(Kind::NetworkAcl).find(|(_, acl)| acl.text("VpcId") == vpc);
    if let Some((id, acl)) = acl {
        let mut all = list(acl, "Associations").to_vec();
        all.push(json!({ "NetworkAclAssociationId": association, "NetworkAclId": id, "SubnetId": subnet }));
        acl.set("Associations", all);
    }
    Ok(())
}

/// Takes a subnet that is deleted from its network ACL.
pub(crate) fn forget(network: &mut Network, subnet: &str) {
    for (_, acl) in network.all_mut(Kind::NetworkAcl) {
        let stays = |item: &&Value| text(item, "SubnetId") != subnet;
        let kept: Vec<Value> = list(acl, "Associations").iter().filter(stays).cloned().collect();
        acl.set("Associations", kept);
    }
}
