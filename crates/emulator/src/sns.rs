//! SNS: topics and their subscriptions. What is published is checked and taken; nothing is delivered here.
//!
//! Push notifications, text messages and data protection are refused by name.
//!
//! <https://docs.aws.amazon.com/sns/latest/api/welcome.html>

mod attribute;
mod confirmation;
mod endpoint;
mod error;
mod filter;
mod message;
mod permission;
mod publish;
mod subscription;
mod tag;
mod topic;

use std::collections::BTreeMap;

use stackproof_aws::{ApiError, Output};

use crate::Call;
use crate::input::not_implemented;
use crate::kms::Kms;
use crate::page::Paging;
use crate::place::{Place, Stores};
use subscription::Subscription;
use topic::Topic;

/// Pages of every list: clients cannot say how long they are.
const PAGES: Paging = Paging {
    token: "NextToken",
    max: "MaxResults",
    next: "NextToken",
    most: 100,
    default: 100,
    out_of_range: error::page_size,
    unknown_token: error::token,
};

/// Every account's topics in every region.
#[derive(Clone, Default)]
pub(crate) struct Sns {
    stores: Stores<Store>,
}

/// What one account has in one region.
#[derive(Clone, Default)]
struct Store {
    /// By name.
    topics: BTreeMap<String, Topic>,
    /// Of the topics, by ARN, whoever has subscribed.
    subscriptions: BTreeMap<String, Subscription>,
}

impl Sns {
    /// Finds a topic by its ARN.
    fn topic(&self, arn: &str) -> Result<&Topic, ApiError> {
        let (place, name) = parse(arn, "TopicArn")?;
        let topic = self.stores.get(&place).and_then(|store| store.topics.get(&name));
        topic.ok_or_else(error::no_topic)
    }

    /// A topic that is to be written to.
    fn topic_mut(&mut self, arn: &str) -> Result<&mut Topic, ApiError> {
        self.topic(arn)?;
        let (place, name) = parse(arn, "TopicArn")?;
        self.stores.get_mut(&place).topics.get_mut(&name).ok_or_else(error::no_topic)
    }

    /// Executes an operation.
    pub fn call(&mut self, kms: &mut Kms, operation: &str, call: Call) -> Result<Output, ApiError> {
        call.input.check_required()?;
        match operation {
            "CreateTopic" => topic::create(self, call),
            "DeleteTopic" => topic::delete(self, call),
            "GetTopicAttributes" => topic::get_attributes(self, call),
            "SetTopicAttributes" => topic::set_attribute(self, call),
            "ListTopics" => topic::list(self, call),
            "Subscribe" => subscription::subscribe(self, call),
            "ConfirmSubscription" => confirmation::confirm(self, call),
            "Unsubscribe" => subscription::unsubscribe(self, call),
            "GetSubscriptionAttributes" => subscription::get_attributes(self, call),
            "SetSubscriptionAttributes" => subscription::set_attribute(self, call),
            "ListSubscriptions" => subscription::list(self, call),
            "ListSubscriptionsByTopic" => subscription::of_topic(self, call),
            "Publish" => publish::one(self, kms, call),
            "PublishBatch" => publish::many(self, kms, call),
            "AddPermission" => permission::add(self, call),
            "RemovePermission" => permission::remove(self, call),
            "TagResource" => tag::add(self, call),
            "UntagResource" => tag::remove(self, call),
            "ListTagsForResource" => tag::list(self, call),
            _ => Err(not_implemented(&format!("sns {operation}"))),
        }
    }
}

/// Takes the ARN of a topic apart.
fn parse(arn: &str, member: &str) -> Result<(Place, String), ApiError> {
    Place::parse("sns", arn).ok_or_else(|| {
        let elements = arn.split(':').count();
        match elements < 6 {
            true => {
                error::parameter(member, &format!("An ARN must have at least 6 elements, not {elements}"))
            }
            false => error::invalid(member),
        }
    })
}
