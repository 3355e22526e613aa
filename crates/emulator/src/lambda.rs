//! Lambda: functions with their versions, aliases, policies and triggers, and layers. Nothing runs here.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/welcome.html>

mod alias;
mod concurrency;
mod configuration;
pub(crate) mod error;
mod function;
mod invoke;
mod layer;
mod mapping;
pub(crate) mod package;
mod permission;
mod reference;
mod rule;
mod setting;
mod signing;
mod tag;
mod url;
mod version;
mod vpc;

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use stackproof_aws::{ApiError, Output};

use crate::Call;
use crate::bounds;
use crate::ec2::Ec2;
use crate::ecr::Ecr;
use crate::iam;
use crate::input::not_implemented;
use crate::page::Paging;
use crate::place::{Place, Stores};
use crate::record::Record;
use function::Function;
use layer::Layer;
use mapping::Mapping;
use reference::Reference;

/// Pages of every list.
const PAGING: Paging = Paging {
    token: "Marker",
    max: "MaxItems",
    next: "NextMarker",
    most: 10_000,
    default: 50,
    out_of_range: error::page_size,
    unknown_token: error::marker,
};

/// Every account's functions in every region.
#[derive(Clone, Default)]
pub(crate) struct Lambda {
    stores: Stores<Store>,
}

/// What one account has in one region.
#[derive(Clone, Default)]
struct Store {
    functions: BTreeMap<String, Arc<Function>>,
    mappings: BTreeMap<String, Mapping>,
    layers: BTreeMap<String, Layer>,
    signing: BTreeMap<String, Record>,
}

/// What functions refer to in other services.
pub(crate) struct Around<'a> {
    pub accounts: &'a BTreeMap<String, Arc<iam::Account>>,
    pub ec2: &'a Ec2,
    pub ecr: &'a Ecr,
    /// The archive of a call whose code lies in S3.
    pub archive: Option<Bytes>,
}

impl Lambda {
    fn store(&self, place: &Place) -> Option<&Store> {
        self.stores.get(place)
    }

    fn store_mut(&mut self, place: &Place) -> &mut Store {
        self.stores.get_mut(place)
    }

    fn function(&self, named: &Reference) -> Result<&Function, ApiError> {
        let function = self.store(&named.place).and_then(|store| store.functions.get(&named.name));
        function.map(Arc::as_ref).ok_or_else(|| error::no_function(&named.arn()))
    }

    fn function_mut(&mut self, named: &Reference) -> Result<&mut Function, ApiError> {
        let function = self.store_mut(&named.place).functions.get_mut(&named.name);
        function.map(Arc::make_mut).ok_or_else(|| error::no_function(&named.arn()))
    }

    fn add(&mut self, named: &Reference, function: Function) {
        self.store_mut(&named.place).functions.insert(named.name.clone(), Arc::new(function));
    }

    fn remove(&mut self, named: &Reference) {
        self.store_mut(&named.place).functions.remove(&named.name);
    }

    /// The functions of where a call is executed.
    fn functions(&self, call: &Call) -> impl Iterator<Item = (Reference, &Function)> {
        let place = Place::of(call);
        self.store(&place).into_iter().flat_map(|store| store.functions.iter()).map(
            move |(name, function)| {
                let reference = Reference { place: place.clone(), name: name.clone(), qualifier: None };
                (reference, function.as_ref())
            },
        )
    }

    fn mappings(&self, place: &Place) -> impl Iterator<Item = &Mapping> {
        self.store(place).into_iter().flat_map(|store| store.mappings.values())
    }

    fn mapping(&self, place: &Place, uuid: &str) -> Result<&Mapping, ApiError> {
        self.store(place).and_then(|store| store.mappings.get(uuid)).ok_or_else(error::nothing)
    }

    /// How much concurrency functions have reserved.
    fn reserved(&self, place: &Place) -> i64 {
        let functions = self.store(place).into_iter().flat_map(|store| store.functions.values());
        functions.filter_map(|function| function.reserved).sum()
    }

    /// Executes an operation.
    pub fn call(&mut self, around: &Around<'_>, operation: &str, call: Call) -> Result<Output, ApiError> {
        call.input.check_required()?;
        bounds::check(&call.input, rule::RULES)?;
        match operation {
            "CreateFunction" => function::create(self, around, call),
            "GetFunction" => function::get(self, call),
            "GetFunctionConfiguration" => function::configuration(self, call),
            "UpdateFunctionCode" => function::update_code(self, around, call),
            "UpdateFunctionConfiguration" => function::update_configuration(self, around, call),
            "DeleteFunction" => function::delete(self, call),
            "ListFunctions" => function::list(self, call),
            "PublishVersion" => version::publish(self, call),
            "ListVersionsByFunction" => version::list(self, call),
            "CreateAlias" => alias::create(self, call),
            "GetAlias" => alias::get(self, call),
            "UpdateAlias" => alias::update(self, call),
            "DeleteAlias" => alias::delete(self, call),
            "ListAliases" => alias::list(self, call),
            "AddPermission" => permission::add(self, call),
            "GetPolicy" => permission::get(self, call),
            "RemovePermission" => permission::remove(self, call),
            "CreateEventSourceMapping" => mapping::create(self, call),
            "GetEventSourceMapping" => mapping::get(self, call),
            "UpdateEventSourceMapping" => mapping::update(self, call),
            "DeleteEventSourceMapping" => mapping::delete(self, call),
            "ListEventSourceMappings" => mapping::list(self, call),
            "CreateFunctionUrlConfig" => url::create(self, call),
            "GetFunctionUrlConfig" => url::get(self, call),
            "UpdateFunctionUrlConfig" => url::update(self, call),
            "DeleteFunctionUrlConfig" => url::delete(self, call),
            "ListFunctionUrlConfigs" => url::list(self, call),
            "PublishLayerVersion" => layer::publish(self, around, call),
            "GetLayerVersion" => layer::get(self, call),
            "GetLayerVersionByArn" => layer::get_by_arn(self, call),
            "ListLayers" => layer::list(self, call),
            "ListLayerVersions" => layer::list_versions(self, call),
            "DeleteLayerVersion" => layer::delete(self, call),
            "AddLayerVersionPermission" => layer::add_permission(self, call),
            "GetLayerVersionPolicy" => layer::get_policy(self, call),
            "RemoveLayerVersionPermission" => layer::remove_permission(self, call),
            "PutFunctionConcurrency" => concurrency::put(self, call),
            "GetFunctionConcurrency" => concurrency::get(self, call),
            "DeleteFunctionConcurrency" => concurrency::delete(self, call),
            "PutProvisionedConcurrencyConfig" => concurrency::put_provisioned(self, call),
            "GetProvisionedConcurrencyConfig" => concurrency::get_provisioned(self, call),
            "DeleteProvisionedConcurrencyConfig" => concurrency::delete_provisioned(self, call),
            "ListProvisionedConcurrencyConfigs" => concurrency::list_provisioned(self, call),
            "PutFunctionEventInvokeConfig" => invoke::put(self, call, false),
            "UpdateFunctionEventInvokeConfig" => invoke::put(self, call, true),
            "GetFunctionEventInvokeConfig" => invoke::get(self, call),
            "DeleteFunctionEventInvokeConfig" => invoke::delete(self, call),
            "ListFunctionEventInvokeConfigs" => invoke::list(self, call),
            "Invoke" => invoke::invoke(self, call),
            "TagResource" => tag::add(self, call),
            "UntagResource" => tag::remove(self, call),
            "ListTags" => tag::list(self, call),
            "CreateCodeSigningConfig" => signing::create(self, call),
            "GetCodeSigningConfig" => signing::get(self, call),
            "UpdateCodeSigningConfig" => signing::update(self, call),
            "DeleteCodeSigningConfig" => signing::delete(self, call),
            "ListCodeSigningConfigs" => signing::list(self, call),
            "ListFunctionsByCodeSigningConfig" => signing::functions(self, call),
            "PutFunctionCodeSigningConfig" => signing::put_of_function(self, call),
            "GetFunctionCodeSigningConfig" => signing::get_of_function(self, call),
            "DeleteFunctionCodeSigningConfig" => signing::delete_of_function(self, call),
            "GetAccountSettings" => setting::account(self, call),
            "PutFunctionRecursionConfig" => setting::put_recursion(self, call),
            "GetFunctionRecursionConfig" => setting::get_recursion(self, call),
            "PutRuntimeManagementConfig" => setting::put_runtime_management(self, call),
            "GetRuntimeManagementConfig" => setting::get_runtime_management(self, call),
            _ => Err(not_implemented(&format!("lambda {operation}"))),
        }
    }
}
