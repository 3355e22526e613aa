//! CloudWatch Logs: the log groups of each account and region, with their streams and events.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/Welcome.html>

mod error;
mod event;
mod filter;
mod group;
mod metric;
mod page;
mod policy;
mod put;
mod read;
mod retention;
mod stream;
mod subscription;
mod tag;

use std::collections::BTreeMap;
use std::sync::Arc;

use stackproof_aws::{ApiError, Output};

use crate::Call;
use crate::constraint::{self, Length};
use crate::input::{Input, not_implemented};
use crate::kms::Kms;
use crate::place::{Place, Stores};
use group::Group;
use policy::Policy;

const GROUP_NAME: Length = Length(1, 512);
const GROUP_PATTERN: &str = r"[\.\-_/#A-Za-z0-9]+";
const IDENTIFIER: Length = Length(1, 2048);
const STREAM_NAME: Length = Length(1, 512);
const STREAM_PATTERN: &str = "[^:*]*";

/// Every account's log groups in every region.
#[derive(Clone, Default)]
pub(crate) struct Logs {
    stores: Stores<Store>,
}

/// What one account has in one region, by name; each group is shared between forks until one of them writes to it.
#[derive(Clone, Default)]
struct Store {
    groups: BTreeMap<String, Arc<Group>>,
    policies: BTreeMap<String, Policy>,
}

fn check_group_name(input: &Input, name: &str, member: &str) -> Result<(), ApiError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._-/#".contains(c);
    constraint::matches(input, name, member, GROUP_PATTERN, allowed)
}

/// Takes the name of a log group that must be given.
fn read_group(input: &mut Input) -> Result<String, ApiError> {
    let name = constraint::required(input, "logGroupName", GROUP_NAME)?;
    check_group_name(input, &name, "logGroupName")?;
    Ok(name)
}

/// Takes what names a log group: its name, or an identifier that is its name or its ARN.
fn read_named_group(input: &mut Input, identifier: &str, place: &Place) -> Result<String, ApiError> {
    let name = constraint::text(input, "logGroupName", GROUP_NAME)?;
    let identifier = constraint::text(input, identifier, IDENTIFIER)?;
    match (name, identifier) {
        (Some(name), None) => {
            check_group_name(input, &name, "logGroupName")?;
            Ok(name)
        }
        (None, Some(identifier)) => group_of(place, &identifier),
        _ => Err(error::invalid_parameter(
            "Exactly one of logGroupName and the identifier of a log group must be given.",
        )),
    }
}

/// The name of the log group that a name or an ARN names, with or without the star at its end.
fn group_of(place: &Place, named: &str) -> Result<String, ApiError> {
    if !named.starts_with("arn:") {
        return Ok(named.to_owned());
    }
    let (there, resource) = Place::parse("logs", named).ok_or_else(|| error::invalid_arn(named))?;
    let name = resource.strip_prefix("log-group:").ok_or_else(|| error::invalid_arn(named))?;
    match there == *place {
        true => Ok(name.strip_suffix(":*").unwrap_or(name).to_owned()),
        false => Err(error::no_such_group()),
    }
}

/// Takes the name of a log stream.
fn read_stream(input: &mut Input) -> Result<String, ApiError> {
    let name = constraint::required(input, "logStreamName", STREAM_NAME)?;
    let allowed = |c: char| c != ':' && c != '*';
    constraint::matches(input, &name, "logStreamName", STREAM_PATTERN, allowed)?;
    Ok(name)
}

impl Logs {
    fn groups(&self, place: &Place) -> impl Iterator<Item = &Group> {
        let store = self.stores.get(place);
        store.into_iter().flat_map(|store| store.groups.values().map(Arc::as_ref))
    }

    fn group(&self, place: &Place, name: &str) -> Result<&Group, ApiError> {
        let group = self.stores.get(place).and_then(|store| store.groups.get(name));
        group.map(Arc::as_ref).ok_or_else(error::no_such_group)
    }

    /// A log group that is to be written to.
    fn group_mut(&mut self, place: &Place, name: &str) -> Result<&mut Group, ApiError> {
        self.group(place, name)?;
        let group = self.stores.get_mut(place).groups.get_mut(name);
        group.map(Arc::make_mut).ok_or_else(error::no_such_group)
    }

    /// Executes an operation.
    pub fn call(&mut self, kms: &mut Kms, operation: &str, call: Call) -> Result<Output, ApiError> {
        call.input.check_required()?;
        match operation {
            "CreateLogGroup" => group::create(self, kms, call),
            "DescribeLogGroups" => group::describe(self, call),
            "DeleteLogGroup" => group::delete(self, call),
            "PutLogGroupDeletionProtection" => group::protect(self, call),
            "AssociateKmsKey" => group::associate_key(self, kms, call),
            "DisassociateKmsKey" => group::disassociate_key(self, call),
            "PutRetentionPolicy" => retention::put(self, call),
            "DeleteRetentionPolicy" => retention::delete(self, call),
            "CreateLogStream" => stream::create(self, call),
            "DescribeLogStreams" => stream::describe(self, call),
            "DeleteLogStream" => stream::delete(self, call),
            "PutLogEvents" => put::events(self, call),
            "GetLogEvents" => read::get(self, call),
            "FilterLogEvents" => read::filter(self, call),
            "TagResource" => tag::add(self, call),
            "UntagResource" => tag::remove(self, call),
            "ListTagsForResource" => tag::list(self, call),
            "TagLogGroup" => tag::add_to_group(self, call),
            "UntagLogGroup" => tag::remove_from_group(self, call),
            "ListTagsLogGroup" => tag::list_of_group(self, call),
            "PutResourcePolicy" => policy::put(self, call),
            "DescribeResourcePolicies" => policy::describe(self, call),
            "DeleteResourcePolicy" => policy::delete(self, call),
            "PutSubscriptionFilter" => subscription::put(self, call),
            "DescribeSubscriptionFilters" => subscription::describe(self, call),
            "DeleteSubscriptionFilter" => subscription::delete(self, call),
            "PutMetricFilter" => metric::put(self, call),
            "DescribeMetricFilters" => metric::describe(self, call),
            "DeleteMetricFilter" => metric::delete(self, call),
            _ => Err(not_implemented(&format!("logs {operation}"))),
        }
    }
}
