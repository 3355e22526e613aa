//! One client: what it does, and what it holds the target to.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use serde_json::{Value, json};
use stackproof_aws::client::Reply;

use crate::Failure;
use crate::target::{LARGEST, Target, Who, Work};

/// Keys that a client writes over and over.
const KEYS: u64 = 8;
const SMALLEST: usize = 1 << 10;

/// What a client believes to be stored under a key.
struct Stored {
    version: String,
    start: usize,
    size: usize,
}

/// A client with keys of its own.
pub struct Client {
    number: u64,
    target: Arc<Target>,
    work: Arc<Work>,
    random: u64,
    stored: BTreeMap<String, Stored>,
    pub tally: Tally,
}

/// What was done, and how much.
#[derive(Default)]
pub struct Tally {
    puts: u64,
    refused: u64,
    gets: u64,
    lists: u64,
    bytes: u64,
    checked: u64,
}

impl Client {
    pub fn new(number: u64, target: Arc<Target>, work: Arc<Work>) -> Self {
        let random = 0x9e37_79b9_7f4a_7c15 ^ (number + 1).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        Self { number, target, work, random, stored: BTreeMap::new(), tally: Tally::default() }
    }

    /// Works until then.
    pub async fn play(&mut self, until: Instant) -> Result<(), Failure> {
        while Instant::now() < until {
            match self.below(100) {
                0..45 => self.put().await?,
                45..55 => self.put_refused().await?,
                55..90 => self.get().await?,
                _ => self.list().await?,
            }
        }
        Ok(())
    }

    /// Holds what is stored under this client's keys against what it was answered.
    pub async fn check(&mut self) -> Result<(), Failure> {
        let members = json!({ "Prefix": self.prefix() });
        let reply = self.target.call(Who::Operator, "ListObjectVersions", members, Bytes::new(), &[]).await?;
        let answer = expect(reply, 200)?;
        let versions = answer.pointer("/Versions").and_then(Value::as_array).cloned().unwrap_or_default();
        let found: Vec<_> =
            versions.iter().map(|it| (it["Key"].as_str(), it["VersionId"].as_str())).collect();
        let known: Vec<_> = self
            .stored
            .iter()
            .map(|(key, stored)| (Some(key.as_str()), Some(stored.version.as_str())))
            .collect();
        if found != known {
            return Err(format!("stored are {found:?}, answered with success were {known:?}").into());
        }
        let keys: Vec<_> = self.stored.keys().cloned().collect();
        for key in keys {
            self.read(&key).await?;
            self.tally.checked += 1;
        }
        Ok(())
    }

    async fn put(&mut self) -> Result<(), Failure> {
        let key = self.key();
        let (start, size, body) = self.body();
        let reply = self.target.call(Who::Accessor, "PutObject", json!({ "Key": key }), body, &[]).await?;
        let version =
            expect(reply, 200)?.get("VersionId").and_then(Value::as_str).unwrap_or_default().to_owned();
        let earlier = self.stored.insert(key.clone(), Stored { version, start, size });
        if let Some(earlier) = earlier {
            self.delete(&key, &earlier.version).await?;
        }
        self.tally.puts += 1;
        self.tally.bytes += size as u64;
        Ok(())
    }

    /// Deletes what is stored under this client's keys.
    pub async fn clear(&mut self) -> Result<(), Failure> {
        for (key, stored) in std::mem::take(&mut self.stored) {
            self.delete(&key, &stored.version).await?;
        }
        self.check().await
    }

    /// As the operator: the accessor may not, so that what it writes over would stay for ever.
    async fn delete(&self, key: &str, version: &str) -> Result<(), Failure> {
        let members = json!({ "Key": key, "VersionId": version });
        let reply = self.target.call(Who::Operator, "DeleteObject", members, Bytes::new(), &[]).await?;
        expect(reply, 204).map(drop)
    }

    /// A put that the bucket's policy denies, or whose checksum is another body's.
    async fn put_refused(&mut self) -> Result<(), Failure> {
        let key = format!("{}refused", self.prefix());
        let (_, _, body) = self.body();
        let (header, status) = match self.below(2) {
            0 => (("x-amz-server-side-encryption", "aws:kms"), 403),
            _ => (("x-amz-checksum-crc32", "AAAAAA=="), 400),
        };
        let members = json!({ "Key": key });
        let reply = self.target.call(Who::Accessor, "PutObject", members, body, &[header]).await?;
        self.tally.refused += 1;
        expect(reply, status).map(drop)
    }

    async fn get(&mut self) -> Result<(), Failure> {
        let key = self.key();
        match self.stored.contains_key(&key) {
            true => self.read(&key).await?,
            false => {
                let members = json!({ "Key": key });
                let reply = self.target.call(Who::Accessor, "GetObject", members, Bytes::new(), &[]).await?;
                expect(reply, 404)?;
            }
        }
        self.tally.gets += 1;
        Ok(())
    }

    async fn read(&mut self, key: &str) -> Result<(), Failure> {
        let stored = self.stored.get(key).ok_or("nothing is stored")?;
        let members = json!({ "Key": key });
        let reply = self.target.call(Who::Accessor, "GetObject", members, Bytes::new(), &[]).await?;
        let body = reply.body.clone();
        expect(reply, 200)?;
        if body != self.work.body(stored.start, stored.size) {
            return Err(format!("`{key}` has another content than was put").into());
        }
        self.tally.bytes += stored.size as u64;
        Ok(())
    }

    async fn list(&mut self) -> Result<(), Failure> {
        let members = json!({ "Prefix": self.prefix() });
        let reply = self.target.call(Who::Accessor, "ListObjectsV2", members, Bytes::new(), &[]).await?;
        let answer = expect(reply, 200)?;
        let listed = answer.pointer("/Contents").and_then(Value::as_array).cloned().unwrap_or_default();
        let listed: Vec<_> = listed.iter().filter_map(|entry| entry["Key"].as_str()).collect();
        if !self.stored.keys().map(String::as_str).eq(listed.iter().copied()) {
            return Err(format!("listed are {listed:?}").into());
        }
        self.tally.lists += 1;
        Ok(())
    }

    fn prefix(&self) -> String {
        format!("load/{:03}/", self.number)
    }

    fn key(&mut self) -> String {
        format!("{}{}", self.prefix(), self.below(KEYS))
    }

    /// Sizes are as even over the orders of magnitude as those of real stores.
    fn body(&mut self) -> (usize, usize, Bytes) {
        let doublings = (LARGEST / SMALLEST).ilog2();
        let floor = SMALLEST << self.below(u64::from(doublings));
        let size = floor + self.below(floor as u64 + 1) as usize;
        let start = self.below(LARGEST as u64) as usize;
        (start, size, self.work.body(start, size))
    }

    /// A number below that one; the same run each time.
    fn below(&mut self, limit: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random % limit
    }
}

impl Tally {
    pub fn add(&mut self, other: &Self) {
        self.puts += other.puts;
        self.refused += other.refused;
        self.gets += other.gets;
        self.lists += other.lists;
        self.bytes += other.bytes;
        self.checked += other.checked;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { puts, refused, gets, lists, bytes, checked } = self;
        write!(
            f,
            "{puts} puts, {refused} puts refused, {gets} gets, {lists} lists, {} MiB; {checked} objects read again at \
             the end",
            bytes >> 20
        )
    }
}

/// The answer's members, where its status is the expected one.
fn expect(reply: Reply, status: u16) -> Result<Value, Failure> {
    if reply.status != status {
        let told = reply.result.err().map(|error| error.to_string()).unwrap_or_default();
        return Err(
            format!("answered {} instead of {status}: {told} ({})", reply.status, reply.request_id).into()
        );
    }
    Ok(reply.result.map(Value::Object).unwrap_or_default())
}
