//! Keeps a run for `stackproof explain` and `stackproof test --rerun-failed`.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::PathBuf;

use super::State;
use super::failed::{self, Failed};
use crate::acceptance::{Event, Reporter, Scenario, Verdict};
use crate::ledger::{Ledger, Thing, Written};
use crate::report::Decisions;

/// The name of the decisions in a folder of reports.
pub const DECISIONS: &str = "decisions.jsonl";

/// A reporter that keeps the run in a folder of its own, which takes the last run's place once the run is over.
pub struct LastRun {
    /// Where the run is kept while it goes on.
    folder: PathBuf,
    last_run: PathBuf,
    decisions: Decisions<BufWriter<File>>,
    /// Those of the run that have not ended.
    selected: Vec<Scenario>,
    before: Failed,
    failed: Failed,
    written: Option<Written>,
}

impl LastRun {
    /// Begins to keep that run of these scenarios.
    ///
    /// # Errors
    /// The folder of the state cannot be written.
    pub fn begin(state: &State, ledger: &Ledger, selected: &[Scenario]) -> io::Result<Self> {
        let folder = state.folder().join(format!("run-{}", ledger.run()));
        let written = ledger.write_down(Thing::Folder(folder.clone()))?;
        state.make(&folder)?;
        let decisions = Decisions::new(BufWriter::new(File::create(folder.join(DECISIONS))?));
        let last_run = state.last_run();
        // What cannot be read says nothing; it is written anew below.
        let before = Failed::load(&last_run).ok().flatten().unwrap_or_default();
        Ok(Self {
            folder,
            last_run,
            decisions,
            selected: selected.to_vec(),
            before,
            failed: Failed::default(),
            written: Some(written),
        })
    }

    /// Puts the run in the place of the last one. A scenario that failed before and was to be played, but was not, has
    /// not been mended.
    fn end(&mut self) -> io::Result<()> {
        let mut unplayed = std::mem::take(&mut self.selected);
        self.before.retain(&mut unplayed);
        unplayed.iter().for_each(|scenario| self.failed.add(scenario));
        let text = serde_json::to_vec_pretty(&self.failed)?;
        std::fs::write(self.folder.join(failed::FILE), text)?;
        match std::fs::remove_dir_all(&self.last_run) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        std::fs::rename(&self.folder, &self.last_run)?;
        drop(self.written.take());
        Ok(())
    }
}

impl Reporter for LastRun {
    fn on(&mut self, event: &Event) -> io::Result<()> {
        self.decisions.on(event)?;
        match event {
            Event::ScenarioFinished(report) => {
                self.selected.retain(|scenario| *scenario != report.scenario);
                if matches!(report.verdict(), Verdict::Failed(..)) {
                    self.failed.add(&report.scenario);
                }
                Ok(())
            }
            Event::RunFinished(_) => self.end(),
            _ => Ok(()),
        }
    }
}
