//! Sequence numbers: 56 digits that begin with `49` and rise with every record of a stream.

use jiff::Timestamp;

use super::shard::Shard;
use super::stream::Stream;

const DIGITS: usize = 56;

impl Stream {
    /// The next number: when the stream was made, how many numbers there were, the time, the shard.
    pub fn next_sequence(&mut self, shard: usize, now: Timestamp) -> String {
        let number = self.numbers;
        self.numbers += 1;
        format!("49{:013}{number:020}{:013}{shard:08}", millis(self.created), millis(now))
    }

    /// Whether a number may have been given out for a record of that shard.
    pub fn is_of_shard(&self, shard: &Shard, sequence: &str) -> bool {
        let stream = format!("49{:013}", millis(self.created));
        let number = format!("{:08}", shard.number);
        sequence.len() == DIGITS
            && sequence.bytes().all(|digit| digit.is_ascii_digit())
            && sequence.starts_with(&stream)
            && sequence.ends_with(&number)
            && sequence >= shard.start.as_str()
            && shard.end.as_deref().is_none_or(|end| sequence <= end)
    }
}

/// Times before 1970 have no place in a number.
fn millis(at: Timestamp) -> i64 {
    at.as_millisecond().max(0)
}
