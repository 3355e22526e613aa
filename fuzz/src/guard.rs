//! Keeps the input that a check fails on or does not come back from.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

/// Nothing that reads 32 KiB takes that long, however busy the machine is.
const TOO_LONG: Duration = Duration::from_secs(30);

type Current = Mutex<Option<(Instant, Vec<u8>)>>;

/// Watches a target.
pub(crate) struct Guard {
    target: String,
    current: Arc<Current>,
}

impl Guard {
    pub(crate) fn new(target: &str) -> Self {
        let current = Arc::new(Current::default());
        let (watched, name) = (Arc::downgrade(&current), target.to_owned());
        thread::spawn(move || wait(&name, &watched));
        Self { target: target.to_owned(), current }
    }

    /// Does the work on an input.
    pub(crate) fn watch<T>(&self, input: &[u8], work: impl FnOnce() -> T) -> T {
        self.set(Some((Instant::now(), input.to_vec())));
        let done = catch_unwind(AssertUnwindSafe(work));
        self.set(None);
        done.unwrap_or_else(|panic| {
            keep(&self.target, "failed", input);
            resume_unwind(panic)
        })
    }

    fn set(&self, current: Option<(Instant, Vec<u8>)>) {
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = current;
    }
}

/// Ends the process where one input takes too long: a check that hangs cannot be stopped in any other way.
fn wait(target: &str, watched: &Weak<Current>) {
    while let Some(current) = watched.upgrade() {
        let held = current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((since, input)) = held.as_ref()
            && since.elapsed() > TOO_LONG
        {
            keep(target, "did not end", input);
            std::process::abort();
        }
        drop(held);
        drop(current);
        thread::sleep(Duration::from_millis(500));
    }
}

/// Prints an input and writes it to a file beside what was built.
fn keep(target: &str, what: &str, input: &[u8]) {
    let mut hasher = DefaultHasher::new();
    input.hash(&mut hasher);
    let name = format!("fuzz-{target}-{:016x}", hasher.finish());
    let path: PathBuf = std::env::temp_dir().join(name);
    let kept = match std::fs::write(&path, input) {
        Ok(()) => format!("kept as `{}`", path.display()),
        Err(error) => format!("not kept: {error}"),
    };
    eprintln!("{target} {what} on {} bytes, {kept}:\n{}", input.len(), input.escape_ascii());
}
