//! STS: <https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html>, `iam-semantics`, section 9.

mod assume_role;
mod federation;
mod limits;
mod tagging;

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use stackproof_aws::{ApiError, Credentials, Members};

use crate::authorize::{Answered, Ask, Authorizer};
use crate::call::Call;
use crate::caller::Caller;
use crate::directory::Directory;
use crate::directory::keys::Key;
use crate::directory::principals::Tags;
use crate::directory::sessions::{Session, SessionKind};
use crate::record::Origin;
use crate::refusal::Refusal;

pub(crate) use assume_role::assume_role_members;
use tagging::Tagging;

/// A call to STS.
pub(crate) struct Sts<'a> {
    pub call: &'a Call<'a>,
    pub directory: &'a Directory,
    pub members: &'a Members,
}

impl Sts<'_> {
    /// Answers the operation of that name.
    pub async fn answer(&self, operation: &str, authorizer: &mut Authorizer<'_>) -> Answered<Members> {
        self.check_session(operation)?;
        match operation {
            "GetCallerIdentity" => {
                authorizer.demand(self.call, &[self.own("sts:GetCallerIdentity", "*")]).await?;
                Ok(Ok(self.caller_identity()))
            }
            "GetAccessKeyInfo" => {
                authorizer.demand(self.call, &[self.own("sts:GetAccessKeyInfo", "*")]).await?;
                Ok(self.access_key_info())
            }
            "DecodeAuthorizationMessage" => {
                authorizer.demand(self.call, &[self.own("sts:DecodeAuthorizationMessage", "*")]).await?;
                Ok(self.decoded_message())
            }
            "AssumeRole" => {
                let assumed = self.assume_role(self.call.context("sts"), authorizer).await?;
                Ok(assumed.map(|(_, members)| members))
            }
            "GetSessionToken" => self.session_token(authorizer).await,
            "GetFederationToken" => self.federation_token(authorizer).await,
            other => Err(Refusal::undetermined(format!("`sts:{other}` is not answered by the gateway"))),
        }
    }

    /// A session of `GetSessionToken` may only assume roles and ask who it is.
    fn check_session(&self, operation: &str) -> Result<(), Refusal> {
        let limited = matches!(self.call.caller, Caller::User { session: Some(_), .. });
        if !limited || ["AssumeRole", "GetCallerIdentity", "GetSessionToken"].contains(&operation) {
            return Ok(());
        }
        let message = format!("Cannot call {operation} with session credentials");
        Err(limits::denied(
            &message,
            "a session of GetSessionToken can call AssumeRole and GetCallerIdentity only",
        ))
    }

    /// An ask about what is the caller's own, or nobody's.
    fn own(&self, action: &str, resource: &str) -> Ask {
        let account = self.call.caller.account().unwrap_or_default();
        Ask::new(action, resource, account, self.call.context("sts"))
    }

    fn caller_identity(&self) -> Members {
        let caller = self.call.caller;
        members(json!({ "UserId": caller.user_id(), "Account": caller.account(), "Arn": caller.name() }))
    }

    fn access_key_info(&self) -> Result<Members, ApiError> {
        let id = self.text("AccessKeyId").unwrap_or_default();
        match self.directory.keys.find(id).as_ref().and_then(Key::account) {
            Some(account) => Ok(members(json!({ "Account": account }))),
            None => Err(ApiError::new(
                400,
                "ValidationError",
                "The access key id could not be resolved to an account",
            )),
        }
    }

    fn decoded_message(&self) -> Result<Members, ApiError> {
        let encoded = self.text("EncodedMessage").unwrap_or_default();
        let account = self.call.caller.account().unwrap_or_default();
        match self.directory.messages.decode(account, encoded) {
            Some(decoded) => Ok(members(json!({ "DecodedMessage": decoded }))),
            None => Err(ApiError::new(400, "InvalidAuthorizationMessageException", "Message is not valid")),
        }
    }

    async fn session_token(&self, authorizer: &mut Authorizer<'_>) -> Answered<Members> {
        let Caller::User { user, session: None } = self.call.caller else {
            let message = "Cannot call GetSessionToken with session credentials";
            return Err(limits::denied(message, "only long-term credentials get a session token"));
        };
        self.check_factor()?;
        let duration = self.duration(900, 129_600, 43_200)?;
        authorizer.demand(self.call, &[self.own("sts:GetSessionToken", "*")]).await?;
        let session = Session {
            kind: SessionKind::User,
            account: user.account.clone(),
            of: user.name.clone(),
            id: user.id.clone(),
            arn: user.arn.clone(),
            user_id: user.id.clone(),
            issued: self.call.now,
            expires: self.expiry(duration),
            tags: Tags::new(),
            transitive: BTreeSet::new(),
            policies: None,
            source_identity: None,
            origin: self.origin("GetSessionToken", &user.arn, &Tagging::default(), None),
        };
        let expires = session.expires;
        let credentials = self.directory.issue(session);
        Ok(Ok(members(json!({ "Credentials": on_the_wire(&credentials, expires) }))))
    }

    /// A second factor changes what policies see, and nobody here can check one.
    fn check_factor(&self) -> Result<(), Refusal> {
        match self.text("SerialNumber").or(self.text("TokenCode")) {
            Some(_) => Err(Refusal::undetermined("MFA devices are not known")),
            None => Ok(()),
        }
    }

    /// How a session of that role or user comes to be by this call.
    fn origin(&self, operation: &str, of: &str, tagging: &Tagging, source_identity: Option<&str>) -> Origin {
        Origin {
            operation: operation.to_owned(),
            request_id: self.call.id.to_owned(),
            of: of.to_owned(),
            by: self.call.caller.name().to_owned(),
            tags: tagging.all.clone(),
            transitive: tagging.transitive.iter().cloned().collect(),
            source_identity: source_identity.map(str::to_owned),
            external_id: self.text("ExternalId").map(str::to_owned),
            from: self.call.caller.session().map(|session| Box::new(session.origin.clone())),
        }
    }

    fn text(&self, member: &str) -> Option<&str> {
        self.members.get(member).and_then(Value::as_str)
    }

    /// `DurationSeconds`, within its bounds.
    fn duration(&self, min: i64, max: i64, default: i64) -> Result<i64, Refusal> {
        let seconds = self.members.get("DurationSeconds").and_then(Value::as_i64).unwrap_or(default);
        if seconds < min {
            return Err(limits::constraint(
                seconds,
                "durationSeconds",
                &format!("Member must have value greater than or equal to {min}"),
            ));
        }
        if seconds > max {
            return Err(limits::constraint(
                seconds,
                "durationSeconds",
                &format!("Member must have value less than or equal to {max}"),
            ));
        }
        Ok(seconds)
    }

    /// Sessions expire by wall time, as signatures do.
    fn expiry(&self, seconds: i64) -> Timestamp {
        self.call.wall.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
    }
}

/// Credentials as the API gives them.
fn on_the_wire(credentials: &Credentials, expires: Timestamp) -> Value {
    let token = credentials.session_token.as_ref().map(stackproof_aws::Secret::expose);
    json!({
        "AccessKeyId": credentials.access_key_id,
        "SecretAccessKey": credentials.secret_access_key.expose(),
        "SessionToken": token,
        "Expiration": expires.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    })
}

fn members(value: Value) -> Members {
    match value {
        Value::Object(members) => members,
        _ => Members::new(),
    }
}
