//! Classifiers, of which there are four kinds.
//!
//! <https://docs.aws.amazon.com/glue/latest/webapi/API_Classifier.html>

use stackproof_aws::{ApiError, Members, Output};

use super::named::Kind;
use super::{Glue, error};
use crate::Call;
use crate::input::Input;
use crate::place::Place;
use crate::record::Record;
use crate::structure::{Structure, moment};
use crate::tags::Tags;

const KINDS: [&str; 4] = ["GrokClassifier", "XMLClassifier", "JsonClassifier", "CsvClassifier"];

/// Takes the one classifier that is given: its kind, its name and its members.
fn read(input: &mut Input) -> Result<(&'static str, String, Members), ApiError> {
    let mut given = Vec::new();
    for kind in KINDS {
        given.extend(input.structure(kind)?.map(|classifier| (kind, classifier)));
    }
    input.finish()?;
    let (Some((kind, mut classifier)), true) = (given.pop(), given.is_empty()) else {
        return Err(error::invalid("Exactly one classifier must be specified."));
    };
    let name = classifier.required("Name")?;
    let members = classifier.keep_as(kind);
    classifier.finish()?;
    Ok((kind, name, members))
}

pub(crate) fn create(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let (kind, name, given) = read(&mut call.input)?;
    if glue.one(&place, Kind::Classifier, &name).is_ok() {
        return Err(error::exists("Classifier"));
    }
    let classifier = Structure::new()
        .with_all(given)
        .with("Name", name.as_str())
        .with_moment("CreationTime", call.now)
        .with_moment("LastUpdated", call.now)
        .with("Version", 1);
    let members = Structure::new().with(kind, classifier.value()).members();
    glue.store_mut(&place).add(Kind::Classifier, name, Record { members, tags: Tags::default() });
    Ok(Output::default())
}

/// Replaces the members that are given; the kind stays.
pub(crate) fn update(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let (kind, name, given) = read(&mut call.input)?;
    glue.one(&place, Kind::Classifier, &name)?;
    let record = glue.store_mut(&place).one_mut(Kind::Classifier, &name)?;
    let held = record.members.get_mut(kind).and_then(serde_json::Value::as_object_mut);
    let held = held.ok_or_else(|| error::invalid("The type of a classifier cannot be changed."))?;
    let version = held.get("Version").and_then(serde_json::Value::as_i64).unwrap_or_default() + 1;
    held.extend(given);
    held.insert("Version".to_owned(), version.into());
    held.insert("LastUpdated".to_owned(), moment(call.now).into());
    Ok(Output::default())
}
