//! Which scenarios failed in the last run.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::acceptance::Scenario;

/// The file in the folder of the last run.
pub(super) const FILE: &str = "failed.json";

/// Scenarios that failed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Failed(Vec<Entry>);

/// A scenario as it is found again, also where the lines before it have moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    /// The feature's path, whole.
    file: PathBuf,
    rule: Option<String>,
    name: String,
    line: usize,
}

impl Entry {
    fn of(scenario: &Scenario) -> Self {
        Self {
            file: whole(&scenario.feature.path),
            rule: scenario.rule.clone(),
            name: scenario.name.clone(),
            line: scenario.line,
        }
    }

    fn is_called(&self, other: &Self) -> bool {
        self.file == other.file && self.rule == other.rule && self.name == other.name
    }

    fn stands_at(&self, other: &Self) -> bool {
        self.file == other.file && self.line == other.line
    }
}

impl Failed {
    /// Reads what the last run of that folder left; none where no run has ended yet.
    ///
    /// # Errors
    /// The file cannot be read, or is no such file.
    pub fn load(last_run: &Path) -> io::Result<Option<Self>> {
        match std::fs::read(last_run.join(FILE)) {
            Ok(text) => Ok(Some(serde_json::from_slice(&text)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether nothing failed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a scenario.
    pub fn add(&mut self, scenario: &Scenario) {
        let entry = Entry::of(scenario);
        if !self.0.contains(&entry) {
            self.0.push(entry);
        }
    }

    /// Leaves only those scenarios that failed. A scenario is the one of its name in its file; of several, the one at
    /// its line if there is one. Where nothing has the name any more, it is the one at its line.
    pub fn retain(&self, scenarios: &mut Vec<Scenario>) {
        let entries: Vec<Entry> = scenarios.iter().map(Entry::of).collect();
        let mut at = 0;
        scenarios.retain(|_| {
            let wanted = entries.get(at).is_some_and(|one| self.0.iter().any(|it| it.means(one, &entries)));
            at += 1;
            wanted
        });
    }
}

impl Entry {
    fn means(&self, one: &Self, among: &[Self]) -> bool {
        if !among.iter().any(|it| self.is_called(it)) {
            return self.stands_at(one);
        }
        let exact = among.iter().any(|it| self.is_called(it) && self.stands_at(it));
        self.is_called(one) && (!exact || self.stands_at(one))
    }
}

fn whole(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acceptance::testing::scenario;

    fn at(name: &str, line: usize) -> Scenario {
        Scenario { name: name.into(), line, ..scenario() }
    }

    fn left(failed: &[(&str, usize)], now: &[(&str, usize)]) -> Vec<usize> {
        let mut record = Failed::default();
        failed.iter().for_each(|(name, line)| record.add(&at(name, *line)));
        let text = serde_json::to_string(&record).unwrap();
        let record: Failed = serde_json::from_str(&text).unwrap();
        let mut scenarios: Vec<Scenario> = now.iter().map(|(name, line)| at(name, *line)).collect();
        record.retain(&mut scenarios);
        scenarios.iter().map(|it| it.line).collect()
    }

    /// Scenarios, each by its name and line.
    type Named = &'static [(&'static str, usize)];

    #[test]
    fn a_scenario_is_found_by_its_name_then_by_its_line() {
        let cases: &[(Named, Named, &[usize])] = &[
            (&[("A", 4)], &[("A", 4), ("B", 9)], &[4]),
            (&[("A", 4)], &[("A", 14), ("B", 4)], &[14]),
            (&[("A", 4)], &[("Renamed", 4), ("B", 9)], &[4]),
            (&[("A", 4), ("A", 9)], &[("A", 4), ("A", 9), ("A", 12)], &[4, 9]),
            (&[("A", 4)], &[("A", 5), ("A", 10)], &[5, 10]),
            (&[("A", 4)], &[("B", 9)], &[]),
        ];
        for (failed, now, expected) in cases {
            assert_eq!(left(failed, now), *expected, "{failed:?} among {now:?}");
        }
    }
}
