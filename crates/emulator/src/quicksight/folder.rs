//! Folders and what is in them.
//!
//! <https://docs.aws.amazon.com/quicksight/latest/APIReference/API_Folder.html>

use serde_json::{Value, json};
use stackproof_aws::ApiError;

use super::asset::{self, Asset, Kind, identity, take};
use super::permission::Permissions;
use super::{Done, PAGES, QuickSight, Store, error, tag};
use crate::Call;
use crate::place::Place;
use crate::structure::{Structure, moment};

impl Store {
    /// Puts an asset in a folder, once.
    pub fn put_in(&mut self, folder: &str, member_type: &str, id: &str) {
        let member = (member_type.to_owned(), id.to_owned());
        let contents = self.contents.entry(folder.to_owned()).or_default();
        if !contents.contains(&member) {
            contents.push(member);
        }
    }
}

/// Takes an asset that is gone out of every folder, and a folder's contents with it.
pub(crate) fn forget(store: &mut Store, kind: Kind, id: &str) {
    if kind == Kind::Folder {
        store.contents.remove(id);
    }
    if let Some(word) = kind.member_type() {
        for contents in store.contents.values_mut() {
            contents.retain(|(of, member)| of != word || member != id);
        }
    }
}

/// The path to a folder's children: that of its own, and itself.
fn path_below(quicksight: &QuickSight, place: &Place, parent: &str) -> Result<Vec<Value>, ApiError> {
    quicksight.check_arn(place, Kind::Folder, parent)?;
    let id = parent.rsplit_once('/').map_or(parent, |(_, id)| id);
    let folder = quicksight.asset(place, Kind::Folder, id)?;
    let mut path = folder.members.get("FolderPath").and_then(Value::as_array).cloned().unwrap_or_default();
    path.push(parent.into());
    Ok(path)
}

pub(crate) fn create(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, id) = take(&mut call, Kind::Folder)?;
    let parent = call.input.string("ParentFolderArn")?;
    let given = call.input.keep(&["Name", "FolderType", "SharingModel"]);
    let permissions = Permissions::read(&mut call.input, "Permissions")?;
    let tags = tag::read(&mut call.input)?;
    call.input.finish()?;
    let path = parent.map(|parent| path_below(quicksight, &place, &parent)).transpose()?;
    let members = Structure::new()
        .with("FolderType", "SHARED")
        .with("SharingModel", "ACCOUNT")
        .with_all(given)
        .with_all(identity(&place, Kind::Folder, &id).members())
        .with_some("FolderPath", path)
        .with_moment("CreatedTime", call.now)
        .with_moment("LastUpdatedTime", call.now)
        .members();
    quicksight.store_mut(&place).add(Kind::Folder, &id, Asset { members, tags, permissions })?;
    Ok(identity(&place, Kind::Folder, &id))
}

pub(crate) fn list(quicksight: &mut QuickSight, call: Call) -> Done {
    asset::list(quicksight, call, Kind::Folder, "FolderSummaryList", |members| {
        let mut summary = members.clone();
        summary.remove("FolderPath");
        summary
    })
}

pub(crate) fn update(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, id) = take(&mut call, Kind::Folder)?;
    let given = call.input.keep(&["Name"]);
    call.input.finish()?;
    let folder = quicksight.asset_mut(&place, Kind::Folder, &id)?;
    folder.members.extend(given);
    folder.members.insert("LastUpdatedTime".to_owned(), moment(call.now).into());
    Ok(identity(&place, Kind::Folder, &id))
}

/// Only an empty folder goes.
pub(crate) fn delete(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, id) = take(&mut call, Kind::Folder)?;
    call.input.finish()?;
    quicksight.asset(&place, Kind::Folder, &id)?;
    let arn = json!(Kind::Folder.arn(&place, &id));
    let store = quicksight.store_mut(&place);
    let full = store.contents.get(&id).is_some_and(|contents| !contents.is_empty());
    let parent = store.assets.values().any(|asset| {
        let path = asset.members.get("FolderPath").and_then(Value::as_array);
        path.is_some_and(|path| path.contains(&arn))
    });
    if full || parent {
        return Err(error::conflict(format!("Folder {id} is not empty.")));
    }
    asset::remove(quicksight, &place, Kind::Folder, &id)?;
    Ok(identity(&place, Kind::Folder, &id))
}

/// Takes the folder, which must be there, and the member.
fn take_member(
    quicksight: &QuickSight,
    call: &mut Call,
) -> Result<(Place, String, (String, String)), ApiError> {
    let (place, folder) = take(call, Kind::Folder)?;
    let member = (call.input.required("MemberType")?, call.input.required("MemberId")?);
    call.input.finish()?;
    quicksight.asset(&place, Kind::Folder, &folder)?;
    Ok((place, folder, member))
}

pub(crate) fn add_member(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, folder, (word, id)) = take_member(quicksight, &mut call)?;
    let kind = Kind::ALL.into_iter().find(|kind| kind.member_type() == Some(word.as_str()));
    // Of the other types there are none.
    let kind = kind.ok_or_else(|| error::no_such(&word, &id))?;
    quicksight.asset(&place, kind, &id)?;
    let store = quicksight.store_mut(&place);
    let held = store.contents.get(&folder);
    if held.is_some_and(|held| held.iter().any(|(of, member)| *of == word && *member == id)) {
        return Err(error::exists("FolderMember", &id));
    }
    store.put_in(&folder, &word, &id);
    Ok(Structure::new().with("FolderMember", json!({ "MemberId": id, "MemberType": word })))
}

pub(crate) fn remove_member(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, folder, member) = take_member(quicksight, &mut call)?;
    let contents = quicksight.store_mut(&place).contents.get_mut(&folder);
    let missing = || error::no_such("FolderMember", &member.1);
    let contents = contents.filter(|contents| contents.contains(&member)).ok_or_else(missing)?;
    contents.retain(|held| *held != member);
    Ok(Structure::new())
}

pub(crate) fn members(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, folder) = take(&mut call, Kind::Folder)?;
    let page = PAGES.read(&mut call.input)?;
    call.input.finish()?;
    quicksight.asset(&place, Kind::Folder, &folder)?;
    let contents = quicksight.store(&place).and_then(|store| store.contents.get(&folder));
    let rows = contents.into_iter().flatten().filter_map(|(word, id)| {
        let kind = Kind::ALL.into_iter().find(|kind| kind.member_type() == Some(word.as_str()))?;
        let row = json!({ "MemberId": id, "MemberArn": kind.arn(&place, id) });
        Some((format!("{word} {id}"), row))
    });
    Ok(page.answer("FolderMemberList", rows))
}
