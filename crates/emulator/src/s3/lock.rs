//! Object lock: versions that stay until a date, or until a hold is taken off them.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html>

pub(crate) mod bucket;
pub(crate) mod version;

use jiff::Timestamp;
use stackproof_aws::{ApiError, Members};

use super::bucket::Bucket;
use super::error;
use crate::input::Input;
use crate::structure::Structure;

/// How strictly a version is retained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Whoever has the permission may lift it.
    Governance,
    /// Nobody may.
    Compliance,
}

impl Mode {
    fn parse(name: &str) -> Option<Self> {
        [Self::Governance, Self::Compliance].into_iter().find(|mode| mode.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Governance => "GOVERNANCE",
            Self::Compliance => "COMPLIANCE",
        }
    }
}

/// Until when a version is retained, and how strictly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Retention {
    mode: Mode,
    until: Timestamp,
}

/// What keeps a version from being removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lock {
    retention: Option<Retention>,
    /// `ON` or `OFF`, where it was ever said.
    hold: Option<bool>,
}

impl Retention {
    /// Answers give whole seconds, so that a retention that is put back as it was read must not be shorter.
    fn new(mode: Mode, until: Timestamp) -> Self {
        Self { mode, until: Timestamp::from_second(until.as_second()).unwrap_or(until) }
    }
}

impl Lock {
    /// Takes the members of a put, a copy or the start of an upload; what they do not say is the bucket's default.
    pub fn read(bucket: &Bucket, input: &mut Input, now: Timestamp) -> Result<Self, ApiError> {
        let digested = input.names().any(|name| name == "ContentMD5" || name.starts_with("Checksum"));
        let mode = input.string("ObjectLockMode")?;
        let until = input.time("ObjectLockRetainUntilDate")?;
        let hold = input.string("ObjectLockLegalHoldStatus")?;
        let asked = mode.is_some() || until.is_some() || hold.is_some();
        let Some(settings) = &bucket.object_lock else {
            return if asked { Err(no_lock()) } else { Ok(Self::default()) };
        };
        let retention = match (mode, until) {
            (None, None) => settings.default_until(now),
            (Some(mode), Some(until)) => {
                let mode = Mode::parse(&mode).ok_or_else(|| invalid("Unknown wormMode directive."))?;
                Some(Retention::new(mode, future(until, now)?))
            }
            _ => {
                return Err(invalid(
                    "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied",
                ));
            }
        };
        let hold = hold.as_deref().map(parse_hold).transpose()?;
        if input.operation() == "PutObject" && (retention.is_some() || hold.is_some()) && !digested {
            return Err(error::invalid_request(
                "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters",
            ));
        }
        Ok(Self { retention, hold })
    }

    /// The members as GetObject and HeadObject answer them.
    pub fn members(&self) -> Members {
        let mut members = Structure::new();
        if let Some(retention) = self.retention {
            members = members
                .with("ObjectLockMode", retention.mode.name())
                .with_time("ObjectLockRetainUntilDate", retention.until);
        }
        members.with_some("ObjectLockLegalHoldStatus", self.hold.map(hold_name)).members()
    }

    /// When the version may be removed without anyone's leave; never as long as it is held.
    pub fn free_from(&self) -> Option<Timestamp> {
        match self.hold {
            Some(true) => None,
            _ => Some(self.retention.map_or(Timestamp::MIN, |retention| retention.until)),
        }
    }

    /// Refuses to remove what is locked; `bypass` lifts governance.
    pub fn check_removal(&self, bypass: bool, now: Timestamp) -> Result<(), ApiError> {
        let retained = self.retention.filter(|retention| retention.until > now);
        let free = match retained.map(|retention| retention.mode) {
            Some(Mode::Compliance) => false,
            Some(Mode::Governance) => bypass,
            None => true,
        };
        if free && self.hold != Some(true) { Ok(()) } else { Err(protected()) }
    }
}

fn hold_name(on: bool) -> &'static str {
    if on { "ON" } else { "OFF" }
}

fn parse_hold(name: &str) -> Result<bool, ApiError> {
    match name {
        "ON" => Ok(true),
        "OFF" => Ok(false),
        _ => Err(invalid("Legal Hold must be either of 'ON' or 'OFF'")),
    }
}

fn future(until: Timestamp, now: Timestamp) -> Result<Timestamp, ApiError> {
    if until > now { Ok(until) } else { Err(invalid("The retain until date must be in the future!")) }
}

fn invalid(message: &str) -> ApiError {
    ApiError::new(400, "InvalidArgument", message)
}

fn no_lock() -> ApiError {
    error::invalid_request("Bucket is missing Object Lock Configuration")
}

fn protected() -> ApiError {
    ApiError::new(403, "AccessDenied", "Access Denied because object protected by object lock.")
}
