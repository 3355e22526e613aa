//! Names and URLs of queues.

use stackproof_aws::ApiError;

use super::error;
use crate::Call;
use crate::arn::is_account;
use crate::input::Input;
use crate::place::Place;

/// How names of FIFO queues end.
pub(crate) const FIFO: &str = ".fifo";

/// The URL of a queue, as its region's endpoint has it.
pub(crate) fn of(place: &Place, name: &str) -> String {
    format!("https://sqs.{}.amazonaws.com/{}/{name}", place.region, place.account)
}

/// The ARN of a queue.
pub(crate) fn arn(place: &Place, name: &str) -> String {
    place.arn("sqs", name)
}

/// Takes the URL of a queue, whose path ends in the account and the name.
pub(crate) fn read(call: &mut Call) -> Result<(Place, String), ApiError> {
    let url = call.input.required("QueueUrl")?;
    let path = url.split('?').next().unwrap_or(&url).trim_end_matches('/');
    let mut parts = path.rsplit('/');
    match (parts.next(), parts.next()) {
        (Some(name), Some(account)) if is_account(account) => {
            let place = Place { account: account.to_owned(), region: call.region.clone() };
            Ok((place, name.to_owned()))
        }
        _ => Err(error::address(&url)),
    }
}

/// Takes the name of a new queue.
pub(crate) fn read_name(input: &mut Input, fifo: bool) -> Result<String, ApiError> {
    let name = input.required("QueueName")?;
    let stem = if fifo { name.strip_suffix(FIFO) } else { Some(name.as_str()) };
    let plain = |stem: &str| stem.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    match stem.is_some_and(|stem| !stem.is_empty() && plain(stem)) && name.len() <= 80 {
        true => Ok(name),
        false if fifo => Err(error::invalid(
            "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.",
        )),
        false => Err(error::invalid(
            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
        )),
    }
}
