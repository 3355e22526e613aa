//! Point-in-time recovery: whether it is on. Nothing is ever restored.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html>

use jiff::{SignedDuration, Timestamp};
use stackproof_aws::{ApiError, Output};

use super::{DynamoDb, error};
use crate::Call;
use crate::structure::Structure;

const MAX_DAYS: i64 = 35;

/// The latest moment that a table can be restored to lies so far back.
const DELAY: SignedDuration = SignedDuration::from_mins(5);

/// A table's recovery: since when, and for how many days, where it is on.
#[derive(Clone, Default)]
pub(super) struct Backups(Option<(Timestamp, i64)>);

impl Backups {
    /// `ContinuousBackupsDescription`
    fn description(&self, now: Timestamp) -> Structure {
        let recovery = match self.0 {
            None => Structure::new().with("PointInTimeRecoveryStatus", "DISABLED"),
            Some((since, days)) => {
                let oldest = now.checked_sub(SignedDuration::from_hours(24 * days)).unwrap_or(since);
                let latest = now.checked_sub(DELAY).unwrap_or(now).max(since);
                Structure::new()
                    .with("PointInTimeRecoveryStatus", "ENABLED")
                    .with("RecoveryPeriodInDays", days)
                    .with_time("EarliestRestorableDateTime", since.max(oldest))
                    .with_time("LatestRestorableDateTime", latest)
            }
        };
        Structure::new()
            .with("ContinuousBackupsStatus", "ENABLED")
            .with("PointInTimeRecoveryDescription", recovery.value())
    }

    fn answer(&self, now: Timestamp) -> Output {
        Structure::new().with("ContinuousBackupsDescription", self.description(now).value()).output()
    }
}

pub(super) fn describe(dynamodb: &mut DynamoDb, mut call: Call) -> Result<Output, ApiError> {
    let (place, name) = call.table()?;
    call.input.finish()?;
    let region = dynamodb.region(&place, call.now)?;
    match region.tables.get(&name) {
        None => Err(error::backups_of_no_table(&name)),
        Some(table) => Ok(table.backups.answer(call.now)),
    }
}

pub(super) fn update(dynamodb: &mut DynamoDb, mut call: Call) -> Result<Output, ApiError> {
    let (place, name) = call.table()?;
    let mut given = call.input.required_structure("PointInTimeRecoverySpecification")?;
    let enabled = given.boolean("PointInTimeRecoveryEnabled")?;
    let enabled = enabled
        .ok_or_else(|| error::null_member("pointInTimeRecoverySpecification.pointInTimeRecoveryEnabled"))?;
    let days = given.integer("RecoveryPeriodInDays")?;
    given.finish()?;
    call.input.finish()?;
    match days {
        Some(_) if !enabled => {
            return Err(error::invalid(
                "RecoveryPeriodInDays cannot be specified when point in time recovery is disabled",
            ));
        }
        Some(days) if !(1..=MAX_DAYS).contains(&days) => {
            let bound = if days < 1 {
                "greater than or equal to 1".to_owned()
            } else {
                format!("less than or equal to {MAX_DAYS}")
            };
            let member = "pointInTimeRecoverySpecification.recoveryPeriodInDays";
            return Err(error::constraint(
                &days.to_string(),
                member,
                &format!("Member must have value {bound}"),
            ));
        }
        _ => {}
    }
    let region = dynamodb.region(&place, call.now)?;
    let Some(table) = region.tables.get_mut(&name) else { return Err(error::backups_of_no_table(&name)) };
    let before = table.backups.0;
    table.backups.0 = enabled.then(|| {
        let (since, before) = before.unwrap_or((call.now, MAX_DAYS));
        (since, days.unwrap_or(before))
    });
    Ok(table.backups.answer(call.now))
}
