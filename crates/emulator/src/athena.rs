//! Athena: workgroups, data catalogs, named queries and prepared statements. No query ever runs: what would start one is
//! refused by name.
//!
//! <https://docs.aws.amazon.com/athena/latest/APIReference/Welcome.html>

mod catalog;
mod configuration;
mod error;
mod execution;
mod query;
mod rule;
mod statement;
mod tag;
mod workgroup;

use std::borrow::Cow;
use std::collections::BTreeMap;

use stackproof_aws::{ApiError, Members, Output};

use crate::Call;
use crate::bounds;
use crate::input::not_implemented;
use crate::page::Paging;
use crate::place::{Place, Stores};
use crate::record::Record;
use query::Query;

/// Pages of every list.
const PAGES: Paging = Paging {
    token: "NextToken",
    max: "MaxResults",
    next: "NextToken",
    most: 50,
    default: 50,
    out_of_range: error::page_size,
    unknown_token: error::token,
};

/// Every account's workgroups in every region.
#[derive(Clone, Default)]
pub(crate) struct Athena {
    stores: Stores<Store>,
}

/// What one account has in one region.
#[derive(Clone)]
struct Store {
    workgroups: BTreeMap<String, Record>,
    /// But for AWS's own.
    catalogs: BTreeMap<String, Record>,
    /// Named queries by id.
    queries: BTreeMap<String, Query>,
    /// Prepared statements by workgroup and name.
    statements: BTreeMap<(String, String), Members>,
}

impl Default for Store {
    /// Every account has the workgroup `primary`.
    fn default() -> Self {
        Self {
            workgroups: BTreeMap::from([(workgroup::PRIMARY.to_owned(), workgroup::primary())]),
            catalogs: BTreeMap::new(),
            queries: BTreeMap::new(),
            statements: BTreeMap::new(),
        }
    }
}

impl Athena {
    fn store(&self, place: &Place) -> Cow<'_, Store> {
        self.stores.get(place).map_or_else(|| Cow::Owned(Store::default()), Cow::Borrowed)
    }

    fn store_mut(&mut self, place: &Place) -> &mut Store {
        self.stores.get_mut(place)
    }

    /// Executes an operation.
    pub fn call(&mut self, operation: &str, call: Call) -> Result<Output, ApiError> {
        call.input.check_required()?;
        bounds::check(&call.input, rule::RULES)?;
        match operation {
            "CreateWorkGroup" => workgroup::create(self, call),
            "GetWorkGroup" => workgroup::get(self, call),
            "ListWorkGroups" => workgroup::list(self, call),
            "UpdateWorkGroup" => workgroup::update(self, call),
            "DeleteWorkGroup" => workgroup::delete(self, call),
            "CreateDataCatalog" => catalog::create(self, call),
            "GetDataCatalog" => catalog::get(self, call),
            "ListDataCatalogs" => catalog::list(self, call),
            "UpdateDataCatalog" => catalog::update(self, call),
            "DeleteDataCatalog" => catalog::delete(self, call),
            "CreateNamedQuery" => query::create(self, call),
            "GetNamedQuery" => query::get(self, call),
            "BatchGetNamedQuery" => query::batch_get(self, call),
            "ListNamedQueries" => query::list(self, call),
            "UpdateNamedQuery" => query::update(self, call),
            "DeleteNamedQuery" => query::delete(self, call),
            "CreatePreparedStatement" => statement::create(self, call),
            "GetPreparedStatement" => statement::get(self, call),
            "BatchGetPreparedStatement" => statement::batch_get(self, call),
            "ListPreparedStatements" => statement::list(self, call),
            "UpdatePreparedStatement" => statement::update(self, call),
            "DeletePreparedStatement" => statement::delete(self, call),
            "GetQueryExecution" | "GetQueryResults" | "GetQueryRuntimeStatistics" | "StopQueryExecution" => {
                execution::of_one(call)
            }
            "BatchGetQueryExecution" => execution::of_many(call),
            "ListQueryExecutions" => execution::list(self, call),
            "ListEngineVersions" => configuration::list_engines(call),
            "TagResource" => tag::add(self, call),
            "UntagResource" => tag::remove(self, call),
            "ListTagsForResource" => tag::list(self, call),
            _ => Err(not_implemented(&format!("athena {operation}"))),
        }
    }
}
