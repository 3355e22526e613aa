//! Which stream an iterator is of. Iterators are opaque, and given out by calls that name their stream.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many are kept: iterators are good for minutes, and given out with every read.
const MAX_ENTRIES: usize = 65_536;

/// The streams of the iterators that were passed on.
#[derive(Debug, Default)]
pub(crate) struct Iterators(Mutex<HashMap<String, String>>);

impl Iterators {
    /// Notes that the iterator was given out for that stream.
    pub fn issued(&self, iterator: &str, stream: &str) {
        let mut all = self.lock();
        if all.len() >= MAX_ENTRIES {
            all.clear();
        }
        all.insert(iterator.to_owned(), stream.to_owned());
    }

    /// The ARN of the stream.
    pub fn stream(&self, iterator: &str) -> Option<String> {
        self.lock().get(iterator).cloned()
    }

    /// A copy that goes its own way.
    pub fn fork(&self) -> Self {
        Self(Mutex::new(self.lock().clone()))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
