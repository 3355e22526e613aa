//! Events, as they are put on buses, and patterns, as they are tried out.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::pattern::Pattern;
use super::{DEFAULT_BUS, Events, bus_of, error};
use crate::Call;
use crate::constraint::{self, Length};
use crate::input::Input;
use crate::place::Place;
use crate::random;
use crate::structure::Structure;

const ENTRIES: Length = Length(1, 10);
const MAX_BYTES: usize = 1_048_576;
/// What a time counts for in the size of an entry.
const TIME_BYTES: usize = 14;
/// Members of the event that `TestEventPattern` takes.
const EVENT_MEMBERS: [&str; 7] = ["id", "account", "source", "time", "region", "resources", "detail-type"];

/// An event that is to be put.
struct Entry {
    bus: String,
    source: Option<String>,
    detail_type: Option<String>,
    detail: Option<String>,
    size: usize,
}

/// Why an entry is not taken: a code and a text.
type Failure = (&'static str, String);

impl Entry {
    fn read(mut input: Input) -> Result<Self, ApiError> {
        let time = input.time("Time")?.map_or(0, |_| TIME_BYTES);
        let source = input.string("Source")?;
        let detail_type = input.string("DetailType")?;
        let detail = input.string("Detail")?;
        let resources = input.strings("Resources")?;
        let bus = input.string("EventBusName")?.unwrap_or_else(|| DEFAULT_BUS.to_owned());
        input.string("TraceHeader")?;
        input.finish()?;
        let texts = [&source, &detail_type, &detail].into_iter().flatten().chain(&resources);
        let size = time + texts.map(String::len).sum::<usize>();
        Ok(Self { bus, source, detail_type, detail, size })
    }

    fn check(&self) -> Result<(), Failure> {
        for (name, value) in
            [("Source", &self.source), ("DetailType", &self.detail_type), ("Detail", &self.detail)]
        {
            if value.as_deref().is_none_or(str::is_empty) {
                let text = format!("Parameter {name} is not valid. Reason: {name} is a required argument.");
                return Err(("InvalidArgument", text));
            }
        }
        if self.source.as_deref().is_some_and(|source| source.starts_with("aws.")) {
            return Err(("NotAuthorizedForSourceException", "Not authorized for the source.".to_owned()));
        }
        match serde_json::from_str(self.detail.as_deref().unwrap_or_default()) {
            Ok(Value::Object(_)) => Ok(()),
            _ => Err(("MalformedDetail", "Detail is malformed.".to_owned())),
        }
    }
}

impl Events {
    /// Takes an event and gives its id. Here rules would see it.
    fn accept(&self, here: &Place, entry: &Entry) -> Result<Result<String, Failure>, ApiError> {
        if let Err(failure) = entry.check() {
            return Ok(Err(failure));
        }
        // Each entry names its own bus, of any account: the gateway has authorized it.
        let held = bus_of(here, &entry.bus)
            .filter(|(place, name)| (name == DEFAULT_BUS && place == here) || self.bus(place, name).is_ok());
        match held {
            Some(_) => random::uuid().map(Ok),
            None => {
                let error = error::no_such_bus(&entry.bus);
                Ok(Err(("ResourceNotFoundException", error.message)))
            }
        }
    }
}

/// What one entry is refused for leaves the others alone.
pub(crate) fn events(events: &mut Events, mut call: Call) -> Result<Output, ApiError> {
    let here = Place::of(&call);
    let given = call.input.structures("Entries")?;
    ENTRIES.check(&call.input, "[...]", given.len(), "Entries")?;
    call.input.finish()?;
    let entries: Vec<Entry> = given.into_iter().map(Entry::read).collect::<Result<_, _>>()?;
    if entries.iter().map(|entry| entry.size).sum::<usize>() > MAX_BYTES {
        return Err(error::validation("Total size of the entries in the request is over the limit."));
    }
    let (mut results, mut failed) = (Vec::new(), 0);
    for entry in &entries {
        results.push(match events.accept(&here, entry)? {
            Ok(id) => json!({ "EventId": id }),
            Err((code, message)) => {
                failed += 1;
                json!({ "ErrorCode": code, "ErrorMessage": message })
            }
        });
    }
    Ok(Structure::new().with("FailedEntryCount", failed).with("Entries", results).output())
}

pub(crate) fn test_pattern(mut call: Call) -> Result<Output, ApiError> {
    let pattern = constraint::required(&mut call.input, "EventPattern", Length(0, 4096))?;
    let event = call.input.required("Event")?;
    call.input.finish()?;
    let pattern = Pattern::parse(&pattern).map_err(|reason| error::invalid_pattern(&reason))?;
    match serde_json::from_str(&event) {
        Ok(Value::Object(event)) if EVENT_MEMBERS.iter().all(|name| event.contains_key(*name)) => {
            Ok(Structure::new().with("Result", pattern.matches(&event)).output())
        }
        _ => Err(error::validation("Parameter Event is not valid.")),
    }
}
