//! Bars on a terminal while a run goes on; nothing where nobody looks.

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::acceptance::{Event, Reporter, Verdict};

/// Where bars are drawn. Clones share it; the default draws nothing.
#[derive(Clone, Default)]
pub struct Progress(Option<MultiProgress>);

impl Progress {
    /// Draws on stderr if that is a terminal.
    pub fn on_stderr(is_terminal: bool) -> Self {
        Self(is_terminal.then(MultiProgress::new))
    }

    /// Whether anything is drawn, so that what only bars need is not worked out for nothing.
    pub fn is_drawn(&self) -> bool {
        self.0.is_some()
    }

    /// A bar of so many, which is gone when it is dropped.
    pub fn bar(&self, total: usize, doing: &str) -> Bar {
        Bar(self.0.as_ref().map(|bars| {
            let bar = bars.add(ProgressBar::new(u64::try_from(total).unwrap_or(u64::MAX)));
            // Without colours, which some have asked not to see.
            if let Ok(style) = ProgressStyle::with_template("{prefix} [{bar:30}] {pos} of {len}{msg}") {
                bar.set_style(style.progress_chars("=> "));
            }
            bar.set_prefix(doing.to_owned());
            bar
        }))
    }

    /// Does what writes on the terminal while no bar is in its way.
    pub fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(bars) => bars.suspend(write),
            None => write(),
        }
    }
}

/// One bar.
#[derive(Default)]
pub struct Bar(Option<ProgressBar>);

impl Bar {
    /// One more is done.
    pub fn step(&self) {
        if let Some(bar) = &self.0 {
            bar.inc(1);
        }
    }

    /// Says something beside the numbers.
    fn say(&self, message: String) {
        if let Some(bar) = &self.0 {
            bar.set_message(message);
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

/// Reports, with a bar of the scenarios below what they print.
pub struct Watched<R> {
    reporter: R,
    progress: Progress,
    bar: Bar,
    failed: usize,
}

impl<R: Reporter> Watched<R> {
    /// Those reports, and a bar where that progress is drawn.
    pub fn new(reporter: R, progress: Progress) -> Self {
        Self { reporter, progress, bar: Bar::default(), failed: 0 }
    }
}

impl<R: Reporter> Reporter for Watched<R> {
    fn on(&mut self, event: &Event) -> std::io::Result<()> {
        match event {
            Event::RunStarted(header) => self.bar = self.progress.bar(header.scenarios, "playing"),
            Event::ScenarioFinished(report) => {
                self.bar.step();
                if matches!(report.verdict(), Verdict::Failed(..)) {
                    self.failed += 1;
                    self.bar.say(format!(", {} failed", self.failed));
                }
            }
            Event::RunFinished(_) => self.bar = Bar::default(),
            _ => {}
        }
        self.progress.aside(|| self.reporter.on(event))
    }
}
