//! What a run makes that outlives its process, written down before it is made and struck out once it is gone, so that
//! `stackproof clean` finds what a run left that could not end as it should.
//!
//! A run has a file of its own in the ledgers' folder and holds a lock on it: the lock ends with the process, however
//! that ends, so that no process id has to be trusted.

mod clean;
mod written;

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

pub use clean::{Cleaned, Left, clean};
pub use written::{RunFile, Written};

use crate::state::State;

/// Something that outlives a process. It bears the run's id, in its name, on its first line or in its label: what does
/// not is not the run's, and is left alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "path", rename_all = "kebab-case")]
pub enum Thing {
    /// A file.
    File(PathBuf),
    /// A folder with all that is in it.
    Folder(PathBuf),
    /// A container by its name. The run's id is in its label.
    Container(String),
    /// A file that names what was made on an endpoint.
    Provisioned(PathBuf),
}

/// A line of a ledger.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Line {
    /// The run's id.
    run: String,
    /// The process, for whoever reads the file.
    pid: u32,
    /// When the run began, RFC 3339.
    started: String,
    /// What came to be, or is gone.
    #[serde(flatten)]
    thing: Thing,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    struck: bool,
}

/// The ledger of one run. Its file goes with the last thing in it.
#[derive(Clone)]
pub struct Ledger(Arc<Mutex<Open>>);

struct Open {
    run: String,
    started: String,
    path: PathBuf,
    /// The file, once something was written down.
    file: Option<File>,
    state: State,
    /// How many things have not been struck out.
    things: usize,
}

impl Ledger {
    /// The ledger of that run.
    pub fn new(state: &State, run: &str) -> Self {
        Self(Arc::new(Mutex::new(Open {
            run: run.to_owned(),
            started: jiff::Timestamp::now().to_string(),
            path: state.ledgers().join(format!("{run}.jsonl")),
            file: None,
            state: state.clone(),
            things: 0,
        })))
    }

    /// The run's id.
    pub fn run(&self) -> String {
        self.with(|open| open.run.clone())
    }

    /// The folder that the ledger is in.
    pub(crate) fn state(&self) -> State {
        self.with(|open| open.state.clone())
    }

    /// Writes down what is about to be made. It is struck out when the guard is dropped.
    ///
    /// # Errors
    /// The ledger cannot be written; then nothing should be made.
    pub fn write_down(&self, thing: Thing) -> io::Result<Written> {
        let thing = match thing {
            Thing::File(path) => Thing::File(std::path::absolute(path)?),
            Thing::Folder(path) => Thing::Folder(std::path::absolute(path)?),
            Thing::Container(name) => Thing::Container(name),
            Thing::Provisioned(path) => Thing::Provisioned(std::path::absolute(path)?),
        };
        self.with(|open| {
            open.append(&thing, false)?;
            open.things += 1;
            Ok(Written::new(self.clone(), thing))
        })
    }

    fn strike(&self, thing: &Thing) {
        self.with(|open| {
            open.things -= 1;
            // A line that cannot be written costs no more than a look of `clean` at what is gone already.
            drop(open.append(thing, true));
            if open.things == 0 {
                open.file = None;
                drop(std::fs::remove_file(&open.path));
            }
        });
    }

    fn with<T>(&self, f: impl FnOnce(&mut Open) -> T) -> T {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Open {
    fn append(&mut self, thing: &Thing, struck: bool) -> io::Result<()> {
        let line = Line {
            run: self.run.clone(),
            pid: std::process::id(),
            started: self.started.clone(),
            thing: thing.clone(),
            struck,
        };
        let line = format!("{}\n", serde_json::to_string(&line)?);
        match &mut self.file {
            Some(file) => file.write_all(line.as_bytes()),
            None => {
                self.state.make(&self.state.ledgers())?;
                let mut file = OpenOptions::new().create(true).append(true).read(true).open(&self.path)?;
                file.lock()?;
                file.write_all(line.as_bytes())?;
                self.file = Some(file);
                Ok(())
            }
        }
    }
}

/// The ledger in that file, locked, or none where its run goes on.
fn taken(path: &Path) -> io::Result<Option<File>> {
    let file = OpenOptions::new().read(true).append(true).open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}
