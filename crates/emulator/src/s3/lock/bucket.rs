//! Object lock of a bucket: once on it stays on; what new versions are retained for may change.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::{Mode, Retention, invalid};
use crate::Call;
use crate::input::Input;
use crate::s3::bucket::bucket_name;
use crate::s3::config::{Versioning, settle_digests};
use crate::s3::{S3, error};
use crate::structure::Structure;

/// The longest default retention that S3 takes, in days and in years.
const LONGEST: [i64; 2] = [36_500, 100];

/// Object lock, which is on.
#[derive(Clone, Copy, Default)]
pub(crate) struct ObjectLock {
    default: Option<(Mode, Period)>,
}

#[derive(Clone, Copy)]
enum Period {
    Days(i64),
    Years(i64),
}

impl ObjectLock {
    /// The retention of a version made at that time which asks for none.
    pub fn default_until(&self, made: Timestamp) -> Option<Retention> {
        let (mode, period) = self.default?;
        let span = match period {
            Period::Days(days) => days.days(),
            Period::Years(years) => years.years(),
        };
        let until = made.to_zoned(TimeZone::UTC).checked_add(span).map(|until| until.timestamp());
        Some(Retention::new(mode, until.unwrap_or(Timestamp::MAX)))
    }

    fn read(configuration: &mut Input) -> Result<Self, ApiError> {
        if configuration.string("ObjectLockEnabled")?.as_deref() != Some("Enabled") {
            return Err(error::malformed_xml());
        }
        let Some(mut rule) = configuration.structure("Rule")? else { return Ok(Self::default()) };
        let mut default = rule.required_structure("DefaultRetention")?;
        rule.finish()?;
        let mode = Mode::parse(&default.required("Mode")?).ok_or_else(error::malformed_xml)?;
        let given = (default.integer("Days")?, default.integer("Years")?);
        default.finish()?;
        let (period, length, longest) = match (given, LONGEST) {
            ((Some(days), None), [longest, _]) => (Period::Days(days), days, longest),
            ((None, Some(years)), [_, longest]) => (Period::Years(years), years, longest),
            _ => return Err(error::malformed_xml()),
        };
        match length {
            1.. if length <= longest => Ok(Self { default: Some((mode, period)) }),
            1.. => Err(invalid("Default retention period too large")),
            _ => Err(invalid("Default retention period must be a positive integer value.")),
        }
    }

    fn value(&self) -> Value {
        let rule = self.default.map(|(mode, period)| {
            let retention = Structure::new().with("Mode", mode.name());
            let retention = match period {
                Period::Days(days) => retention.with("Days", days),
                Period::Years(years) => retention.with("Years", years),
            };
            json!({ "DefaultRetention": retention.value() })
        });
        Structure::new().with("ObjectLockEnabled", "Enabled").with_some("Rule", rule).value()
    }
}

pub(crate) fn get(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    call.input.finish()?;
    let lock = s3.bucket(&name)?.object_lock.ok_or_else(|| {
        let message = "Object Lock configuration does not exist for this bucket";
        ApiError::new(404, "ObjectLockConfigurationNotFoundError", message).detail("BucketName", &name)
    })?;
    Ok(Structure::new().with("ObjectLockConfiguration", lock.value()).output())
}

pub(crate) fn put(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    settle_digests(&mut call)?;
    let mut configuration = call.input.required_structure("ObjectLockConfiguration")?;
    let lock = ObjectLock::read(&mut configuration)?;
    configuration.finish()?;
    call.input.finish()?;
    let bucket = s3.bucket_mut(&name)?;
    if bucket.versioning != Versioning::Enabled {
        let message = "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration";
        return Err(ApiError::new(409, "InvalidBucketState", message));
    }
    bucket.object_lock = Some(lock);
    Ok(Output::default())
}
