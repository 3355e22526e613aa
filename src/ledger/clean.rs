//! Removes what runs have left behind.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::written::bears;
use super::{Line, Thing, taken};
use crate::shell;
use crate::state::State;

/// What became of what was left behind.
#[derive(Debug, Default)]
pub struct Cleaned {
    /// What was removed, and is gone.
    pub removed: Vec<PathBuf>,
    /// What is still there.
    pub left: Vec<Left>,
    /// Processes of runs that go on, whose things were not touched.
    pub running: Vec<u32>,
}

/// Something that could not be removed.
#[derive(Debug)]
pub struct Left {
    /// What.
    pub path: PathBuf,
    /// Why.
    pub reason: String,
    /// The command that removes it.
    pub command: String,
}

/// Removes what the ledgers of ended runs name, and the ledgers when nothing of theirs is left.
///
/// # Errors
/// The folder of the ledgers cannot be read.
pub fn clean(state: &State) -> io::Result<Cleaned> {
    let mut cleaned = Cleaned::default();
    let entries = match std::fs::read_dir(state.ledgers()) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(cleaned),
        Err(error) => return Err(error),
    };
    let mut ledgers = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    ledgers.sort();
    for path in ledgers {
        if let Err(error) = clean_one(&path, &mut cleaned) {
            cleaned.left.push(Left::new(&path, &error));
        }
    }
    Ok(cleaned)
}

fn clean_one(path: &Path, cleaned: &mut Cleaned) -> io::Result<()> {
    let Some(mut file) = taken(path)? else {
        let lines = lines(&std::fs::read_to_string(path)?);
        cleaned.running.extend(lines.first().map(|line| line.pid));
        return Ok(());
    };
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    let before = cleaned.left.len();
    for line in outstanding(lines(&text)) {
        let (Thing::File(thing) | Thing::Folder(thing)) = &line.thing;
        // What is not the run's any more is somebody else's, or was unmade before its line could be struck out.
        if !thing.exists() || !bears(thing, &line.run) {
            continue;
        }
        let removed = match &line.thing {
            Thing::File(file) => std::fs::remove_file(file),
            Thing::Folder(folder) => std::fs::remove_dir_all(folder),
        };
        match removed {
            Ok(()) => cleaned.removed.push(thing.clone()),
            Err(error) => cleaned.left.push(Left::new(thing, &error)),
        }
    }
    if cleaned.left.len() == before {
        std::fs::remove_file(path)?;
    }
    Ok(())
}

impl Left {
    fn new(path: &Path, error: &io::Error) -> Self {
        let command = format!("rm -rf {}", shell::quoted(&path.display().to_string()));
        Self { path: path.to_owned(), reason: error.to_string(), command }
    }
}

/// The lines that can be read: a process may have been killed while it wrote the last one, before it made the thing.
fn lines(text: &str) -> Vec<Line> {
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

fn outstanding(lines: Vec<Line>) -> Vec<Line> {
    let mut outstanding: Vec<Line> = Vec::new();
    for line in lines {
        if line.struck {
            outstanding.retain(|it| it.thing != line.thing);
        } else {
            outstanding.push(line);
        }
    }
    outstanding
}

#[cfg(test)]
mod tests {
    use super::super::{Ledger, Thing};
    use super::*;
    use crate::config::Config;
    use crate::ledger::RunFile;

    fn state(folder: &tempfile::TempDir) -> State {
        State::of(&Config { root: folder.path().to_owned(), ..Config::default() })
    }

    #[test]
    fn what_a_run_wrote_is_removed_when_it_ends_and_not_by_clean_before() {
        let folder = tempfile::tempdir().unwrap();
        let state = state(&folder);
        let ledger = Ledger::new(&state, "0000abcd");
        let path = folder.path().join("some.env");
        let file = RunFile::write(&ledger, &path, "# 0000abcd\nA=1\n").unwrap();
        let cleaned = clean(&state).unwrap();
        assert_eq!((cleaned.removed.len(), cleaned.running), (0, vec![std::process::id()]));
        drop(file);
        assert!(!path.exists());
        assert_eq!(std::fs::read_dir(state.ledgers()).unwrap().count(), 0);
    }

    #[test]
    fn clean_removes_what_a_killed_run_left_and_nothing_of_others() {
        let folder = tempfile::tempdir().unwrap();
        let state = state(&folder);
        let at = |name: &str| folder.path().join(name);
        let ledger = Ledger::new(&state, "0000abcd");
        for (name, text) in [("left.env", "# 0000abcd\n"), ("stackproof-0000abcd.pem", ""), ("theirs", "x\n")]
        {
            std::mem::forget(ledger.write_down(Thing::File(at(name))).unwrap());
            std::fs::write(at(name), text).unwrap();
        }
        std::mem::forget(ledger.write_down(Thing::Folder(at("run-0000abcd"))).unwrap());
        std::fs::create_dir_all(at("run-0000abcd/in")).unwrap();
        // As the end of the process would.
        ledger.with(|open| open.file = None);
        let cleaned = clean(&state).unwrap();
        let mut names: Vec<_> =
            cleaned.removed.iter().map(|path| path.file_name().unwrap().to_owned()).collect();
        names.sort();
        assert_eq!(names, ["left.env", "run-0000abcd", "stackproof-0000abcd.pem"]);
        assert!(at("theirs").exists() && cleaned.left.is_empty() && cleaned.running.is_empty());
        assert_eq!(std::fs::read_dir(state.ledgers()).unwrap().count(), 0);
    }
}
