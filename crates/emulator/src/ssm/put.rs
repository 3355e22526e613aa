//! Writing parameters.

use std::collections::BTreeSet;

use regex::Regex;
use stackproof_aws::{ApiError, Output};

use super::parameter::{DEFAULT_KEY, Parameter, SECURE, TYPES, Version};
use super::{Ssm, error, name, tag};
use crate::Call;
use crate::constraint::{self, Length};
use crate::input::{Input, not_implemented};
use crate::kms::Kms;
use crate::place::Place;
use crate::random::{self, BASE64};
use crate::structure::Structure;
use crate::tags::Tags;

const DESCRIPTION: Length = Length(0, 1024);
const PATTERN: Length = Length(0, 1024);
const DATA_TYPE: Length = Length(0, 128);
const KEY_ID: Length = Length(1, 256);
const MAX_PARAMETERS: usize = 10_000;
const MAX_VERSIONS: usize = 100;
const STANDARD: &str = "Standard";
const ADVANCED: &str = "Advanced";
const STANDARD_BYTES: usize = 4096;
const ADVANCED_BYTES: usize = 8192;
/// As many letters as KMS makes of a short text.
const SEALED_LETTERS: usize = 200;

/// What a put says.
struct Put {
    name: String,
    value: String,
    kind: Option<String>,
    key: Option<String>,
    description: Option<String>,
    pattern: Option<String>,
    data_type: Option<String>,
    tier: Option<String>,
    overwrite: bool,
    tags: Tags,
}

impl Put {
    fn read(input: &mut Input) -> Result<Self, ApiError> {
        let name = constraint::required(input, "Name", name::NAME)?;
        let value = input.required("Value")?;
        if value.is_empty() {
            // The text of the error does not show what may be secret.
            return Err(input.breaks("", "Value", "Member must have length greater than or equal to 1"));
        }
        let kind = input.string("Type")?;
        if let Some(kind) = kind.as_deref().filter(|kind| !TYPES.contains(kind)) {
            return Err(error::unsupported_type(kind));
        }
        Ok(Self {
            name,
            value,
            kind,
            key: constraint::text(input, "KeyId", KEY_ID)?,
            description: constraint::text(input, "Description", DESCRIPTION)?,
            pattern: constraint::text(input, "AllowedPattern", PATTERN)?,
            data_type: constraint::text(input, "DataType", DATA_TYPE)?,
            tier: constraint::one_of(input, "Tier", &[STANDARD, ADVANCED, "Intelligent-Tiering"])?,
            overwrite: input.boolean("Overwrite")?.unwrap_or_default(),
            tags: tag::read(input)?,
        })
    }

    /// Refuses a value that the pattern does not allow. The pattern is one of Java's: what is not read here is not told
    /// from what is wrong.
    fn check_pattern(&self, pattern: Option<&str>) -> Result<(), ApiError> {
        let Some(pattern) = pattern.filter(|pattern| !pattern.is_empty()) else { return Ok(()) };
        let read = Regex::new(pattern);
        let read = read.map_err(|_| not_implemented(&format!("PutParameter.AllowedPattern {pattern}")))?;
        if read.is_match(&self.value) { Ok(()) } else { Err(error::pattern_mismatch(pattern)) }
    }

    /// The tier that it is stored in.
    fn tier(&self, held: Option<&str>) -> Result<&'static str, ApiError> {
        let size = self.value.len();
        let tier = match (self.tier.as_deref(), held) {
            (Some(ADVANCED), _) | (None, Some(ADVANCED)) => ADVANCED,
            (Some("Intelligent-Tiering"), held) if size > STANDARD_BYTES || held == Some(ADVANCED) => {
                ADVANCED
            }
            (Some(STANDARD), Some(ADVANCED)) => {
                return Err(error::validation(
                    "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard parameter.",
                ));
            }
            _ => STANDARD,
        };
        match tier {
            STANDARD if size > STANDARD_BYTES => Err(error::validation(format!(
                "Standard tier parameters support a maximum parameter value of {STANDARD_BYTES} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html"
            ))),
            _ if size > ADVANCED_BYTES => Err(error::validation(format!(
                "Advanced tier parameters support a maximum parameter value of {ADVANCED_BYTES} characters."
            ))),
            tier => Ok(tier),
        }
    }

    /// The version that it makes of a parameter that is there, or of none.
    fn version(self, kms: &mut Kms, call: &Call, held: Option<&Version>) -> Result<Version, ApiError> {
        let kind = self.kind.clone().or_else(|| held.map(|held| held.kind.clone()));
        let kind = kind
            .ok_or_else(|| error::validation("A parameter type is required when you create a parameter."))?;
        if held.is_some_and(|held| (held.kind == SECURE) != (kind == SECURE)) {
            return Err(error::other_type());
        }
        let tier = self.tier(held.map(|held| held.tier))?;
        let pattern = self.pattern.clone().or_else(|| held.and_then(|held| held.allowed_pattern.clone()));
        self.check_pattern(pattern.as_deref())?;
        let kms_key = match (kind == SECURE, self.key) {
            (false, Some(_)) => {
                return Err(error::validation("KeyId is required for SecureString type parameter only."));
            }
            (false, None) => None,
            (true, given) => {
                let kept = held.and_then(|held| held.kms_key.clone()).filter(|_| self.kind.is_none());
                let key = given.or(kept).unwrap_or_else(|| DEFAULT_KEY.to_owned());
                let place = Place::of(call);
                kms.check_usable("ssm", &place, &key, call.now).map_err(error::invalid_key)?;
                Some(key)
            }
        };
        let sealed = match kms_key {
            Some(_) => random::letters(BASE64, SEALED_LETTERS)?,
            None => String::new(),
        };
        Ok(Version {
            number: held.map_or(1, |held| held.number + 1),
            kind,
            value: self.value,
            sealed,
            kms_key,
            description: self.description.or_else(|| held.and_then(|held| held.description.clone())),
            allowed_pattern: pattern,
            data_type: self
                .data_type
                .or_else(|| held.map(|held| held.data_type.clone()))
                .unwrap_or_else(|| "text".to_owned()),
            tier,
            modified: call.now,
            modified_by: call.caller.arn.clone(),
            labels: BTreeSet::new(),
        })
    }
}

impl Parameter {
    /// Adds a version; the oldest goes where there are too many.
    fn add(&mut self, version: Version) -> Result<(), ApiError> {
        if self.versions.len() >= MAX_VERSIONS
            && let Some(oldest) = self.versions.first()
        {
            if !oldest.labels.is_empty() {
                return Err(error::too_many_versions(&self.name, oldest.number));
            }
            self.versions.remove(0);
        }
        self.versions.push(version);
        Ok(())
    }
}

pub(crate) fn put(ssm: &mut Ssm, kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let put = Put::read(&mut call.input)?;
    call.input.finish()?;
    name::check_new(&put.name)?;
    if let Some(known) = put.data_type.as_deref()
        && !["text", "aws:ec2:image", "aws:ssm:integration"].contains(&known)
    {
        return Err(error::validation("The following data type is not supported: ".to_owned() + known));
    }
    if put.overwrite && !put.tags.is_empty() {
        return Err(error::validation(
            "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
        ));
    }
    let key = name::key(&put.name);
    let version = match ssm.find(&place, &key) {
        Ok(_) if !put.overwrite => return Err(error::exists()),
        Ok(held) => {
            let version = put.version(kms, &call, Some(held.latest()?))?;
            ssm.change(&place, &key)?.add(version.clone())?;
            version
        }
        Err(_) => {
            if ssm.all(&place).count() >= MAX_PARAMETERS {
                return Err(error::too_many_parameters());
            }
            let (name, tags) = (put.name.clone(), put.tags.clone());
            let version = put.version(kms, &call, None)?;
            let parameter = Parameter { name, tags, versions: vec![version.clone()] };
            ssm.stores.get_mut(&place).parameters.insert(key, parameter);
            version
        }
    };
    Ok(Structure::new().with("Version", version.number).with("Tier", version.tier).output())
}
