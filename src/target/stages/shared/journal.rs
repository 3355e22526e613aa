//! What a run has made, and what it has changed of it: noted where every call comes through, before the upstream.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use stackproof_aws::wire::CiphertextKey;
use stackproof_aws::{Answer, ApiError, CanonicalRequest, Members, Operation, Output, Upstream, codec};
use stackproof_gateway::upstream::is_read;
use tokio::sync::RwLock;

use super::made::{Effect, Kind, Made, Note};

/// Operations whose answer names what was made.
const NAMED_BY_ANSWER: [&str; 2] = ["CreateKey", "CreateGrant"];

/// One run's notes. Clones share them.
#[derive(Clone, Default)]
pub(super) struct Journal {
    notes: Arc<Mutex<Notes>>,
    /// Shared by the writes that are under way.
    under_way: Arc<RwLock<()>>,
}

#[derive(Default)]
struct Notes {
    /// What stands for more than one scenario: the stack.
    settled: BTreeSet<Made>,
    /// What was made since.
    fresh: BTreeSet<Made>,
    /// Buckets that were there before: in us-east-1 making one's own bucket again succeeds.
    before: BTreeSet<String>,
    changes: Changes,
    file: Option<File>,
}

/// What was written to that was there when the notes were begun.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    /// Keys by bucket of objects that came or went.
    pub stored: BTreeMap<String, BTreeSet<String>>,
    /// The same of those of which something else changed.
    pub altered: BTreeMap<String, BTreeSet<String>>,
    /// The first write that no listing undoes.
    pub beyond: Option<String>,
}

/// A line of a journal's file.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Line {
    /// The first one: the target that all of it is on.
    Target(String),
    Made(Made),
    Gone(Made),
}

impl Journal {
    /// Writes into that file, which must not be there, what is made and what is gone.
    pub fn keep_in(&self, path: &Path, target: &str) -> io::Result<()> {
        let mut file = OpenOptions::new().create_new(true).append(true).open(path)?;
        append(&mut file, &Line::Target(target.to_owned()))?;
        self.with(|notes| notes.file = Some(file));
        Ok(())
    }

    /// That upstream, with every write noted.
    pub fn before(&self, upstream: Arc<dyn Upstream>) -> Arc<dyn Upstream> {
        Arc::new(Noting { journal: self.clone(), upstream })
    }

    /// Buckets of these names are not the run's.
    pub fn found(&self, buckets: BTreeSet<String>) {
        self.with(|notes| notes.before = buckets);
    }

    /// What was made so far is there for every scenario from now on.
    pub fn settle(&self) {
        self.with(|notes| {
            let fresh = std::mem::take(&mut notes.fresh);
            notes.settled.extend(fresh);
        });
    }

    /// Begins to note changes anew.
    pub fn begin(&self) {
        self.with(|notes| notes.changes = Changes::default());
    }

    /// What was made and is there; since the notes were settled, or ever.
    pub fn made(&self, fresh_only: bool) -> Vec<Made> {
        self.with(|notes| {
            let settled = notes.settled.iter().filter(|_| !fresh_only);
            // Sorted together, since kinds are in the order of their removal.
            settled.chain(&notes.fresh).cloned().collect::<BTreeSet<_>>().into_iter().collect()
        })
    }

    /// What was changed since the notes were begun.
    pub fn changes(&self) -> Changes {
        self.with(|notes| notes.changes.clone())
    }

    /// That thing is gone.
    pub fn strike(&self, made: &Made) {
        self.with(|notes| notes.strike(made));
    }

    /// Waits for the writes that are under way: whoever made them may have been given up.
    pub async fn quiet(&self) {
        drop(self.under_way.write().await);
    }

    fn with<T>(&self, f: impl FnOnce(&mut Notes) -> T) -> T {
        f(&mut self.notes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Notes {
    fn note(&mut self, note: &Note<'_>) {
        let beyond = || format!("{}:{}", note.service, note.operation);
        match note.effect() {
            Effect::Makes(made) => {
                let there = made.kind == Kind::Bucket && self.before.contains(&made.name);
                if self.is_settled(&made) {
                    self.changes.beyond.get_or_insert_with(beyond);
                } else if !there {
                    self.add(made);
                }
            }
            Effect::Unmakes(made) => {
                if !self.is_fresh(&made) {
                    self.changes.beyond.get_or_insert_with(|| format!("{} of {made}", beyond()));
                }
                self.strike(&made);
            }
            Effect::Renames(from, to) => {
                if !self.is_fresh(&from) {
                    self.changes.beyond.get_or_insert_with(|| format!("{} of {from}", beyond()));
                }
                if self.is_fresh(&from) || self.is_settled(&from) {
                    self.strike(&from);
                    self.add(to);
                }
            }
            Effect::Stores(bucket, keys) => {
                if !self.is_fresh_bucket(&bucket) {
                    self.changes.stored.entry(bucket).or_default().extend(keys);
                }
            }
            Effect::Alters(bucket, key) => {
                if !self.is_fresh_bucket(&bucket) {
                    self.changes.altered.entry(bucket).or_default().insert(key);
                }
            }
            Effect::Changes(thing) => {
                if thing.as_ref().is_none_or(|thing| !self.is_fresh(thing)) {
                    let of = thing.map(|thing| format!(" of {thing}")).unwrap_or_default();
                    self.changes.beyond.get_or_insert_with(|| beyond() + &of);
                }
            }
        }
    }

    fn add(&mut self, made: Made) {
        if let Some(file) = &mut self.file {
            // Without the line `clean` would not know of it; the run itself does.
            drop(append(file, &Line::Made(made.clone())));
        }
        self.fresh.insert(made);
    }

    fn strike(&mut self, made: &Made) {
        let count = self.settled.len() + self.fresh.len();
        self.settled.retain(|it| !it.is(made));
        self.fresh.retain(|it| !it.is(made));
        if count > self.settled.len() + self.fresh.len()
            && let Some(file) = &mut self.file
        {
            drop(append(file, &Line::Gone(made.clone())));
        }
    }

    fn is_fresh(&self, made: &Made) -> bool {
        self.fresh.iter().any(|it| it.is(made))
    }

    fn is_settled(&self, made: &Made) -> bool {
        self.settled.iter().any(|it| it.is(made))
    }

    fn is_fresh_bucket(&self, name: &str) -> bool {
        self.fresh.iter().any(|it| it.kind == Kind::Bucket && it.name == name)
    }
}

fn append(file: &mut File, line: &Line) -> io::Result<()> {
    file.write_all(format!("{}\n", serde_json::to_string(line)?).as_bytes())
}

struct Noting {
    journal: Journal,
    upstream: Arc<dyn Upstream>,
}

#[async_trait]
impl Upstream for Noting {
    async fn call(&self, request: CanonicalRequest) -> Result<Answer, ApiError> {
        let operation = request.operation;
        if is_read(operation) {
            return self.upstream.call(request).await;
        }
        let under_way = Arc::clone(&self.journal.under_way).read_owned().await;
        let (journal, upstream) = (self.journal.clone(), Arc::clone(&self.upstream));
        let sent = Sent::of(&request);
        if operation.input().iter().any(|member| member.streaming) {
            // Given up half-way it may have stored something; that nothing was stored shows in a list.
            sent.note(&journal, &Members::new());
            return upstream.call(request).await;
        }
        // What is sent is executed, and must be noted, whether its caller waits for the answer or not.
        let executed = tokio::spawn(async move {
            let _under_way = under_way;
            let answer = upstream.call(request).await?;
            if matches!(&answer, Answer::Wire(response) if codec::is_error(response.status().as_u16())) {
                return Ok(answer);
            }
            if !NAMED_BY_ANSWER.contains(&operation.name.as_str()) {
                sent.note(&journal, &Members::new());
                return Ok(answer);
            }
            let members = answer.members(operation).await?;
            sent.note(&journal, &members);
            Ok(Answer::Output(Output::new(members)))
        });
        executed.await.unwrap_or_else(|error| Err(ApiError::internal(error.to_string())))
    }

    fn ciphertext_key(&self, region: &str, ciphertext: &[u8]) -> CiphertextKey {
        self.upstream.ciphertext_key(region, ciphertext)
    }
}

/// What of a request is noted.
struct Sent {
    operation: &'static Operation,
    account: String,
    region: String,
    members: Members,
}

impl Sent {
    fn of(request: &CanonicalRequest) -> Self {
        Self {
            operation: request.operation,
            account: request.account.clone(),
            region: request.region.clone(),
            members: request.members.clone(),
        }
    }

    fn note(&self, journal: &Journal, answer: &Members) {
        let note = Note {
            service: self.operation.service,
            operation: &self.operation.name,
            account: &self.account,
            region: &self.region,
            members: &self.members,
            answer,
        };
        journal.with(|notes| notes.note(&note));
    }
}
