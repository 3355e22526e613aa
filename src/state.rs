//! What stackproof keeps between runs, in a folder beside `stackproof.toml`: the decisions of the last run, which
//! scenarios failed in it, and the ledgers of runs that have not ended.

pub mod failed;
mod last_run;

use std::io;
use std::path::{Path, PathBuf};

pub use failed::Failed;
pub use last_run::{DECISIONS, LastRun};

use crate::config::Config;

/// The folder's name.
pub const FOLDER: &str = ".stackproof";

/// The folder, which is made when it is first written into.
#[derive(Clone, Debug)]
pub struct State {
    folder: PathBuf,
}

impl State {
    /// The folder of that configuration: beside its file; in the working directory where there is none.
    pub fn of(config: &Config) -> Self {
        Self { folder: config.root.join(FOLDER) }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder that holds the decisions of the last run.
    pub fn last_run(&self) -> PathBuf {
        self.folder.join("last-run")
    }

    /// The folder of the ledgers.
    pub(crate) fn ledgers(&self) -> PathBuf {
        self.folder.join("ledger")
    }

    /// The folder of what is known of warm containers.
    pub(crate) fn warm(&self) -> PathBuf {
        self.folder.join("warm")
    }

    /// Makes the folder and that one in it. What is in it is nobody's to commit.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn make(&self, inside: &Path) -> io::Result<()> {
        std::fs::create_dir_all(&self.folder)?;
        let ignore = self.folder.join(".gitignore");
        if !ignore.exists() {
            std::fs::write(ignore, "*\n")?;
        }
        std::fs::create_dir_all(inside)
    }
}
