//! `aws_iam_access_key`.

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

use super::GONE;
use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Operator, ResourceError};
use crate::provision::native::resources::{Resource, unless_gone};

/// A user's long-term key.
pub struct AccessKey;

#[async_trait]
impl Resource for AccessKey {
    async fn create(&self, operator: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        if arguments.text("/pgp_key").is_some() {
            return Err(ResourceError::Unsupported("pgp_key"));
        }
        let answer =
            operator.call("iam", "CreateAccessKey", json!({ "UserName": arguments.at("/user") })).await?;
        let id = answer.text("/AccessKey/AccessKeyId")?;
        let secret = answer.text("/AccessKey/SecretAccessKey")?;
        Ok(arguments.with(json!({
            "id": id,
            "secret": secret,
            "ses_smtp_password_v4": smtp_password(secret, &operator.region),
            "create_date": answer.text("/AccessKey/CreateDate")?,
        })))
    }

    async fn complete(&self, operator: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        // IAM makes every key active.
        if made.text("/status") == Some("Inactive") {
            let members =
                json!({ "UserName": made.at("/user"), "AccessKeyId": made.at("/id"), "Status": "Inactive" });
            operator.call("iam", "UpdateAccessKey", members).await?;
        }
        Ok(made.with_defaults(json!({ "status": "Active" })))
    }

    async fn destroy(&self, operator: &Operator, attributes: &Attributes) -> Result<(), ResourceError> {
        let members = json!({ "UserName": attributes.at("/user"), "AccessKeyId": attributes.at("/id") });
        unless_gone(operator.call("iam", "DeleteAccessKey", members).await, &GONE)
    }
}

/// The password for SES's SMTP endpoint that follows from a secret key, as
/// <https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html> derives it.
fn smtp_password(secret: &str, region: &str) -> Option<String> {
    let mut signature = format!("AWS4{secret}").into_bytes();
    for part in ["11111111", region, "ses", "aws4_request", "SendRawEmail"] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&signature).ok()?;
        mac.update(part.as_bytes());
        signature = mac.finalize().into_bytes().to_vec();
    }
    signature.insert(0, 4);
    Some(STANDARD.encode(signature))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derives_the_smtp_password() {
        assert_eq!(
            smtp_password("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "eu-west-2").as_deref(),
            Some("BGHJBzaql1Li4ktLk1UG51S49aDmvGyh5q3+hHCRbGC/")
        );
    }
}
