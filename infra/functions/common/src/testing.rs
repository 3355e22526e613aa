//! A table in memory, which can be made to refuse.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::table::text_of;
use crate::{Error, Insert, Item, Lookup};

/// Behaves as a table does, and refuses inserts when it is told to.
#[derive(Debug, Default)]
pub struct MemoryTable {
    items: Mutex<BTreeMap<(String, String), Item>>,
    refused: Mutex<Option<String>>,
}

impl MemoryTable {
    /// A table with these items.
    pub fn with(items: impl IntoIterator<Item = Item>) -> Self {
        let items = items.into_iter().map(|item| (keys(&item), item)).collect();
        Self { items: Mutex::new(items), refused: Mutex::default() }
    }

    /// From now on refuses items whose `sk` has that text in it; none if it is empty.
    pub fn refuse(&self, text: &str) {
        *lock(&self.refused) = Some(text.to_owned()).filter(|text| !text.is_empty());
    }

    /// All items, by `pk` and `sk`.
    pub fn items(&self) -> Vec<Item> {
        lock(&self.items).values().cloned().collect()
    }
}

impl Insert for MemoryTable {
    async fn insert(&self, item: Item) -> Result<Option<Item>, Error> {
        let keys = keys(&item);
        if lock(&self.refused).as_ref().is_some_and(|text| keys.1.contains(text)) {
            return Err(Error::new("the table is throttled"));
        }
        let mut items = lock(&self.items);
        if let Some(standing) = items.get(&keys) {
            return Ok(Some(standing.clone()));
        }
        items.insert(keys, item);
        Ok(None)
    }
}

impl Lookup for MemoryTable {
    async fn lookup(&self, pk: &str, sk: &str) -> Result<Option<Item>, Error> {
        Ok(lock(&self.items).get(&(pk.to_owned(), sk.to_owned())).cloned())
    }
}

fn keys(item: &Item) -> (String, String) {
    let key = |name| text_of(item, name).unwrap_or_default().to_owned();
    (key("pk"), key("sk"))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
