//! Parameters and their versions.

use std::collections::BTreeSet;

use jiff::Timestamp;
use stackproof_aws::ApiError;

use super::{error, name};
use crate::kms::Kms;
use crate::place::Place;
use crate::structure::Structure;
use crate::tags::Tags;

pub(crate) const SECURE: &str = "SecureString";
pub(crate) const TYPES: [&str; 3] = ["String", "StringList", SECURE];
pub(crate) const DEFAULT_KEY: &str = "alias/aws/ssm";

/// A parameter.
#[derive(Clone)]
pub(crate) struct Parameter {
    /// As it was put.
    pub name: String,
    pub tags: Tags,
    /// Oldest first; never none.
    pub versions: Vec<Version>,
}

/// One value that a parameter has or had, and what was said beside it.
#[derive(Clone)]
pub(crate) struct Version {
    pub number: u64,
    pub kind: String,
    pub value: String,
    /// What is given out of an encrypted value to who does not ask for it to be decrypted.
    pub sealed: String,
    /// The key that it is encrypted under, as it was named.
    pub kms_key: Option<String>,
    pub description: Option<String>,
    pub allowed_pattern: Option<String>,
    pub data_type: String,
    pub tier: &'static str,
    pub modified: Timestamp,
    pub modified_by: Option<String>,
    pub labels: BTreeSet<String>,
}

impl Version {
    /// The value, decrypted where that is asked for.
    fn shown(&self, kms: &mut Kms, place: &Place, decrypted: bool, now: Timestamp) -> Result<&str, ApiError> {
        match &self.kms_key {
            Some(_) if !decrypted => Ok(&self.sealed),
            Some(key) => {
                kms.check_usable("ssm", place, key, now).map_err(error::invalid_key)?;
                Ok(&self.value)
            }
            None => Ok(&self.value),
        }
    }

    /// What descriptions and histories say of it.
    pub fn description(&self) -> Structure {
        Structure::new()
            .with("Type", self.kind.as_str())
            .with_some("KeyId", self.kms_key.as_deref())
            .with_moment("LastModifiedDate", self.modified)
            .with_some("LastModifiedUser", self.modified_by.as_deref())
            .with_some("Description", self.description.as_deref())
            .with_some("AllowedPattern", self.allowed_pattern.as_deref())
            .with("Version", self.number)
            .with("Tier", self.tier)
            .with("Policies", Vec::<serde_json::Value>::new())
            .with("DataType", self.data_type.as_str())
    }
}

/// Who reads, and how.
pub(crate) struct Reader<'a> {
    pub kms: &'a mut Kms,
    pub place: &'a Place,
    pub decrypted: bool,
    pub now: Timestamp,
}

impl Reader<'_> {
    /// A version as it is read.
    pub fn value(
        &mut self,
        parameter: &Parameter,
        version: &Version,
        selector: Option<&str>,
    ) -> Result<Structure, ApiError> {
        Ok(Structure::new()
            .with("Name", parameter.name.as_str())
            .with("Type", version.kind.as_str())
            .with("Value", version.shown(self.kms, self.place, self.decrypted, self.now)?)
            .with("Version", version.number)
            .with_some("Selector", selector.map(|selector| format!(":{selector}")))
            .with_moment("LastModifiedDate", version.modified)
            .with("ARN", parameter.arn(self.place))
            .with("DataType", version.data_type.as_str()))
    }

    /// A version as its history has it.
    pub fn history(&mut self, parameter: &Parameter, version: &Version) -> Result<Structure, ApiError> {
        let labels: Vec<&str> = version.labels.iter().map(String::as_str).collect();
        Ok(version
            .description()
            .with("Name", parameter.name.as_str())
            .with("Value", version.shown(self.kms, self.place, self.decrypted, self.now)?)
            .with("Labels", labels))
    }
}

impl Parameter {
    /// Its key in the store.
    pub fn key(&self) -> String {
        name::key(&self.name)
    }

    /// Its ARN in a place.
    pub fn arn(&self, place: &Place) -> String {
        place.arn("ssm", &format!("parameter/{}", self.key()))
    }

    /// The newest version.
    pub fn latest(&self) -> Result<&Version, ApiError> {
        self.versions.last().ok_or_else(error::no_such_parameter)
    }

    /// The version of that number or label; the newest where neither is given.
    pub fn version(&self, selector: Option<&str>) -> Result<&Version, ApiError> {
        let Some(selector) = selector else { return self.latest() };
        let number = selector.parse::<u64>().ok();
        let meant = |version: &&Version| {
            number == Some(version.number) || number.is_none() && version.labels.contains(selector)
        };
        self.versions.iter().find(meant).ok_or_else(|| error::no_such_version(&self.name, selector))
    }

    /// The place in the history of a version by its number; of the newest where none is given.
    pub fn position(&self, number: Option<u64>) -> Result<usize, ApiError> {
        let number = number.map_or_else(|| self.latest().map(|latest| latest.number), Ok)?;
        let found = self.versions.iter().position(|version| version.number == number);
        found.ok_or_else(|| error::no_such_version(&self.name, &number.to_string()))
    }
}
