//! What was delivered: a file with a line for each, which outlives the agent.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use stackproof_functions::Error;

/// One write of an object. They are ordered as they happened.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Write {
    /// When it was written.
    pub at: Timestamp,
    /// Its key.
    pub key: String,
    /// Its entity tag.
    pub e_tag: String,
}

/// The last write of each key that was delivered.
///
/// A line is on the disk before [`Journal::add`] returns. Of an agent that was stopped while it wrote one the line is cut
/// off, and counts as not written.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    delivered: HashMap<String, Write>,
    /// Held as long as the journal: a second agent would deliver everything a second time.
    _lock: File,
}

impl Journal {
    /// Opens the journal, or begins one, and leaves out of the file what later lines say otherwise.
    ///
    /// # Errors
    /// If another agent has it open, if it is none, or the disk refuses.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let lock = lock(&beside(path, "lock"))?;
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(failed(path, &error)),
        };
        let mut delivered = HashMap::new();
        for (index, line) in text.split_inclusive('\n').enumerate() {
            // Only the last line can be cut off, and only there no line follows.
            let Some(line) = line.strip_suffix('\n') else { continue };
            let write: Write = serde_json::from_str(line).map_err(|_| {
                Error::new(format!("{}:{}: this is no line of a journal", path.display(), index + 1))
                    .hint("without the file everything in the store is delivered again")
            })?;
            delivered.insert(write.key.clone(), write);
        }
        let whole = beside(path, "new");
        let mut file = File::create(&whole).map_err(|error| failed(&whole, &error))?;
        let mut writes: Vec<_> = delivered.values().collect();
        writes.sort();
        for write in writes {
            append(&mut file, &whole, write)?;
        }
        file.sync_all().and_then(|()| fs::rename(&whole, path)).map_err(|error| failed(path, &error))?;
        Ok(Self { path: path.to_owned(), file, delivered, _lock: lock })
    }

    /// Whether a write was delivered.
    pub fn has(&self, write: &Write) -> bool {
        self.delivered.get(&write.key) == Some(write)
    }

    /// Takes down that a write was delivered.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn add(&mut self, write: Write) -> Result<(), Error> {
        append(&mut self.file, &self.path, &write)?;
        self.file.sync_data().map_err(|error| failed(&self.path, &error))?;
        self.delivered.insert(write.key.clone(), write);
        Ok(())
    }
}

fn append(file: &mut File, path: &Path, write: &Write) -> Result<(), Error> {
    let line = serde_json::to_string(write).map_err(|error| failed(path, &error))?;
    file.write_all(format!("{line}\n").as_bytes()).map_err(|error| failed(path, &error))
}

/// A lock that ends with its holder, however that ends.
fn lock(path: &Path) -> Result<File, Error> {
    let file =
        OpenOptions::new().create(true).append(true).open(path).map_err(|error| failed(path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::new(format!("another agent holds `{}`", path.display()))
            .hint("give each agent a bucket and a `STATE_FILE` of its own")),
        Err(TryLockError::Error(error)) => Err(failed(path, &error)),
    }
}

fn beside(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    PathBuf::from(name)
}

fn failed(path: &Path, error: &dyn std::error::Error) -> Error {
    Error::new(format!("`{}`: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(second: i64, key: &str) -> Write {
        Write { at: Timestamp::from_second(second).unwrap(), key: key.to_owned(), e_tag: "e".to_owned() }
    }

    #[test]
    fn what_was_delivered_is_known_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        let mut journal = Journal::open(&path).unwrap();
        for write in [write(1, "a.zip"), write(2, "b\n.zip"), write(3, "a.zip")] {
            assert!(!journal.has(&write));
            journal.add(write.clone()).unwrap();
            assert!(journal.has(&write));
        }
        drop(journal);
        let journal = Journal::open(&path).unwrap();
        assert!(journal.has(&write(3, "a.zip")) && journal.has(&write(2, "b\n.zip")));
        assert!(!journal.has(&write(1, "a.zip")) && !journal.has(&write(4, "a.zip")));
        // What a later line says otherwise is gone.
        assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 2);
    }

    #[test]
    fn a_line_that_was_cut_off_counts_as_not_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        let mut journal = Journal::open(&path).unwrap();
        journal.add(write(1, "a.zip")).unwrap();
        journal.add(write(2, "b.zip")).unwrap();
        drop(journal);
        let text = fs::read_to_string(&path).unwrap();
        let end_of_first = text.find('\n').unwrap() + 1;
        for length in end_of_first..text.len() {
            fs::write(&path, &text[..length]).unwrap();
            let mut journal = Journal::open(&path).unwrap();
            assert!(journal.has(&write(1, "a.zip")) && !journal.has(&write(2, "b.zip")), "{length}");
            journal.add(write(2, "b.zip")).unwrap();
            drop(journal);
            assert_eq!(fs::read_to_string(&path).unwrap(), text, "{length}");
        }
    }

    #[test]
    fn another_file_is_no_journal_and_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        fs::write(&path, "{\"at\":1}\nnotes\n").unwrap();
        let error = Journal::open(&path).unwrap_err().to_string();
        assert!(error.contains("state:1: this is no line of a journal; hint: "), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "{\"at\":1}\nnotes\n");
    }

    #[test]
    fn one_agent_has_it_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        let journal = Journal::open(&path).unwrap();
        let error = Journal::open(&path).unwrap_err().to_string();
        assert!(error.starts_with("another agent holds"), "{error}");
        drop(journal);
        Journal::open(&path).unwrap();
    }

    #[test]
    fn a_place_that_cannot_be_written_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Journal::open(&folder.path().join("none/state")).is_err());
        assert!(Journal::open(folder.path()).is_err());
    }
}
