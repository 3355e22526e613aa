//! Events that are put on buses: each entry is asked on its own bus, with its own source and type.

use serde_json::Value;

use super::{Check, ServiceCall};
use crate::authorize::Ask;
use crate::directory::upstream::field;
use crate::refusal::Refusal;
use crate::rules::{Place, Resource, Rule, Wanted};

const BUS: &str = "event-bus(EventBusName ?? 'default')";
/// The key of a policy, and the member of an entry that it shows.
const SHOWN: [(&str, &str); 2] = [("events:source", "Source"), ("events:detail-type", "DetailType")];

impl ServiceCall<'_> {
    /// The asks of `PutEvents`; none for other calls.
    pub(super) async fn event_asks(
        &self,
        rule: &Rule,
        place: Place<'_>,
    ) -> Result<Option<(Vec<Ask>, Vec<Resource>)>, Refusal> {
        if (self.operation().service, self.operation().name.as_str()) != ("events", "PutEvents") {
            return Ok(None);
        }
        let bus = Wanted::parse("events", BUS).ok_or_else(|| self.unknown("its buses"))?;
        let (mut asks, mut resources): (Vec<Ask>, Vec<Resource>) = (Vec::new(), Vec::new());
        let entries = self.identified.members.get("Entries").and_then(Value::as_array);
        for entry in entries.into_iter().flatten() {
            let members = entry.as_object().ok_or_else(|| self.unknown("what an entry is"))?;
            for resource in self.told(bus.named(members, place))? {
                let check = Check { action: "events:PutEvents", resource: &resource };
                let mut ask = self.ask(rule, place, &check).await?;
                for (key, member) in SHOWN {
                    match field(entry, member) {
                        Some(value) => ask.context.insert_many(key, [value]),
                        None => ask.context.set_absent(key),
                    }
                }
                let same = |other: &Ask| other.resource == ask.resource && other.context == ask.context;
                if !asks.iter().any(same) {
                    asks.push(ask);
                    resources.push(resource);
                }
            }
        }
        match asks.is_empty() {
            true => Err(self.unknown("it has no entries")),
            false => Ok(Some((asks, resources))),
        }
    }
}
