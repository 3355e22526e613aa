//! Who makes the calls of a scenario, and how it is opened.

use serde_json::{Value, json};
use stackproof_aws::{Credentials, Members, Secret};
use stackproof_gateway::ServiceSource;

use super::error::StepError;
use super::names::{Alias, NameError, Names, Wanted, attribute};
use super::options::{OptionError, OptionWord, Options};
use super::sentence::Who;

/// What `AssumeRole` may be called with.
pub(crate) const SESSION: &[OptionWord] = &[
    OptionWord::new(
        "session name",
        "migration",
        "the session's name; made from the principal's name if absent",
    ),
    OptionWord::new("tag", "team=data", "a session tag; may stand several times"),
    OptionWord::new("transitive tag", "team=data", "a session tag that further sessions inherit"),
    OptionWord::new("duration", "8 hours", "how long the session is valid"),
    OptionWord::new("external id", "partner-1", "the external id that the trust policy asks for"),
    OptionWord::new("source identity", "alice", "the source identity of the session"),
];

/// What a service acts for.
pub(crate) const SOURCE: &[OptionWord] = &[
    OptionWord::new(
        "source account",
        "main",
        "`aws:SourceAccount`: an account's name, or an id of 12 digits",
    ),
    OptionWord::new("source arn", "{stream}", "`aws:SourceArn`: the resource that the service acts for"),
];

/// Someone who makes calls.
#[derive(Clone, Debug)]
pub(crate) enum Principal {
    /// A user, by its access key.
    User { name: String, credentials: Credentials },
    /// A session of a role.
    Role { arn: String, by: Who, options: Options },
    /// Another session of the same role with a session policy.
    Narrowed { base: String, policy: String },
    /// A session of a role as a service takes it.
    ServiceRole { arn: String, service: String, source: ServiceSource },
    /// A service that calls for itself.
    Service { service: String, source: ServiceSource },
}

/// The user that the name means, by its access key.
///
/// # Errors
/// Nothing has that name, or no access key of the stack belongs to it.
pub(crate) fn user(names: &Names, name: &str) -> Result<Principal, StepError> {
    if let Some(Alias::Principal(principal @ Principal::User { .. })) = names.alias(name) {
        return Ok(principal.clone());
    }
    let (address, attributes) = names.resource(name, Wanted::User)?;
    by_key(names, address, attributes)
}

fn by_key(names: &Names, address: &str, attributes: &Value) -> Result<Principal, StepError> {
    if attributes.get("secret").is_none() {
        let user = attribute(address, attributes, "name")?;
        let keys = names.stack()?.resources.iter();
        let key = keys
            .filter(|(_, it)| {
                it.get("secret").is_some() && it.get("user").and_then(Value::as_str) == Some(&user)
            })
            .map(|(address, it)| (address.as_str(), it))
            .next();
        let Some((address, attributes)) = key else {
            return Err(StepError::usage(format!("`{address}` has no access key in the stack"))
                .hint("add an `aws_iam_access_key` to the stack or to its fixtures"));
        };
        return by_key(names, address, attributes);
    }
    Ok(Principal::User {
        name: attribute(address, attributes, "user")?,
        credentials: Credentials {
            access_key_id: attribute(address, attributes, "id")?,
            secret_access_key: Secret::new(attribute(address, attributes, "secret")?),
            session_token: None,
        },
    })
}

/// The ARN of the role that the name means.
///
/// # Errors
/// Nothing has that name, or it is no role.
pub(crate) fn role_arn(names: &Names, name: &str) -> Result<String, NameError> {
    if let Some(Alias::Principal(Principal::Role { arn, .. } | Principal::ServiceRole { arn, .. })) =
        names.alias(name)
    {
        return Ok(arn.clone());
    }
    let (address, attributes) = names.resource(name, Wanted::Role)?;
    attribute(address, attributes, "arn")
}

/// The principal that the name means.
///
/// # Errors
/// Nothing has that name, or it is a role that no one was said to assume.
pub(crate) fn named(names: &Names, name: &str) -> Result<Principal, StepError> {
    match names.alias(name) {
        Some(Alias::Principal(principal)) => return Ok(principal.clone()),
        Some(_) => return Err(NameError::Kind { name: name.to_owned(), wanted: "principal" }.into()),
        None => {}
    }
    let (address, attributes) = names.resource(name, Wanted::Principal)?;
    if address.contains("aws_iam_role.") {
        return Err(StepError::usage(format!("`{address}` is a role, and nothing says who assumes it"))
            .hint(format!("add `Given \"{name}\" is the role \"{address}\" assumed by \"…\"`")));
    }
    by_key(names, address, attributes)
}

/// What the policies of a principal stand on, by its name in IAM.
pub(crate) enum Holder {
    User(String),
    Role(String),
}

/// What the policies of that principal stand on.
///
/// # Errors
/// As [`named`].
pub(crate) fn holder(names: &Names, name: &str) -> Result<Holder, StepError> {
    Ok(match named(names, name)? {
        Principal::User { name, .. } => Holder::User(name),
        Principal::Role { arn, .. } | Principal::ServiceRole { arn, .. } => {
            Holder::Role(arn.rsplit('/').next().unwrap_or(&arn).to_owned())
        }
        Principal::Narrowed { base, .. } => return holder(names, &base),
        Principal::Service { service, .. } => {
            return Err(StepError::usage(format!(
                "`{name}` is the service `{service}`, which has no policies"
            ))
            .hint("only policies of resources and roles give a service anything"));
        }
    })
}

/// What `AssumeRole` is called with.
///
/// # Errors
/// Options whose values do not fit.
pub(crate) fn assume_role(arn: &str, principal: &str, options: &Options) -> Result<Members, OptionError> {
    let pair = |(key, value): &(&str, &str)| json!({ "Key": key, "Value": value });
    let (tags, transitive) = (options.pairs("tag")?, options.pairs("transitive tag")?);
    let mut members = Members::new();
    members.insert("RoleArn".to_owned(), json!(arn));
    let name = options.one("session name")?.map_or_else(|| session_name(principal), str::to_owned);
    members.insert("RoleSessionName".to_owned(), json!(name));
    if !tags.is_empty() || !transitive.is_empty() {
        let all: Vec<_> = tags.iter().chain(&transitive).map(pair).collect();
        members.insert("Tags".to_owned(), json!(all));
    }
    if !transitive.is_empty() {
        let keys: Vec<_> = transitive.iter().map(|(key, _)| *key).collect();
        members.insert("TransitiveTagKeys".to_owned(), json!(keys));
    }
    if let Some(seconds) = options.seconds("duration")? {
        members.insert("DurationSeconds".to_owned(), json!(seconds));
    }
    for (word, member) in [("external id", "ExternalId"), ("source identity", "SourceIdentity")] {
        if let Some(value) = options.one(word)? {
            members.insert(member.to_owned(), json!(value));
        }
    }
    Ok(members)
}

/// A session name has letters, digits and `_+=,.@-`, 2 to 64 of them (STS API reference, AssumeRole).
fn session_name(principal: &str) -> String {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "_+=,.@-".contains(letter);
    let name: String =
        principal.chars().map(|letter| if fits(letter) { letter } else { '-' }).take(64).collect();
    if name.len() < 2 { format!("{name}-session") } else { name }
}

/// The credentials that STS gave.
pub(crate) fn credentials(output: &Members) -> Option<Credentials> {
    let given = output.get("Credentials")?;
    let text = |name: &str| given.get(name).and_then(Value::as_str);
    Some(Credentials {
        access_key_id: text("AccessKeyId")?.to_owned(),
        secret_access_key: Secret::new(text("SecretAccessKey")?),
        session_token: Some(Secret::new(text("SessionToken")?)),
    })
}

/// The same key with a secret that is not its own.
pub(crate) fn with_wrong_secret(credentials: Credentials) -> Credentials {
    let secret = format!("{}x", credentials.secret_access_key.expose());
    Credentials { secret_access_key: Secret::new(secret), ..credentials }
}

/// Credentials of a key that nobody has: the one of AWS's documentation.
pub(crate) fn with_unknown_key(credentials: Credentials) -> Credentials {
    Credentials { access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(), session_token: None, ..credentials }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_become_members_of_assume_role() {
        let rows = [
            ("tag", "team=data"),
            ("transitive tag", "tenant=a"),
            ("duration", "8 hours"),
            ("external id", "x"),
        ];
        let options = Options(rows.iter().map(|(word, value)| ((*word).into(), (*value).into())).collect());
        let members = assume_role("arn:aws:iam::111111111111:role/r", "narrow migrator", &options).unwrap();
        assert_eq!(
            Value::Object(members),
            json!({
                "RoleArn": "arn:aws:iam::111111111111:role/r",
                "RoleSessionName": "narrow-migrator",
                "Tags": [{ "Key": "team", "Value": "data" }, { "Key": "tenant", "Value": "a" }],
                "TransitiveTagKeys": ["tenant"],
                "DurationSeconds": 28_800,
                "ExternalId": "x",
            })
        );
    }

    #[test]
    fn a_wrong_secret_keeps_the_key() {
        let right = Credentials {
            access_key_id: "AKIA".into(),
            secret_access_key: Secret::new("s"),
            session_token: None,
        };
        let wrong = with_wrong_secret(right.clone());
        assert_eq!(wrong.access_key_id, right.access_key_id);
        assert_ne!(wrong.secret_access_key, right.secret_access_key);
    }
}
