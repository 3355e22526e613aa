//! Events that are put on buses: each entry is asked on its own bus, with its own source and type; and rules, which are
//! asked by the events that they wait for.

use serde_json::Value;
use stackproof_policy::Context;

use super::{Check, ServiceCall};
use crate::authorize::Ask;
use crate::directory::upstream::field;
use crate::refusal::Refusal;
use crate::rules::{Place, Resource, Rule, Wanted};

const BUS: &str = "event-bus(EventBusName ?? 'default')";
/// The key of a policy, and the member of an entry that it shows.
const SHOWN: [(&str, &str); 2] = [("events:source", "Source"), ("events:detail-type", "DetailType")];

/// Keys of `PutRule`, and where in the pattern of the rule they stand ("Using IAM policy conditions in Amazon
/// EventBridge").
const PATTERN: [(&str, &str, bool); 5] = [
    ("events:source", "/source", true),
    ("events:detail-type", "/detail-type", true),
    ("events:detail.service", "/detail/service", false),
    ("events:detail.eventTypeCode", "/detail/eventTypeCode", false),
    ("events:detail.userIdentity.principalId", "/detail/userIdentity/principalId", false),
];

impl ServiceCall<'_> {
    /// What the pattern of a rule says of the events that it waits for. A pattern that is no JSON is told by the
    /// service.
    pub(super) fn pattern_keys(&self, context: &mut Context) {
        let pattern = self.text("EventPattern").and_then(|text| serde_json::from_str::<Value>(text).ok());
        for (key, at, many) in PATTERN {
            let Some(wanted) = pattern.as_ref().and_then(|pattern| pattern.pointer(at)) else {
                context.set_absent(key);
                continue;
            };
            let wanted = wanted.as_array().map(Vec::as_slice).unwrap_or_default();
            let literals: Option<Vec<&str>> = wanted.iter().map(Value::as_str).collect();
            match literals.as_deref() {
                Some([literal]) if !many => context.insert(key, *literal),
                Some(literals) if many && !literals.is_empty() => {
                    context.insert_many(key, literals.iter().copied());
                }
                // Of prefixes and the like, and of several values of a key that has one, no page speaks.
                _ => context.insert_unknown(key),
            }
        }
    }

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
