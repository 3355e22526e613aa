//! Several calls in one, each by an id: up to ten, as queues and topics take them.

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use crate::input::Input;
use crate::structure::Structure;

const MOST: usize = 10;

/// What is wrong with a batch as a whole: what is said of it is the service's own.
pub(crate) enum Misuse<'a> {
    Empty,
    /// More entries than there may be.
    TooMany(usize),
    /// An id that is none.
    Id,
    /// An id that is given twice.
    Repeated(&'a str),
}

/// The entries of a batch, each with its id.
pub(crate) struct Entries(Vec<(String, Input)>);

impl Entries {
    /// Takes the entries.
    pub fn read(
        input: &mut Input,
        member: &str,
        refuse: impl Fn(Misuse<'_>) -> ApiError,
    ) -> Result<Self, ApiError> {
        let given = input.structures(member)?;
        match given.len() {
            0 => return Err(refuse(Misuse::Empty)),
            count if count > MOST => return Err(refuse(Misuse::TooMany(count))),
            _ => {}
        }
        let mut entries: Vec<(String, Input)> = Vec::new();
        for mut entry in given {
            let id = entry.required("Id")?;
            let plain = id.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
            if !plain || id.is_empty() || id.len() > 80 {
                return Err(refuse(Misuse::Id));
            }
            if entries.iter().any(|(held, _)| *held == id) {
                return Err(refuse(Misuse::Repeated(&id)));
            }
            entries.push((id, entry));
        }
        Ok(Self(entries))
    }

    /// The entries, without their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Input> {
        self.0.iter().map(|(_, entry)| entry)
    }

    /// Does each entry; those that fail by what they ask for are told of beside the others.
    pub fn answer(
        self,
        mut each: impl FnMut(&mut Input) -> Result<Structure, ApiError>,
    ) -> Result<Output, ApiError> {
        let (mut done, mut failed) = (Vec::<Value>::new(), Vec::<Value>::new());
        for (id, mut entry) in self.0 {
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
}
