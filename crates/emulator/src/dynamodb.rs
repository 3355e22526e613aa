//! DynamoDB and its streams: the tables of each account and region.
//!
//! Items, expressions, indexes and PartiQL are dynoxide's; around it stands what AWS says of a table and dynoxide does
//! not keep, or not as AWS has it. What neither keeps is refused by name.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/Welcome.html>

mod arn;
mod backup;
mod encryption;
mod engine;
pub(crate) mod error;
mod expiry;
mod item;
mod limits;
mod naming;
mod partiql;
mod policy;
mod settings;
mod stream;
mod table;
mod tag;
mod targets;
mod throughput;
mod token;
mod update;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use jiff::Timestamp;
use stackproof_aws::{ApiError, Output};

use crate::Call;
use crate::input::not_implemented;
use crate::kms::{Kms, Place};
use engine::Engine;
use settings::Settings;
use token::Tokens;

/// Every account's tables in every region.
#[derive(Clone, Default)]
pub(crate) struct DynamoDb {
    regions: BTreeMap<Place, Arc<Region>>,
}

/// What one account has in one region.
#[derive(Clone)]
struct Region {
    engine: Engine,
    /// By name, each of them the engine's too.
    tables: BTreeMap<String, Settings>,
    tokens: Tokens,
    /// When expired items were last removed.
    swept: Timestamp,
}

impl DynamoDb {
    /// What an account has in a region, at that time.
    fn region(&mut self, place: &Place, now: Timestamp) -> Result<&mut Region, ApiError> {
        let region = match self.regions.entry(place.clone()) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(Arc::new(Region::new(now)?)),
        };
        let region = Arc::make_mut(region);
        region.sweep(now)?;
        Ok(region)
    }

    /// Executes an operation.
    pub fn call(&mut self, kms: &mut Kms, operation: &str, call: Call) -> Result<Output, ApiError> {
        match operation {
            "BatchExecuteStatement"
            | "BatchGetItem"
            | "BatchWriteItem"
            | "DeleteItem"
            | "ExecuteStatement"
            | "ExecuteTransaction"
            | "GetItem"
            | "PutItem"
            | "Query"
            | "Scan"
            | "SearchVectors"
            | "TransactGetItems"
            | "TransactWriteItems"
            | "UpdateItem" => item::call(self, kms, call),
            "CreateTable" => table::create(self, kms, call),
            "DescribeTable" => table::describe(self, call),
            "UpdateTable" => update::update(self, kms, call),
            "DeleteTable" => table::delete(self, call),
            "ListTables" => table::list(self, call),
            "UpdateTimeToLive" => expiry::update(self, call),
            "DescribeTimeToLive" => expiry::describe(self, call),
            "UpdateContinuousBackups" => backup::update(self, call),
            "DescribeContinuousBackups" => backup::describe(self, call),
            "GetResourcePolicy" => policy::get(self, call),
            "PutResourcePolicy" => policy::put(self, call),
            "DeleteResourcePolicy" => policy::delete(self, call),
            "TagResource" => tag::add(self, call),
            "UntagResource" => tag::remove(self, call),
            "ListTagsOfResource" => tag::list(self, call),
            "DescribeLimits" => limits::limits(&call),
            "DescribeEndpoints" => limits::endpoints(&call),
            "ListStreams" => stream::list(self, call),
            "DescribeStream" => stream::describe(self, call),
            "GetShardIterator" => stream::iterator(self, call),
            "GetRecords" => stream::records(self, call),
            _ => Err(not_implemented(&format!("dynamodb {operation}"))),
        }
    }
}

impl Region {
    fn new(now: Timestamp) -> Result<Self, ApiError> {
        Ok(Self { engine: Engine::new()?, tables: BTreeMap::new(), tokens: Tokens::default(), swept: now })
    }

    fn settings(&self, table: &str) -> Result<&Settings, ApiError> {
        self.tables.get(table).ok_or_else(|| error::no_such_table(table))
    }

    fn settings_mut(&mut self, table: &str) -> Result<&mut Settings, ApiError> {
        self.tables.get_mut(table).ok_or_else(|| error::no_such_table(table))
    }
}

impl Call {
    /// Takes the member `TableName`: where the table is, and its name there.
    fn table(&mut self) -> Result<(Place, String), ApiError> {
        let named = self.input.string("TableName")?.ok_or_else(|| {
            error::validation("The parameter 'TableName' is required but was not present in the request")
        })?;
        arn::resolve(&Place::of(self), &named)
    }
}
