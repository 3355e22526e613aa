//! ECS: clusters, task definitions, services and tasks. Nothing runs here.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/Welcome.html>

mod check;
mod cluster;
mod container;
mod definition;
mod deployment;
mod error;
mod fargate;
mod provider;
mod rule;
mod run;
mod service;
mod setting;
mod tag;
mod task;

use std::collections::BTreeMap;

use stackproof_aws::{ApiError, Output};

use crate::Call;
use crate::bounds;
use crate::ec2::Ec2;
use crate::input::not_implemented;
use crate::page::Paging;
use crate::place::{Place, Stores};
use crate::record::Record;
use definition::Family;

/// Pages of every list.
const PAGING: Paging = Paging {
    token: "nextToken",
    max: "maxResults",
    next: "nextToken",
    most: 100,
    default: 100,
    out_of_range: error::page_size,
    unknown_token: error::token,
};

/// Every account's clusters in every region.
#[derive(Clone, Default)]
pub(crate) struct Ecs {
    stores: Stores<Store>,
}

/// What one account has in one region.
#[derive(Clone, Default)]
struct Store {
    clusters: BTreeMap<String, Record>,
    /// By cluster and name.
    services: BTreeMap<(String, String), Record>,
    /// Tokens of the calls that made services.
    tokens: BTreeMap<(String, String), String>,
    families: BTreeMap<String, Family>,
    /// By cluster and id.
    tasks: BTreeMap<(String, String), Record>,
    /// Of calls with a token, by cluster and token.
    started: BTreeMap<(String, String), run::Started>,
    providers: BTreeMap<String, Record>,
    /// By principal and name.
    settings: BTreeMap<(String, String), String>,
}

impl Ecs {
    fn store(&self, place: &Place) -> Option<&Store> {
        self.stores.get(place)
    }

    fn store_mut(&mut self, place: &Place) -> &mut Store {
        self.stores.get_mut(place)
    }

    /// Executes an operation.
    pub fn call(&mut self, ec2: &Ec2, operation: &str, call: Call) -> Result<Output, ApiError> {
        call.input.check_required()?;
        bounds::check(&call.input, rule::RULES)?;
        match operation {
            "CreateCluster" => cluster::create(self, call),
            "DescribeClusters" => cluster::describe(self, call),
            "ListClusters" => cluster::list(self, call),
            "UpdateCluster" | "UpdateClusterSettings" => cluster::update(self, call),
            "PutClusterCapacityProviders" => cluster::put_providers(self, call),
            "DeleteCluster" => cluster::delete(self, call),
            "CreateCapacityProvider" => provider::create(self, call),
            "UpdateCapacityProvider" => provider::update(self, call),
            "DescribeCapacityProviders" => provider::describe(self, call),
            "DeleteCapacityProvider" => provider::delete(self, call),
            "RegisterTaskDefinition" => definition::register(self, call),
            "DescribeTaskDefinition" => definition::describe(self, call),
            "DeregisterTaskDefinition" => definition::deregister(self, call),
            "DeleteTaskDefinitions" => definition::delete(self, call),
            "ListTaskDefinitions" => definition::list(self, call),
            "ListTaskDefinitionFamilies" => definition::families(self, call),
            "CreateService" => service::create(self, ec2, call),
            "UpdateService" => service::update(self, ec2, call),
            "DeleteService" => service::delete(self, call),
            "DescribeServices" => service::describe(self, call),
            "ListServices" => service::list(self, call),
            "RunTask" => run::run(self, ec2, call),
            "DescribeTasks" => task::describe(self, call),
            "ListTasks" => task::list(self, call),
            "DescribeContainerInstances" => task::describe_instances(self, call),
            "ListContainerInstances" => task::list_instances(self, call),
            "StopTask" => task::stop(self, call),
            "TagResource" => tag::add(self, call),
            "UntagResource" => tag::remove(self, call),
            "ListTagsForResource" => tag::of_resource(self, call),
            "PutAccountSetting" => setting::put(self, call, false),
            "PutAccountSettingDefault" => setting::put(self, call, true),
            "DeleteAccountSetting" => setting::delete(self, call),
            "ListAccountSettings" => setting::list(self, call),
            _ => Err(not_implemented(&format!("ecs {operation}"))),
        }
    }
}
