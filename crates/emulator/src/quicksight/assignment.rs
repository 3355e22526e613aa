//! Which users and groups an IAM policy is assigned to.
//!
//! <https://docs.aws.amazon.com/quicksight/latest/APIReference/API_IAMPolicyAssignment.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members};

use super::namespace::take as take_namespace;
use super::{Done, PAGES, QuickSight, error, user};
use crate::Call;
use crate::input::Input;
use crate::place::Place;
use crate::random;
use crate::structure::Structure;

/// Takes the account, and the namespace with the name of the assignment in it.
fn take(quicksight: &QuickSight, call: &mut Call) -> Result<(Place, (String, String)), ApiError> {
    let (place, namespace) = take_namespace(quicksight, call)?;
    let name = call.input.required("AssignmentName")?;
    Ok((place, (namespace, name)))
}

fn find<'a>(
    quicksight: &'a QuickSight,
    place: &Place,
    key: &(String, String),
) -> Result<&'a Members, ApiError> {
    let assignment = quicksight.store(place).and_then(|store| store.assignments.get(key));
    assignment.ok_or_else(|| error::no_such("IAMPolicyAssignment", &key.1))
}

/// Takes what assignments are made and changed with.
fn read(input: &mut Input) -> Result<Members, ApiError> {
    let given = input.keep(&["AssignmentStatus", "PolicyArn", "Identities"]);
    let identities = given.get("Identities").and_then(Value::as_object);
    let mut kinds = identities.into_iter().flat_map(|identities| identities.keys());
    match kinds.find(|kind| !["user", "group"].contains(&kind.to_ascii_lowercase().as_str())) {
        Some(kind) => Err(error::invalid(format!("Invalid identity type: {kind}"))),
        None => Ok(given),
    }
}

/// An assignment as the answers to changes show it: without its account.
fn changed(members: &Members) -> Structure {
    Structure::new().with_all(members.clone()).without("AwsAccountId")
}

pub(crate) fn create(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, key) = take(quicksight, &mut call)?;
    let given = read(&mut call.input)?;
    call.input.finish()?;
    if find(quicksight, &place, &key).is_ok() {
        return Err(error::exists("IAMPolicyAssignment", &key.1));
    }
    let members = Structure::new()
        .with_all(given)
        .with("AwsAccountId", place.account.as_str())
        .with("AssignmentId", random::uuid()?)
        .with("AssignmentName", key.1.as_str())
        .members();
    let done = changed(&members);
    quicksight.store_mut(&place).assignments.insert(key, members);
    Ok(done)
}

pub(crate) fn describe(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, key) = take(quicksight, &mut call)?;
    call.input.finish()?;
    Ok(Structure::new().with("IAMPolicyAssignment", find(quicksight, &place, &key)?.clone()))
}

/// The assignments of a namespace.
fn all<'a>(
    quicksight: &'a QuickSight,
    place: &Place,
    namespace: &'a str,
) -> impl Iterator<Item = (&'a str, &'a Members)> {
    let all = quicksight.store(place).into_iter().flat_map(|store| store.assignments.iter());
    all.filter(move |((of, _), _)| of == namespace).map(|((_, name), members)| (name.as_str(), members))
}

pub(crate) fn list(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, namespace) = take_namespace(quicksight, &mut call)?;
    let status = call.input.value("AssignmentStatus");
    let page = PAGES.read(&mut call.input)?;
    call.input.finish()?;
    let fits = |members: &Members| status.is_none() || members.get("AssignmentStatus") == status.as_ref();
    let rows = all(quicksight, &place, &namespace).filter(|(_, members)| fits(members));
    let rows = rows.map(|(name, members)| {
        (
            name.to_owned(),
            json!({ "AssignmentName": name, "AssignmentStatus": members.get("AssignmentStatus") }),
        )
    });
    Ok(page.answer("IAMPolicyAssignments", rows))
}

/// Those in force that name a user, or a group that the user is in.
pub(crate) fn of_user(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, key) = user::take(quicksight, &mut call)?;
    let page = PAGES.read(&mut call.input)?;
    call.input.finish()?;
    let store = quicksight.store(&place).ok_or_else(|| error::no_such("User", &key.1))?;
    store.user(&key)?;
    let in_group = |name: &str| {
        let group = store.groups.get(&(key.0.clone(), name.to_owned()));
        group.is_some_and(|group| group.members.contains(&key.1))
    };
    let meant = |members: &&Members| {
        let identities = members.get("Identities").and_then(Value::as_object);
        identities.into_iter().flatten().any(|(kind, names)| {
            let mut names = names.as_array().into_iter().flatten().filter_map(Value::as_str);
            match kind.eq_ignore_ascii_case("user") {
                true => names.any(|name| name == key.1),
                false => names.any(in_group),
            }
        })
    };
    let enabled =
        |members: &&Members| members.get("AssignmentStatus").is_some_and(|status| status == "ENABLED");
    let rows = all(quicksight, &place, &key.0).filter(|(_, members)| enabled(members) && meant(members));
    let rows = rows.map(|(name, members)| {
        let active = Structure::new()
            .with("AssignmentName", name)
            .with_some("PolicyArn", members.get("PolicyArn").cloned());
        (name.to_owned(), active.value())
    });
    Ok(page.answer("ActiveAssignments", rows))
}

pub(crate) fn update(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, key) = take(quicksight, &mut call)?;
    let given = read(&mut call.input)?;
    call.input.finish()?;
    let mut members = find(quicksight, &place, &key)?.clone();
    members.extend(given);
    let done = changed(&members);
    quicksight.store_mut(&place).assignments.insert(key, members);
    Ok(done)
}

pub(crate) fn delete(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, key) = take(quicksight, &mut call)?;
    call.input.finish()?;
    find(quicksight, &place, &key)?;
    quicksight.store_mut(&place).assignments.remove(&key);
    Ok(Structure::new().with("AssignmentName", key.1))
}
