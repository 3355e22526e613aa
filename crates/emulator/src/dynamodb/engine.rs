//! The database of one account and region: dynoxide, on SQLite in memory.
//!
//! Forks share a database until one of them writes: whoever writes while others hold it copies it first, so that no
//! fork ever sees another's writes, whichever of them goes on first.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dynoxide::DynoxideError;
use dynoxide::storage::Storage;
use futures_util::FutureExt;
use http::HeaderMap;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use stackproof_aws::{ApiError, Members, Operation, codec};

use super::error;

/// A handle on a database; clones share it as long as they only read.
#[derive(Clone)]
pub(super) struct Engine(Arc<Mutex<Database>>);

/// The tables, and the time that they live in.
struct Database {
    storage: Storage,
    now: Arc<Hands>,
}

/// The time of the call that is being executed, in microseconds.
#[derive(Default)]
struct Hands(AtomicI64);

impl dynoxide::storage_backend::Clock for Hands {
    fn now_unix_secs(&self) -> u64 {
        u64::try_from(self.0.load(Ordering::Relaxed) / 1_000_000).unwrap_or_default()
    }

    fn now_unix_secs_f64(&self) -> f64 {
        // Exact for any date: 2^53 microseconds are 285 years.
        self.0.load(Ordering::Relaxed) as f64 / 1_000_000.0
    }
}

impl Database {
    fn empty() -> Result<Self, DynoxideError> {
        let now = Arc::<Hands>::default();
        let clock: Arc<dyn dynoxide::storage_backend::Clock> = now.clone();
        Ok(Self { storage: Storage::memory()?.with_clock(clock), now })
    }

    fn copy(&self) -> Result<Self, DynoxideError> {
        let mut copy = Self::empty()?;
        let snapshot = self.storage.backup_to_memory()?;
        copy.storage.restore_from_connection(&snapshot)?;
        Ok(copy)
    }
}

impl Engine {
    /// Without tables.
    pub fn new() -> Result<Self, ApiError> {
        let database = Database::empty().map_err(|refusal| error::of("", refusal))?;
        Ok(Self(Arc::new(Mutex::new(database))))
    }

    /// Reads at that time.
    pub fn read<T>(&self, now: Timestamp, read: impl FnOnce(&Storage) -> T) -> T {
        let database = self.database();
        database.now.0.store(now.as_microsecond(), Ordering::Relaxed);
        read(&database.storage)
    }

    /// Writes at that time, to a copy where others hold the database.
    pub fn write<T>(&mut self, now: Timestamp, write: impl FnOnce(&Storage) -> T) -> Result<T, ApiError> {
        if Arc::get_mut(&mut self.0).is_none() {
            let copy = self.database().copy().map_err(|refusal| error::of("", refusal))?;
            self.0 = Arc::new(Mutex::new(copy));
        }
        Ok(self.read(now, write))
    }

    /// Executes an operation, and gives its answer as the tables have it.
    pub fn call(&mut self, now: Timestamp, operation: &str, members: Members) -> Result<Members, ApiError> {
        let answered = match writes(operation, &members) {
            true => self.write(now, |storage| execute(storage, operation, members))?,
            false => self.read(now, |storage| execute(storage, operation, members)),
        };
        let answer = answered.map_err(|refusal| error::of(operation, refusal))?;
        let known =
            ["dynamodb", "dynamodbstreams"].iter().find_map(|service| Operation::named(service, operation));
        let known = known.ok_or_else(|| ApiError::internal(format!("the tables have no {operation}")))?;
        codec::decode_response(known, 200, &HeaderMap::new(), &answer)
    }

    fn database(&self) -> MutexGuard<'_, Database> {
        self.0.lock().unwrap_or_else(|poisoned| {
            // Nothing is kept of what a panic cut short.
            let database = PoisonError::into_inner(poisoned);
            database.storage.rollback().ok();
            database
        })
    }
}

/// Whether an operation may change the database. A statement that only reads starts with `SELECT`.
fn writes(operation: &str, members: &Members) -> bool {
    let selects = |statement: Option<&Value>| {
        let word = statement.and_then(Value::as_str).and_then(|text| text.split_whitespace().next());
        word.is_some_and(|word| word.eq_ignore_ascii_case("select"))
    };
    let all = |list: &str| {
        let statements = members.get(list).and_then(Value::as_array);
        statements.is_some_and(|list| list.iter().all(|entry| selects(entry.get("Statement"))))
    };
    match operation {
        "BatchGetItem" | "DescribeTable" | "DescribeTimeToLive" | "GetItem" | "GetRecords" | "ListTables"
        | "ListTagsOfResource" | "Query" | "Scan" | "SearchVectors" | "TransactGetItems" => false,
        "ExecuteStatement" => !selects(members.get("Statement")),
        "BatchExecuteStatement" => !all("Statements"),
        "ExecuteTransaction" => !all("TransactStatements"),
        _ => true,
    }
}

/// Executes an operation on a database, and gives its answer as it goes over the wire.
fn execute(storage: &Storage, operation: &str, members: Members) -> Result<Vec<u8>, DynoxideError> {
    use dynoxide::actions::{self, vector_lifecycle::VectorIndexLifecycle};

    // Only `UpdateTable` makes vector indexes whose creation takes time, and it is not asked to.
    let settled = VectorIndexLifecycle::new();
    /// Runs one of the engine's operations, each of which has types of its own.
    macro_rules! run {
        ($module:ident $(, $more:expr)?) => {
            answer(members, |request| settle(actions::$module::execute(storage, request $(, $more)?)))
        };
    }
    match operation {
        "BatchExecuteStatement" => run!(batch_execute_statement),
        "BatchGetItem" => run!(batch_get_item),
        "BatchWriteItem" => run!(batch_write_item),
        "CreateTable" => run!(create_table),
        "DeleteItem" => run!(delete_item),
        "DeleteTable" => run!(delete_table, &settled),
        "DescribeTable" => run!(describe_table, &settled),
        "DescribeTimeToLive" => run!(describe_time_to_live),
        "ExecuteStatement" => run!(execute_statement),
        "ExecuteTransaction" => run!(execute_transaction),
        "GetItem" => run!(get_item),
        "GetRecords" => run!(get_records),
        "ListTables" => run!(list_tables),
        "ListTagsOfResource" => run!(list_tags_of_resource),
        "PutItem" => run!(put_item),
        "Query" => run!(query),
        "Scan" => run!(scan),
        "SearchVectors" => run!(search_vectors, &settled),
        "TagResource" => run!(tag_resource),
        "TransactGetItems" => run!(transact_get_items),
        "TransactWriteItems" => run!(transact_write_items),
        "UntagResource" => run!(untag_resource),
        "UpdateItem" => run!(update_item),
        "UpdateTable" => run!(update_table, &settled),
        "UpdateTimeToLive" => run!(update_time_to_live),
        _ => Err(DynoxideError::InternalServerError(format!("the engine has no {operation}"))),
    }
}

fn answer<Q: DeserializeOwned, R: Serialize>(
    members: Members,
    run: impl FnOnce(Q) -> Result<R, DynoxideError>,
) -> Result<Vec<u8>, DynoxideError> {
    let request =
        serde_json::from_value(Value::Object(members)).map_err(|fault| error::unreadable(&fault))?;
    let answer = run(request)?;
    serde_json::to_vec(&answer).map_err(|fault| DynoxideError::InternalServerError(fault.to_string()))
}

/// The result of an operation of the engine, none of which ever waits on SQLite in memory.
pub(super) fn settle<T>(
    operation: impl Future<Output = Result<T, DynoxideError>>,
) -> Result<T, DynoxideError> {
    operation.now_or_never().unwrap_or_else(|| {
        Err(DynoxideError::InternalServerError("the engine waits for something".to_owned()))
    })
}
