//! Things that are written down, as long as they are there.

use std::fs::OpenOptions;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use super::{Ledger, Thing};

/// A thing in the ledger; it is struck out when this is dropped.
pub struct Written {
    ledger: Ledger,
    /// None where it is left to `stackproof clean`.
    thing: Option<Thing>,
}

impl Written {
    pub(super) fn new(ledger: Ledger, thing: Thing) -> Self {
        Self { ledger, thing: Some(thing) }
    }

    /// Leaves it written down, and the ledger with it, for `stackproof clean` when the process has ended: it could not be
    /// unmade, or is to stay.
    pub(crate) fn leave(mut self) {
        self.thing = None;
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        if let Some(thing) = &self.thing {
            self.ledger.strike(thing);
        }
    }
}

/// A file that goes with the run: it is removed when this is dropped, unless somebody has put another in its place.
pub struct RunFile {
    path: PathBuf,
    run: String,
    #[expect(dead_code, reason = "held for its drop, which comes after the file is removed")]
    written: Written,
}

impl RunFile {
    /// Writes that text into a file that only its owner may read, all of it or nothing, in place of what was there. The
    /// file's name or its first line must have the run's id.
    ///
    /// # Errors
    /// The ledger or the file cannot be written.
    pub fn write(ledger: &Ledger, path: &Path, text: &str) -> io::Result<Self> {
        let path = std::path::absolute(path)?;
        let run = ledger.run();
        let mut beside = path.clone();
        beside.set_file_name(format!(".stackproof-{run}.tmp"));
        let unfinished = ledger.write_down(Thing::File(beside.clone()))?;
        let written = ledger.write_down(Thing::File(path.clone()))?;
        let ended = private(&beside, text).and_then(|()| std::fs::rename(&beside, &path));
        if let Err(error) = ended {
            drop(std::fs::remove_file(&beside));
            return Err(error);
        }
        drop(unfinished);
        Ok(Self { path, run, written })
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for RunFile {
    fn drop(&mut self) {
        if bears(&self.path, &self.run) {
            drop(std::fs::remove_file(&self.path));
        }
    }
}

fn private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Whether what is there is that run's: its id stands in the name or on the first line.
pub(super) fn bears(path: &Path, run: &str) -> bool {
    let named = path.file_name().is_some_and(|name| name.to_string_lossy().contains(run));
    let marked = || {
        let mut line = Vec::new();
        let file = std::fs::File::open(path)?;
        BufReader::new(io::Read::take(file, 1024)).read_until(b'\n', &mut line)?;
        Ok::<_, io::Error>(String::from_utf8_lossy(&line).contains(run))
    };
    named || marked().unwrap_or(false)
}
