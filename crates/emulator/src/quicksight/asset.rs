//! What data sources, data sets, folders and VPC connections have in common.

use serde_json::Value;
use stackproof_aws::{ApiError, Members};

use super::permission::Permissions;
use super::{Done, PAGES, QuickSight, Store, error, folder};
use crate::Call;
use crate::arn::Arn;
use crate::input::Input;
use crate::place::Place;
use crate::structure::{Structure, moment};
use crate::tags::Tags;

/// A kind of such resources.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    DataSource,
    DataSet,
    Folder,
    VpcConnection,
}

impl Kind {
    pub const ALL: [Self; 4] = [Self::DataSource, Self::DataSet, Self::Folder, Self::VpcConnection];

    /// The member that its answers hold it in, and its shape.
    pub fn shape(self) -> &'static str {
        match self {
            Self::DataSource => "DataSource",
            Self::DataSet => "DataSet",
            Self::Folder => "Folder",
            Self::VpcConnection => "VPCConnection",
        }
    }

    /// The member that holds the id.
    pub fn id(self) -> &'static str {
        match self {
            Self::DataSource => "DataSourceId",
            Self::DataSet => "DataSetId",
            Self::Folder => "FolderId",
            Self::VpcConnection => "VPCConnectionId",
        }
    }

    /// What ARNs call it.
    pub fn word(self) -> &'static str {
        match self {
            Self::DataSource => "datasource",
            Self::DataSet => "dataset",
            Self::Folder => "folder",
            Self::VpcConnection => "vpcConnection",
        }
    }

    /// What memberships of folders call it.
    pub fn member_type(self) -> Option<&'static str> {
        match self {
            Self::DataSource => Some("DATASOURCE"),
            Self::DataSet => Some("DATASET"),
            Self::Folder | Self::VpcConnection => None,
        }
    }

    /// The ARN of one of that id.
    pub fn arn(self, place: &Place, id: &str) -> String {
        place.arn("quicksight", &format!("{}/{id}", self.word()))
    }

    /// The kind and the id that the end of an ARN names.
    pub fn parse(resource: &str) -> Option<(Self, &str)> {
        let (word, id) = resource.split_once('/')?;
        let kind = Self::ALL.into_iter().find(|kind| kind.word() == word)?;
        Some((kind, id))
    }
}

/// One of them.
#[derive(Clone)]
pub(crate) struct Asset {
    /// As it is shown.
    pub members: Members,
    pub tags: Tags,
    pub permissions: Permissions,
}

impl Store {
    /// Adds an asset of an id that is free.
    pub fn add(&mut self, kind: Kind, id: &str, asset: Asset) -> Result<(), ApiError> {
        if self.assets.contains_key(&(kind, id.to_owned())) {
            return Err(error::exists(kind.shape(), id));
        }
        self.assets.insert((kind, id.to_owned()), asset);
        Ok(())
    }
}

impl QuickSight {
    /// Finds an asset by its id.
    pub fn asset(&self, place: &Place, kind: Kind, id: &str) -> Result<&Asset, ApiError> {
        let asset = self.store(place).and_then(|store| store.assets.get(&(kind, id.to_owned())));
        asset.ok_or_else(|| error::no_such(kind.shape(), id))
    }

    /// An asset that is to be written to.
    pub fn asset_mut(&mut self, place: &Place, kind: Kind, id: &str) -> Result<&mut Asset, ApiError> {
        self.asset(place, kind, id)?;
        let asset = self.store_mut(place).assets.get_mut(&(kind, id.to_owned()));
        asset.ok_or_else(|| error::no_such(kind.shape(), id))
    }

    /// Refuses an ARN of the account itself that names no asset of that kind. What other accounts have is theirs to know.
    pub fn check_arn(&self, place: &Place, kind: Kind, arn: &str) -> Result<(), ApiError> {
        let parsed = Arn::parse(arn).filter(|arn| arn.service == "quicksight");
        let parsed = parsed.ok_or_else(|| error::invalid(format!("{arn} is not a valid ARN.")))?;
        let named = Kind::parse(parsed.resource).filter(|(named, _)| *named == kind);
        let (_, id) =
            named.ok_or_else(|| error::invalid(format!("{arn} does not name a {}.", kind.shape())))?;
        if parsed.place() == *place {
            self.asset(place, kind, id)?;
        }
        Ok(())
    }
}

/// Takes the account and the id.
pub(crate) fn take(call: &mut Call, kind: Kind) -> Result<(Place, String), ApiError> {
    let place = super::read_place(call)?;
    let id = call.input.required(kind.id())?;
    Ok((place, id))
}

/// The members that every asset has.
pub(crate) fn identity(place: &Place, kind: Kind, id: &str) -> Structure {
    Structure::new().with("Arn", kind.arn(place, id)).with(kind.id(), id)
}

/// Takes the folders that something new is put in; those of the account must be there.
pub(crate) fn read_folders(
    quicksight: &QuickSight,
    place: &Place,
    input: &mut Input,
) -> Result<Vec<String>, ApiError> {
    let arns = input.strings("FolderArns")?;
    for arn in &arns {
        quicksight.check_arn(place, Kind::Folder, arn)?;
    }
    Ok(arns.iter().filter_map(|arn| Some(arn.rsplit_once('/')?.1.to_owned())).collect())
}

/// Adds an asset and puts it in folders.
pub(crate) fn add(
    quicksight: &mut QuickSight,
    place: &Place,
    kind: Kind,
    id: &str,
    asset: Asset,
    folders: Vec<String>,
) -> Result<(), ApiError> {
    let store = quicksight.store_mut(place);
    store.add(kind, id, asset)?;
    if let Some(word) = kind.member_type() {
        for folder in folders {
            store.put_in(&folder, word, id);
        }
    }
    Ok(())
}

pub(crate) fn describe(quicksight: &mut QuickSight, mut call: Call, kind: Kind) -> Done {
    let (place, id) = take(&mut call, kind)?;
    call.input.finish()?;
    let asset = quicksight.asset(&place, kind, &id)?;
    Ok(Structure::new().with(kind.shape(), asset.members.clone()))
}

/// A list of all of a kind, each as it is summed up.
pub(crate) fn list(
    quicksight: &QuickSight,
    mut call: Call,
    kind: Kind,
    answer: &str,
    summary: impl Fn(&Members) -> Members,
) -> Done {
    let place = super::read_place(&mut call)?;
    let page = PAGES.read(&mut call.input)?;
    call.input.finish()?;
    let assets = quicksight.store(&place).into_iter().flat_map(|store| store.assets.iter());
    let assets = assets.filter(|((of, _), _)| *of == kind);
    let rows = assets.map(|((_, id), asset)| (id.clone(), Value::Object(summary(&asset.members))));
    Ok(page.answer(answer, rows))
}

/// Replaces the members of an asset but for what lasts.
pub(crate) fn replace(
    quicksight: &mut QuickSight,
    call: &Call,
    (place, kind, id): (&Place, Kind, &str),
    given: Members,
    lasting: &[&str],
) -> Result<(), ApiError> {
    let asset = quicksight.asset_mut(place, kind, id)?;
    asset.members.retain(|name, _| {
        ["Arn", "CreatedTime", kind.id()].contains(&name.as_str()) || lasting.contains(&name.as_str())
    });
    asset.members.extend(given);
    asset.members.insert("LastUpdatedTime".to_owned(), moment(call.now).into());
    Ok(())
}

pub(crate) fn delete(quicksight: &mut QuickSight, mut call: Call, kind: Kind) -> Done {
    let (place, id) = take(&mut call, kind)?;
    call.input.finish()?;
    remove(quicksight, &place, kind, &id)?;
    Ok(identity(&place, kind, &id))
}

/// Removes an asset, also from the folders that it is in.
pub(crate) fn remove(
    quicksight: &mut QuickSight,
    place: &Place,
    kind: Kind,
    id: &str,
) -> Result<(), ApiError> {
    quicksight.asset(place, kind, id)?;
    let store = quicksight.store_mut(place);
    store.assets.remove(&(kind, id.to_owned()));
    folder::forget(store, kind, id);
    Ok(())
}
