//! Names of parameters.
//!
//! <https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html>

use stackproof_aws::ApiError;

use super::error;
use crate::constraint::{self, Length};
use crate::input::{Input, not_implemented};
use crate::place::Place;

pub(crate) const NAME: Length = Length(1, 2048);
const MAX_LEVELS: usize = 15;

/// A parameter as a call names it: its key, and the version or label behind it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub key: String,
    pub selector: Option<String>,
}

/// The key of a name.
pub(crate) fn key(name: &str) -> String {
    name.strip_prefix('/').unwrap_or(name).to_owned()
}

impl Named {
    /// Takes the member that names a parameter, by its name or by its ARN.
    pub fn read(input: &mut Input, member: &str, place: &Place) -> Result<Self, ApiError> {
        Self::parse(&constraint::required(input, member, NAME)?, place)
    }

    /// Reads a name.
    ///
    /// # Errors
    /// `ParameterNotFound` for an ARN of elsewhere; `NotImplemented` for what AWS keeps for everyone.
    pub fn parse(named: &str, place: &Place) -> Result<Self, ApiError> {
        let name = match named.starts_with("arn:") {
            true => {
                let own = named.strip_prefix(&place.arn("ssm", "parameter/"));
                own.ok_or_else(error::no_such_parameter)?
            }
            false => named,
        };
        let (name, selector) = match name.split_once(':') {
            Some((name, selector)) => (name, Some(selector.to_owned())),
            None => (name, None),
        };
        let key = key(name);
        match key.starts_with("aws/") {
            true => Err(not_implemented(&format!("the parameter /{key}, which AWS keeps"))),
            false => Ok(Self { key, selector }),
        }
    }

    /// Reads a name behind which there may be neither version nor label.
    pub fn whole(input: &mut Input, member: &str, place: &Place) -> Result<String, ApiError> {
        let named = Self::read(input, member, place)?;
        match named.selector {
            None => Ok(named.key),
            Some(_) => Err(error::no_such_parameter()),
        }
    }
}

fn is_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_.-".contains(c)
}

/// Refuses what no new parameter may be called.
pub(crate) fn check_new(name: &str) -> Result<(), ApiError> {
    let key = key(name);
    let lower = key.to_ascii_lowercase();
    if lower.starts_with("aws") {
        let message = format!("No access to reserved parameter name: {name}.");
        return Err(ApiError::new(400, "AccessDeniedException", message));
    }
    let levels: Vec<&str> = key.split('/').collect();
    let fits = levels.iter().all(|level| !level.is_empty() && level.chars().all(is_letter));
    if !fits || lower.starts_with("ssm") {
        return Err(error::validation(
            "Parameter name: can't be prefixed with \"ssm\" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_",
        ));
    }
    if levels.len() > 1 && !name.starts_with('/') {
        return Err(error::validation("Parameter name must be a fully qualified name."));
    }
    if levels.len() > MAX_LEVELS { Err(error::too_deep()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_keys_and_selectors() {
        let place = Place { account: "111111111111".to_owned(), region: "eu-west-2".to_owned() };
        let arn = place.arn("ssm", "parameter/a/b");
        for (named, key, selector) in [
            ("a", "a", None),
            ("/a/b", "a/b", None),
            ("/a/b:3", "a/b", Some("3")),
            (arn.as_str(), "a/b", None),
            (&format!("{arn}:prod"), "a/b", Some("prod")),
        ] {
            let expected = Named { key: key.to_owned(), selector: selector.map(str::to_owned) };
            assert_eq!(Named::parse(named, &place).unwrap(), expected, "{named}");
        }
        let elsewhere = "arn:aws:ssm:eu-west-1:111111111111:parameter/a";
        assert_eq!(Named::parse(elsewhere, &place).unwrap_err().code, "ParameterNotFound");
        assert_eq!(Named::parse("/aws/service/x", &place).unwrap_err().status, 501);
    }

    #[test]
    fn new_names_are_checked() {
        for name in ["a", "/a", "/a/b.c_d-e"] {
            assert!(check_new(name).is_ok(), "{name}");
        }
        for name in ["a/b", "/a//b", "/a/", "/", "a b", "ssmx", "/aws/x", "AWSx", &"/a".repeat(16)] {
            assert!(check_new(name).is_err(), "{name}");
        }
    }
}
