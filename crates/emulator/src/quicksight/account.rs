//! What is set for an account as a whole.

use serde_json::{Value, json};
use stackproof_aws::Members;

use super::{Done, QuickSight, error, namespace, read_place};
use crate::Call;
use crate::place::Place;
use crate::structure::Structure;

/// Signs an account up. Where its users come from is a matter of how they sign in.
pub(crate) fn subscribe(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let place = read_place(&mut call)?;
    let name = call.input.required("AccountName")?;
    let method = call.input.required("AuthenticationMethod")?;
    let given = call.input.keep(&["NotificationEmail", "Edition"]);
    // Whom to turn to, which no answer tells again.
    call.input.keep(&["FirstName", "LastName", "EmailAddress", "ContactNumber"]);
    if method == "ACTIVE_DIRECTORY" || method == "IAM_IDENTITY_CENTER" {
        return Err(crate::input::not_implemented(&format!("quicksight AuthenticationMethod {method}")));
    }
    call.input.finish()?;
    let store = quicksight.store_mut(&place);
    if store.subscription.as_ref().is_some_and(|held| status(held) == SIGNED_UP) {
        return Err(error::exists("AccountSubscription", &place.account));
    }
    let members = Structure::new()
        .with("Edition", "ENTERPRISE")
        .with_all(given)
        .with("AccountName", name.as_str())
        .with("AuthenticationType", method.as_str())
        .with("AccountSubscriptionStatus", SIGNED_UP);
    store.subscription = Some(members.members());
    let response = Structure::new()
        .with("IAMUser", method == "IAM_ONLY")
        .with("accountName", name)
        .with("directoryType", "QUICKSIGHT");
    Ok(Structure::new().with("SignupResponse", response.value()))
}

const SIGNED_UP: &str = "ACCOUNT_CREATED";

fn status(subscription: &Members) -> &str {
    subscription.get("AccountSubscriptionStatus").and_then(Value::as_str).unwrap_or_default()
}

pub(crate) fn subscription(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let place = read_place(&mut call)?;
    call.input.finish()?;
    let held = quicksight.store(&place).and_then(|store| store.subscription.clone());
    let info = held.ok_or_else(|| error::no_such("AccountSubscription", &place.account))?;
    Ok(Structure::new().with("AccountInfo", info))
}

pub(crate) fn unsubscribe(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let place = read_place(&mut call)?;
    call.input.finish()?;
    let protected =
        all_settings(quicksight, &place).get("TerminationProtectionEnabled") == Some(&json!(true));
    let store = quicksight.store_mut(&place);
    let held = store.subscription.as_mut().filter(|held| status(held) == SIGNED_UP);
    let held = held.ok_or_else(|| error::no_such("AccountSubscription", &place.account))?;
    if protected {
        return Err(error::precondition("Account termination protection is enabled."));
    }
    held.insert("AccountSubscriptionStatus".to_owned(), "UNSUBSCRIBED".into());
    Ok(Structure::new())
}

fn all_settings(quicksight: &QuickSight, place: &Place) -> Members {
    let store = quicksight.store(place);
    let subscription = store.and_then(|store| store.subscription.clone()).unwrap_or_default();
    let of_account = ["AccountName", "Edition", "NotificationEmail"];
    let signed = subscription.into_iter().filter(|(name, _)| of_account.contains(&name.as_str()));
    Structure::new()
        .with("DefaultNamespace", namespace::DEFAULT)
        .with("PublicSharingEnabled", false)
        .with("TerminationProtectionEnabled", true)
        .with_all(signed.collect())
        .with_all(store.map(|store| store.settings.clone()).unwrap_or_default())
        .members()
}

pub(crate) fn settings(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let place = read_place(&mut call)?;
    call.input.finish()?;
    Ok(Structure::new().with("AccountSettings", all_settings(quicksight, &place)))
}

pub(crate) fn update_settings(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let place = read_place(&mut call)?;
    let given = call.input.keep(&["DefaultNamespace", "NotificationEmail", "TerminationProtectionEnabled"]);
    call.input.finish()?;
    if let Some(name) = given.get("DefaultNamespace").and_then(Value::as_str) {
        quicksight.check_namespace(&place, name)?;
    }
    quicksight.store_mut(&place).settings.extend(given);
    Ok(Structure::new())
}

/// From where the account can be used.
pub(crate) fn addresses(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let place = read_place(&mut call)?;
    call.input.finish()?;
    let set = quicksight.store(&place).map(|store| store.addresses.clone()).unwrap_or_default();
    Ok(Structure::new()
        .with("AwsAccountId", place.account)
        .with("IpRestrictionRuleMap", json!({}))
        .with("VpcIdRestrictionRuleMap", json!({}))
        .with("VpcEndpointIdRestrictionRuleMap", json!({}))
        .with("Enabled", false)
        .with_all(set))
}

pub(crate) fn update_addresses(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let place = read_place(&mut call)?;
    let given = call.input.keep(&[
        "IpRestrictionRuleMap",
        "VpcIdRestrictionRuleMap",
        "VpcEndpointIdRestrictionRuleMap",
        "Enabled",
    ]);
    call.input.finish()?;
    quicksight.store_mut(&place).addresses.extend(given);
    Ok(Structure::new().with("AwsAccountId", place.account))
}

/// The customer keys that the account's data is under.
pub(crate) fn keys(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let place = read_place(&mut call)?;
    let default_only = call.input.boolean("DefaultKeyOnly")?.unwrap_or(false);
    call.input.finish()?;
    let set = quicksight
        .store(&place)
        .and_then(|store| store.keys.get("KeyRegistration"))
        .and_then(Value::as_array);
    let wanted = |key: &&Value| !default_only || key.get("DefaultKey") == Some(&json!(true));
    let keys: Vec<Value> = set.into_iter().flatten().filter(wanted).cloned().collect();
    Ok(Structure::new().with("AwsAccountId", place.account).with("KeyRegistration", keys))
}

/// Registers keys in place of those before.
pub(crate) fn update_keys(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let place = read_place(&mut call)?;
    let given = call.input.keep(&["KeyRegistration"]);
    call.input.finish()?;
    let keys = given.get("KeyRegistration").and_then(Value::as_array).cloned().unwrap_or_default();
    let is_key = |key: &&Value| {
        key.get("KeyArn").and_then(Value::as_str).is_some_and(|arn| arn.starts_with("arn:aws:kms:"))
    };
    if !keys.iter().all(|key| is_key(&key)) {
        return Err(error::invalid("KeyArn must be the ARN of a customer managed key."));
    }
    let done = keys.iter().map(|key| json!({ "KeyArn": key.get("KeyArn"), "StatusCode": 200 }));
    let done: Vec<Value> = done.collect();
    quicksight.store_mut(&place).keys = given;
    Ok(Structure::new().with("SuccessfulKeyRegistration", done).with("FailedKeyRegistration", json!([])))
}
