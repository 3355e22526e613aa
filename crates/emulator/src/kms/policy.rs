//! Key policies. They are kept as they are sent; what they mean is the gateway's to know.
//!
//! <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html>

use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::identifier::Accepts;
use super::member::{self, Length, key_id};
use super::page::Page;
use super::{Kms, error};
use crate::Call;
use crate::input::Input;
use crate::structure::Structure;

const LENGTH: Length = Length(1, 131_072);
const NAME: Length = Length(1, 128);
/// "Resource quotas" of KMS.
const MAX_BYTES: usize = 32_768;
const DEFAULT_NAME: &str = "default";

/// The policy of a key that is made without one, in AWS's own layout.
pub(crate) fn default_policy(account: &str) -> String {
    format!(
        r#"{{
  "Version" : "2012-10-17",
  "Id" : "key-default-1",
  "Statement" : [ {{
    "Sid" : "Enable IAM User Permissions",
    "Effect" : "Allow",
    "Principal" : {{
      "AWS" : "arn:aws:iam::{account}:root"
    }},
    "Action" : "kms:*",
    "Resource" : "*"
  }} ]
}}"#
    )
}

/// Takes a policy.
///
/// # Errors
/// `MalformedPolicyDocumentException` for what is no JSON object, `LimitExceededException` for more than 32 KiB.
pub(crate) fn read(input: &mut Input) -> Result<Option<String>, ApiError> {
    let policy = member::text(input, "Policy", LENGTH)?;
    if let Some(policy) = &policy {
        if policy.len() > MAX_BYTES {
            return Err(error::limit_exceeded("The key policy is larger than 32768 bytes."));
        }
        match serde_json::from_str(policy) {
            Ok(Value::Object(_)) => {}
            _ => return Err(error::malformed_policy("Policy is not a valid JSON object.")),
        }
    }
    Ok(policy)
}

/// Takes the name; a key has one policy, `default`.
fn read_name(input: &mut Input) -> Result<(), ApiError> {
    let name = member::text(input, "PolicyName", NAME)?;
    if let Some(name) = &name {
        member::matches(input, name, "PolicyName", r"[\w]+", |c| c.is_ascii_alphanumeric() || c == '_')?;
    }
    match name.as_deref() {
        None | Some(DEFAULT_NAME) => Ok(()),
        Some(_) => Err(error::no_such_policy()),
    }
}

pub(crate) fn get(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let named = key_id(&mut call.input, "KeyId")?;
    read_name(&mut call.input)?;
    call.input.finish()?;
    let found = kms.find(&call, &named, Accepts::Keys)?;
    let policy = kms.key(&found)?.policy.as_str();
    Ok(Structure::new().with("Policy", policy).with("PolicyName", DEFAULT_NAME).output())
}

pub(crate) fn put(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let named = key_id(&mut call.input, "KeyId")?;
    read_name(&mut call.input)?;
    let policy = read(&mut call.input)?.ok_or_else(|| error::null_member("Policy"))?;
    call.input.boolean("BypassPolicyLockoutSafetyCheck")?;
    call.input.finish()?;
    let found = kms.find(&call, &named, Accepts::Keys)?;
    kms.key(&found)?.check_changeable()?;
    kms.key_mut(&found)?.policy = policy;
    Ok(Output::default())
}

pub(crate) fn list(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let named = key_id(&mut call.input, "KeyId")?;
    let page = Page::read(&mut call.input, 100, 1000)?;
    call.input.finish()?;
    kms.find(&call, &named, Accepts::Keys)?;
    Ok(page.answer("PolicyNames", [(DEFAULT_NAME.to_owned(), Value::from(DEFAULT_NAME))]).output())
}
