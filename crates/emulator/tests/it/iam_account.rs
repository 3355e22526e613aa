//! The alias of an account, and its password policy.

use serde_json::json;

use crate::cloud::{ACCOUNT, Cloud};

#[test]
fn an_account_has_one_alias_at_most() {
    let cloud = Cloud::new();
    assert_eq!(cloud.ok("ListAccountAliases", json!({})).members["AccountAliases"], json!([]));
    cloud.ok("CreateAccountAlias", json!({ "AccountAlias": "calls-dev" }));
    let again = json!({ "AccountAlias": "calls-dev" });
    assert_eq!(cloud.refused("CreateAccountAlias", again.clone()), (409, "EntityAlreadyExists".into()));
    cloud.ok("CreateAccountAlias", json!({ "AccountAlias": "calls" }));
    assert_eq!(cloud.ok("ListAccountAliases", json!({})).members["AccountAliases"], json!(["calls"]));
    assert_eq!(cloud.refused("DeleteAccountAlias", again), (404, "NoSuchEntity".into()));
    cloud.ok("DeleteAccountAlias", json!({ "AccountAlias": "calls" }));
    assert_eq!(cloud.ok("ListAccountAliases", json!({})).members["AccountAliases"], json!([]));
    for wrong in ["ab", "Calls", "-calls", "calls-", "ca--lls", &"x".repeat(64)] {
        let members = json!({ "AccountAlias": wrong });
        assert_eq!(cloud.refused("CreateAccountAlias", members), (400, "ValidationError".into()), "{wrong}");
    }
}

#[test]
fn a_password_policy_is_whole_after_every_change() {
    let cloud = Cloud::new();
    let none = cloud.err("GetAccountPasswordPolicy", json!({}));
    assert_eq!((none.status, none.code.as_ref()), (404, "NoSuchEntity"));
    assert_eq!(none.message, format!("The Password Policy with domain name {ACCOUNT} cannot be found."));
    let given = json!({
        "MinimumPasswordLength": 14, "RequireSymbols": true, "RequireNumbers": true, "HardExpiry": true,
        "RequireUppercaseCharacters": true, "RequireLowercaseCharacters": true, "MaxPasswordAge": 90,
        "AllowUsersToChangePassword": true, "PasswordReusePrevention": 24,
    });
    cloud.ok("UpdateAccountPasswordPolicy", given.clone());
    let mut expected = given;
    expected["ExpirePasswords"] = json!(true);
    let got = || cloud.ok("GetAccountPasswordPolicy", json!({})).members["PasswordPolicy"].clone();
    assert_eq!(got(), expected);
    cloud.ok("UpdateAccountPasswordPolicy", json!({ "RequireNumbers": true }));
    assert_eq!(
        got(),
        json!({
            "MinimumPasswordLength": 6, "RequireSymbols": false, "RequireNumbers": true, "ExpirePasswords": false,
            "RequireUppercaseCharacters": false, "RequireLowercaseCharacters": false,
            "AllowUsersToChangePassword": false,
        })
    );
    for wrong in [
        json!({ "MinimumPasswordLength": 5 }),
        json!({ "MinimumPasswordLength": 129 }),
        json!({ "MaxPasswordAge": 1096 }),
        json!({ "PasswordReusePrevention": 25 }),
    ] {
        assert_eq!(cloud.refused("UpdateAccountPasswordPolicy", wrong).1, "ValidationError");
    }
    cloud.ok("DeleteAccountPasswordPolicy", json!({}));
    assert_eq!(cloud.refused("DeleteAccountPasswordPolicy", json!({})), (404, "NoSuchEntity".into()));
}
