//! Log groups.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html>

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::metric::MetricFilter;
use super::page::Page;
use super::stream::Stream;
use super::subscription::Subscription;
use super::{GROUP_NAME, IDENTIFIER, Logs, error, group_of, read_group, tag};
use crate::Call;
use crate::constraint::{self, Length};
use crate::input::Input;
use crate::kms::Kms;
use crate::place::Place;
use crate::structure::Structure;
use crate::tags::Tags;

const CLASSES: [&str; 3] = ["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"];
const KMS_KEY: Length = Length(0, 256);
const IDENTIFIERS: Length = Length(1, 50);

/// A log group.
#[derive(Clone)]
pub(crate) struct Group {
    pub name: String,
    class: String,
    created: Timestamp,
    pub retention_days: Option<i64>,
    kms_key: Option<String>,
    protected: bool,
    pub tags: Tags,
    /// By name, as what follows.
    pub streams: BTreeMap<String, Stream>,
    pub subscriptions: BTreeMap<String, Subscription>,
    pub metrics: BTreeMap<String, MetricFilter>,
    /// How many events there were.
    pub numbers: u64,
}

impl Group {
    /// The log group's ARN, without a star at its end.
    pub fn arn(&self, place: &Place) -> String {
        place.arn("logs", &format!("log-group:{}", self.name))
    }

    /// Refuses what only the standard class does.
    pub fn check_standard(&self) -> Result<(), ApiError> {
        match self.class.as_str() {
            "STANDARD" => Ok(()),
            class => Err(error::invalid_operation(format!(
                "The operation is not supported for log groups of the class {class}."
            ))),
        }
    }

    fn entry(&self, place: &Place) -> Value {
        let arn = self.arn(place);
        let bytes: usize = self.streams.values().map(Stream::bytes).sum();
        Structure::new()
            .with("logGroupName", self.name.as_str())
            .with("creationTime", self.created.as_millisecond())
            .with_some("retentionInDays", self.retention_days)
            .with("metricFilterCount", self.metrics.len())
            .with("arn", format!("{arn}:*"))
            .with("storedBytes", bytes)
            .with_some("kmsKeyId", self.kms_key.as_deref())
            .with("logGroupClass", self.class.as_str())
            .with("logGroupArn", arn)
            .with("deletionProtectionEnabled", self.protected)
            .value()
    }
}

/// Takes the ARN of a key and sees that it can be used now.
fn read_key(kms: &mut Kms, call: &mut Call) -> Result<Option<String>, ApiError> {
    let Some(key) = constraint::text(&mut call.input, "kmsKeyId", KMS_KEY)? else { return Ok(None) };
    if !key.starts_with("arn:") {
        return Err(error::invalid_parameter("The specified KMS Key Id is not an ARN."));
    }
    let refuse = |refused: ApiError| match refused.code.as_ref() {
        // What the embedded KMS does not have is told by its own name.
        "NotImplemented" => refused,
        "NotFoundException" => error::invalid_parameter("The specified KMS Key Id could not be found."),
        _ => error::invalid_parameter("The specified KMS Key Id cannot be used."),
    };
    kms.ready(&Place::of(call), &key, call.now).map_err(refuse)?;
    Ok(Some(key))
}

pub(crate) fn create(logs: &mut Logs, kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = read_group(&mut call.input)?;
    let kms_key = read_key(kms, &mut call)?;
    let tags = tag::read(&mut call.input)?;
    let class = constraint::one_of(&mut call.input, "logGroupClass", &CLASSES)?;
    let protected = call.input.boolean("deletionProtectionEnabled")?.unwrap_or_default();
    call.input.finish()?;
    if name.starts_with("aws/") {
        return Err(error::invalid_parameter("Log groups starting with aws/ are reserved for AWS."));
    }
    if logs.group(&place, &name).is_ok() {
        return Err(error::exists("log group"));
    }
    let group = Group {
        name: name.clone(),
        class: class.unwrap_or_else(|| "STANDARD".to_owned()),
        created: call.now,
        retention_days: None,
        kms_key,
        protected,
        tags,
        streams: BTreeMap::new(),
        subscriptions: BTreeMap::new(),
        metrics: BTreeMap::new(),
        numbers: 0,
    };
    logs.stores.get_mut(&place).groups.insert(name, Arc::new(group));
    Ok(Output::default())
}

/// Which log groups are asked for.
enum Wanted {
    Prefix(String),
    Part(String),
    Named(Vec<String>),
}

impl Wanted {
    fn read(input: &mut Input, place: &Place) -> Result<Self, ApiError> {
        let prefix = constraint::text(input, "logGroupNamePrefix", GROUP_NAME)?;
        let part = constraint::text(input, "logGroupNamePattern", Length(0, 512))?;
        let named = constraint::texts(input, "logGroupIdentifiers", IDENTIFIERS, IDENTIFIER)?;
        match (prefix, part, named.is_empty()) {
            (None, None, false) => {
                let names = named.iter().map(|named| group_of(place, named));
                names.collect::<Result<_, _>>().map(Self::Named)
            }
            (None, Some(part), true) => Ok(Self::Part(part)),
            (prefix, None, true) => Ok(Self::Prefix(prefix.unwrap_or_default())),
            _ => Err(error::invalid_parameter(
                "logGroupNamePrefix, logGroupNamePattern and logGroupIdentifiers are mutually exclusive.",
            )),
        }
    }

    fn has(&self, name: &str) -> bool {
        match self {
            Self::Prefix(prefix) => name.starts_with(prefix),
            Self::Part(part) => name.contains(part),
            Self::Named(names) => names.iter().any(|named| named == name),
        }
    }
}

pub(crate) fn describe(logs: &mut Logs, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let input = &mut call.input;
    let wanted = Wanted::read(input, &place)?;
    let class = constraint::one_of(input, "logGroupClass", &CLASSES)?;
    input.only("includeLinkedAccounts", false)?;
    let page = Page::read(input)?;
    input.finish()?;
    let groups = logs
        .groups(&place)
        .filter(|group| wanted.has(&group.name) && class.as_ref().is_none_or(|class| *class == group.class));
    let rows = groups.map(|group| (group.name.clone(), group.entry(&place)));
    Ok(page.answer("logGroups", rows).output())
}

pub(crate) fn delete(logs: &mut Logs, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = read_group(&mut call.input)?;
    call.input.finish()?;
    if logs.group(&place, &name)?.protected {
        return Err(error::is_protected());
    }
    logs.stores.get_mut(&place).groups.remove(&name);
    Ok(Output::default())
}

pub(crate) fn protect(logs: &mut Logs, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let named = constraint::required(&mut call.input, "logGroupIdentifier", IDENTIFIER)?;
    let protected = call.input.boolean("deletionProtectionEnabled")?.unwrap_or_default();
    call.input.finish()?;
    logs.group_mut(&place, &group_of(&place, &named)?)?.protected = protected;
    Ok(Output::default())
}

/// Takes the log group whose key is set. Results of queries, which may have one too, are not here.
fn read_keyed_group(input: &mut Input, place: &Place) -> Result<String, ApiError> {
    super::read_named_group(input, "resourceIdentifier", place)
}

pub(crate) fn associate_key(logs: &mut Logs, kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = read_keyed_group(&mut call.input, &place)?;
    logs.group(&place, &name)?;
    let key = read_key(kms, &mut call)?;
    call.input.finish()?;
    logs.group_mut(&place, &name)?.kms_key = key;
    Ok(Output::default())
}

pub(crate) fn disassociate_key(logs: &mut Logs, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = read_keyed_group(&mut call.input, &place)?;
    call.input.finish()?;
    logs.group_mut(&place, &name)?.kms_key = None;
    Ok(Output::default())
}
