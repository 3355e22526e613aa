//! What passwords of the account's users must be like.

use stackproof_aws::{ApiError, Members, Output};

use super::{Account, error};
use crate::Call;
use crate::structure::Structure;
use crate::validation;

/// What is false where it is not given.
const TRUTHS: [&str; 5] = [
    "AllowUsersToChangePassword",
    "RequireLowercaseCharacters",
    "RequireNumbers",
    "RequireSymbols",
    "RequireUppercaseCharacters",
];
const LENGTH: &str = "MinimumPasswordLength";
const AGE: &str = "MaxPasswordAge";

/// The policy as it is answered.
#[derive(Clone)]
pub(crate) struct PasswordPolicy(Members);

/// What is not given takes its default, whatever it was before ("UpdateAccountPasswordPolicy").
pub(crate) fn update(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let input = &mut call.input;
    let mut policy = Structure::new();
    for (member, min, max) in [(LENGTH, 6, 128), (AGE, 1, 1095), ("PasswordReusePrevention", 1, 24)] {
        let given = input.integer(member)?.or((member == LENGTH).then_some(min));
        if let Some(number) = given {
            validation::range(number, min, max)
                .map_err(|it| error::constraint(&number.to_string(), member, &it))?;
            policy = policy.with(member, number);
        }
    }
    for member in TRUTHS {
        policy = policy.with(member, input.boolean(member)?.unwrap_or_default());
    }
    let policy = policy.with_some("HardExpiry", input.boolean("HardExpiry")?);
    input.finish()?;
    let mut policy = policy.members();
    policy.insert("ExpirePasswords".to_owned(), policy.contains_key(AGE).into());
    account.password_policy = Some(PasswordPolicy(policy));
    Ok(Output::default())
}

fn none(call: &Call) -> ApiError {
    error::not_found(format!("The Password Policy with domain name {} cannot be found.", call.account))
}

pub(crate) fn get(account: &mut Account, call: Call) -> Result<Output, ApiError> {
    call.input.finish()?;
    let PasswordPolicy(policy) = account.password_policy.clone().ok_or_else(|| none(&call))?;
    Ok(Structure::new().with("PasswordPolicy", policy).output())
}

pub(crate) fn delete(account: &mut Account, call: Call) -> Result<Output, ApiError> {
    call.input.finish()?;
    account.password_policy.take().ok_or_else(|| none(&call))?;
    Ok(Output::default())
}
