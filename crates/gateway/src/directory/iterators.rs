//! What is known of opaque names that services give out: which stream an iterator is of, and which log groups a query.
//! They are given out by calls that name what they are of.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many are kept: iterators are good for minutes, and given out with every read.
const MAX_ENTRIES: usize = 65_536;

/// The resources of the names that were passed on.
#[derive(Debug, Default)]
pub(crate) struct Iterators(Mutex<HashMap<String, Vec<String>>>);

impl Iterators {
    /// Notes that the name was given out for these resources.
    pub fn issued(&self, name: &str, resources: &[&str]) {
        let mut all = self.lock();
        if all.len() >= MAX_ENTRIES {
            all.clear();
        }
        all.insert(name.to_owned(), resources.iter().map(|&arn| arn.to_owned()).collect());
    }

    /// The ARNs of the resources.
    pub fn resources(&self, name: &str) -> Option<Vec<String>> {
        self.lock().get(name).cloned()
    }

    /// A copy that goes its own way.
    pub fn fork(&self) -> Self {
        Self(Mutex::new(self.lock().clone()))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Vec<String>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
