//! Data sources: kept, and never connected to.
//!
//! <https://docs.aws.amazon.com/quicksight/latest/APIReference/API_DataSource.html>

use serde_json::Value;
use stackproof_aws::{ApiError, Members};

use super::asset::{self, Asset, Kind, identity, take};
use super::permission::Permissions;
use super::{Done, QuickSight, error, tag};
use crate::Call;
use crate::input::Input;
use crate::place::Place;
use crate::structure::Structure;

/// Takes the credentials. A user's name and password are never shown again, and nothing here would use them.
fn read_credentials(quicksight: &QuickSight, place: &Place, input: &mut Input) -> Result<Members, ApiError> {
    let Some(mut given) = input.structure("Credentials")? else { return Ok(Members::new()) };
    let mut shown = given.keep(&["SecretArn"]);
    if let Some(mut pair) = given.structure("CredentialPair")? {
        pair.keep(&["Username", "Password"]);
        shown.extend(pair.keep(&["AlternateDataSourceParameters"]));
        pair.finish()?;
    }
    if let Some(arn) = given.string("CopySourceArn")? {
        quicksight.check_arn(place, Kind::DataSource, &arn)?;
    }
    given.finish()?;
    Ok(shown)
}

/// Takes what data sources are made and changed with.
fn read(quicksight: &QuickSight, place: &Place, input: &mut Input) -> Result<Members, ApiError> {
    let credentials = read_credentials(quicksight, place, input)?;
    let kept = input.keep_as("DataSource");
    let parameters = kept.get("DataSourceParameters").and_then(Value::as_object);
    if parameters.is_some_and(|parameters| parameters.len() != 1) {
        return Err(error::invalid("DataSourceParameters must have exactly one member."));
    }
    let vpc = kept.get("VpcConnectionProperties").and_then(|vpc| vpc.get("VpcConnectionArn"));
    if let Some(arn) = vpc.and_then(Value::as_str) {
        quicksight.check_arn(place, Kind::VpcConnection, arn)?;
    }
    Ok(kept.into_iter().chain(credentials).collect())
}

pub(crate) fn create(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, id) = take(&mut call, Kind::DataSource)?;
    let given = read(quicksight, &place, &mut call.input)?;
    let permissions = Permissions::read(&mut call.input, "Permissions")?;
    let tags = tag::read(&mut call.input)?;
    let folders = asset::read_folders(quicksight, &place, &mut call.input)?;
    call.input.finish()?;
    let members = Structure::new()
        .with_all(given)
        .with_all(identity(&place, Kind::DataSource, &id).members())
        .with("Status", "CREATION_SUCCESSFUL")
        .with_moment("CreatedTime", call.now)
        .with_moment("LastUpdatedTime", call.now)
        .members();
    let asset = Asset { members, tags, permissions };
    asset::add(quicksight, &place, Kind::DataSource, &id, asset, folders)?;
    Ok(identity(&place, Kind::DataSource, &id).with("CreationStatus", "CREATION_SUCCESSFUL"))
}

pub(crate) fn list(quicksight: &mut QuickSight, call: Call) -> Done {
    asset::list(quicksight, call, Kind::DataSource, "DataSources", Members::clone)
}

pub(crate) fn update(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, id) = take(&mut call, Kind::DataSource)?;
    quicksight.asset(&place, Kind::DataSource, &id)?;
    let mut given = read(quicksight, &place, &mut call.input)?;
    call.input.finish()?;
    given.insert("Status".to_owned(), "UPDATE_SUCCESSFUL".into());
    asset::replace(quicksight, &call, (&place, Kind::DataSource, &id), given, &["Type"])?;
    Ok(identity(&place, Kind::DataSource, &id).with("UpdateStatus", "UPDATE_SUCCESSFUL"))
}
