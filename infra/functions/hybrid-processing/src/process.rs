//! What is done with a package.

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use stackproof_functions::audit::{Event, Step, record};
use stackproof_functions::package::{Package, Task};
use stackproof_functions::{Error, Insert};

/// Where packages are.
pub trait Store {
    /// What is in a package.
    type Content: Content;

    /// Opens a package.
    fn open(&self, package: &Package) -> impl Future<Output = Result<Self::Content, Error>>;
}

/// What is in a package, part by part: a package may be larger than memory.
pub trait Content {
    /// The next part.
    fn next(&mut self) -> impl Future<Output = Result<Option<Vec<u8>>, Error>>;
}

/// Processes a package, with an event in the trail for each step, and returns its content's SHA-256.
///
/// A task that is run again writes nothing new where it comes as far as before.
///
/// # Errors
/// If the package could not be processed, or `stopped` came first: then the trail says so, if it can be written at all.
pub async fn run(
    table: &impl Insert,
    store: &impl Store,
    task: &Task,
    stopped: impl Future<Output = ()>,
    now: impl Fn() -> Timestamp,
) -> Result<String, Error> {
    let Task { package, organization, size } = task;
    let of = |step| Event { size: Some(*size), ..Event::success(organization, package, step) };
    let work = async {
        record(table, &of(Step::ProcessingInProgress), now()).await?;
        check(store, task).await
    };
    let processed = tokio::select! {
        biased;
        () = stopped => Err(Error::new("the task was stopped")),
        processed = work => processed,
    };
    match processed {
        Ok(digest) => {
            record(table, &Event { details: &[("sha256", &digest)], ..of(Step::ProcessingComplete) }, now())
                .await?;
            Ok(digest)
        }
        Err(error) => {
            let reason = error.to_string();
            let failure = Event::failure(organization, package, Step::ProcessingFailed, &reason);
            match record(table, &Event { size: Some(*size), ..failure }, now()).await {
                Ok(_) => Err(error),
                Err(why) => Err(error.unrecorded(&why)),
            }
        }
    }
}

/// Reads a package whole, and finds as much as was found right.
async fn check(store: &impl Store, task: &Task) -> Result<String, Error> {
    let mut content = store.open(&task.package).await?;
    let (mut hash, mut size) = (Sha256::new(), 0_u64);
    while let Some(part) = content.next().await? {
        size += part.len() as u64;
        hash.update(&part);
    }
    if size != task.size {
        return Err(Error::new(format!(
            "the object has {size} bytes, not the {} that were validated",
            task.size
        )));
    }
    Ok(hex::encode(hash.finalize()))
}

#[cfg(test)]
mod tests;
