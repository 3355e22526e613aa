//! The embedded emulator beside an upstream: it holds the services that the upstream is not asked for, and refers to the
//! upstream's keys, roles and objects.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use stackproof_aws::wire::CiphertextKey;
use stackproof_aws::{Answer, ApiError, CanonicalRequest, Members, Operation, Upstream, codec};
use stackproof_emulator::Emulator;
use stackproof_gateway::upstream::{as_operator, is_read, tabled_services};
use stackproof_policy::arn::Arn;

/// How long what others may change is taken for what it was.
const FRESH: Duration = Duration::from_secs(1);
/// AWS's own keys are of no upstream: each service here has its own.
const MANAGED: &str = "alias/aws/";

/// Both of them as one upstream.
pub(super) struct Beside {
    emulator: Emulator,
    held: Arc<dyn Upstream>,
    /// Whether others write to the upstream too.
    shared: bool,
    lent: Mutex<Lent>,
}

/// What the emulator has likenesses of.
#[derive(Clone, Default)]
struct Lent {
    keys: BTreeSet<Named>,
    /// Since when they are true; a write to the upstream ends that.
    since: Option<Instant>,
    /// How many writes there were.
    writes: u64,
}

/// A key as somebody named it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Named {
    account: String,
    region: String,
    name: String,
}

impl Beside {
    /// An empty emulator beside that upstream.
    pub fn new(emulator: Emulator, held: Arc<dyn Upstream>, shared: bool) -> Self {
        Self { emulator, held, shared, lent: Mutex::default() }
    }

    /// A copy of the emulator beside the same upstream, which is inside another that sees every call to it first.
    pub fn through(&self, wrap: impl FnOnce(Arc<dyn Upstream>) -> Arc<dyn Upstream>) -> Self {
        let lent = self.lent(|lent| lent.clone());
        Self {
            emulator: self.emulator.fork(),
            held: wrap(Arc::clone(&self.held)),
            shared: self.shared,
            lent: Mutex::new(lent),
        }
    }

    fn lent<T>(&self, f: impl FnOnce(&mut Lent) -> T) -> T {
        f(&mut self.lent.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Has likenesses of what a call names, and true ones of what was named before.
    async fn lend(&self, References { mut keys, roles, .. }: References) -> Result<(), ApiError> {
        let (begun, writes) = self.lent(|lent| {
            let fresh = |since: &Instant| !self.shared || since.elapsed() < FRESH;
            let begun = lent.since.filter(fresh);
            if begun.is_none() {
                keys.extend(lent.keys.iter().cloned());
            }
            lent.keys.extend(keys.iter().cloned());
            (begun.unwrap_or_else(Instant::now), lent.writes)
        });
        for key in keys {
            self.lend_key(&key).await?;
        }
        for arn in roles {
            self.lend_role(&arn).await?;
        }
        self.lent(|lent| lent.since = Some(begun).filter(|_| lent.writes == writes));
        Ok(())
    }

    async fn lend_key(&self, key: &Named) -> Result<(), ApiError> {
        let Named { account, region, name } = key;
        let alias = Some(name.rsplit(':').next().unwrap_or(name)).filter(|name| name.starts_with("alias/"));
        match self.ask("kms", "DescribeKey", (account, region), json!({ "KeyId": name })).await {
            Ok(answer) => {
                let described = answer.get("KeyMetadata").and_then(Value::as_object);
                self.emulator.lend_key(described.unwrap_or(&Members::new()), alias)
            }
            Err(error) if ["NotFoundException", "InvalidArnException"].contains(&&*error.code) => {
                self.emulator.forget_key(account, region, name);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    async fn lend_role(&self, arn: &str) -> Result<(), ApiError> {
        let Some(Arn { account, resource, .. }) = Arn::parse(arn) else { return Ok(()) };
        let name = resource.rsplit('/').next().unwrap_or(resource);
        let answer = self.ask("iam", "GetRole", (account, "us-east-1"), json!({ "RoleName": name })).await;
        match answer {
            Ok(answer) if answer.get("Role").and_then(|role| role.get("Arn")?.as_str()) == Some(arn) => {
                self.emulator.lend_role(arn)
            }
            Err(error) if error.code != "NoSuchEntity" => Err(error),
            _ => {
                self.emulator.forget_role(arn);
                Ok(())
            }
        }
    }

    /// The archive that lies there in S3.
    async fn archive(&self, code: CanonicalRequest) -> Result<Bytes, ApiError> {
        let get = code.operation;
        let failed = |error: ApiError| {
            let message = format!(
                "Error occurred while GetObject. S3 Error Code: {}. S3 Error Message: {}",
                error.code, error.message
            );
            ApiError::new(400, "InvalidParameterValueException", message)
        };
        match self.held.call(code).await.map_err(failed)? {
            Answer::Output(output) => match output.body {
                Some(body) => Ok(body.collect().await?.to_bytes()),
                None => Ok(Bytes::new()),
            },
            Answer::Wire(response) => {
                let (parts, body) = response.into_parts();
                let bytes = body.collect().await?.to_bytes();
                let status = parts.status.as_u16();
                match codec::is_error(status) {
                    true => {
                        let error = codec::decode_response(get, status, &parts.headers, &bytes);
                        Err(failed(
                            error.err().unwrap_or_else(|| ApiError::internal("an error that is none")),
                        ))
                    }
                    false => Ok(bytes),
                }
            }
        }
    }

    async fn ask(
        &self,
        service: &str,
        name: &str,
        (account, region): (&str, &str),
        members: Value,
    ) -> Result<Members, ApiError> {
        let operation = operation(service, name)?;
        let answer = self.held.call(as_operator(operation, account, region, object(members))).await?;
        answer.members(operation).await
    }
}

fn operation(service: &str, name: &str) -> Result<&'static Operation, ApiError> {
    Operation::named(service, name)
        .ok_or_else(|| ApiError::internal(format!("the tables lack `{service}:{name}`")))
}

fn object(members: Value) -> Members {
    match members {
        Value::Object(members) => members,
        _ => Members::new(),
    }
}

#[async_trait]
impl Upstream for Beside {
    async fn call(&self, request: CanonicalRequest) -> Result<Answer, ApiError> {
        let operation = request.operation;
        if tabled_services().any(|service| service == operation.service) {
            let (references, code) = (References::of(&request), code_of(&request)?);
            self.lend(references).await?;
            let archive = match code {
                Some(code) => Some(self.archive(code).await?),
                None => None,
            };
            return self.emulator.execute_with(request, archive).await;
        }
        let answer = self.held.call(request).await;
        if operation.service == "kms" && !is_read(operation) {
            self.lent(|lent| {
                lent.since = None;
                lent.writes = lent.writes.wrapping_add(1);
            });
        }
        answer
    }

    fn ciphertext_key(&self, region: &str, ciphertext: &[u8]) -> CiphertextKey {
        self.held.ciphertext_key(region, ciphertext)
    }
}

/// The call that gets the code of a function or layer, where it lies in S3.
fn code_of(request: &CanonicalRequest) -> Result<Option<CanonicalRequest>, ApiError> {
    if request.operation.service != "lambda" {
        return Ok(None);
    }
    let source = ["Code", "Content"].iter().find_map(|name| request.members.get(*name)?.as_object());
    let source = source.unwrap_or(&request.members);
    let named = [("S3Bucket", "Bucket"), ("S3Key", "Key"), ("S3ObjectVersion", "VersionId")];
    let named =
        named.iter().filter_map(|(given, member)| Some(((*member).to_owned(), source.get(*given)?.clone())));
    let members: Members = named.collect();
    if !members.contains_key("Bucket") {
        return Ok(None);
    }
    Ok(Some(as_operator(operation("s3", "GetObject")?, &request.account, &request.region, members)))
}

/// Keys and roles that a call names, wherever its members have them.
struct References {
    account: String,
    region: String,
    keys: BTreeSet<Named>,
    roles: BTreeSet<String>,
}

impl References {
    fn of(request: &CanonicalRequest) -> Self {
        let mut found = Self {
            account: request.account.clone(),
            region: request.region.clone(),
            keys: BTreeSet::new(),
            roles: BTreeSet::new(),
        };
        request.members.iter().for_each(|(member, value)| found.look(member, value));
        found
    }

    fn look(&mut self, member: &str, value: &Value) {
        match value {
            Value::String(text) => self.text(member, text),
            Value::Array(values) => values.iter().for_each(|value| self.look(member, value)),
            Value::Object(members) => members.iter().for_each(|(name, value)| self.look(name, value)),
            _ => {}
        }
    }

    fn text(&mut self, member: &str, text: &str) {
        let arn = Arn::parse(text);
        if arn.is_some_and(|arn| arn.service == "iam" && arn.resource.starts_with("role/")) {
            self.roles.insert(text.to_owned());
            return;
        }
        let place = match arn {
            Some(arn) if arn.service == "kms" => Some((arn.account, arn.region)),
            None if is_key_name(member, text) => Some((self.account.as_str(), self.region.as_str())),
            _ => None,
        };
        if let Some((account, region)) = place.filter(|_| !text.contains(MANAGED)) {
            let (account, region) = (account.to_owned(), region.to_owned());
            self.keys.insert(Named { account, region, name: text.to_owned() });
        }
    }
}

/// Whether a member's text can be a key's id or alias: ids look like many others, and members that hold a key's say so.
fn is_key_name(member: &str, text: &str) -> bool {
    let says_so = || member == "AttributeValue" || member.to_ascii_lowercase().contains("key");
    let is_id = || stackproof_aws::names::is_kms_key_id(text);
    text.starts_with("alias/") || says_so() && is_id()
}
