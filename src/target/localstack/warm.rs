//! Containers that stay between runs. Each has a file beside the ledgers, which the run that uses it holds a lock on and
//! which names it before it is made, so that no two runs share it and `stackproof clean` finds it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::PathBuf;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use super::Image;
use crate::config::Enforcement;
use crate::ledger::Cleaned;
use crate::state::State;

const NAME: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// The container that a file names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Named {
    pub(super) container: String,
    pub(super) run: String,
}

/// The right to use a warm container, as long as this lives.
pub(super) struct Lease {
    file: File,
}

impl Lease {
    /// That of the container of that image, or none where another run has it.
    pub(super) fn take(state: &State, image: &Image, enforcement: Enforcement) -> io::Result<Option<Self>> {
        let folder = state.warm();
        state.make(&folder)?;
        let image = utf8_percent_encode(&image.to_string(), NAME).to_string();
        let suffix = if enforcement == Enforcement::Native { "-native" } else { "" };
        // Another stackproof may start it otherwise.
        let path = folder.join(format!("{image}{suffix}-{}.json", env!("CARGO_PKG_VERSION")));
        let file = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path)?;
        Self::lock(file)
    }

    fn lock(file: File) -> io::Result<Option<Self>> {
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// The container that it names.
    pub(super) fn named(&self) -> io::Result<Option<Named>> {
        let mut text = String::new();
        let mut file = &self.file;
        file.rewind()?;
        file.read_to_string(&mut text)?;
        // Half a line was written by a process that was killed before it made the container.
        Ok(serde_json::from_str(&text).ok())
    }

    /// Names another, or none.
    pub(super) fn name(&mut self, named: Option<&Named>) -> io::Result<()> {
        let text = named.map(serde_json::to_string).transpose()?.unwrap_or_default();
        self.file.set_len(0)?;
        self.file.rewind()?;
        self.file.write_all(text.as_bytes())?;
        self.file.sync_all()
    }
}

/// Removes the warm containers that these files name and no run uses.
///
/// # Errors
/// A file cannot be read or written.
pub(crate) fn clean(files: &[PathBuf], cleaned: &mut Cleaned) -> io::Result<()> {
    for path in files {
        // The file stays: were it removed, one run could lock the old and another a new one.
        let file = OpenOptions::new().read(true).write(true).open(path)?;
        let Some(mut lease) = Lease::lock(file)? else {
            cleaned.running.push("the warm container of a run".to_owned());
            continue;
        };
        if let Some(named) = lease.named()?
            && cleaned.container(&named.container, &named.run)
        {
            lease.name(None)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, LOCALSTACK_IMAGE};

    #[test]
    fn a_warm_container_has_one_user_and_is_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let state = State::of(&Config { root: folder.path().to_owned(), ..Config::default() });
        let image = Image::new(LOCALSTACK_IMAGE);
        let take = |enforcement| Lease::take(&state, &image, enforcement).unwrap();
        let mut lease = take(Enforcement::Gateway).unwrap();
        assert!(take(Enforcement::Gateway).is_none());
        assert!(take(Enforcement::Native).is_some());
        assert_eq!(lease.named().unwrap(), None);
        let named = Named { container: "stackproof-0000abcd-1".to_owned(), run: "0000abcd".to_owned() };
        lease.name(Some(&named)).unwrap();
        drop(lease);
        let mut lease = take(Enforcement::Gateway).unwrap();
        assert_eq!(lease.named().unwrap(), Some(named));
        lease.name(None).unwrap();
        assert_eq!(lease.named().unwrap(), None);
    }
}
