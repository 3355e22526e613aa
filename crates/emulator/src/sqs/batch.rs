//! Up to ten calls in one, each by an id.

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::error;
use crate::input::Input;
use crate::structure::Structure;

/// The entries of a batch, each with its id.
pub(crate) struct Entries(Vec<(String, Input)>);

impl Entries {
    /// Takes the entries, of which messages tell by that name.
    pub fn read(input: &mut Input, word: &str) -> Result<Self, ApiError> {
        let given = input.structures("Entries")?;
        match given.len() {
            0 => {
                let message = format!("There should be at least one {word} in the request.");
                return Err(error::batch("EmptyBatchRequest", message));
            }
            11.. => {
                let message =
                    format!("Maximum number of entries per request are 10. You have sent {}.", given.len());
                return Err(error::batch("TooManyEntriesInBatchRequest", message));
            }
            _ => {}
        }
        let mut entries: Vec<(String, Input)> = Vec::new();
        for mut entry in given {
            let id = entry.required("Id")?;
            let plain = id.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
            if !plain || id.is_empty() || id.len() > 80 {
                let message = "A batch entry id can only contain alphanumeric characters, hyphens and underscores. \
                               It can be at most 80 letters long.";
                return Err(error::batch("InvalidBatchEntryId", message));
            }
            if entries.iter().any(|(held, _)| *held == id) {
                return Err(error::batch("BatchEntryIdsNotDistinct", format!("Id {id} repeated.")));
            }
            entries.push((id, entry));
        }
        Ok(Self(entries))
    }

    /// The entries, without their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Input> {
        self.0.iter().map(|(_, entry)| entry)
    }
}

/// Does each entry; those that fail by what they ask for are told of beside the others.
pub(crate) fn answer(
    entries: Entries,
    mut each: impl FnMut(&mut Input) -> Result<Structure, ApiError>,
) -> Result<Output, ApiError> {
    let (mut done, mut failed) = (Vec::<Value>::new(), Vec::<Value>::new());
    for (id, mut entry) in entries.0 {
        match each(&mut entry) {
            Ok(structure) => done.push(structure.with("Id", id).value()),
            Err(error) if error.status == 400 => failed.push(json!({
                "Id": id, "SenderFault": true, "Code": error.code, "Message": error.message,
            })),
            Err(error) => return Err(error),
        }
    }
    Ok(Structure::new().with("Successful", done).with("Failed", failed).output())
}
