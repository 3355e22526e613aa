//! Events in log streams.

/// An event.
pub(crate) struct Event {
    /// 56 digits that sort events by their time and then as they came.
    pub id: String,
    /// Milliseconds since 1970, as all times here.
    pub at: i64,
    pub ingested: i64,
    pub message: String,
}

impl Event {
    /// An event; how many there were before it in its log group.
    pub fn new(at: i64, message: String, ingested: i64, number: u64) -> Self {
        Self { id: format!("{at:019}{number:037}"), at, ingested, message }
    }

    /// What it counts for in the size of a call and in storage.
    pub fn bytes(&self) -> usize {
        size(&self.message)
    }
}

/// What a message counts for.
pub(crate) fn size(message: &str) -> usize {
    message.len() + 26
}
