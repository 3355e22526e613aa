//! Subscriptions.
//!
//! <https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::attribute::{Attributes, effective_delivery};
use super::{PAGES, Sns, endpoint, error, filter, parse};
use crate::Call;
use crate::arn::Arn;
use crate::place::Place;
use crate::random;
use crate::structure::Structure;

/// A subscription.
#[derive(Clone)]
pub(crate) struct Subscription {
    pub arn: String,
    /// The topic's ARN.
    pub topic: String,
    pub protocol: String,
    pub endpoint: String,
    /// The account that has subscribed.
    pub owner: String,
    pub principal: Option<String>,
    pub attributes: Attributes,
    /// What confirms it; none where that is done.
    pub token: Option<String>,
    /// Whether only those with the right to it may end it.
    pub authenticated: bool,
}

/// What a list shows in place of the ARN.
const PENDING: &str = "PendingConfirmation";

impl Subscription {
    pub fn is_pending(&self) -> bool {
        self.token.is_some()
    }

    fn row(&self) -> (String, Value) {
        let arn = if self.is_pending() { PENDING } else { self.arn.as_str() };
        let row = Structure::new()
            .with("SubscriptionArn", arn)
            .with("Owner", self.owner.as_str())
            .with("Protocol", self.protocol.as_str())
            .with("Endpoint", self.endpoint.as_str())
            .with("TopicArn", self.topic.as_str());
        (self.arn.clone(), row.value())
    }

    /// Sets an attribute; an empty text takes it away.
    fn set(&mut self, name: &str, text: &str) -> Result<(), ApiError> {
        let is_json = serde_json::from_str::<Value>(text).is_ok_and(|value| value.is_object());
        let raw = ["sqs", "http", "https", "firehose"].contains(&self.protocol.as_str());
        let fits = match name {
            _ if text.is_empty() => true,
            "DeliveryPolicy" => is_json,
            "FilterPolicy" => {
                let body =
                    self.attributes.get("FilterPolicyScope").is_some_and(|scope| scope == "MessageBody");
                filter::check(text, body)?;
                true
            }
            "FilterPolicyScope" => ["MessageAttributes", "MessageBody"].contains(&text),
            "RawMessageDelivery" if text == "true" && !raw => {
                let reason =
                    format!("Delivery protocol [{}] does not support raw message delivery.", self.protocol);
                return Err(error::parameter("Attributes", &reason));
            }
            "RawMessageDelivery" => ["true", "false"].contains(&text),
            "RedrivePolicy" => {
                let policy: Value = serde_json::from_str(text).unwrap_or_default();
                let target = policy.get("deadLetterTargetArn").and_then(Value::as_str).and_then(Arn::parse);
                if target.is_none_or(|target| target.service != "sqs") {
                    return Err(error::invalid("RedrivePolicy: deadLetterTargetArn is an invalid arn"));
                }
                true
            }
            "SubscriptionRoleArn" => Arn::parse(text).is_some_and(|arn| arn.service == "iam"),
            // Nothing is archived that could be played again.
            "ReplayPolicy" => return Err(crate::input::not_implemented("sns ReplayPolicy")),
            _ => return Err(error::invalid("AttributeName")),
        };
        match (fits, text.is_empty()) {
            (false, _) => return Err(error::invalid(name)),
            (true, true) => self.attributes.remove(name),
            (true, false) => self.attributes.insert(name.to_owned(), text.to_owned()),
        };
        Ok(())
    }

    fn shown(&self) -> Attributes {
        let mut all = self.attributes.clone();
        let told = [
            ("SubscriptionArn", self.arn.clone()),
            ("TopicArn", self.topic.clone()),
            ("Protocol", self.protocol.clone()),
            ("Endpoint", self.endpoint.clone()),
            ("Owner", self.owner.clone()),
            ("PendingConfirmation", self.is_pending().to_string()),
            ("ConfirmationWasAuthenticated", self.authenticated.to_string()),
        ];
        all.extend(told.map(|(name, value)| (name.to_owned(), value)));
        all.extend(self.principal.clone().map(|principal| ("SubscriptionPrincipal".to_owned(), principal)));
        all.entry("RawMessageDelivery".to_owned()).or_insert_with(|| "false".to_owned());
        // The scope is a matter of the filter.
        match all.contains_key("FilterPolicy") {
            true => {
                all.entry("FilterPolicyScope".to_owned()).or_insert_with(|| "MessageAttributes".to_owned());
            }
            false => {
                all.remove("FilterPolicyScope");
            }
        }
        if let Some(policy) = all.get("DeliveryPolicy") {
            let effective = effective_delivery(Some(policy));
            all.insert("EffectiveDeliveryPolicy".to_owned(), effective);
        }
        all
    }
}

impl Sns {
    /// The subscriptions of the topics of a place.
    pub fn subscriptions(&self, place: &Place) -> impl Iterator<Item = &Subscription> {
        self.stores.get(place).into_iter().flat_map(|store| store.subscriptions.values())
    }

    fn subscription(&self, arn: &str) -> Result<&Subscription, ApiError> {
        let (place, _) = parse(arn, "SubscriptionArn")?;
        let subscription = self.stores.get(&place).and_then(|store| store.subscriptions.get(arn));
        subscription.ok_or_else(error::no_subscription)
    }
}

/// Takes a subscription. One that is there is answered as before.
pub(crate) fn subscribe(sns: &mut Sns, mut call: Call) -> Result<Output, ApiError> {
    let topic_arn = call.input.required("TopicArn")?;
    let protocol = call.input.required("Protocol")?;
    let endpoint = call.input.string("Endpoint")?.unwrap_or_default();
    let given = call.input.map("Attributes")?;
    let whole = call.input.boolean("ReturnSubscriptionArn")?.unwrap_or(false);
    call.input.finish()?;
    let topic = sns.topic(&topic_arn)?;
    let account = call.caller.account.as_deref();
    let confirmed = endpoint::check(topic, &protocol, &endpoint, account)?;
    let place = topic.place.clone();
    let mut subscription = Subscription {
        arn: format!("{topic_arn}:{}", random::uuid()?),
        topic: topic_arn,
        owner: account.unwrap_or(&place.account).to_owned(),
        principal: call.caller.arn.clone(),
        attributes: Attributes::new(),
        token: match confirmed {
            true => None,
            false => Some(hex::encode(random::bytes(32)?)),
        },
        authenticated: confirmed,
        protocol,
        endpoint,
    };
    // The filter is checked by its scope, whichever stands first.
    let scope_first = |(name, _): &(&String, &Value)| name.as_str() != "FilterPolicyScope";
    let mut ordered: Vec<_> = given.iter().collect();
    ordered.sort_by_key(scope_first);
    for (name, value) in ordered {
        subscription.set(name, value.as_str().unwrap_or_default())?;
    }
    if subscription.protocol == "firehose" && !subscription.attributes.contains_key("SubscriptionRoleArn") {
        return Err(error::parameter(
            "Attributes",
            "SubscriptionRoleArn is required for Firehose subscriptions",
        ));
    }
    let held = sns.subscriptions(&place).find(|held| {
        (&held.topic, &held.protocol, &held.endpoint)
            == (&subscription.topic, &subscription.protocol, &subscription.endpoint)
    });
    if let Some(held) = held {
        if subscription.attributes.iter().any(|(name, value)| held.attributes.get(name) != Some(value)) {
            return Err(error::parameter(
                "Attributes",
                "Subscription already exists with different attributes",
            ));
        }
        subscription = held.clone();
    }
    let arn = match subscription.is_pending() && !whole {
        true => "pending confirmation".to_owned(),
        false => subscription.arn.clone(),
    };
    sns.stores.get_mut(&place).subscriptions.insert(subscription.arn.clone(), subscription);
    Ok(Structure::new().with("SubscriptionArn", arn).output())
}

pub(crate) fn unsubscribe(sns: &mut Sns, mut call: Call) -> Result<Output, ApiError> {
    let arn = call.input.required("SubscriptionArn")?;
    call.input.finish()?;
    let topic = sns.subscription(&arn)?.topic.clone();
    let (place, _) = parse(&arn, "SubscriptionArn")?;
    sns.stores.get_mut(&place).subscriptions.remove(&arn);
    sns.topic_mut(&topic)?.deleted += 1;
    Ok(Output::default())
}

pub(crate) fn get_attributes(sns: &mut Sns, mut call: Call) -> Result<Output, ApiError> {
    let arn = call.input.required("SubscriptionArn")?;
    call.input.finish()?;
    let shown = sns.subscription(&arn)?.shown();
    Ok(Structure::new().with("Attributes", json!(shown)).output())
}

pub(crate) fn set_attribute(sns: &mut Sns, mut call: Call) -> Result<Output, ApiError> {
    let arn = call.input.required("SubscriptionArn")?;
    let name = call.input.required("AttributeName")?;
    let value = call.input.string("AttributeValue")?.unwrap_or_default();
    call.input.finish()?;
    sns.subscription(&arn)?;
    let (place, _) = parse(&arn, "SubscriptionArn")?;
    let subscription = sns.stores.get_mut(&place).subscriptions.get_mut(&arn);
    subscription.ok_or_else(error::no_subscription)?.set(&name, &value)?;
    Ok(Output::default())
}

/// The subscriptions that an account has made, whosever the topics are.
pub(crate) fn list(sns: &mut Sns, mut call: Call) -> Result<Output, ApiError> {
    let page = PAGES.read(&mut call.input)?;
    call.input.finish()?;
    let stores = sns.stores.iter().filter(|(place, _)| place.region == call.region);
    let all = stores.flat_map(|(_, store)| store.subscriptions.values());
    let own = all.filter(|subscription| subscription.owner == call.account);
    Ok(page.answer("Subscriptions", own.map(Subscription::row)).output())
}

pub(crate) fn of_topic(sns: &mut Sns, mut call: Call) -> Result<Output, ApiError> {
    let arn = call.input.required("TopicArn")?;
    let page = PAGES.read(&mut call.input)?;
    call.input.finish()?;
    let place = &sns.topic(&arn)?.place;
    let of_topic = sns.subscriptions(place).filter(|subscription| subscription.topic == arn);
    Ok(page.answer("Subscriptions", of_topic.map(Subscription::row)).output())
}
