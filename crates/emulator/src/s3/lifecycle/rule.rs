//! A rule: what it does, to what, and when.

use jiff::Timestamp;
use stackproof_aws::ApiError;

use super::days::{days_after, midnight_after};
use super::filter::Filter;
use crate::input::Input;
use crate::s3::error;

/// One rule.
#[derive(Clone)]
pub(super) struct Rule {
    pub id: String,
    pub enabled: bool,
    pub filter: Filter,
    pub expiration: Option<Expiration>,
    pub transitions: Vec<Transition>,
    pub noncurrent_expiration: Option<Noncurrent>,
    pub noncurrent_transitions: Vec<(Noncurrent, Class)>,
    /// Days after the initiation of an upload.
    pub abort: Option<i64>,
}

/// When a rule acts on something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// So many days after its creation.
    Days(i64),
    /// On that midnight, and on what comes later.
    Date(Timestamp),
}

impl When {
    /// The midnight at which what was made at that time is acted on. A date acts on later objects too, on the first
    /// midnight of their life.
    pub fn of(self, made: Timestamp) -> Timestamp {
        match self {
            Self::Days(days) => days_after(made, days),
            Self::Date(date) => date.max(midnight_after(made)),
        }
    }
}

/// What becomes of current versions.
#[derive(Clone, Copy)]
pub(super) struct Expiration {
    /// When they expire.
    pub when: Option<When>,
    /// Whether delete markers go that nothing is left under.
    pub markers: bool,
}

/// A move of current versions to another storage class.
#[derive(Clone, Copy)]
pub(super) struct Transition {
    pub when: When,
    pub class: Class,
}

/// Which noncurrent versions are acted on.
#[derive(Clone, Copy)]
pub(super) struct Noncurrent {
    /// Days since the successor was made.
    pub days: i64,
    /// How many newer noncurrent versions are left alone.
    pub newer: usize,
}

/// A storage class that rules move objects to, the dearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    StandardIa,
    IntelligentTiering,
    OneZoneIa,
    GlacierIr,
    Glacier,
    DeepArchive,
}

impl Class {
    const ALL: [(&'static str, Self); 6] = [
        ("STANDARD_IA", Self::StandardIa),
        ("INTELLIGENT_TIERING", Self::IntelligentTiering),
        ("ONEZONE_IA", Self::OneZoneIa),
        ("GLACIER_IR", Self::GlacierIr),
        ("GLACIER", Self::Glacier),
        ("DEEP_ARCHIVE", Self::DeepArchive),
    ];

    fn parse(name: &str) -> Result<Self, ApiError> {
        let known = Self::ALL.iter().find(|(known, _)| *known == name);
        known.map(|(_, class)| *class).ok_or_else(error::malformed_xml)
    }

    /// AWS's name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, class)| *class == self).map_or("", |(name, _)| name)
    }

    /// Whether objects of a class can be moved here: down the list only, and not from one zone to instant retrieval
    /// ("Transitioning objects using Amazon S3 Lifecycle").
    pub fn takes(self, from: &str) -> bool {
        match Self::ALL.iter().find(|(name, _)| *name == from) {
            None => true,
            Some((_, from)) => *from < self && (*from, self) != (Self::OneZoneIa, Self::GlacierIr),
        }
    }

    /// Whether objects must be thirty days old before they come here.
    pub fn is_infrequent(self) -> bool {
        matches!(self, Self::StandardIa | Self::OneZoneIa)
    }

    /// Whether it takes objects of any size where sizes vary by class.
    pub fn is_archive(self) -> bool {
        matches!(self, Self::Glacier | Self::DeepArchive)
    }
}

impl Rule {
    /// Takes a rule; what of it contradicts itself is checked apart.
    pub fn read(mut rule: Input) -> Result<Self, ApiError> {
        let read = Self {
            id: rule.required("ID")?,
            enabled: match rule.required("Status")?.as_str() {
                "Enabled" => true,
                "Disabled" => false,
                _ => return Err(error::malformed_xml()),
            },
            filter: Filter::read(&mut rule)?,
            expiration: rule.structure("Expiration")?.map(Expiration::read).transpose()?,
            transitions: read_all(rule.structures("Transitions")?, Transition::read)?,
            noncurrent_expiration: match rule.structure("NoncurrentVersionExpiration")? {
                None => None,
                Some(mut expiration) => {
                    let read = Noncurrent::read(&mut expiration)?;
                    expiration.finish()?;
                    Some(read)
                }
            },
            noncurrent_transitions: read_all(rule.structures("NoncurrentVersionTransitions")?, |mut it| {
                let read = (Noncurrent::read(&mut it)?, Class::parse(&it.required("StorageClass")?)?);
                it.finish()?;
                Ok(read)
            })?,
            abort: match rule.structure("AbortIncompleteMultipartUpload")? {
                None => None,
                Some(mut abort) => {
                    let days = abort.integer("DaysAfterInitiation")?.ok_or_else(error::malformed_xml)?;
                    abort.finish()?;
                    Some(days)
                }
            },
        };
        rule.finish()?;
        Ok(read)
    }
}

fn read_all<T>(given: Vec<Input>, read: impl Fn(Input) -> Result<T, ApiError>) -> Result<Vec<T>, ApiError> {
    given.into_iter().map(read).collect()
}

fn read_when(input: &mut Input) -> Result<Option<When>, ApiError> {
    match (input.integer("Days")?, input.time("Date")?) {
        (Some(_), Some(_)) => Err(error::malformed_xml()),
        (Some(days), None) => Ok(Some(When::Days(days))),
        (None, Some(date)) => Ok(Some(When::Date(date))),
        (None, None) => Ok(None),
    }
}

impl Expiration {
    fn read(mut input: Input) -> Result<Self, ApiError> {
        let when = read_when(&mut input)?;
        let markers = input.boolean("ExpiredObjectDeleteMarker")?;
        input.finish()?;
        if when.is_some() == markers.is_some() {
            return Err(error::malformed_xml());
        }
        Ok(Self { when, markers: markers.unwrap_or_default() })
    }
}

impl Transition {
    fn read(mut input: Input) -> Result<Self, ApiError> {
        let when = read_when(&mut input)?.ok_or_else(error::malformed_xml)?;
        let class = Class::parse(&input.required("StorageClass")?)?;
        input.finish()?;
        Ok(Self { when, class })
    }
}

impl Noncurrent {
    fn read(input: &mut Input) -> Result<Self, ApiError> {
        let days = input.integer("NoncurrentDays")?.ok_or_else(error::malformed_xml)?;
        let newer = input.integer("NewerNoncurrentVersions")?;
        if newer.is_some_and(|newer| !(1..=100).contains(&newer)) {
            let message = "'NewerNoncurrentVersions' must be a positive integer between 1 and 100";
            return Err(ApiError::new(400, "InvalidArgument", message));
        }
        let newer = newer.and_then(|newer| usize::try_from(newer).ok()).unwrap_or_default();
        Ok(Self { days, newer })
    }
}
