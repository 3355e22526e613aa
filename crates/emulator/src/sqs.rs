//! SQS: queues and their messages.
//!
//! Nothing waits: a long poll answers at once with what is there. Messages are hidden, delayed and dropped by the virtual clock.
//! The minute that AWS wants between the deletion of a queue and a new one of its name is not kept, as a stack that is
//! taken down and put up again in a blink would always break it.
//!
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/Welcome.html>

mod attribute;
mod digest;
pub(crate) mod error;
mod fifo;
mod message;
mod permission;
mod queue;
mod receipt;
mod receive;
mod redrive;
mod send;
mod tag;
mod url;

use std::collections::BTreeMap;
use std::sync::Arc;

use stackproof_aws::{ApiError, Output};

use crate::Call;
use crate::input::not_implemented;
use crate::kms::Kms;
use crate::place::{Place, Stores};
use queue::Queue;

/// Every account's queues in every region.
#[derive(Clone, Default)]
pub(crate) struct Sqs {
    stores: Stores<Store>,
}

/// What one account has in one region, by name; each queue is shared between forks until one of them writes to it.
#[derive(Clone, Default)]
struct Store {
    queues: BTreeMap<String, Arc<Queue>>,
}

impl Sqs {
    fn queue(&self, place: &Place, name: &str) -> Result<&Queue, ApiError> {
        let queue = self.stores.get(place).and_then(|store| store.queues.get(name));
        queue.map(Arc::as_ref).ok_or_else(error::no_queue)
    }

    /// A queue that is to be written to.
    fn queue_mut(&mut self, place: &Place, name: &str) -> Result<&mut Queue, ApiError> {
        self.queue(place, name)?;
        let queue = self.stores.get_mut(place).queues.get_mut(name);
        queue.map(Arc::make_mut).ok_or_else(error::no_queue)
    }

    fn queues(&self, place: &Place) -> impl Iterator<Item = &Queue> {
        let store = self.stores.get(place);
        store.into_iter().flat_map(|store| store.queues.values().map(Arc::as_ref))
    }

    /// Executes an operation.
    pub fn call(&mut self, kms: &mut Kms, operation: &str, call: Call) -> Result<Output, ApiError> {
        call.input.check_required()?;
        match operation {
            "CreateQueue" => queue::create(self, call),
            "DeleteQueue" => queue::delete(self, call),
            "GetQueueUrl" => queue::get_url(self, call),
            "ListQueues" => queue::list(self, call),
            "GetQueueAttributes" => queue::get_attributes(self, call),
            "SetQueueAttributes" => queue::set_attributes(self, call),
            "PurgeQueue" => queue::purge(self, call),
            "ListDeadLetterSourceQueues" => redrive::sources(self, call),
            "SendMessage" => send::one(self, kms, call),
            "SendMessageBatch" => send::many(self, kms, call),
            "ReceiveMessage" => receive::messages(self, kms, call),
            "DeleteMessage" => receipt::delete(self, call),
            "DeleteMessageBatch" => receipt::delete_many(self, call),
            "ChangeMessageVisibility" => receipt::change(self, call),
            "ChangeMessageVisibilityBatch" => receipt::change_many(self, call),
            "TagQueue" => tag::add(self, call),
            "UntagQueue" => tag::remove(self, call),
            "ListQueueTags" => tag::list(self, call),
            "AddPermission" => permission::add(self, call),
            "RemovePermission" => permission::remove(self, call),
            _ => Err(not_implemented(&format!("sqs {operation}"))),
        }
    }
}
