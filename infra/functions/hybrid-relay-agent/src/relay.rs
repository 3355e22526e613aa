//! Which objects are delivered, and in which order.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use stackproof_functions::package::{Bucket, Notification, Object, Place, RELAY, Record};
use stackproof_functions::{Error, log};

use crate::journal::{Journal, Write};

/// What a key keeps as it is in a notification.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'/').remove(b'_').remove(b'~');

/// Where packages are.
pub trait Store {
    /// The bucket's name.
    fn bucket(&self) -> &str;

    /// The last write of each key.
    fn list(&self) -> impl Future<Output = Result<Vec<Write>, Error>>;
}

/// Who is told of packages.
pub trait Deliver {
    /// Tells of a package, and returns when it was taken.
    fn deliver(&self, notification: &Notification) -> impl Future<Output = Result<(), Error>>;
}

/// Delivers what was not delivered, in the order that it was written in, and says how much that was.
///
/// An agent that is stopped between a delivery and its line in the journal delivers that one again, as the same upload: its
/// receiver knows it by the key, the time and the entity tag.
///
/// # Errors
/// At the first that is not taken: those after it wait, too, or the order would be lost.
pub async fn pass(
    store: &impl Store,
    receiver: &impl Deliver,
    journal: &mut Journal,
) -> Result<usize, Error> {
    let mut writes = store.list().await?;
    writes.retain(|write| !journal.has(write));
    writes.sort();
    let count = writes.len();
    for write in writes {
        receiver.deliver(&notification(store.bucket(), &write)).await?;
        log::info("a package was delivered", &[("key", &write.key)]);
        journal.add(write)?;
    }
    Ok(count)
}

fn notification(bucket: &str, write: &Write) -> Notification {
    Notification {
        records: vec![Record {
            event_source: RELAY.to_owned(),
            event_time: write.at,
            event_name: "ObjectCreated:Put".to_owned(),
            s3: Place {
                bucket: Bucket { name: bucket.to_owned() },
                object: Object {
                    key: utf8_percent_encode(&write.key, ENCODED).to_string(),
                    version_id: None,
                    sequencer: None,
                    e_tag: Some(write.e_tag.clone()),
                },
            },
        }],
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::path::Path;

    use jiff::Timestamp;
    use serde_json::json;

    use super::*;

    #[derive(Default)]
    struct Shelf(RefCell<Vec<Write>>);

    impl Shelf {
        fn put(&self, second: i64, key: &str) {
            let mut writes = self.0.borrow_mut();
            writes.retain(|write| write.key != key);
            let at = Timestamp::from_second(second).unwrap();
            writes.push(Write { at, key: key.to_owned(), e_tag: format!("e{second}") });
        }
    }

    impl Store for Shelf {
        fn bucket(&self) -> &str {
            "packages"
        }

        async fn list(&self) -> Result<Vec<Write>, Error> {
            Ok(self.0.borrow().clone())
        }
    }

    /// Takes so many deliveries, and refuses the next.
    struct Receiver {
        taken: RefCell<Vec<String>>,
        room: Cell<usize>,
    }

    impl Receiver {
        fn new() -> Self {
            Self { taken: RefCell::default(), room: Cell::new(usize::MAX) }
        }
    }

    impl Deliver for Receiver {
        async fn deliver(&self, notification: &Notification) -> Result<(), Error> {
            if self.room.get() == 0 {
                return Err(Error::new("`validation` failed: Unhandled"));
            }
            self.room.set(self.room.get() - 1);
            self.taken.borrow_mut().push(notification.records[0].s3.object.key.clone());
            Ok(())
        }
    }

    fn journal(folder: &Path) -> Journal {
        Journal::open(&folder.join("state")).unwrap()
    }

    #[tokio::test]
    async fn each_write_is_delivered_once_in_the_order_of_writing() {
        let folder = tempfile::tempdir().unwrap();
        let (shelf, receiver, mut journal) = (Shelf::default(), Receiver::new(), journal(folder.path()));
        for (second, key) in [(3, "a.zip"), (1, "c.zip"), (2, "b.zip"), (2, "a b.zip")] {
            shelf.put(second, key);
        }
        assert_eq!(pass(&shelf, &receiver, &mut journal).await.unwrap(), 4);
        assert_eq!(pass(&shelf, &receiver, &mut journal).await.unwrap(), 0);
        // One that comes late with an earlier time, as a large upload does, is not lost; one that is written anew is new.
        shelf.put(0, "late.zip");
        shelf.put(4, "c.zip");
        assert_eq!(pass(&shelf, &receiver, &mut journal).await.unwrap(), 2);
        let expected = ["c.zip", "a%20b.zip", "b.zip", "a.zip", "late.zip", "c.zip"];
        assert_eq!(*receiver.taken.borrow(), expected);
    }

    #[tokio::test]
    async fn an_agent_that_is_restarted_half_way_goes_on_where_it_was() {
        for half in 0..=3 {
            let folder = tempfile::tempdir().unwrap();
            let (shelf, receiver) = (Shelf::default(), Receiver::new());
            for (second, key) in [(1, "a.zip"), (2, "b.zip"), (3, "c.zip")] {
                shelf.put(second, key);
            }
            receiver.room.set(half);
            // What is not taken keeps what follows waiting.
            assert_eq!(pass(&shelf, &receiver, &mut journal(folder.path())).await.is_ok(), half == 3);
            receiver.room.set(usize::MAX);
            pass(&shelf, &receiver, &mut journal(folder.path())).await.unwrap();
            assert_eq!(*receiver.taken.borrow(), ["a.zip", "b.zip", "c.zip"], "{half}");
        }
    }

    #[test]
    fn a_notification_is_worded_as_s3_words_it_and_says_who_tells() {
        let at = "2026-03-01T10:20:30.456Z".parse().unwrap();
        let write = Write { at, key: "org-001/a ö+.zip".to_owned(), e_tag: "e".to_owned() };
        assert_eq!(
            json!(notification("packages", &write)),
            json!({ "Records": [{
                "eventSource": "hybrid-relay:agent", "eventName": "ObjectCreated:Put",
                "eventTime": "2026-03-01T10:20:30.456Z",
                "s3": { "bucket": { "name": "packages" }, "object": { "key": "org-001/a%20%C3%B6%2B.zip", "eTag": "e" } }
            }] })
        );
    }
}
