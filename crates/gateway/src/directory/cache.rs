//! Facts that were read from the upstream, each good for as long as nobody writes to what it was read from.
//!
//! A write bumps its resource's generation before it is forwarded and again after its answer; a fact is kept only if
//! the generation that its reading began with still stands. A reading that overlaps a write is therefore never kept,
//! whichever of the two the upstream saw first.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How many facts of a kind are kept: whoever calls chooses the names, also of what is not there.
const MAX_ENTRIES: usize = 4096;

/// How often each resource was written to. Clones share the count.
#[derive(Clone, Debug, Default)]
pub(crate) struct Generations(Arc<Mutex<HashMap<String, u64>>>);

impl Generations {
    /// The generation of a resource.
    pub fn of(&self, resource: &str) -> u64 {
        lock(&self.0).get(resource).copied().unwrap_or_default()
    }

    /// Begins a write; it ends when what is returned is dropped, also where the write is given up half-way.
    pub fn write(&self, resource: &str) -> Write {
        self.bump(resource);
        Write { generations: self.clone(), resource: resource.to_owned() }
    }

    fn bump(&self, resource: &str) {
        let mut all = lock(&self.0);
        let generation = all.entry(resource.to_owned()).or_default();
        *generation = generation.wrapping_add(1);
    }

    fn fork(&self) -> Self {
        Self(Arc::new(Mutex::new(lock(&self.0).clone())))
    }
}

/// A write under way.
pub(crate) struct Write {
    generations: Generations,
    resource: String,
}

impl Drop for Write {
    fn drop(&mut self) {
        self.generations.bump(&self.resource);
    }
}

/// Facts of one kind, by name.
pub(crate) struct Cache<V> {
    generations: Generations,
    entries: Mutex<HashMap<String, Entry<V>>>,
    /// How long a fact is good for where others write behind us.
    lifetime: Option<Duration>,
}

struct Entry<V> {
    generation: u64,
    read: Instant,
    value: Arc<V>,
}

impl<V> Clone for Entry<V> {
    fn clone(&self) -> Self {
        Self { generation: self.generation, read: self.read, value: Arc::clone(&self.value) }
    }
}

impl<V> Cache<V> {
    /// An empty cache over these generations.
    pub fn new(generations: Generations, lifetime: Option<Duration>) -> Self {
        Self { generations, entries: Mutex::default(), lifetime }
    }

    /// Whether facts are good for a while only.
    pub fn expires(&self) -> bool {
        self.lifetime.is_some()
    }

    /// The fact `name`, read from `resource` by `fetch` unless it is known.
    pub async fn get<E>(
        &self,
        resource: &str,
        name: &str,
        fetch: impl Future<Output = Result<V, E>>,
    ) -> Result<Arc<V>, E> {
        let began = self.generations.of(resource);
        if let Some(entry) = lock(&self.entries).get(name)
            && entry.generation == began
            && self.lifetime.is_none_or(|lifetime| entry.read.elapsed() < lifetime)
        {
            return Ok(Arc::clone(&entry.value));
        }
        let read = Instant::now();
        let value = Arc::new(fetch.await?);
        if self.generations.of(resource) == began {
            let entry = Entry { generation: began, read, value: Arc::clone(&value) };
            let mut entries = lock(&self.entries);
            if entries.len() >= MAX_ENTRIES {
                entries.clear();
            }
            entries.insert(name.to_owned(), entry);
        }
        Ok(value)
    }
}

/// Generations and caches are copied together, so that what was known stays known in the copy.
pub(crate) struct Fork(Generations);

impl Fork {
    /// A copy of the generations.
    pub fn of(generations: &Generations) -> Self {
        Self(generations.fork())
    }

    /// The copied generations.
    pub fn generations(&self) -> Generations {
        self.0.clone()
    }

    /// A copy of a cache over the copied generations.
    pub fn cache<V>(&self, cache: &Cache<V>) -> Cache<V> {
        let entries = Mutex::new(lock(&cache.entries).clone());
        Cache { generations: self.generations(), entries, lifetime: cache.lifetime }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};
    use tokio::sync::oneshot;

    async fn read(cache: &Cache<u32>, value: u32) -> u32 {
        *cache.get("bucket/b", "b", async { Ok::<_, Infallible>(value) }).await.unwrap()
    }

    #[tokio::test]
    async fn a_fact_is_kept_until_its_resource_is_written_to() {
        let generations = Generations::default();
        let cache = Cache::new(generations.clone(), None);
        assert_eq!(read(&cache, 1).await, 1);
        assert_eq!(read(&cache, 2).await, 1);
        drop(generations.write("bucket/other"));
        assert_eq!(read(&cache, 2).await, 1);
        drop(generations.write("bucket/b"));
        assert_eq!(read(&cache, 2).await, 2);
    }

    /// Every interleaving of one reading (begin, end) with one write (begin, end): whenever the two overlap, the old
    /// value that the reading may have seen is handed to its asker and never kept.
    #[tokio::test]
    async fn a_reading_that_overlaps_a_write_is_not_kept() {
        for (write_begins_first, write_ends_first) in
            [(true, true), (true, false), (false, true), (false, false)]
        {
            let generations = Generations::default();
            let cache = Cache::new(generations.clone(), None);
            let (answer, answered) = oneshot::channel();
            let mut write = write_begins_first.then(|| generations.write("bucket/b"));
            {
                let fetch = async { Ok::<u32, Infallible>(answered.await.unwrap()) };
                let mut reading = pin!(cache.get("bucket/b", "b", fetch));
                let mut context = Context::from_waker(Waker::noop());
                assert!(reading.as_mut().poll(&mut context).is_pending());
                let begun = write.take().unwrap_or_else(|| generations.write("bucket/b"));
                if write_ends_first {
                    drop(begun);
                    answer.send(1).unwrap();
                    assert!(
                        matches!(reading.as_mut().poll(&mut context), Poll::Ready(Ok(value)) if *value == 1)
                    );
                } else {
                    answer.send(1).unwrap();
                    assert!(
                        matches!(reading.as_mut().poll(&mut context), Poll::Ready(Ok(value)) if *value == 1)
                    );
                    drop(begun);
                }
            }
            assert_eq!(read(&cache, 2).await, 2, "{write_begins_first} {write_ends_first}");
        }
    }

    #[tokio::test]
    async fn a_fork_knows_what_was_known_and_goes_its_own_way() {
        let generations = Generations::default();
        let cache = Cache::new(generations.clone(), None);
        assert_eq!(read(&cache, 1).await, 1);
        let fork = Fork::of(&generations);
        let copy = fork.cache(&cache);
        drop(fork.generations().write("bucket/b"));
        assert_eq!(read(&copy, 2).await, 2);
        assert_eq!(read(&cache, 3).await, 1);
    }

    #[tokio::test]
    async fn no_more_is_kept_than_is_of_use() {
        let cache = Cache::new(Generations::default(), None);
        for name in 0..3 * MAX_ENTRIES {
            let name = name.to_string();
            cache.get("bucket/b", &name, async { Ok::<_, Infallible>(1) }).await.unwrap();
            assert!(lock(&cache.entries).len() <= MAX_ENTRIES);
        }
    }

    #[tokio::test]
    async fn where_others_write_facts_expire() {
        let cache = Cache::new(Generations::default(), Some(Duration::ZERO));
        assert_eq!(read(&cache, 1).await, 1);
        assert_eq!(read(&cache, 2).await, 2);
    }
}
