//! What an account or a namespace looks like where nothing else is said.
//!
//! <https://docs.aws.amazon.com/quicksight/latest/APIReference/API_AccountCustomization.html>

use stackproof_aws::{ApiError, Members};

use super::{Done, QuickSight, error, read_place, tag};
use crate::Call;
use crate::place::Place;
use crate::record::Record;
use crate::structure::Structure;

/// Takes the account, and the namespace where the customization is of one.
fn take(quicksight: &QuickSight, call: &mut Call) -> Result<(Place, Option<String>), ApiError> {
    let place = read_place(call)?;
    let namespace = call.input.string("Namespace")?;
    if let Some(namespace) = &namespace {
        quicksight.check_namespace(&place, namespace)?;
    }
    Ok((place, namespace))
}

fn find<'a>(
    quicksight: &'a QuickSight,
    place: &Place,
    namespace: &Option<String>,
) -> Result<&'a Record, ApiError> {
    let record = quicksight.store(place).and_then(|store| store.customizations.get(namespace));
    record
        .ok_or_else(|| error::no_such("AccountCustomization", namespace.as_deref().unwrap_or(&place.account)))
}

fn answer(place: &Place, namespace: Option<&str>, members: Members) -> Structure {
    let resource = match namespace {
        None => format!("customization/account/{}", place.account),
        Some(namespace) => format!("customization/namespace/{namespace}"),
    };
    Structure::new()
        .with("Arn", place.arn("quicksight", &resource))
        .with("AwsAccountId", place.account.as_str())
        .with_some("Namespace", namespace)
        .with("AccountCustomization", members)
}

/// Makes a customization, or replaces it.
pub(crate) fn put(quicksight: &mut QuickSight, mut call: Call, new: bool) -> Done {
    let (place, namespace) = take(quicksight, &mut call)?;
    let mut given = call.input.required_structure("AccountCustomization")?;
    let members = given.keep_as("AccountCustomization");
    given.finish()?;
    let tags = tag::read(&mut call.input)?;
    call.input.finish()?;
    let tags = match (find(quicksight, &place, &namespace), new) {
        (Ok(_), true) => return Err(error::exists("AccountCustomization", &place.account)),
        (Ok(held), false) => held.tags.clone(),
        (Err(_), true) => tags,
        (Err(missing), false) => return Err(missing),
    };
    let record = Record { members: members.clone(), tags };
    quicksight.store_mut(&place).customizations.insert(namespace.clone(), record);
    Ok(answer(&place, namespace.as_deref(), members))
}

/// Tells what is set for the account or the namespace, or, resolved, what holds for the namespace.
pub(crate) fn describe(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, namespace) = take(quicksight, &mut call)?;
    let resolved = call.input.boolean("Resolved")?.unwrap_or(false);
    call.input.finish()?;
    let members = match resolved {
        false => find(quicksight, &place, &namespace)?.members.clone(),
        true => {
            let levels = [find(quicksight, &place, &None), find(quicksight, &place, &namespace)];
            levels.into_iter().flatten().flat_map(|record| record.members.clone()).collect()
        }
    };
    Ok(answer(&place, namespace.as_deref(), members))
}

pub(crate) fn delete(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, namespace) = take(quicksight, &mut call)?;
    call.input.finish()?;
    find(quicksight, &place, &namespace)?;
    quicksight.store_mut(&place).customizations.remove(&namespace);
    Ok(Structure::new())
}
