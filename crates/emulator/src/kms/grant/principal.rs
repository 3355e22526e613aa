//! Whom grants name.

use stackproof_aws::ApiError;

use crate::input::Input;
use crate::kms::error;
use crate::kms::member::{self, Length};
use crate::structure::Structure;

const PRINCIPAL: Length = Length(1, 256);
const SERVICE: Length = Length(1, 128);

/// Who is granted to, or may retire.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Principal {
    /// By ARN.
    Identity(String),
    /// By host name.
    Service(String),
}

impl Principal {
    /// Takes one of the two members that name it: `GranteePrincipal`, `GranteeServicePrincipal`.
    pub fn read(input: &mut Input, prefix: &str) -> Result<Option<Self>, ApiError> {
        let (identity, service) = (format!("{prefix}Principal"), format!("{prefix}ServicePrincipal"));
        let arn = member::text(input, &identity, PRINCIPAL)?;
        let host = member::text(input, &service, SERVICE)?;
        match (arn, host) {
            (Some(_), Some(_)) => {
                Err(error::validation(format!("Specify either {identity} or {service}, not both.")))
            }
            (Some(arn), None) if is_principal(&arn) => Ok(Some(Self::Identity(arn))),
            (Some(arn), None) => {
                Err(error::invalid_arn(format!("ARN does not refer to a valid principal: {arn}")))
            }
            (None, Some(host)) => {
                let allowed = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
                member::matches(
                    input,
                    &host,
                    &service,
                    r"^([A-Za-z0-9\-]+)\.([A-Za-z0-9\-]+)(\.[A-Za-z0-9\-]+)+$",
                    allowed,
                )?;
                Ok(Some(Self::Service(host)))
            }
            (None, None) => Ok(None),
        }
    }

    /// Adds the member that names it.
    pub fn add_to(&self, structure: Structure, prefix: &str) -> Structure {
        match self {
            Self::Identity(arn) => structure.with(&format!("{prefix}Principal"), arn.as_str()),
            Self::Service(host) => structure.with(&format!("{prefix}ServicePrincipal"), host.as_str()),
        }
    }
}

/// The ARN of an account, a user, a role, or a session of one.
fn is_principal(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", "aws", service, "", account, resource] = parts.as_slice() else { return false };
    let numbered = account.len() == 12 && account.chars().all(|c| c.is_ascii_digit());
    let kinds: &[&str] = match *service {
        "iam" => &["user/", "role/"],
        "sts" => &["assumed-role/", "federated-user/"],
        _ => return false,
    };
    let root = *service == "iam" && *resource == "root";
    numbered && (root || kinds.iter().any(|kind| resource.len() > kind.len() && resource.starts_with(kind)))
}
