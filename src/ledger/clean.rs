//! Removes what runs have left behind.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::written::bears;
use super::{Line, Thing, taken};
use crate::shell;
use crate::state::State;
use crate::target::localstack::{self, ContainerError, Engine};

/// What became of what was left behind.
#[derive(Debug, Default)]
pub struct Cleaned {
    /// What was removed, and is gone.
    pub removed: Vec<String>,
    /// What is still there.
    pub left: Vec<Left>,
    /// What belongs to runs that go on, and was not touched.
    pub running: Vec<String>,
    /// Files that name what is still on endpoints. Once they are gone, cleaning again removes the ledgers too.
    pub provisioned: Vec<PathBuf>,
}

/// Something that could not be removed.
#[derive(Debug)]
pub struct Left {
    /// What.
    pub what: String,
    /// Why.
    pub reason: String,
    /// The command that removes it.
    pub command: String,
}

/// Removes what the ledgers of ended runs name, the ledgers when nothing of theirs is left, and the warm containers that
/// no run uses.
///
/// # Errors
/// The folder of the ledgers cannot be read.
pub fn clean(state: &State) -> io::Result<Cleaned> {
    let mut cleaned = Cleaned::default();
    for path in files(&state.ledgers())? {
        if let Err(error) = clean_one(&path, &mut cleaned) {
            cleaned.left.push(Left::path(&path, &error));
        }
    }
    localstack::clean_warm(&files(&state.warm())?, &mut cleaned)?;
    Ok(cleaned)
}

/// What is in a folder, which need not be there, in the order of the names.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    files.sort();
    Ok(files)
}

fn clean_one(path: &Path, cleaned: &mut Cleaned) -> io::Result<()> {
    let Some(mut file) = taken(path)? else {
        let lines = lines(&std::fs::read_to_string(path)?);
        cleaned.running.extend(lines.first().map(|line| format!("what process {} uses", line.pid)));
        return Ok(());
    };
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    let before = cleaned.left.len() + cleaned.provisioned.len();
    for line in outstanding(lines(&text)) {
        match &line.thing {
            Thing::File(file) => cleaned.path(file, &line.run, |file| std::fs::remove_file(file)),
            Thing::Folder(folder) => {
                cleaned.path(folder, &line.run, |folder| std::fs::remove_dir_all(folder))
            }
            Thing::Container(name) => drop(cleaned.container(name, &line.run)),
            Thing::Provisioned(file) if file.exists() => cleaned.provisioned.push(file.clone()),
            Thing::Provisioned(_) => {}
        }
    }
    if cleaned.left.len() + cleaned.provisioned.len() == before {
        std::fs::remove_file(path)?;
    }
    Ok(())
}

impl Cleaned {
    fn path(&mut self, path: &Path, run: &str, remove: impl FnOnce(&Path) -> io::Result<()>) {
        // What is not the run's any more is somebody else's, or was unmade before its line could be struck out.
        if !path.exists() || !bears(path, run) {
            return;
        }
        match remove(path) {
            Ok(()) => self.removed.push(path.display().to_string()),
            Err(error) => self.left.push(Left::path(path, &error)),
        }
    }

    /// Removes the container of that name if it is that run's. Says whether it is gone.
    pub(crate) fn container(&mut self, name: &str, run: &str) -> bool {
        let (its, of) = (name.to_owned(), run.to_owned());
        let removed =
            localstack::apart(move || async move { Engine::connect().await?.remove(&its, &of).await });
        match removed.flatten() {
            Ok(removed) => {
                self.removed.extend(removed.then(|| format!("container {name}")));
                true
            }
            Err(error) => {
                self.left.push(Left::container(name, &error));
                false
            }
        }
    }
}

impl Left {
    fn path(path: &Path, error: &io::Error) -> Self {
        let what = path.display().to_string();
        let command = format!("rm -rf {}", shell::quoted(&what));
        Self { what, reason: error.to_string(), command }
    }

    fn container(name: &str, error: &ContainerError) -> Self {
        let command = format!("docker rm -f -v {}", shell::quoted(name));
        Self { what: format!("container {name}"), reason: error.to_string(), command }
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
        assert_eq!(
            (cleaned.removed.len(), cleaned.running),
            (0, vec![format!("what process {} uses", std::process::id())])
        );
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
            cleaned.removed.iter().map(|path| Path::new(path).file_name().unwrap().to_owned()).collect();
        names.sort();
        assert_eq!(names, ["left.env", "run-0000abcd", "stackproof-0000abcd.pem"]);
        assert!(at("theirs").exists() && cleaned.left.is_empty() && cleaned.running.is_empty());
        assert_eq!(std::fs::read_dir(state.ledgers()).unwrap().count(), 0);
    }
}
