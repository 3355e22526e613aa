//! How a key is named: by id, key ARN, alias name or alias ARN ("Key identifiers").
//!
//! <https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id>

use stackproof_aws::ApiError;
use stackproof_aws::names::is_kms_key_id;

use super::error;
use crate::place::Place;

impl Place {
    /// The ARN of a key.
    pub fn key_arn(&self, id: &str) -> String {
        self.arn("kms", &format!("key/{id}"))
    }
}

/// Which forms an operation takes: its API page says so at the member.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Accepts {
    Keys,
    KeysAndAliases,
}

/// What a text names, and where: ids and alias names are of the place that is called.
pub(crate) enum Identifier {
    Key(Place, String),
    /// With its `alias/`.
    Alias(Place, String),
}

impl Identifier {
    /// Reads any of the four forms.
    ///
    /// # Errors
    /// `NotFoundException` and `InvalidArnException` for what names nothing that the operation takes.
    pub fn parse(named: &str, here: &Place, accepts: Accepts) -> Result<Self, ApiError> {
        let aliases = accepts == Accepts::KeysAndAliases;
        if !named.starts_with("arn:") {
            return match named {
                alias if alias.starts_with("alias/") && aliases => {
                    Ok(Self::Alias(here.clone(), alias.to_owned()))
                }
                id if is_kms_key_id(id) => Ok(Self::Key(here.clone(), id.to_owned())),
                _ => Err(error::invalid_key_id(named)),
            };
        }
        let invalid = || error::invalid_arn(format!("Invalid arn {named}"));
        let mut parts = named.splitn(6, ':').skip(1);
        let mut part = || parts.next().ok_or_else(invalid);
        let (partition, service, region, account, resource) = (part()?, part()?, part()?, part()?, part()?);
        if partition != "aws" || service != "kms" {
            return Err(invalid());
        }
        if region != here.region {
            return Err(error::other_region(region));
        }
        let place = Place { account: account.to_owned(), region: region.to_owned() };
        match resource.strip_prefix("key/") {
            Some(id) => Ok(Self::Key(place, id.to_owned())),
            None if !resource.starts_with("alias/") => Err(invalid()),
            None if aliases => Ok(Self::Alias(place, resource.to_owned())),
            None => Err(error::invalid_arn("Key Aliases are not supported for this operation")),
        }
    }
}
