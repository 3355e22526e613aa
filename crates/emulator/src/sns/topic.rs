//! Topics.

use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::attribute::{self, Attributes};
use super::{PAGES, Sns, error, parse, tag};
use crate::Call;
use crate::place::Place;
use crate::structure::Structure;
use crate::tags::Tags;

/// How names of FIFO topics end.
const FIFO: &str = ".fifo";

/// A topic.
#[derive(Clone)]
pub(crate) struct Topic {
    pub arn: String,
    pub place: Place,
    pub fifo: bool,
    /// As they are set.
    pub attributes: Attributes,
    pub tags: Tags,
    /// How many messages a FIFO topic has taken.
    pub taken: u64,
    /// How many subscriptions are gone.
    pub deleted: u64,
}

/// Refuses a name that a topic cannot have.
fn check_name(name: &str, fifo: bool) -> Result<(), ApiError> {
    let stem = if fifo { name.strip_suffix(FIFO) } else { Some(name) };
    let plain = |stem: &str| stem.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    match stem.is_some_and(|stem| !stem.is_empty() && plain(stem)) && name.len() <= 256 {
        true => Ok(()),
        false if fifo => Err(error::invalid(
            "Topic Name Reason: Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, numbers, underscores, and hyphens, and must be between 1 and 256 characters long.",
        )),
        false => Err(error::invalid("Topic Name")),
    }
}

/// Makes a topic. The same call once more is answered as before.
pub(crate) fn create(sns: &mut Sns, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = call.input.required("Name")?;
    let mut given = call.input.map("Attributes")?;
    let tags = tag::read(&mut call.input)?;
    call.input.finish()?;
    let fifo = match given.remove("FifoTopic").as_ref().and_then(Value::as_str) {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(error::invalid("FifoTopic")),
    };
    check_name(&name, fifo)?;
    let arn = place.arn("sns", &name);
    let mut attributes = Attributes::new();
    for (name, value) in given {
        attribute::set(&mut attributes, &name, value.as_str().unwrap_or_default().to_owned(), fifo)?;
    }
    let store = sns.stores.get_mut(&place);
    if let Some(held) = store.topics.get(&name) {
        if attributes.iter().any(|(name, value)| held.attributes.get(name) != Some(value)) {
            return Err(error::parameter("Attributes", "Topic already exists with different attributes"));
        }
        if tags.iter().any(|wanted| !held.tags.iter().any(|tag| tag == wanted)) {
            return Err(error::parameter("Tags", "Topic already exists with different tags"));
        }
    } else {
        attributes
            .entry("Policy".to_owned())
            .or_insert_with(|| attribute::default_policy(&arn, &place.account));
        let topic = Topic { arn: arn.clone(), place, fifo, attributes, tags, taken: 0, deleted: 0 };
        store.topics.insert(name, topic);
    }
    Ok(Structure::new().with("TopicArn", arn).output())
}

/// Deletes a topic with its subscriptions. That there is none is no error.
pub(crate) fn delete(sns: &mut Sns, mut call: Call) -> Result<Output, ApiError> {
    let arn = call.input.required("TopicArn")?;
    call.input.finish()?;
    let (place, name) = parse(&arn, "TopicArn")?;
    let store = sns.stores.get_mut(&place);
    store.topics.remove(&name);
    store.subscriptions.retain(|_, subscription| subscription.topic != arn);
    Ok(Output::default())
}

pub(crate) fn get_attributes(sns: &mut Sns, mut call: Call) -> Result<Output, ApiError> {
    let arn = call.input.required("TopicArn")?;
    call.input.finish()?;
    let topic = sns.topic(&arn)?;
    let (mut confirmed, mut pending) = (0, 0);
    for subscription in sns.subscriptions(&topic.place).filter(|subscription| subscription.topic == arn) {
        match subscription.is_pending() {
            true => pending += 1,
            false => confirmed += 1,
        }
    }
    let mut shown = topic.attributes.clone();
    let delivery = attribute::effective_delivery(shown.get("DeliveryPolicy"));
    let told = [
        ("TopicArn", arn.clone()),
        ("Owner", topic.place.account.clone()),
        ("SubscriptionsConfirmed", confirmed.to_string()),
        ("SubscriptionsPending", pending.to_string()),
        ("SubscriptionsDeleted", topic.deleted.to_string()),
        ("EffectiveDeliveryPolicy", delivery),
    ];
    shown.extend(told.map(|(name, value)| (name.to_owned(), value)));
    shown.entry("DisplayName".to_owned()).or_default();
    if topic.fifo {
        shown.insert("FifoTopic".to_owned(), "true".to_owned());
        shown.entry("ContentBasedDeduplication".to_owned()).or_insert_with(|| "false".to_owned());
    }
    Ok(Structure::new().with("Attributes", shown.into_iter().collect::<Value>()).output())
}

pub(crate) fn set_attribute(sns: &mut Sns, mut call: Call) -> Result<Output, ApiError> {
    let arn = call.input.required("TopicArn")?;
    let name = call.input.required("AttributeName")?;
    let value = call.input.string("AttributeValue")?.unwrap_or_default();
    call.input.finish()?;
    let topic = sns.topic_mut(&arn)?;
    attribute::set(&mut topic.attributes, &name, value, topic.fifo)?;
    Ok(Output::default())
}

pub(crate) fn list(sns: &mut Sns, mut call: Call) -> Result<Output, ApiError> {
    let page = PAGES.read(&mut call.input)?;
    call.input.finish()?;
    let topics = sns.stores.get(&Place::of(&call)).into_iter().flat_map(|store| store.topics.iter());
    let rows = topics
        .map(|(name, topic)| (name.clone(), Structure::new().with("TopicArn", topic.arn.as_str()).value()));
    Ok(page.answer("Topics", rows).output())
}
