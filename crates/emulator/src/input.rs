//! Members of requests: each is read once, and what no one reads is refused.

mod required;
mod shaped;

use jiff::Timestamp;
use serde_json::Value;
use stackproof_aws::{ApiError, Members, Operation};

use crate::validation;

/// Members that change nothing of what is stored: the gateway has dealt with them.
const SETTLED_BEFORE: [&str; 4] =
    ["ExpectedBucketOwner", "ExpectedSourceBucketOwner", "RequestPayer", "ContentLength"];

/// The members of a request, or of a structure inside it.
///
/// A handler takes what it knows, then calls [`Input::finish`] before it changes anything: a member that it did not
/// take is one that it would lose.
pub(crate) struct Input {
    operation: &'static Operation,
    place: String,
    members: Members,
    pays: bool,
}

/// The operation or member is not part of the embedded upstream.
pub(crate) fn not_implemented(what: &str) -> ApiError {
    ApiError::new(501, "NotImplemented", format!("the embedded upstream does not have `{what}`"))
}

impl Input {
    /// The members of a request.
    pub fn new(operation: &'static Operation, mut members: Members) -> Self {
        let pays = members.get("RequestPayer").and_then(Value::as_str) == Some("requester");
        members.retain(|name, value| !value.is_null() && !SETTLED_BEFORE.contains(&name.as_str()));
        Self { operation, place: operation.name.clone(), members, pays }
    }

    /// Whether the caller says that it pays.
    pub fn pays(&self) -> bool {
        self.pays
    }

    /// Whether a caller can say so.
    pub fn may_pay(&self) -> bool {
        self.operation.input().iter().any(|member| member.name == "RequestPayer")
    }

    /// The operation's name.
    pub fn operation(&self) -> &str {
        &self.operation.name
    }

    /// The members that stay to be taken.
    pub fn given(&self) -> &Members {
        &self.members
    }

    /// The HTTP method that the operation is called by.
    pub fn method(&self) -> &'static str {
        &self.operation.method
    }

    /// Names of the members that stay to be taken.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.members.keys().map(String::as_str)
    }

    /// Whether a member is given and not yet taken.
    pub fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// Looks at a text without taking it.
    pub fn peek(&self, name: &str) -> Option<&str> {
        self.members.get(name).and_then(Value::as_str)
    }

    /// Sets a member, in place of what was given.
    pub fn put(&mut self, name: &str, value: Value) {
        self.members.insert(name.to_owned(), value);
    }

    /// Takes a member of any type.
    pub fn value(&mut self, name: &str) -> Option<Value> {
        self.members.remove(name)
    }

    /// Takes every member that stays.
    pub fn take_all(&mut self) -> Members {
        std::mem::take(&mut self.members)
    }

    /// Takes a text.
    pub fn string(&mut self, name: &str) -> Result<Option<String>, ApiError> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.mistyped(name)),
        }
    }

    /// Takes a text that must be given.
    pub fn required(&mut self, name: &str) -> Result<String, ApiError> {
        self.string(name)?.ok_or_else(|| self.missing(name))
    }

    /// Takes a truth value.
    pub fn boolean(&mut self, name: &str) -> Result<Option<bool>, ApiError> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(value)),
            Some(_) => Err(self.mistyped(name)),
        }
    }

    /// Takes an integer.
    pub fn integer(&mut self, name: &str) -> Result<Option<i64>, ApiError> {
        match self.value(name) {
            None => Ok(None),
            Some(value) => value.as_i64().map(Some).ok_or_else(|| self.mistyped(name)),
        }
    }

    /// Takes a time.
    pub fn time(&mut self, name: &str) -> Result<Option<Timestamp>, ApiError> {
        let text = self.string(name)?;
        text.map(|text| text.parse().map_err(|_| self.mistyped(name))).transpose()
    }

    /// Takes a structure.
    pub fn structure(&mut self, name: &str) -> Result<Option<Input>, ApiError> {
        self.value(name).map(|value| self.inside(name, value)).transpose()
    }

    /// Takes a structure that must be given.
    pub fn required_structure(&mut self, name: &str) -> Result<Input, ApiError> {
        self.structure(name)?.ok_or_else(|| self.missing(name))
    }

    /// Takes a list of structures; empty where it is absent.
    pub fn structures(&mut self, name: &str) -> Result<Vec<Input>, ApiError> {
        self.list(name)?.into_iter().map(|value| self.inside(name, value)).collect()
    }

    /// Takes a list of texts; empty where it is absent.
    pub fn strings(&mut self, name: &str) -> Result<Vec<String>, ApiError> {
        let texts = self.list(name)?.into_iter().map(|value| match value {
            Value::String(text) => Ok(text),
            _ => Err(self.mistyped(name)),
        });
        texts.collect()
    }

    /// Takes a map of texts; empty where it is absent.
    pub fn map(&mut self, name: &str) -> Result<Members, ApiError> {
        match self.value(name) {
            None => Ok(Members::new()),
            Some(Value::Object(map)) => Ok(map),
            Some(_) => Err(self.mistyped(name)),
        }
    }

    /// Takes the members of those names that are given, to be kept as they are.
    pub fn keep(&mut self, names: &[&str]) -> Members {
        names.iter().filter_map(|name| Some(((*name).to_owned(), self.value(name)?))).collect()
    }

    /// Takes a setting of which only one value can be kept.
    pub fn only(&mut self, name: &str, value: impl Into<Value>) -> Result<(), ApiError> {
        match self.value(name) {
            Some(given) if given != value.into() => Err(self.unsupported(name)),
            _ => Ok(()),
        }
    }

    /// Every member has been taken.
    ///
    /// # Errors
    /// `NotImplemented`, naming the first that has not.
    pub fn finish(&self) -> Result<(), ApiError> {
        match self.members.keys().next() {
            None => Ok(()),
            Some(name) => Err(self.unsupported(name)),
        }
    }

    fn list(&mut self, name: &str) -> Result<Vec<Value>, ApiError> {
        match self.value(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(values)) => Ok(values),
            Some(_) => Err(self.mistyped(name)),
        }
    }

    fn inside(&self, name: &str, value: Value) -> Result<Input, ApiError> {
        let Value::Object(mut members) = value else { return Err(self.mistyped(name)) };
        members.retain(|_, value| !value.is_null());
        Ok(Input { operation: self.operation, place: format!("{}.{name}", self.place), members, pays: false })
    }

    fn unsupported(&self, name: &str) -> ApiError {
        not_implemented(&format!("{}.{name}", self.place))
    }

    /// A value breaks a constraint of the API.
    pub fn breaks(&self, value: &str, member: &str, constraint: &str) -> ApiError {
        validation::refuse(self.operation.service, validation::constraint(value, member, constraint))
    }

    /// The codec reads members by their types, so that this is a fault of ours.
    fn mistyped(&self, name: &str) -> ApiError {
        ApiError::internal(format!("member `{}.{name}` has the wrong type", self.place))
    }

    /// A member that must be given is not.
    pub fn missing(&self, name: &str) -> ApiError {
        match self.operation.service {
            "iam" => crate::iam::error::null_member(name),
            "kms" => crate::kms::error::null_member(name),
            "dynamodb" | "dynamodbstreams" => crate::dynamodb::error::null_member(name),
            "ec2" => crate::ec2::error::missing(name),
            "s3" | "s3control" => crate::s3::error::malformed_xml(),
            "sqs" => crate::sqs::error::missing(name),
            service => validation::refuse(service, validation::null_member(name)),
        }
    }
}
