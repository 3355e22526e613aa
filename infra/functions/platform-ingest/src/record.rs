//! Batches of records, as Lambda words them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::Deserialize;
use stackproof_functions::Error;

/// Records of one shard, in its order.
#[derive(Debug, Deserialize)]
pub struct Batch {
    /// The records.
    #[serde(rename = "Records")]
    pub records: Vec<Record>,
}

/// A record and where it is from.
#[derive(Debug, Deserialize)]
pub struct Record {
    kinesis: Kinesis,
    /// The shard and the sequence number, with a colon between.
    #[serde(rename = "eventID")]
    event_id: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kinesis {
    partition_key: String,
    sequence_number: String,
    data: String,
    approximate_arrival_timestamp: f64,
}

impl Record {
    /// Whose record it is, as its producer says: nothing to keep as it is.
    pub fn partition_key(&self) -> &str {
        &self.kinesis.partition_key
    }

    /// Its place in the shard.
    pub fn sequence_number(&self) -> &str {
        &self.kinesis.sequence_number
    }

    /// The shard.
    pub fn shard(&self) -> &str {
        self.event_id.split_once(':').map_or("", |(shard, _)| shard)
    }

    /// What its producer put.
    pub fn data(&self) -> Result<Vec<u8>, Error> {
        STANDARD.decode(&self.kinesis.data).map_err(|_| Error::new("its data is not Base64"))
    }

    /// When the stream took it, to the millisecond.
    pub fn arrived_at(&self) -> Result<Timestamp, Error> {
        // Seconds with a fraction; a cast of what is no time at all ends at the limits, which are no time either.
        let milliseconds = (self.kinesis.approximate_arrival_timestamp * 1000.0).round() as i64;
        Timestamp::from_millisecond(milliseconds).map_err(|_| Error::new("the time of its arrival is none"))
    }
}
