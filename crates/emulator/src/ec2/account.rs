//! Attributes of an account in a region.

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::error;
use super::network::Network;
use crate::Call;
use crate::structure::Structure;

pub(crate) fn attributes(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let names = call.input.strings("AttributeNames")?;
    call.input.finish()?;
    let default = network.default_vpc().unwrap_or("none").to_owned();
    let all = [
        ("supported-platforms", "VPC"),
        ("default-vpc", default.as_str()),
        ("max-instances", "20"),
        ("vpc-max-security-groups-per-interface", "5"),
        ("max-elastic-ips", "5"),
        ("vpc-max-elastic-ips", "5"),
    ];
    if let Some(name) = names.iter().find(|name| all.iter().all(|(known, _)| known != *name)) {
        return Err(error::value(name, "attributeName", "It is no attribute of an account."));
    }
    let wanted = all.iter().filter(|(name, _)| names.is_empty() || names.iter().any(|wanted| wanted == name));
    let shown: Vec<Value> = wanted
        .map(|(name, value)| json!({ "AttributeName": name, "AttributeValues": [{ "AttributeValue": value }] }))
        .collect();
    Ok(Structure::new().with("AccountAttributes", shown).output())
}
