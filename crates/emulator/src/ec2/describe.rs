//! Lists of resources: by ids, by filters, by pages.

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::filter::Filters;
use super::kind::Kind;
use super::network::Network;
use super::{PAGING, error};
use crate::Call;
use crate::structure::Structure;

/// Lists the resources of a kind.
pub(crate) fn describe(network: &mut Network, kind: Kind, mut call: Call) -> Result<Output, ApiError> {
    let table = kind.table();
    // NAT gateways have a member of another name.
    let member = if kind == Kind::NatGateway { "Filter" } else { "Filters" };
    let filters = Filters::take(&mut call.input, member, table.filters)?;
    let ids = call.input.strings(table.ids)?;
    let names = if kind == Kind::SecurityGroup { call.input.strings("GroupNames")? } else { Vec::new() };
    let addresses = if kind == Kind::Address { call.input.strings("PublicIps")? } else { Vec::new() };
    if call.input.has("MaxResults") && !ids.is_empty() {
        return Err(error::combination(format!(
            "The parameter {} cannot be used with the parameter MaxResults",
            table.ids
        )));
    }
    let page = PAGING.read(&mut call.input)?;
    call.input.finish()?;
    for id in &ids {
        network.get(kind, id)?;
    }
    for name in &names {
        default_group(network, name)?;
    }
    for address in &addresses {
        if network.having(kind, "PublicIp", address).next().is_none() {
            let message = format!("Address '{address}' not found.");
            return Err(error::refuse("InvalidAddress.NotFound", message));
        }
    }
    let among = |names: &[String], text: &str| names.is_empty() || names.iter().any(|name| name == text);
    let rows = network.all(kind).filter_map(|(id, record)| {
        let wanted = among(&ids, id)
            && among(&names, record.text("GroupName"))
            && (names.is_empty() || network.default_vpc() == Some(record.text("VpcId")))
            && among(&addresses, record.text("PublicIp"));
        let shown = wanted.then(|| network.shown(kind, record))?;
        filters.match_with(&shown, &record.tags).then(|| (id.to_owned(), Value::Object(shown)))
    });
    let rows: Vec<_> = rows.collect();
    Ok(page.answer(table.list, rows).output())
}

/// The id of a group by its name, which only those of the default VPC are known by.
pub(crate) fn default_group(network: &Network, name: &str) -> Result<String, ApiError> {
    let vpc = network.default_vpc().unwrap_or_default();
    let mut groups = network.having(Kind::SecurityGroup, "GroupName", name);
    let found = groups.find(|(_, group)| group.text("VpcId") == vpc).map(|(id, _)| id.to_owned());
    found.ok_or_else(|| error::not_found(Kind::SecurityGroup, name))
}

/// The list of what there is none of, here: what would make one is refused by name.
pub(crate) fn nothing(
    mut call: Call,
    list: &str,
    ids: &str,
    not_found: &'static str,
) -> Result<Output, ApiError> {
    let named = call.input.strings(ids)?;
    call.input.keep(&["Filters", "IncludeManagedResources", "MaxResults", "NextToken"]);
    call.input.finish()?;
    match named.first() {
        Some(id) => Err(error::refuse(not_found, format!("The ID '{id}' does not exist"))),
        None => Ok(Structure::new().with(list, json!([])).output()),
    }
}
