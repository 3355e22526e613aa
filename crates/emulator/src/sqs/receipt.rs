//! What whoever has received a message may do with it, by its receipt handle.

use stackproof_aws::{ApiError, Output};

use super::message::Message;
use super::queue::Queue;
use super::{Sqs, error, url};
use crate::Call;
use crate::batch::Entries;
use crate::input::Input;
use crate::structure::Structure;
use crate::text::{decode_token, encode_token};

/// The most that a message can be hidden for, in milliseconds, from when it was received.
const MOST: i64 = 43_200_000;

/// The handle of one receive of a message.
pub(crate) fn handle(arn: &str, id: &str, nonce: &str) -> String {
    encode_token(&format!("{arn} {id} {nonce}"))
}

/// A handle that was taken apart.
struct Receipt {
    text: String,
    id: String,
    nonce: String,
}

impl Receipt {
    /// Takes a handle of the queue's.
    fn read(input: &mut Input, arn: &str) -> Result<Self, ApiError> {
        let text = input.required("ReceiptHandle")?;
        let decoded = decode_token(&text).ok_or_else(error::receipt_handle)?;
        match decoded.split(' ').collect::<Vec<_>>().as_slice() {
            [of, id, nonce] if *of == arn => {
                Ok(Self { id: (*id).to_owned(), nonce: (*nonce).to_owned(), text })
            }
            _ => Err(error::receipt_handle()),
        }
    }

    /// Whether it is the latest of the message's.
    fn is_of(&self, message: &Message) -> bool {
        message.id == self.id && message.receipt.as_ref() == Some(&self.nonce)
    }

    fn wrong(&self, reason: &str) -> ApiError {
        error::parameter(&self.text, "ReceiptHandle", reason)
    }
}

/// Deletes a message. One that is gone, or was received again since, is left as it is; in a FIFO queue a handle is good
/// only as long as the message is hidden.
fn delete_by(queue: &mut Queue, input: &mut Input, now: i64) -> Result<Structure, ApiError> {
    let receipt = Receipt::read(input, &queue.arn())?;
    input.finish()?;
    let expired = |message: &Message| receipt.is_of(message) && message.visible <= now;
    if queue.fifo.is_some() && queue.messages.iter().any(expired) {
        return Err(receipt.wrong("The receipt handle has expired."));
    }
    queue.messages.retain(|message| !receipt.is_of(message));
    Ok(Structure::new())
}

/// Hides a message for longer, or no longer.
fn change_by(queue: &mut Queue, input: &mut Input, now: i64) -> Result<Structure, ApiError> {
    let receipt = Receipt::read(input, &queue.arn())?;
    let seconds = input.integer("VisibilityTimeout")?.ok_or_else(|| error::missing("visibilityTimeout"))?;
    input.finish()?;
    if !(0..=43_200).contains(&seconds) {
        let reason = "VisibilityTimeout must be an integer between 0 and 43200";
        return Err(error::parameter(&seconds.to_string(), "VisibilityTimeout", reason));
    }
    let message = queue.messages.iter_mut().find(|message| receipt.is_of(message));
    let message = message.ok_or_else(|| {
        receipt.wrong("Message does not exist or is not available for visibility timeout change.")
    })?;
    if !message.in_flight(now) {
        return Err(error::not_in_flight());
    }
    let until = now + seconds * 1000;
    if until - message.first_received.unwrap_or(now) > MOST {
        let reason = "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]";
        return Err(error::parameter(&seconds.to_string(), "VisibilityTimeout", reason));
    }
    message.visible = until;
    Ok(Structure::new())
}

/// What is done with one handle.
type Action = fn(&mut Queue, &mut Input, i64) -> Result<Structure, ApiError>;

fn one(sqs: &mut Sqs, mut call: Call, action: Action) -> Result<Output, ApiError> {
    let (place, name) = url::read(&mut call)?;
    let now = call.now.as_millisecond();
    let queue = sqs.queue_mut(&place, &name)?;
    queue.settle(now);
    action(queue, &mut call.input, now)?;
    Ok(Output::default())
}

fn many(sqs: &mut Sqs, mut call: Call, word: &str, action: Action) -> Result<Output, ApiError> {
    let (place, name) = url::read(&mut call)?;
    let now = call.now.as_millisecond();
    let queue = sqs.queue_mut(&place, &name)?;
    let entries = Entries::read(&mut call.input, "Entries", |misuse| error::batch(word, misuse))?;
    call.input.finish()?;
    queue.settle(now);
    entries.answer(|input| action(queue, input, now))
}

pub(crate) fn delete(sqs: &mut Sqs, call: Call) -> Result<Output, ApiError> {
    one(sqs, call, delete_by)
}

pub(crate) fn delete_many(sqs: &mut Sqs, call: Call) -> Result<Output, ApiError> {
    many(sqs, call, "DeleteMessageBatchRequestEntry", delete_by)
}

pub(crate) fn change(sqs: &mut Sqs, call: Call) -> Result<Output, ApiError> {
    one(sqs, call, change_by)
}

pub(crate) fn change_many(sqs: &mut Sqs, call: Call) -> Result<Output, ApiError> {
    many(sqs, call, "ChangeMessageVisibilityBatchRequestEntry", change_by)
}
