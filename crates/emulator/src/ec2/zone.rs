//! Regions and their availability zones.
//!
//! <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members, Output};

use super::error;
use super::filter::Filters;
use super::kind::Filter;
use crate::Call;
use crate::input::not_implemented;
use crate::structure::Structure;
use crate::tags::Tags;

/// A region: the beginning of its zones' ids, their letters, and whether accounts have to ask for it.
struct Region {
    name: &'static str,
    short: &'static str,
    letters: &'static str,
    opt_in: bool,
}

const fn region(name: &'static str, short: &'static str, letters: &'static str, opt_in: bool) -> Region {
    Region { name, short, letters, opt_in }
}

const REGIONS: &[Region] = &[
    region("af-south-1", "afs1", "abc", true),
    region("ap-east-1", "ape1", "abc", true),
    region("ap-northeast-1", "apne1", "acd", false),
    region("ap-northeast-2", "apne2", "abcd", false),
    region("ap-northeast-3", "apne3", "abc", false),
    region("ap-south-1", "aps1", "abc", false),
    region("ap-south-2", "aps2", "abc", true),
    region("ap-southeast-1", "apse1", "abc", false),
    region("ap-southeast-2", "apse2", "abc", false),
    region("ap-southeast-3", "apse3", "abc", true),
    region("ap-southeast-4", "apse4", "abc", true),
    region("ap-southeast-5", "apse5", "abc", true),
    region("ca-central-1", "cac1", "abd", false),
    region("ca-west-1", "caw1", "abc", true),
    region("eu-central-1", "euc1", "abc", false),
    region("eu-central-2", "euc2", "abc", true),
    region("eu-north-1", "eun1", "abc", false),
    region("eu-south-1", "eus1", "abc", true),
    region("eu-south-2", "eus2", "abc", true),
    region("eu-west-1", "euw1", "abc", false),
    region("eu-west-2", "euw2", "abc", false),
    region("eu-west-3", "euw3", "abc", false),
    region("il-central-1", "ilc1", "abc", true),
    region("me-central-1", "mec1", "abc", true),
    region("me-south-1", "mes1", "abc", true),
    region("mx-central-1", "mxc1", "abc", true),
    region("sa-east-1", "sae1", "abc", false),
    region("us-east-1", "use1", "abcdef", false),
    region("us-east-2", "use2", "abc", false),
    region("us-west-1", "usw1", "ac", false),
    region("us-west-2", "usw2", "abcd", false),
];

const ZONE_FILTERS: &[Filter] = &[
    ("group-name", "GroupName"),
    ("message", "Messages.Message"),
    ("opt-in-status", "OptInStatus"),
    ("region-name", "RegionName"),
    ("state", "State"),
    ("zone-id", "ZoneId"),
    ("zone-name", "ZoneName"),
    ("zone-type", "ZoneType"),
];

const REGION_FILTERS: &[Filter] =
    &[("endpoint", "Endpoint"), ("opt-in-status", "OptInStatus"), ("region-name", "RegionName")];

/// A zone: its name and id.
#[derive(Clone)]
pub(crate) struct Zone {
    pub name: String,
    pub id: String,
}

/// The zones of a region.
///
/// # Errors
/// `NotImplemented` for a region that is not in the table.
pub(crate) fn zones(region: &str) -> Result<Vec<Zone>, ApiError> {
    let found = REGIONS.iter().find(|known| known.name == region);
    let Region { name, short, letters, .. } =
        found.ok_or_else(|| not_implemented(&format!("ec2 in the region {region}")))?;
    let numbered = letters.chars().zip(1..);
    Ok(numbered
        .map(|(letter, n)| Zone { name: format!("{name}{letter}"), id: format!("{short}-az{n}") })
        .collect())
}

/// The zone that a call names by its name or id; the first where it names none.
pub(crate) fn pick(region: &str, name: Option<&str>, id: Option<&str>) -> Result<Zone, ApiError> {
    let wanted = |zone: &Zone| name.is_none_or(|name| zone.name == name) && id.is_none_or(|id| zone.id == id);
    let all = zones(region)?;
    let names: Vec<&str> = all.iter().map(|zone| zone.name.as_str()).collect();
    all.iter().find(|zone| wanted(zone)).cloned().ok_or_else(|| {
        let (member, value) = match (name, id) {
            (Some(name), _) => ("availabilityZone", name),
            (None, id) => ("availabilityZoneId", id.unwrap_or_default()),
        };
        let why = format!(
            "Subnets can currently only be created in the following availability zones: {}.",
            names.join(", ")
        );
        error::value(value, member, &why)
    })
}

pub(crate) fn describe_zones(mut call: Call) -> Result<Output, ApiError> {
    let filters = Filters::take(&mut call.input, "Filters", ZONE_FILTERS)?;
    let names = call.input.strings("ZoneNames")?;
    let ids = call.input.strings("ZoneIds")?;
    // Local zones, which this would show too, are none.
    call.input.boolean("AllAvailabilityZones")?;
    call.input.finish()?;
    let all = zones(&call.region)?;
    if let Some(name) = names.iter().find(|name| all.iter().all(|zone| zone.name != **name)) {
        return Err(error::invalid(format!("Invalid availability zone: [{name}]")));
    }
    if let Some(id) = ids.iter().find(|id| all.iter().all(|zone| zone.id != **id)) {
        return Err(error::invalid(format!("Invalid availability zone-id: [{id}]")));
    }
    let rows: Vec<Value> = all
        .iter()
        .filter(|zone| names.is_empty() || names.contains(&zone.name))
        .filter(|zone| ids.is_empty() || ids.contains(&zone.id))
        .map(|zone| {
            Structure::new()
                .with("State", "available")
                .with("OptInStatus", "opt-in-not-required")
                .with("Messages", json!([]))
                .with("RegionName", call.region.as_str())
                .with("ZoneName", zone.name.as_str())
                .with("ZoneId", zone.id.as_str())
                .with("GroupName", format!("{}-zg-1", call.region))
                .with("NetworkBorderGroup", call.region.as_str())
                .with("ZoneType", "availability-zone")
                .members()
        })
        .filter(|row: &Members| filters.match_with(row, &Tags::default()))
        .map(Value::Object)
        .collect();
    Ok(Structure::new().with("AvailabilityZones", rows).output())
}

pub(crate) fn describe_regions(mut call: Call) -> Result<Output, ApiError> {
    let filters = Filters::take(&mut call.input, "Filters", REGION_FILTERS)?;
    let names = call.input.strings("RegionNames")?;
    let all = call.input.boolean("AllRegions")?.unwrap_or(false);
    call.input.finish()?;
    if let Some(name) = names.iter().find(|name| REGIONS.iter().all(|region| region.name != **name)) {
        return Err(error::invalid(format!("Invalid region names: [{name}]")));
    }
    let rows: Vec<Value> = REGIONS
        .iter()
        .filter(|region| {
            (all || !region.opt_in) && (names.is_empty() || names.iter().any(|name| name == region.name))
        })
        .map(|Region { name, opt_in, .. }| {
            Structure::new()
                .with("RegionName", *name)
                .with("Endpoint", format!("ec2.{name}.amazonaws.com"))
                .with("OptInStatus", if *opt_in { "not-opted-in" } else { "opt-in-not-required" })
                .members()
        })
        .filter(|row: &Members| filters.match_with(row, &Tags::default()))
        .map(Value::Object)
        .collect();
    Ok(Structure::new().with("Regions", rows).output())
}
