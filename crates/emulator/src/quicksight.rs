//! QuickSight: what its resources are and who may use them. Nothing is read, drawn or sent; there are no analyses, dashboards,
//! templates and themes.
//!
//! Whether an account has signed up is not asked for: that is done by hand more often than by a stack.
//!
//! <https://docs.aws.amazon.com/quicksight/latest/APIReference/Welcome.html>

mod absent;
mod account;
mod asset;
mod assignment;
mod customization;
mod data_set;
mod data_source;
mod error;
mod folder;
mod group;
mod namespace;
mod permission;
mod rule;
mod schedule;
mod tag;
mod user;
mod vpc;

use std::collections::BTreeMap;

use stackproof_aws::{ApiError, Members, Operation, Output};

use crate::Call;
use crate::bounds;
use crate::input::not_implemented;
use crate::page::Paging;
use crate::place::{Place, Stores};
use crate::record::Record;
use crate::structure::Structure;
use asset::{Asset, Kind};
use group::Group;

/// What an operation answers, but for what every answer ends with.
type Done = Result<Structure, ApiError>;

/// Pages of every list.
const PAGES: Paging = Paging {
    token: "NextToken",
    max: "MaxResults",
    next: "NextToken",
    most: 100,
    default: 100,
    out_of_range: error::page_size,
    unknown_token: error::token,
};

/// Every account's resources in every region.
#[derive(Clone, Default)]
pub(crate) struct QuickSight {
    stores: Stores<Store>,
}

/// What one account has in one region. What belongs to a namespace is kept by that and its name.
#[derive(Clone, Default)]
struct Store {
    assets: BTreeMap<(Kind, String), Asset>,
    /// By data set and id.
    schedules: BTreeMap<(String, String), Members>,
    /// By folder, then by the members' type and id.
    contents: BTreeMap<String, Vec<(String, String)>>,
    /// But for `default`.
    namespaces: BTreeMap<String, Record>,
    users: BTreeMap<(String, String), Record>,
    groups: BTreeMap<(String, String), Group>,
    assignments: BTreeMap<(String, String), Members>,
    /// Of the account under no name, else of the namespace.
    customizations: BTreeMap<Option<String>, Record>,
    settings: Members,
    subscription: Option<Members>,
    addresses: Members,
    keys: Members,
}

/// Takes the account that is meant.
fn read_place(call: &mut Call) -> Result<Place, ApiError> {
    let account = call.input.required("AwsAccountId")?;
    Ok(Place { account, region: call.region.clone() })
}

impl QuickSight {
    fn store(&self, place: &Place) -> Option<&Store> {
        self.stores.get(place)
    }

    fn store_mut(&mut self, place: &Place) -> &mut Store {
        self.stores.get_mut(place)
    }

    /// Executes an operation. Every answer has the request's id and, but for a few, the status beside it.
    pub fn call(&mut self, operation: &str, call: Call) -> Result<Output, ApiError> {
        call.input.check_required()?;
        bounds::check(&call.input, rule::RULES)?;
        let id = call.id.clone();
        let done = self.assets(operation, call)?.with("RequestId", id);
        let table = Operation::named("quicksight", operation);
        let has_status =
            table.is_some_and(|table| table.output().iter().any(|member| member.name == "Status"));
        Ok(match has_status {
            true => done.with("Status", status(operation)).output(),
            false => done.output(),
        })
    }

    /// Operations on what is shared by permissions.
    fn assets(&mut self, operation: &str, call: Call) -> Done {
        match operation {
            "CreateDataSource" => data_source::create(self, call),
            "DescribeDataSource" => asset::describe(self, call, Kind::DataSource),
            "ListDataSources" => data_source::list(self, call),
            "UpdateDataSource" => data_source::update(self, call),
            "DeleteDataSource" => asset::delete(self, call, Kind::DataSource),
            "DescribeDataSourcePermissions" => permission::describe(self, call, Kind::DataSource),
            "UpdateDataSourcePermissions" => permission::update(self, call, Kind::DataSource),
            "CreateDataSet" => data_set::create(self, call),
            "DescribeDataSet" => asset::describe(self, call, Kind::DataSet),
            "ListDataSets" => data_set::list(self, call),
            "UpdateDataSet" => data_set::update(self, call),
            "DeleteDataSet" => data_set::delete(self, call),
            "DescribeDataSetPermissions" => permission::describe(self, call, Kind::DataSet),
            "UpdateDataSetPermissions" => permission::update(self, call, Kind::DataSet),
            "CreateRefreshSchedule" => schedule::create(self, call),
            "DescribeRefreshSchedule" => schedule::describe(self, call),
            "ListRefreshSchedules" => schedule::list(self, call),
            "UpdateRefreshSchedule" => schedule::update(self, call),
            "DeleteRefreshSchedule" => schedule::delete(self, call),
            "ListIngestions" => absent::ingestions(self, call),
            "DescribeIngestion" | "CancelIngestion" => absent::ingestion(self, call),
            "CreateFolder" => folder::create(self, call),
            "DescribeFolder" => asset::describe(self, call, Kind::Folder),
            "ListFolders" => folder::list(self, call),
            "UpdateFolder" => folder::update(self, call),
            "DeleteFolder" => folder::delete(self, call),
            "CreateFolderMembership" => folder::add_member(self, call),
            "DeleteFolderMembership" => folder::remove_member(self, call),
            "ListFolderMembers" => folder::members(self, call),
            "DescribeFolderPermissions" => permission::describe(self, call, Kind::Folder),
            "UpdateFolderPermissions" => permission::update(self, call, Kind::Folder),
            "CreateVPCConnection" => vpc::create(self, call),
            "DescribeVPCConnection" => asset::describe(self, call, Kind::VpcConnection),
            "ListVPCConnections" => vpc::list(self, call),
            "UpdateVPCConnection" => vpc::update(self, call),
            "DeleteVPCConnection" => vpc::delete(self, call),
            "TagResource" => tag::add(self, call),
            "UntagResource" => tag::remove(self, call),
            "ListTagsForResource" => tag::list(self, call),
            _ => self.people(operation, call),
        }
    }

    /// Operations on who there is.
    fn people(&mut self, operation: &str, call: Call) -> Done {
        match operation {
            "CreateNamespace" => namespace::create(self, call),
            "DescribeNamespace" => namespace::describe(self, call),
            "ListNamespaces" => namespace::list(self, call),
            "DeleteNamespace" => namespace::delete(self, call),
            "RegisterUser" => user::register(self, call),
            "DescribeUser" => user::describe(self, call),
            "ListUsers" => user::list(self, call),
            "UpdateUser" => user::update(self, call),
            "DeleteUser" => user::delete(self, call),
            "DeleteUserByPrincipalId" => user::delete_by_principal(self, call),
            "ListUserGroups" => group::of_user(self, call),
            "CreateGroup" => group::create(self, call),
            "DescribeGroup" => group::describe(self, call),
            "ListGroups" => group::list(self, call),
            "UpdateGroup" => group::update(self, call),
            "DeleteGroup" => group::delete(self, call),
            "CreateGroupMembership" => group::add_member(self, call),
            "DescribeGroupMembership" => group::member(self, call),
            "ListGroupMemberships" => group::members(self, call),
            "DeleteGroupMembership" => group::remove_member(self, call),
            "CreateIAMPolicyAssignment" => assignment::create(self, call),
            "DescribeIAMPolicyAssignment" => assignment::describe(self, call),
            "ListIAMPolicyAssignments" => assignment::list(self, call),
            "ListIAMPolicyAssignmentsForUser" => assignment::of_user(self, call),
            "UpdateIAMPolicyAssignment" => assignment::update(self, call),
            "DeleteIAMPolicyAssignment" => assignment::delete(self, call),
            "CreateAccountSubscription" => account::subscribe(self, call),
            "DescribeAccountSubscription" => account::subscription(self, call),
            "DeleteAccountSubscription" => account::unsubscribe(self, call),
            "DescribeAccountSettings" => account::settings(self, call),
            "UpdateAccountSettings" => account::update_settings(self, call),
            "DescribeIpRestriction" => account::addresses(self, call),
            "UpdateIpRestriction" => account::update_addresses(self, call),
            "DescribeKeyRegistration" => account::keys(self, call),
            "UpdateKeyRegistration" => account::update_keys(self, call),
            "CreateAccountCustomization" => customization::put(self, call, true),
            "UpdateAccountCustomization" => customization::put(self, call, false),
            "DescribeAccountCustomization" => customization::describe(self, call),
            "DeleteAccountCustomization" => customization::delete(self, call),
            _ => match absent::Kind::of(operation) {
                Some(kind) => absent::call(operation, &kind, call),
                None => Err(not_implemented(&format!("quicksight {operation}"))),
            },
        }
    }
}

/// The status of an answer: what takes its time is accepted, what is there at once is created.
fn status(operation: &str) -> u16 {
    match operation {
        "CreateDataSource" | "UpdateDataSource" => 202,
        "CreateDataSet"
        | "RegisterUser"
        | "CreateGroup"
        | "CreateGroupMembership"
        | "CreateNamespace"
        | "CreateIAMPolicyAssignment" => 201,
        _ => 200,
    }
}
