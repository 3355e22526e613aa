//! Calls made as the account's operator, through the gateway like everyone's.

use std::path::PathBuf;

use bytes::Bytes;
use serde_json::Value;
use stackproof_aws::client::{Call, Client, ClientError, Signing, Transport};
use stackproof_aws::{ApiError, Credentials, Members, Operation};
use thiserror::Error;

/// The operator of one account in one region.
#[derive(Clone)]
pub struct Operator {
    /// Speaks with the gateway.
    pub client: Client,
    /// The operator's own.
    pub credentials: Credentials,
    /// 12 digits.
    pub account: String,
    /// The provider's region.
    pub region: String,
    /// The root module's folder, from which arguments name files.
    pub directory: PathBuf,
}

/// What kept a resource from being made, read or unmade.
#[derive(Debug, Error)]
pub enum ResourceError {
    /// The service refused a call.
    #[error("`{operation}` failed with {error}")]
    Refused {
        /// `s3:CreateBucket`
        operation: String,
        /// The service's own error.
        error: Box<ApiError>,
    },
    /// A call was not answered, or could not be sent.
    #[error("`{operation}` was not answered: {error}")]
    Unanswered {
        /// `s3:CreateBucket`
        operation: String,
        /// What went wrong on the way.
        error: ClientError,
    },
    /// The tables do not have an operation.
    #[error("`{0}` is not an operation of the tables")]
    Unknown(String),
    /// An answer lacks what it always has on AWS.
    #[error("the answer of `{operation}` has no `{member}`")]
    Incomplete {
        /// `iam:CreateUser`
        operation: String,
        /// The member, with dots between levels.
        member: String,
    },
    /// What is meant to be one thing is none, or one of several.
    #[error("{count} of what `{operation}` lists match, where one is meant")]
    NotOne {
        /// `DescribeVpcs`
        operation: String,
        /// How many match.
        count: usize,
    },
    /// What cannot be, whoever is asked.
    #[error("{0}")]
    Impossible(String),
    /// What an argument names or holds cannot be read.
    #[error("the argument `{argument}`: {reason}")]
    Unreadable {
        /// The argument.
        argument: String,
        /// Why not.
        reason: String,
    },
    /// An argument that is known, but means nothing here.
    #[error("`{0}` is not supported")]
    Unsupported(&'static str),
}

impl ResourceError {
    /// Whether the service refused it with this code.
    pub fn is(&self, code: &str) -> bool {
        matches!(self, Self::Refused { error, .. } if error.code == code)
    }
}

/// What came back of a call.
pub struct Answer {
    operation: String,
    members: Value,
    body: Bytes,
}

impl Answer {
    /// The value at a JSON pointer; null where there is none.
    pub fn at(&self, pointer: &str) -> &Value {
        self.members.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// The text at a JSON pointer.
    ///
    /// # Errors
    /// [`ResourceError::Incomplete`] where there is none.
    pub fn text(&self, pointer: &str) -> Result<&str, ResourceError> {
        self.at(pointer).as_str().ok_or_else(|| ResourceError::Incomplete {
            operation: self.operation.clone(),
            member: pointer.trim_start_matches('/').replace('/', "."),
        })
    }

    /// The payload; empty where the operation gives none.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The elements of the list at a JSON pointer.
    pub fn list(&self, pointer: &str) -> &[Value] {
        self.at(pointer).as_array().map_or(&[], Vec::as_slice)
    }
}

impl Operator {
    /// The same operator in another region, where one is named.
    #[must_use]
    pub fn in_region(&self, region: Option<&str>) -> Self {
        Self { region: region.unwrap_or(&self.region).to_owned(), ..self.clone() }
    }

    /// Calls an operation; members that are null, at any depth, are left out.
    ///
    /// # Errors
    /// See [`ResourceError`].
    pub async fn call(&self, service: &str, name: &str, members: Value) -> Result<Answer, ResourceError> {
        self.send(service, name, members, Bytes::new()).await
    }

    /// Calls an operation that has a payload; members as in [`Operator::call`].
    ///
    /// # Errors
    /// See [`ResourceError`].
    pub async fn send(
        &self,
        service: &str,
        name: &str,
        members: Value,
        body: Bytes,
    ) -> Result<Answer, ResourceError> {
        let named = format!("{service}:{name}");
        let operation =
            Operation::named(service, name).ok_or_else(|| ResourceError::Unknown(named.clone()))?;
        let members = match given(members) {
            Value::Object(members) => members,
            _ => Members::new(),
        };
        let call = Call {
            operation,
            members,
            body,
            signing: Signing::Header(self.credentials.clone()),
            transport: Transport::Https,
            region: self.region.clone(),
            headers: Vec::new(),
        };
        let reply = self
            .client
            .send(call)
            .await
            .map_err(|error| ResourceError::Unanswered { operation: named.clone(), error })?;
        match reply.result {
            Ok(members) => Ok(Answer { operation: named, members: Value::Object(members), body: reply.body }),
            Err(error) => Err(ResourceError::Refused { operation: named, error: Box::new(error) }),
        }
    }
}

fn given(members: Value) -> Value {
    match members {
        Value::Object(members) => {
            let set = members.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(set.map(|(name, value)| (name, given(value))).collect())
        }
        Value::Array(elements) => Value::Array(elements.into_iter().map(given).collect()),
        scalar => scalar,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn null_members_are_left_out_at_any_depth() {
        let members = json!({ "Bucket": "b", "MFA": null, "Rules": [{ "Key": null, "Value": false }] });
        assert_eq!(given(members), json!({ "Bucket": "b", "Rules": [{ "Value": false }] }));
    }
}
