//! Users.
//!
//! <https://docs.aws.amazon.com/quicksight/latest/APIReference/API_User.html>

use serde_json::Value;
use stackproof_aws::{ApiError, Members};

use super::namespace::take as take_namespace;
use super::{Done, PAGES, QuickSight, Store, error, tag};
use crate::Call;
use crate::arn::Arn;
use crate::input::{Input, not_implemented};
use crate::place::Place;
use crate::random;
use crate::record::Record;
use crate::structure::Structure;

impl Store {
    pub fn user(&self, key: &(String, String)) -> Result<&Record, ApiError> {
        self.users.get(key).ok_or_else(|| error::no_such("User", &key.1))
    }
}

/// The ARN of a user or a group.
pub(crate) fn arn(place: &Place, kind: &str, (namespace, name): &(String, String)) -> String {
    place.arn("quicksight", &format!("{kind}/{namespace}/{name}"))
}

/// Takes the account, and the namespace with the name of the user in it.
pub(crate) fn take(quicksight: &QuickSight, call: &mut Call) -> Result<(Place, (String, String)), ApiError> {
    let (place, namespace) = take_namespace(quicksight, call)?;
    let name = call.input.required("UserName")?;
    Ok((place, (namespace, name)))
}

fn find<'a>(
    quicksight: &'a QuickSight,
    place: &Place,
    key: &(String, String),
) -> Result<&'a Record, ApiError> {
    quicksight.store(place).ok_or_else(|| error::no_such("User", &key.1))?.user(key)
}

/// The name of a user who signs in through IAM: that of the user, or those of the role and its session.
fn federated(input: &mut Input) -> Result<String, ApiError> {
    let arn =
        input.string("IamArn")?.ok_or_else(|| error::invalid("IamArn is required for users of IAM."))?;
    let session = input.string("SessionName")?;
    let parsed = Arn::parse(&arn).filter(|arn| arn.service == "iam");
    let named = parsed.and_then(|arn| arn.resource.split_once('/'));
    let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    match (named, session) {
        (Some(("user", path)), None) => Ok(last(path)),
        (Some(("role", path)), Some(session)) => Ok(format!("{}/{session}", last(path))),
        (Some(("role", _)), None) => Err(error::invalid("SessionName is required for users of an IAM role.")),
        _ => Err(error::invalid(format!("Invalid IamArn: {arn}"))),
    }
}

/// Takes the members about logins from outside, as they are shown.
fn read_login(input: &mut Input) -> Result<Members, ApiError> {
    let mut kept =
        input.keep(&["ExternalLoginFederationProviderType", "ExternalLoginId", "CustomPermissionsName"]);
    if let Some(url) = input.string("CustomFederationProviderUrl")? {
        kept.insert("ExternalLoginFederationProviderUrl".to_owned(), url.into());
    }
    Ok(kept)
}

pub(crate) fn register(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, namespace) = take_namespace(quicksight, &mut call)?;
    let input = &mut call.input;
    let identity = input.required("IdentityType")?;
    let email = input.required("Email")?;
    let role = input.required("UserRole")?;
    let iam = match identity.as_str() {
        "IAM" => true,
        "QUICKSIGHT" => false,
        _ => return Err(not_implemented("quicksight users of Identity Center")),
    };
    let given = input.string("UserName")?;
    let name = match (iam, given) {
        (true, _) => federated(input)?,
        (false, Some(name)) => name,
        (false, None) => return Err(error::invalid("UserName is required for users of QuickSight.")),
    };
    let login = read_login(input)?;
    let tags = tag::read(input)?;
    input.finish()?;
    let key = (namespace, name);
    if find(quicksight, &place, &key).is_ok() {
        return Err(error::exists("User", &key.1));
    }
    let principal = match iam {
        true => format!("federated/iam/{}", random::letters(random::BASE32, 21)?),
        false => format!("user/{}", random::uuid()?),
    };
    let members = Structure::new()
        .with_all(login)
        .with("Arn", arn(&place, "user", &key))
        .with("UserName", key.1.as_str())
        .with("Email", email)
        .with("Role", role)
        .with("IdentityType", identity)
        // Whoever is invited has not come yet.
        .with("Active", iam)
        .with("PrincipalId", principal)
        .members();
    quicksight.store_mut(&place).users.insert(key, Record { members: members.clone(), tags });
    Ok(Structure::new().with("User", members))
}

pub(crate) fn describe(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, key) = take(quicksight, &mut call)?;
    call.input.finish()?;
    let user = find(quicksight, &place, &key)?;
    Ok(Structure::new().with("User", user.members.clone()))
}

pub(crate) fn list(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, namespace) = take_namespace(quicksight, &mut call)?;
    let page = PAGES.read(&mut call.input)?;
    call.input.finish()?;
    let users = quicksight.store(&place).into_iter().flat_map(|store| store.users.iter());
    let users = users.filter(|((of, _), _)| *of == namespace);
    let rows = users.map(|((_, name), user)| (name.clone(), Value::Object(user.members.clone())));
    Ok(page.answer("UserList", rows))
}

pub(crate) fn update(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, key) = take(quicksight, &mut call)?;
    let mut given = read_login(&mut call.input)?;
    given.extend(call.input.keep(&["Email", "Role"]));
    let unapply = call.input.boolean("UnapplyCustomPermissions")?.unwrap_or(false);
    call.input.finish()?;
    find(quicksight, &place, &key)?;
    let user = quicksight.store_mut(&place).users.get_mut(&key);
    let user = user.ok_or_else(|| error::no_such("User", &key.1))?;
    user.members.extend(given);
    if unapply {
        user.members.remove("CustomPermissionsName");
    }
    Ok(Structure::new().with("User", user.members.clone()))
}

fn remove(store: &mut Store, key: &(String, String)) {
    store.users.remove(key);
    for ((namespace, _), group) in &mut store.groups {
        if *namespace == key.0 {
            group.members.remove(&key.1);
        }
    }
}

pub(crate) fn delete(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, key) = take(quicksight, &mut call)?;
    call.input.finish()?;
    find(quicksight, &place, &key)?;
    remove(quicksight.store_mut(&place), &key);
    Ok(Structure::new())
}

pub(crate) fn delete_by_principal(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, namespace) = take_namespace(quicksight, &mut call)?;
    let principal = call.input.required("PrincipalId")?;
    call.input.finish()?;
    let store = quicksight.store_mut(&place);
    let named = |((of, _), user): &(&(String, String), &Record)| {
        *of == namespace && user.text("PrincipalId") == principal
    };
    let key = store.users.iter().find(named).map(|(key, _)| key.clone());
    let key = key.ok_or_else(|| error::no_such("User", &principal))?;
    remove(store, &key);
    Ok(Structure::new())
}
