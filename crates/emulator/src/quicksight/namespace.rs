//! Namespaces, which keep users and groups apart.
//!
//! <https://docs.aws.amazon.com/quicksight/latest/APIReference/API_NamespaceInfoV2.html>

use serde_json::Value;
use stackproof_aws::{ApiError, Members};

use super::{Done, PAGES, QuickSight, error, read_place, tag};
use crate::Call;
use crate::place::Place;
use crate::record::Record;
use crate::structure::Structure;

/// The namespace that every account has.
pub(crate) const DEFAULT: &str = "default";

fn shown(place: &Place, name: &str) -> Members {
    Structure::new()
        .with("Name", name)
        .with("Arn", place.arn("quicksight", &format!("namespace/{name}")))
        .with("CapacityRegion", place.region.as_str())
        .with("CreationStatus", "CREATED")
        .with("IdentityStore", "QUICKSIGHT")
        .members()
}

impl QuickSight {
    /// Refuses a namespace that is not there.
    pub fn check_namespace(&self, place: &Place, name: &str) -> Result<(), ApiError> {
        let held = self.store(place).is_some_and(|store| store.namespaces.contains_key(name));
        if held || name == DEFAULT { Ok(()) } else { Err(error::no_such("Namespace", name)) }
    }
}

/// Takes the account and the namespace, which must be there.
pub(crate) fn take(quicksight: &QuickSight, call: &mut Call) -> Result<(Place, String), ApiError> {
    let place = read_place(call)?;
    let name = call.input.required("Namespace")?;
    quicksight.check_namespace(&place, &name)?;
    Ok((place, name))
}

pub(crate) fn create(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let place = read_place(&mut call)?;
    let name = call.input.required("Namespace")?;
    // There is but one store.
    call.input.keep(&["IdentityStore"]);
    let tags = tag::read(&mut call.input)?;
    call.input.finish()?;
    if quicksight.check_namespace(&place, &name).is_ok() {
        return Err(error::exists("Namespace", &name));
    }
    let members = shown(&place, &name);
    quicksight.store_mut(&place).namespaces.insert(name, Record { members: members.clone(), tags });
    Ok(Structure::new().with_all(members))
}

pub(crate) fn describe(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, name) = take(quicksight, &mut call)?;
    call.input.finish()?;
    Ok(Structure::new().with("Namespace", shown(&place, &name)))
}

pub(crate) fn list(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let place = read_place(&mut call)?;
    let page = PAGES.read(&mut call.input)?;
    call.input.finish()?;
    let held = quicksight.store(&place).into_iter().flat_map(|store| store.namespaces.keys());
    let names = held.map(String::as_str).chain([DEFAULT]);
    Ok(page.answer("Namespaces", names.map(|name| (name.to_owned(), Value::Object(shown(&place, name))))))
}

/// Deletes a namespace with its users and groups.
pub(crate) fn delete(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, name) = take(quicksight, &mut call)?;
    call.input.finish()?;
    if name == DEFAULT {
        return Err(error::precondition("The default namespace cannot be deleted."));
    }
    let store = quicksight.store_mut(&place);
    store.namespaces.remove(&name);
    store.users.retain(|(namespace, _), _| *namespace != name);
    store.groups.retain(|(namespace, _), _| *namespace != name);
    store.assignments.retain(|(namespace, _), _| *namespace != name);
    store.customizations.remove(&Some(name));
    Ok(Structure::new())
}
