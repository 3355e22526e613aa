//! The rotation of secrets, as it is configured. Nothing rotates by itself: the function is the stack's own.
//!
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html>

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::secret::read_token;
use super::{SecretsManager, error, secret_id};
use crate::Call;
use crate::constraint::{self, Length};
use crate::input::Input;
use crate::place::Place;
use crate::structure::Structure;

const LAMBDA: Length = Length(0, 2048);
const DURATION: Length = Length(2, 3);
const EXPRESSION: Length = Length(1, 256);
const MAX_DAYS: i64 = 1000;

/// How a secret is rotated.
#[derive(Clone)]
pub(crate) struct Rotation {
    enabled: bool,
    lambda: String,
    rules: Option<Rules>,
    /// When the rules were set.
    since: Timestamp,
}

/// When a secret is rotated.
#[derive(Clone)]
struct Rules {
    members: Value,
    /// How far rotations lie apart; not known of a `cron` expression.
    every: Option<SignedDuration>,
}

impl Rotation {
    /// Adds the members that tell of it.
    pub fn add_to(&self, structure: Structure) -> Structure {
        let every = self.rules.as_ref().and_then(|rules| rules.every).filter(|_| self.enabled);
        let next = every.and_then(|every| self.since.checked_add(every).ok());
        structure
            .with("RotationEnabled", self.enabled)
            .with("RotationLambdaARN", self.lambda.as_str())
            .with_some("RotationRules", self.rules.as_ref().map(|rules| rules.members.clone()))
            .with_some("NextRotationDate", next.map(crate::structure::moment))
    }
}

impl Rules {
    fn read(mut input: Input) -> Result<Self, ApiError> {
        let days = constraint::integer(&mut input, "AutomaticallyAfterDays", 1, MAX_DAYS)?;
        let duration = constraint::text(&mut input, "Duration", DURATION)?;
        let expression = constraint::text(&mut input, "ScheduleExpression", EXPRESSION)?;
        input.finish()?;
        let hours = |text: &str| text.strip_suffix('h').and_then(|hours| hours.parse::<u8>().ok());
        if duration.as_deref().is_some_and(|duration| hours(duration).is_none_or(|hours| hours == 0)) {
            return Err(error::invalid_parameter("The Duration must be a number of hours, such as 3h."));
        }
        let every = match (days, expression.as_deref()) {
            (Some(_), Some(_)) => {
                return Err(error::invalid_parameter(
                    "You can't specify both AutomaticallyAfterDays and ScheduleExpression.",
                ));
            }
            (None, None) => {
                return Err(error::invalid_parameter(
                    "You must specify either AutomaticallyAfterDays or ScheduleExpression.",
                ));
            }
            (Some(days), None) => Some(SignedDuration::from_hours(days * 24)),
            (None, Some(expression)) => schedule(expression)
                .ok_or_else(|| error::invalid_parameter("The ScheduleExpression is not valid."))?,
        };
        let members = json!({
            "AutomaticallyAfterDays": days, "Duration": duration, "ScheduleExpression": expression,
        });
        let given = members.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
        Ok(Self { members: given.map(|(name, value)| (name.clone(), value.clone())).collect(), every })
    }
}

/// `rate(4 hours)`, `rate(10 days)`, `cron(0 16 1,15 * ? *)`; how far apart the times of a rate lie.
fn schedule(expression: &str) -> Option<Option<SignedDuration>> {
    let (kind, inside) = expression.strip_suffix(')')?.split_once('(')?;
    let words: Vec<&str> = inside.split_whitespace().collect();
    match (kind, words.as_slice()) {
        ("cron", [_, _, _, _, _, _]) => Some(None),
        ("rate", [count, unit]) => {
            let count: i64 = count.parse().ok().filter(|count| *count > 0)?;
            let hours = match *unit {
                "hour" | "hours" => count,
                "day" | "days" => count.checked_mul(24)?,
                _ => return None,
            };
            let allowed = (4..=999 * 24).contains(&hours);
            allowed.then(|| Some(SignedDuration::from_hours(hours)))
        }
        _ => None,
    }
}

/// What is given takes the place of what was; the function and the rules stay where they are not given.
pub(crate) fn rotate(secrets: &mut SecretsManager, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let input = &mut call.input;
    let named = secret_id(input)?;
    let token = read_token(input)?;
    let lambda = constraint::text(input, "RotationLambdaARN", LAMBDA)?.filter(|lambda| !lambda.is_empty());
    let rules = input.structure("RotationRules")?.map(Rules::read).transpose()?;
    input.boolean("RotateImmediately")?;
    input.finish()?;
    let secret = secrets.live(&place, &named)?;
    let (held, name) = (secret.rotation.clone(), secret.name.clone());
    let lambda = lambda.or_else(|| held.as_ref().map(|held| held.lambda.clone())).ok_or_else(|| {
        error::invalid_request("No Lambda rotation function ARN is associated with this secret.")
    })?;
    let rules = rules.or_else(|| held.and_then(|held| held.rules));
    let secret = secrets.change(&place, &name)?;
    secret.rotation = Some(Rotation { enabled: true, lambda, rules, since: call.now });
    secret.changed = call.now;
    Ok(secret.identity().with("VersionId", token).output())
}

/// The function and the rules are remembered.
pub(crate) fn cancel(secrets: &mut SecretsManager, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let named = secret_id(&mut call.input)?;
    call.input.finish()?;
    let name = secrets.live(&place, &named)?.name.clone();
    let secret = secrets.change(&place, &name)?;
    if let Some(rotation) = &mut secret.rotation {
        rotation.enabled = false;
    }
    secret.changed = call.now;
    Ok(secret.identity().output())
}
