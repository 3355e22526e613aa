//! Reading configuration through the upstream's own API, as operator.

use std::cell::Cell;
use std::sync::Arc;

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Caller, CanonicalRequest, Members, Operation, Upstream, wire};

use crate::random;
use crate::refusal::Unknown;

tokio::task_local! {
    static READS: Cell<u32>;
}

/// What comes of a call under way, and how often the upstream was asked for it besides.
pub(crate) async fn counted<T>(call: impl Future<Output = T>) -> (T, u32) {
    READS.scope(Cell::new(0), async { (call.await, READS.get().get()) }).await
}

/// The upstream, asked as the operator of an account.
#[derive(Clone)]
pub(crate) struct Asker {
    pub upstream: Arc<dyn Upstream>,
    pub region: String,
}

impl Asker {
    /// The same upstream, asked in that region.
    pub fn within(&self, region: &str) -> Self {
        Self { upstream: Arc::clone(&self.upstream), region: region.to_owned() }
    }

    /// Makes one call; `None` where the service answers with one of the codes in `absent`.
    pub async fn ask(
        &self,
        account: &str,
        (service, operation): (&str, &str),
        members: Value,
        absent: &[&str],
    ) -> Result<Option<Members>, Unknown> {
        let named = Operation::named(service, operation);
        let operation =
            named.ok_or_else(|| Unknown(format!("{service}:{operation} is not in the tables")))?;
        let members = match members {
            Value::Object(members) => members,
            _ => Members::new(),
        };
        let request = as_operator(operation, account, &self.region, members);
        // Not every question is part of a call.
        let _ = READS.try_with(|reads| reads.set(reads.get().saturating_add(1)));
        let answer = match self.upstream.call(request).await {
            Ok(answer) => answer.members(operation).await,
            Err(error) => Err(error),
        };
        match answer {
            Ok(members) => Ok(Some(members)),
            Err(error) if absent.contains(&error.code.as_ref()) => Ok(None),
            Err(error) => Err(unexpected(operation, &error)),
        }
    }

    /// All entries of a list, page by page; `None` as in [`Asker::ask`].
    pub async fn list(
        &self,
        account: &str,
        call: (&str, &str),
        mut members: Members,
        entries: &str,
        absent: &[&str],
    ) -> Result<Option<Vec<Value>>, Unknown> {
        let mut all = Vec::new();
        loop {
            let page = self.ask(account, call, Value::Object(members.clone()), absent).await?;
            let Some(mut page) = page else { return Ok(None) };
            if let Some(Value::Array(items)) = page.remove(entries) {
                all.extend(items);
            }
            let is_cut = |flag: &str| page.get(flag) == Some(&Value::Bool(true));
            let marker = match (is_cut("IsTruncated"), is_cut("Truncated")) {
                (true, _) => ("Marker", page.remove("Marker")),
                (_, true) => ("Marker", page.remove("NextMarker")),
                _ if page.contains_key("NextToken") => ("NextToken", page.remove("NextToken")),
                _ => ("ContinuationToken", page.remove("ContinuationToken")),
            };
            match marker {
                (name, Some(Value::String(next)))
                    if members.get(name).and_then(Value::as_str) != Some(&next) =>
                {
                    members.insert(name.to_owned(), json!(next));
                }
                _ => return Ok(Some(all)),
            }
        }
    }
}

/// A call of the operator of an account.
pub fn as_operator(
    operation: &'static Operation,
    account: &str,
    region: &str,
    members: Members,
) -> CanonicalRequest {
    CanonicalRequest {
        id: random::request_id(),
        operation,
        account: account.to_owned(),
        region: region.to_owned(),
        caller: Caller {
            arn: Some(operator_arn(account)),
            account: Some(account.to_owned()),
            user_id: operator_id(account),
        },
        signer: wire::Signer::Account,
        secure: true,
        members,
        body: wire::empty(),
    }
}

fn unexpected(operation: &Operation, error: &ApiError) -> Unknown {
    Unknown(format!("{}:{} could not be read from the upstream: {error}", operation.service, operation.name))
}

/// The operator of an account, an IAM user that lives in the gateway alone.
pub(crate) fn operator_arn(account: &str) -> String {
    format!("arn:aws:iam::{account}:user/stackproof/operator")
}

/// The operator's unique id.
pub(crate) fn operator_id(account: &str) -> String {
    format!("AIDASTACKPROOF{account}")
}

/// A text member.
pub(crate) fn text<'a>(members: &'a Members, name: &str) -> Option<&'a str> {
    members.get(name).and_then(Value::as_str)
}

/// A text member of a value.
pub(crate) fn field<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str)
}
