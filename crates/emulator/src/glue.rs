//! Glue: the data catalog, and crawlers, jobs and triggers that are kept and never run.
//!
//! <https://docs.aws.amazon.com/glue/latest/webapi/Welcome.html>

mod classifier;
mod connection;
mod crawler;
mod database;
mod encryption;
mod error;
mod expression;
mod function;
mod index;
mod job;
mod named;
mod partition;
mod policy;
mod role;
mod rule;
mod security;
mod table;
mod tag;
mod trigger;
mod version;
mod workflow;

use std::collections::BTreeMap;
use std::sync::Arc;

use stackproof_aws::{ApiError, Members, Output};

use crate::arn::is_account;
use crate::bounds;
use crate::iam::Account;
use crate::input::{Input, not_implemented};
use crate::page::Paging;
use crate::place::{Place, Stores};
use crate::record::Record;
use crate::{Call, validation};
use named::Kind;
use policy::Policy;
use table::Table;

/// Pages of the catalog's databases and tables.
const CATALOG_PAGES: Paging = pages(100);

/// Pages of everything else.
const PAGES: Paging = pages(1000);

const fn pages(most: i64) -> Paging {
    Paging {
        token: "NextToken",
        max: "MaxResults",
        next: "NextToken",
        most,
        default: 100,
        out_of_range: page_size,
        unknown_token: error::token,
    }
}

fn page_size(size: i64, member: &str) -> ApiError {
    let most = if size < 1 { 1 } else { 1000 };
    let broken =
        validation::range(size, 1, most).err().unwrap_or_else(|| "Member is out of range".to_owned());
    validation::refuse("glue", validation::constraint(&size.to_string(), member, &broken))
}

/// Every account's catalog in every region.
#[derive(Clone, Default)]
pub(crate) struct Glue {
    stores: Stores<Store>,
}

/// What one account has in one region.
#[derive(Clone, Default)]
struct Store {
    databases: BTreeMap<String, Record>,
    /// By database and name; shared between forks until one of them writes to it.
    tables: BTreeMap<(String, String), Arc<Table>>,
    /// By database and name.
    functions: BTreeMap<(String, String), Members>,
    named: BTreeMap<(Kind, String), Record>,
    policy: Option<Policy>,
    encryption: Option<Members>,
}

impl Glue {
    fn store(&self, place: &Place) -> Option<&Store> {
        self.stores.get(place)
    }

    fn store_mut(&mut self, place: &Place) -> &mut Store {
        self.stores.get_mut(place)
    }

    /// Executes an operation.
    pub fn call(
        &mut self,
        accounts: &BTreeMap<String, Arc<Account>>,
        operation: &str,
        call: Call,
    ) -> Result<Output, ApiError> {
        call.input.check_required()?;
        bounds::check(&call.input, rule::RULES)?;
        match operation {
            "CreateDatabase" => database::create(self, call),
            "GetDatabase" => database::get(self, call),
            "GetDatabases" => database::list(self, call),
            "UpdateDatabase" => database::update(self, call),
            "DeleteDatabase" => database::delete(self, call),
            "CreateTable" => table::create(self, call),
            "GetTable" => table::get(self, call),
            "GetTables" => table::list(self, call),
            "UpdateTable" => version::update(self, call),
            "DeleteTable" => table::delete(self, call),
            "BatchDeleteTable" => table::batch_delete(self, call),
            "GetTableVersion" => version::get(self, call),
            "GetTableVersions" => version::list(self, call),
            "DeleteTableVersion" => version::delete(self, call),
            "BatchDeleteTableVersion" => version::batch_delete(self, call),
            "CreatePartitionIndex" => index::create(self, call),
            "GetPartitionIndexes" => index::list(self, call),
            "DeletePartitionIndex" => index::delete(self, call),
            "CreatePartition" => partition::create(self, call),
            "BatchCreatePartition" => partition::batch::create(self, call),
            "GetPartition" => partition::get(self, call),
            "GetPartitions" => partition::list(self, call),
            "BatchGetPartition" => partition::batch::get(self, call),
            "UpdatePartition" => partition::update(self, call),
            "BatchUpdatePartition" => partition::batch::update(self, call),
            "DeletePartition" => partition::delete(self, call),
            "BatchDeletePartition" => partition::batch::delete(self, call),
            "CreateUserDefinedFunction" => function::create(self, call),
            "GetUserDefinedFunction" => function::get(self, call),
            "GetUserDefinedFunctions" => function::list(self, call),
            "UpdateUserDefinedFunction" => function::update(self, call),
            "DeleteUserDefinedFunction" => function::delete(self, call),
            "GetDataCatalogEncryptionSettings" => encryption::get(self, call),
            "PutDataCatalogEncryptionSettings" => encryption::put(self, call),
            "PutResourcePolicy" => policy::put(self, call),
            "GetResourcePolicy" => policy::get(self, call),
            "GetResourcePolicies" => policy::list(self, call),
            "DeleteResourcePolicy" => policy::delete(self, call),
            "TagResource" => tag::add(self, call),
            "UntagResource" => tag::remove(self, call),
            "GetTags" => tag::of_resource(self, call),
            _ => self.call_etl(accounts, operation, call),
        }
    }

    /// Executes an operation on what would run.
    fn call_etl(
        &mut self,
        accounts: &BTreeMap<String, Arc<Account>>,
        operation: &str,
        call: Call,
    ) -> Result<Output, ApiError> {
        match operation {
            "CreateCrawler" => crawler::create(self, accounts, call),
            "GetCrawler" => named::get(self, call, Kind::Crawler, "Name", "Crawler"),
            "GetCrawlers" => named::all(self, call, Kind::Crawler, "Crawlers"),
            "ListCrawlers" => named::list(self, call, Kind::Crawler, "CrawlerNames"),
            "BatchGetCrawlers" => {
                named::batch(self, call, Kind::Crawler, ["CrawlerNames", "Crawlers", "CrawlersNotFound"])
            }
            "UpdateCrawler" => crawler::update(self, accounts, call),
            "UpdateCrawlerSchedule" => crawler::update_schedule(self, call),
            "StartCrawlerSchedule" => crawler::switch_schedule(self, call, true),
            "StopCrawlerSchedule" => crawler::switch_schedule(self, call, false),
            "StopCrawler" => crawler::stop(self, call),
            "DeleteCrawler" => named::delete(self, call, Kind::Crawler, "Name"),
            "CreateJob" => job::create(self, accounts, call),
            "GetJob" => named::get(self, call, Kind::Job, "JobName", "Job"),
            "GetJobs" => named::all(self, call, Kind::Job, "Jobs"),
            "ListJobs" => named::list(self, call, Kind::Job, "JobNames"),
            "BatchGetJobs" => named::batch(self, call, Kind::Job, ["JobNames", "Jobs", "JobsNotFound"]),
            "UpdateJob" => job::update(self, accounts, call),
            "DeleteJob" => named::drop(self, call, Kind::Job, "JobName"),
            "GetJobRun" | "GetJobRuns" => job::runs(self, operation, call),
            "CreateTrigger" => trigger::create(self, call),
            "GetTrigger" => named::get(self, call, Kind::Trigger, "Name", "Trigger"),
            "GetTriggers" => trigger::all(self, call),
            "ListTriggers" => trigger::list(self, call),
            "BatchGetTriggers" => {
                named::batch(self, call, Kind::Trigger, ["TriggerNames", "Triggers", "TriggersNotFound"])
            }
            "UpdateTrigger" => trigger::update(self, call),
            "StartTrigger" => trigger::switch(self, call, true),
            "StopTrigger" => trigger::switch(self, call, false),
            "DeleteTrigger" => named::drop(self, call, Kind::Trigger, "Name"),
            "CreateWorkflow" => workflow::create(self, call),
            "GetWorkflow" => workflow::get(self, call),
            "ListWorkflows" => named::list(self, call, Kind::Workflow, "Workflows"),
            "BatchGetWorkflows" => workflow::batch(self, call),
            "UpdateWorkflow" => workflow::update(self, call),
            "DeleteWorkflow" => named::drop(self, call, Kind::Workflow, "Name"),
            "CreateClassifier" => classifier::create(self, call),
            "GetClassifier" => named::get(self, call, Kind::Classifier, "Name", "Classifier"),
            "GetClassifiers" => named::all(self, call, Kind::Classifier, "Classifiers"),
            "UpdateClassifier" => classifier::update(self, call),
            "DeleteClassifier" => named::delete(self, call, Kind::Classifier, "Name"),
            "CreateConnection" => connection::create(self, call),
            "GetConnection" => connection::get(self, call),
            "GetConnections" => connection::list(self, call),
            "UpdateConnection" => connection::update(self, call),
            "DeleteConnection" => connection::delete(self, call),
            "BatchDeleteConnection" => connection::batch_delete(self, call),
            "CreateSecurityConfiguration" => security::create(self, call),
            "GetSecurityConfiguration" => {
                named::get(self, call, Kind::Security, "Name", "SecurityConfiguration")
            }
            "GetSecurityConfigurations" => named::all(self, call, Kind::Security, "SecurityConfigurations"),
            "DeleteSecurityConfiguration" => named::delete(self, call, Kind::Security, "Name"),
            _ => Err(not_implemented(&format!("glue {operation}"))),
        }
    }
}

/// Takes the account whose catalog is meant, by default that of the call.
fn catalog(call: &mut Call) -> Result<Place, ApiError> {
    let place = Place::of(call);
    match call.input.string("CatalogId")? {
        None => Ok(place),
        Some(account) if is_account(&account) => Ok(Place { account, ..place }),
        // Catalogs inside a catalog belong to S3 Tables and Redshift.
        Some(catalog) => Err(not_implemented(&format!("glue CatalogId {catalog}"))),
    }
}

/// Takes the name of a database, a table or a function, which the catalog keeps in lower case.
fn read_name(input: &mut Input, member: &str) -> Result<String, ApiError> {
    Ok(input.required(member)?.to_lowercase())
}

/// Takes what a client says of itself for audits, which is of no account here.
fn drop_audit(input: &mut Input) {
    input.keep(&["AuditContext"]);
}
