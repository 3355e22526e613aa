//! Facts that may take their time.

use std::time::Duration;

use crate::acceptance::arguments::Arguments;
use crate::acceptance::error::StepError;
use crate::acceptance::sentence::{Handler, Within};
use crate::acceptance::world::World;

/// The first pause between two asks; each later one is twice as long, up to [`LONGEST`].
const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(2);

/// Asks until the fact holds, and a last time when its time has passed.
///
/// # Errors
/// The fact did not hold in that time, with what was last seen; or whatever else asking fails with, at once.
pub(super) async fn hold(
    world: &mut World,
    ask: Handler,
    given: &Arguments,
    within: &Within,
) -> Result<(), StepError> {
    let wall = world.wall.clone();
    let began = wall.now();
    let mut pause = FIRST;
    loop {
        let (expected, happened) = match ask(world, given).await {
            Err(StepError::Mismatch { expected, happened }) => (expected, happened),
            other => return other,
        };
        let waited = wall.now().saturating_duration_since(began);
        let left = within.limit.saturating_sub(waited);
        if left.is_zero() {
            let expected = format!("{expected} within {within}");
            return Err(StepError::mismatch(expected, format!("after {}s {happened}", waited.as_secs())));
        }
        wall.pause(pause.min(left)).await;
        pause = LONGEST.min(pause * 2);
    }
}
