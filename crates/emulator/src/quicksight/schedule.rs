//! When data sets would be refreshed.
//!
//! <https://docs.aws.amazon.com/quicksight/latest/APIReference/API_RefreshSchedule.html>

use serde_json::Value;
use stackproof_aws::{ApiError, Members};

use super::asset::{Kind, take};
use super::{Done, QuickSight, error};
use crate::Call;
use crate::place::Place;
use crate::structure::Structure;

/// "You can create up to five schedules for each dataset."
const MOST: usize = 5;

fn arn(place: &Place, data_set: &str, id: &str) -> String {
    format!("{}/refresh-schedule/{id}", Kind::DataSet.arn(place, data_set))
}

/// Takes the data set, which must be there, and the schedule with its id.
fn read(quicksight: &QuickSight, call: &mut Call) -> Result<(Place, (String, String), Members), ApiError> {
    let (place, data_set) = take(call, Kind::DataSet)?;
    let mut given = call.input.required_structure("Schedule")?;
    let id = given.required("ScheduleId")?;
    given.keep(&["Arn"]);
    let kept = given.keep_as("RefreshSchedule");
    given.finish()?;
    call.input.finish()?;
    quicksight.asset(&place, Kind::DataSet, &data_set)?;
    let members = Structure::new()
        .with_all(kept)
        .with("ScheduleId", id.as_str())
        .with("Arn", arn(&place, &data_set, &id))
        .members();
    Ok((place, (data_set, id), members))
}

fn answer(place: &Place, (data_set, id): &(String, String)) -> Structure {
    Structure::new().with("ScheduleId", id.as_str()).with("Arn", arn(place, data_set, id))
}

pub(crate) fn create(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, key, members) = read(quicksight, &mut call)?;
    let store = quicksight.store_mut(&place);
    if store.schedules.contains_key(&key) {
        return Err(error::exists("RefreshSchedule", &key.1));
    }
    if store.schedules.keys().filter(|(data_set, _)| *data_set == key.0).count() >= MOST {
        return Err(error::limit("A data set can have at most five refresh schedules."));
    }
    let done = answer(&place, &key);
    store.schedules.insert(key, members);
    Ok(done)
}

/// Takes what names a schedule.
fn named(call: &mut Call) -> Result<(Place, (String, String)), ApiError> {
    let (place, data_set) = take(call, Kind::DataSet)?;
    let id = call.input.required("ScheduleId")?;
    call.input.finish()?;
    Ok((place, (data_set, id)))
}

fn find<'a>(
    quicksight: &'a QuickSight,
    place: &Place,
    key: &(String, String),
) -> Result<&'a Members, ApiError> {
    let schedule = quicksight.store(place).and_then(|store| store.schedules.get(key));
    schedule.ok_or_else(|| error::no_such("RefreshSchedule", &key.1))
}

pub(crate) fn describe(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, key) = named(&mut call)?;
    let schedule = find(quicksight, &place, &key)?;
    let arn = arn(&place, &key.0, &key.1);
    Ok(Structure::new().with("RefreshSchedule", schedule.clone()).with("Arn", arn))
}

pub(crate) fn list(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, data_set) = take(&mut call, Kind::DataSet)?;
    call.input.finish()?;
    quicksight.asset(&place, Kind::DataSet, &data_set)?;
    let schedules = quicksight.store(&place).into_iter().flat_map(|store| store.schedules.iter());
    let of_set = schedules.filter(|((of, _), _)| *of == data_set);
    let rows: Vec<Value> = of_set.map(|(_, members)| Value::Object(members.clone())).collect();
    Ok(Structure::new().with("RefreshSchedules", rows))
}

pub(crate) fn update(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, key, members) = read(quicksight, &mut call)?;
    find(quicksight, &place, &key)?;
    let done = answer(&place, &key);
    quicksight.store_mut(&place).schedules.insert(key, members);
    Ok(done)
}

pub(crate) fn delete(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, key) = named(&mut call)?;
    find(quicksight, &place, &key)?;
    quicksight.store_mut(&place).schedules.remove(&key);
    Ok(answer(&place, &key))
}
