//! What becomes of records.

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use stackproof_functions::table::{number, text, time};
use stackproof_functions::{Error, Insert, Item};

use crate::record::{Batch, Record};
use crate::salt::Salt;

/// Where contents are added.
pub trait Store: Sync {
    /// Adds an object; one that is there is left as it is.
    fn add(&self, key: &str, content: Vec<u8>) -> impl Future<Output = Result<(), Error>> + Send;
}

/// How far a batch was taken.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Taken<'a> {
    /// How many records.
    pub count: usize,
    /// How many of them were not taken before.
    pub new: usize,
    /// The sequence number of the first record that was not taken, and why.
    pub failed: Option<(&'a str, Error)>,
}

/// Takes the records of a batch, in their order, up to the first that fails: Lambda begins again with that one, and those
/// after it come again anyway. A record that comes again is left as it was taken.
pub async fn take<'a>(
    table: &impl Insert,
    store: &impl Store,
    salt: &Salt,
    batch: &'a Batch,
    now: Timestamp,
) -> Taken<'a> {
    let mut taken = Taken::default();
    for record in &batch.records {
        match take_one(table, store, salt, record, now).await {
            Ok(is_new) => {
                taken.count += 1;
                taken.new += usize::from(is_new);
            }
            Err(error) => {
                taken.failed = Some((record.sequence_number(), error));
                break;
            }
        }
    }
    taken
}

/// Adds the content as an object, then an item that says where it is: who finds the item finds the object. Says whether
/// the record is a new one.
async fn take_one(
    table: &impl Insert,
    store: &impl Store,
    salt: &Salt,
    record: &Record,
    now: Timestamp,
) -> Result<bool, Error> {
    let (content, arrived_at) = (record.data()?, record.arrived_at()?);
    let (subject, sequence_number) = (salt.hide(record.partition_key()), record.sequence_number());
    let key = format!("records/{}/{subject}/{sequence_number}", arrived_at.strftime("%Y/%m/%d"));
    let item = Item::from([
        ("pk".to_owned(), text(format!("SUBJECT#{subject}"))),
        ("sk".to_owned(), text(format!("RECORD#{sequence_number}"))),
        ("object_key".to_owned(), text(&key)),
        ("size".to_owned(), number(content.len() as u64)),
        ("sha256".to_owned(), text(hex::encode(Sha256::digest(&content)))),
        ("shard_id".to_owned(), text(record.shard())),
        ("arrived_at".to_owned(), time(arrived_at)),
        ("recorded_at".to_owned(), time(now)),
    ]);
    store.add(&key, content).await?;
    Ok(table.insert(item).await?.is_none())
}

#[cfg(test)]
mod tests;
