//! Event source mappings.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members, Output};

use super::reference::Reference;
use super::{Lambda, PAGING, error, tag};
use crate::Call;
use crate::arn::Arn;
use crate::input::Input;
use crate::place::Place;
use crate::random;
use crate::structure::{Structure, time};
use crate::tags::Tags;

/// Members that are shown as they are given.
const KEPT: &[&str] = &[
    "AmazonManagedKafkaEventSourceConfig",
    "BatchSize",
    "BisectBatchOnFunctionError",
    "DestinationConfig",
    "DocumentDBEventSourceConfig",
    "FilterCriteria",
    "FunctionResponseTypes",
    "KMSKeyArn",
    "LoggingConfig",
    "MaximumBatchingWindowInSeconds",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "MetricsConfig",
    "ParallelizationFactor",
    "ProvisionedPollerConfig",
    "ScalingConfig",
    "SelfManagedKafkaEventSourceConfig",
    "SourceAccessConfigurations",
    "TumblingWindowInSeconds",
];

/// Those that only a new mapping is given.
const KEPT_AT_FIRST: &[&str] = &[
    "EventSourceArn",
    "Queues",
    "SelfManagedEventSource",
    "StartingPosition",
    "StartingPositionTimestamp",
    "Topics",
];

const MAX_FILTERS: usize = 10;

/// A mapping as it is shown, and its tags.
#[derive(Clone)]
pub(crate) struct Mapping {
    members: Members,
    pub tags: Tags,
}

/// What is read, which decides on members and defaults.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    Queue,
    Stream,
    Other,
}

impl Source {
    fn of(members: &Members) -> Self {
        let arn = members.get("EventSourceArn").and_then(Value::as_str).and_then(Arn::parse);
        match arn.map(|arn| arn.service) {
            Some("sqs") => Self::Queue,
            Some("kinesis" | "dynamodb") => Self::Stream,
            _ => Self::Other,
        }
    }

    fn defaults(self) -> Value {
        match self {
            Self::Queue => json!({
                "BatchSize": 10, "MaximumBatchingWindowInSeconds": 0, "FunctionResponseTypes": [],
            }),
            Self::Stream => json!({
                "BatchSize": 100, "MaximumBatchingWindowInSeconds": 0, "ParallelizationFactor": 1,
                "MaximumRecordAgeInSeconds": -1, "MaximumRetryAttempts": -1, "BisectBatchOnFunctionError": false,
                "TumblingWindowInSeconds": 0, "FunctionResponseTypes": [],
                "DestinationConfig": { "OnFailure": {} },
            }),
            Self::Other => json!({ "BatchSize": 100 }),
        }
    }
}

impl Mapping {
    fn text(&self, name: &str) -> &str {
        self.members.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// The answer to a call that changes the mapping: what was asked for is under way.
    fn in_state(&self, state: &str) -> Output {
        Structure::new().with_all(self.members.clone()).with("State", state).output()
    }

    /// Takes what is given.
    fn apply(&mut self, input: &mut Input) -> Result<(), ApiError> {
        let enabled = input.boolean("Enabled")?;
        if let Some(enabled) = enabled {
            let state = if enabled { "Enabled" } else { "Disabled" };
            self.members.insert("State".to_owned(), state.into());
        }
        self.members.extend(input.keep(KEPT));
        self.check()
    }

    fn check(&self) -> Result<(), ApiError> {
        let members = &self.members;
        let number = |name: &str| members.get(name).and_then(Value::as_i64).unwrap_or_default();
        let source = Source::of(members);
        let position = members.get("StartingPosition");
        match source {
            Source::Queue if position.is_some() => {
                return Err(error::invalid("StartingPosition is not valid for SQS event sources."));
            }
            Source::Stream if position.is_none() => {
                return Err(error::invalid(
                    "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
                ));
            }
            _ => {}
        }
        let at = position.and_then(Value::as_str) == Some("AT_TIMESTAMP");
        if at != members.contains_key("StartingPositionTimestamp") {
            return Err(error::invalid(
                "StartingPositionTimestamp is required for, and only for, AT_TIMESTAMP.",
            ));
        }
        let (batch, window) = (number("BatchSize"), number("MaximumBatchingWindowInSeconds"));
        if source == Source::Queue && self.text("EventSourceArn").ends_with(".fifo") && batch > 10 {
            return Err(error::invalid("Batch size must not be greater than 10 for FIFO queues."));
        }
        if batch > 10 && window == 0 && source == Source::Queue {
            return Err(error::invalid(
                "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10",
            ));
        }
        if source == Source::Queue {
            for name in ["ParallelizationFactor", "BisectBatchOnFunctionError", "TumblingWindowInSeconds"] {
                if members.contains_key(name) {
                    let message =
                        format!("Unsupported {name} parameter for given event source mapping type.");
                    return Err(error::invalid(message));
                }
            }
        } else if members.contains_key("ScalingConfig") {
            return Err(error::invalid("ScalingConfig is only supported for SQS event sources."));
        }
        self.check_filters()
    }

    fn check_filters(&self) -> Result<(), ApiError> {
        let filters = self.members.get("FilterCriteria").and_then(|criteria| criteria.get("Filters"));
        let filters = filters.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        if filters.len() > MAX_FILTERS {
            return Err(error::invalid(format!("A mapping has at most {MAX_FILTERS} filters.")));
        }
        let whole = |filter: &Value| {
            let pattern = filter.get("Pattern").and_then(Value::as_str).unwrap_or("{}");
            serde_json::from_str::<Members>(pattern).is_ok()
        };
        match filters.iter().all(whole) {
            true => Ok(()),
            false => Err(error::invalid("Invalid filter pattern definition.")),
        }
    }
}

/// Takes a function's name or ARN; the mapping reads for the qualifier, where there is one.
fn read_function(lambda: &Lambda, call: &mut Call) -> Result<Option<Reference>, ApiError> {
    let Some(named) = call.input.string("FunctionName")? else { return Ok(None) };
    let reference = Reference::parse(&named, &Place::of(call))?;
    lambda.function(&reference)?.version(&reference)?;
    Ok(Some(reference))
}

pub(crate) fn create(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let function = read_function(lambda, &mut call)?.ok_or_else(|| error::null_member("FunctionName"))?;
    let input = &mut call.input;
    let given = input.keep(KEPT_AT_FIRST);
    let source = Source::of(&given);
    if !given.contains_key("EventSourceArn") && !given.contains_key("SelfManagedEventSource") {
        return Err(error::invalid("Either EventSourceArn or SelfManagedEventSource must be given."));
    }
    if let Some(arn) = given.get("EventSourceArn").and_then(Value::as_str)
        && Arn::parse(arn).is_none()
    {
        let pattern = r"Member must satisfy regular expression pattern: arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:([a-z]{2}(-gov)?-[a-z]+-\d{1})?:(\d{12})?:(.*)";
        return Err(error::constraint(arn, "EventSourceArn", pattern));
    }
    let uuid = random::uuid()?;
    let members = Structure::new()
        .with_all(source.defaults().as_object().cloned().unwrap_or_default())
        .with("State", "Enabled")
        .with("UUID", uuid.as_str())
        .with("EventSourceMappingArn", place.arn("lambda", &format!("event-source-mapping:{uuid}")))
        .with("FunctionArn", function.arn())
        .with("LastModified", time(call.now))
        .with("StateTransitionReason", if source == Source::Queue { "USER_INITIATED" } else { "User action" })
        .with_some("LastProcessingResult", (source == Source::Stream).then_some("No records processed"))
        .with_all(given)
        .members();
    let mut mapping = Mapping { members, tags: tag::read(input)? };
    mapping.apply(input)?;
    input.finish()?;
    let arn = mapping.text("EventSourceArn");
    let same =
        |held: &&Mapping| held.text("EventSourceArn") == arn && held.text("FunctionArn") == function.arn();
    if !arn.is_empty()
        && let Some(held) = lambda.mappings(&place).find(same)
    {
        return Err(error::conflict(format!(
            "An event source mapping with event source arn (\" {arn} \") and function (\" {} \") already exists. Please update or delete the existing mapping with UUID {}",
            function.name,
            held.text("UUID")
        )));
    }
    let answer = mapping.in_state("Creating");
    lambda.store_mut(&place).mappings.insert(uuid, mapping);
    Ok(answer)
}

pub(crate) fn get(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let uuid = call.input.required("UUID")?;
    call.input.finish()?;
    let mapping = lambda.mapping(&Place::of(&call), &uuid)?;
    Ok(Output::new(mapping.members.clone()))
}

pub(crate) fn update(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let uuid = call.input.required("UUID")?;
    let mut mapping = lambda.mapping(&place, &uuid)?.clone();
    if let Some(function) = read_function(lambda, &mut call)? {
        mapping.members.insert("FunctionArn".to_owned(), function.arn().into());
    }
    mapping.apply(&mut call.input)?;
    call.input.finish()?;
    mapping.members.insert("LastModified".to_owned(), time(call.now).into());
    let answer = mapping.in_state("Updating");
    lambda.store_mut(&place).mappings.insert(uuid, mapping);
    Ok(answer)
}

pub(crate) fn delete(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let uuid = call.input.required("UUID")?;
    call.input.finish()?;
    let answer = lambda.mapping(&place, &uuid)?.in_state("Deleting");
    lambda.store_mut(&place).mappings.remove(&uuid);
    Ok(answer)
}

pub(crate) fn list(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let page = PAGING.read(&mut call.input)?;
    let source = call.input.string("EventSourceArn")?;
    let function = call.input.string("FunctionName")?;
    call.input.finish()?;
    let function = function.map(|named| Reference::parse(&named, &place)).transpose()?;
    let listed = lambda.mappings(&place).filter(|mapping| {
        source.as_ref().is_none_or(|source| mapping.text("EventSourceArn") == source)
            && function.as_ref().is_none_or(|function| mapping.text("FunctionArn") == function.arn())
    });
    let rows =
        listed.map(|mapping| (mapping.text("UUID").to_owned(), Value::Object(mapping.members.clone())));
    Ok(page.answer("EventSourceMappings", rows).output())
}
