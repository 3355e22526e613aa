//! What makes a queue FIFO: numbered messages, each taken once.
//!
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html>

use std::collections::BTreeMap;

/// "The deduplication interval": five minutes.
const INTERVAL: i64 = 300_000;

/// Where the numbers of messages begin, and how far apart they are, as AWS gives them.
const FIRST: u128 = 18_849_496_460_467_696_128;
const STEP: u128 = 256;

/// A message that was taken.
#[derive(Clone)]
pub(crate) struct Taken {
    pub id: String,
    pub sequence: String,
    until: i64,
}

/// What a FIFO queue remembers.
#[derive(Clone, Default)]
pub(crate) struct Fifo {
    sent: u128,
    /// By group, where messages are told apart by groups, and deduplication id.
    taken: BTreeMap<(Option<String>, String), Taken>,
}

impl Fifo {
    /// Forgets what was taken long ago.
    pub fn settle(&mut self, now: i64) {
        self.taken.retain(|_, taken| taken.until > now);
    }

    /// The message that was taken under that id not long ago.
    pub fn earlier(&self, group: Option<String>, id: &str) -> Option<&Taken> {
        self.taken.get(&(group, id.to_owned()))
    }

    /// Takes a message under an id; gives its number.
    pub fn take(&mut self, group: Option<String>, deduplication: &str, id: &str, now: i64) -> String {
        let sequence = (FIRST + self.sent * STEP).to_string();
        self.sent += 1;
        let taken = Taken { id: id.to_owned(), sequence: sequence.clone(), until: now + INTERVAL };
        self.taken.insert((group, deduplication.to_owned()), taken);
        sequence
    }
}
