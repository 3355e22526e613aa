//! VPC connections.
//!
//! <https://docs.aws.amazon.com/quicksight/latest/APIReference/API_VPCConnection.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members};

use super::asset::{self, Asset, Kind, identity, take};
use super::permission::Permissions;
use super::{Done, QuickSight, tag};
use crate::Call;
use crate::input::Input;
use crate::structure::Structure;

const AVAILABLE: &str = "AVAILABLE";

/// Takes what connections are made and changed with. Each subnet would get an interface.
fn read(input: &mut Input) -> Result<Members, ApiError> {
    let subnets = input.strings("SubnetIds")?;
    let interfaces = subnets.iter().map(|subnet| json!({ "SubnetId": subnet, "Status": AVAILABLE }));
    let interfaces: Vec<Value> = interfaces.collect();
    let kept = input.keep_as("VPCConnection");
    let members = Structure::new()
        .with_all(kept)
        .with("NetworkInterfaces", interfaces)
        .with("AvailabilityStatus", AVAILABLE);
    Ok(members.members())
}

pub(crate) fn create(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, id) = take(&mut call, Kind::VpcConnection)?;
    let given = read(&mut call.input)?;
    let tags = tag::read(&mut call.input)?;
    call.input.finish()?;
    let members = Structure::new()
        .with_all(given)
        .with_all(identity(&place, Kind::VpcConnection, &id).members())
        .with("Status", "CREATION_SUCCESSFUL")
        .with_moment("CreatedTime", call.now)
        .with_moment("LastUpdatedTime", call.now)
        .members();
    let asset = Asset { members, tags, permissions: Permissions::default() };
    quicksight.store_mut(&place).add(Kind::VpcConnection, &id, asset)?;
    Ok(identity(&place, Kind::VpcConnection, &id)
        .with("CreationStatus", "CREATION_SUCCESSFUL")
        .with("AvailabilityStatus", AVAILABLE))
}

pub(crate) fn list(quicksight: &mut QuickSight, call: Call) -> Done {
    asset::list(quicksight, call, Kind::VpcConnection, "VPCConnectionSummaries", Members::clone)
}

pub(crate) fn update(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, id) = take(&mut call, Kind::VpcConnection)?;
    let mut given = read(&mut call.input)?;
    call.input.finish()?;
    given.insert("Status".to_owned(), "UPDATE_SUCCESSFUL".into());
    asset::replace(quicksight, &call, (&place, Kind::VpcConnection, &id), given, &[])?;
    Ok(identity(&place, Kind::VpcConnection, &id)
        .with("UpdateStatus", "UPDATE_SUCCESSFUL")
        .with("AvailabilityStatus", AVAILABLE))
}

pub(crate) fn delete(quicksight: &mut QuickSight, call: Call) -> Done {
    let gone = asset::delete(quicksight, call, Kind::VpcConnection)?;
    Ok(gone.with("DeletionStatus", "DELETED").with("AvailabilityStatus", "UNAVAILABLE"))
}
