//! Groups and who is in them.
//!
//! <https://docs.aws.amazon.com/quicksight/latest/APIReference/API_Group.html>

use std::collections::BTreeSet;

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members};

use super::namespace::take as take_namespace;
use super::{Done, PAGES, QuickSight, error, user};
use crate::Call;
use crate::place::Place;
use crate::random;
use crate::structure::Structure;

/// A group.
#[derive(Clone)]
pub(crate) struct Group {
    shown: Members,
    /// The names of its users.
    pub members: BTreeSet<String>,
}

/// Takes the account, and the namespace with the name of the group in it.
fn take(quicksight: &QuickSight, call: &mut Call) -> Result<(Place, (String, String)), ApiError> {
    let (place, namespace) = take_namespace(quicksight, call)?;
    let name = call.input.required("GroupName")?;
    Ok((place, (namespace, name)))
}

fn find<'a>(
    quicksight: &'a QuickSight,
    place: &Place,
    key: &(String, String),
) -> Result<&'a Group, ApiError> {
    let group = quicksight.store(place).and_then(|store| store.groups.get(key));
    group.ok_or_else(|| error::no_such("Group", &key.1))
}

fn find_mut<'a>(
    quicksight: &'a mut QuickSight,
    place: &Place,
    key: &(String, String),
) -> Result<&'a mut Group, ApiError> {
    let missing = || error::no_such("Group", &key.1);
    quicksight.store_mut(place).groups.get_mut(key).ok_or_else(missing)
}

fn answer(group: &Group) -> Structure {
    Structure::new().with("Group", group.shown.clone())
}

pub(crate) fn create(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, key) = take(quicksight, &mut call)?;
    let given = call.input.keep(&["Description"]);
    call.input.finish()?;
    if find(quicksight, &place, &key).is_ok() {
        return Err(error::exists("Group", &key.1));
    }
    let shown = Structure::new()
        .with_all(given)
        .with("Arn", user::arn(&place, "group", &key))
        .with("GroupName", key.1.as_str())
        .with("PrincipalId", format!("group/{}", random::uuid()?))
        .members();
    let group = Group { shown, members: BTreeSet::new() };
    let done = answer(&group);
    quicksight.store_mut(&place).groups.insert(key, group);
    Ok(done)
}

pub(crate) fn describe(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, key) = take(quicksight, &mut call)?;
    call.input.finish()?;
    Ok(answer(find(quicksight, &place, &key)?))
}

/// A page of the groups of a namespace that fit.
fn listed(
    quicksight: &QuickSight,
    mut call: Call,
    place: &Place,
    namespace: &str,
    fits: impl Fn(&Group) -> bool,
) -> Done {
    let page = PAGES.read(&mut call.input)?;
    call.input.finish()?;
    let groups = quicksight.store(place).into_iter().flat_map(|store| store.groups.iter());
    let groups = groups.filter(|((of, _), group)| of == namespace && fits(group));
    let rows = groups.map(|((_, name), group)| (name.clone(), Value::Object(group.shown.clone())));
    Ok(page.answer("GroupList", rows))
}

pub(crate) fn list(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, namespace) = take_namespace(quicksight, &mut call)?;
    listed(quicksight, call, &place, &namespace, |_| true)
}

pub(crate) fn of_user(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, key) = user::take(quicksight, &mut call)?;
    check_user(quicksight, &place, &key)?;
    listed(quicksight, call, &place, &key.0, |group| group.members.contains(&key.1))
}

pub(crate) fn update(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, key) = take(quicksight, &mut call)?;
    let given = call.input.keep(&["Description"]);
    call.input.finish()?;
    let group = find_mut(quicksight, &place, &key)?;
    group.shown.remove("Description");
    group.shown.extend(given);
    Ok(answer(group))
}

pub(crate) fn delete(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, key) = take(quicksight, &mut call)?;
    call.input.finish()?;
    find(quicksight, &place, &key)?;
    quicksight.store_mut(&place).groups.remove(&key);
    Ok(Structure::new())
}

fn check_user(quicksight: &QuickSight, place: &Place, key: &(String, String)) -> Result<(), ApiError> {
    let user = quicksight.store(place).map(|store| store.user(key));
    user.unwrap_or_else(|| Err(error::no_such("User", &key.1))).map(drop)
}

/// The member as answers show it: by the user's ARN.
fn shown_member(place: &Place, namespace: &str, name: &str) -> Value {
    let key = (namespace.to_owned(), name.to_owned());
    json!({ "Arn": user::arn(place, "user", &key), "MemberName": name })
}

/// Takes the group, which must be there, and the name of a member.
fn take_member(
    quicksight: &QuickSight,
    call: &mut Call,
) -> Result<(Place, (String, String), String), ApiError> {
    let (place, key) = take(quicksight, call)?;
    let member = call.input.required("MemberName")?;
    call.input.finish()?;
    find(quicksight, &place, &key)?;
    Ok((place, key, member))
}

/// Puts a user in a group; one who is in it stays in it.
pub(crate) fn add_member(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, key, member) = take_member(quicksight, &mut call)?;
    check_user(quicksight, &place, &(key.0.clone(), member.clone()))?;
    let shown = shown_member(&place, &key.0, &member);
    find_mut(quicksight, &place, &key)?.members.insert(member);
    Ok(Structure::new().with("GroupMember", shown))
}

pub(crate) fn member(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, key, member) = take_member(quicksight, &mut call)?;
    if !find(quicksight, &place, &key)?.members.contains(&member) {
        return Err(error::no_such("Member", &member));
    }
    Ok(Structure::new().with("GroupMember", shown_member(&place, &key.0, &member)))
}

pub(crate) fn members(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, key) = take(quicksight, &mut call)?;
    let page = PAGES.read(&mut call.input)?;
    call.input.finish()?;
    let members = &find(quicksight, &place, &key)?.members;
    let rows = members.iter().map(|name| (name.clone(), shown_member(&place, &key.0, name)));
    Ok(page.answer("GroupMemberList", rows))
}

pub(crate) fn remove_member(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, key, member) = take_member(quicksight, &mut call)?;
    match find_mut(quicksight, &place, &key)?.members.remove(&member) {
        true => Ok(Structure::new()),
        false => Err(error::no_such("Member", &member)),
    }
}
