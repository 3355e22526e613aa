//! Places in streams that clients hand back: shard iterators, and tokens of lists of shards.

use jiff::{SignedDuration, Timestamp};

use crate::text::{decode_token, encode_token};

const LIFE: SignedDuration = SignedDuration::from_mins(5);
const SEPARATOR: char = '|';

/// What is read on from there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Records from that sequence number on.
    At,
    /// Records behind that sequence number.
    After,
    /// The list of shards; the position is the filter that it is made with.
    Shards,
}

/// A place in a stream.
pub(crate) struct Cursor {
    pub kind: Kind,
    /// The stream's ARN.
    pub stream: String,
    pub shard: String,
    pub position: String,
    /// When it was given out.
    pub made: Timestamp,
}

impl Cursor {
    /// The text that clients hand back.
    pub fn encode(&self) -> String {
        let kind = match self.kind {
            Kind::At => "at",
            Kind::After => "after",
            Kind::Shards => "shards",
        };
        let made = self.made.as_millisecond().to_string();
        let fields = [kind, &self.stream, &self.shard, &made, &self.position];
        encode_token(&fields.join(&SEPARATOR.to_string()))
    }

    /// What a text stands for; none for one that was not given out.
    pub fn decode(text: &str) -> Option<Self> {
        let text = decode_token(text)?;
        let mut fields = text.splitn(5, SEPARATOR);
        let kind = match fields.next()? {
            "at" => Kind::At,
            "after" => Kind::After,
            "shards" => Kind::Shards,
            _ => return None,
        };
        let (stream, shard) = (fields.next()?.to_owned(), fields.next()?.to_owned());
        let made = Timestamp::from_millisecond(fields.next()?.parse().ok()?).ok()?;
        Some(Self { kind, stream, shard, position: fields.next()?.to_owned(), made })
    }

    /// Whether it is too old.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now.duration_since(self.made) > LIFE
    }
}

/// The ARN of the stream that a shard iterator, or a `NextToken` of `ListShards`, leads into: calls with one of them
/// need not name the stream. None where the text is neither.
pub fn iterator_stream(iterator: &str) -> Option<String> {
    Some(Cursor::decode(iterator)?.stream)
}
