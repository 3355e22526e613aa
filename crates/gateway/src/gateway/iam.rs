//! IAM's way through the gateway.

use http::Response;
use http::request::Parts;
use stackproof_aws::{Body, Service, wire};

use super::Gateway;
use super::admit::{Admitted, Content};
use super::draft::Draft;
use super::forward::{Execution, Failure, output, read};
use super::native::Judged;
use crate::authorize::{Authorizer, iam};
use crate::call::{Call, ConnectionFacts};
use crate::caller::Caller;
use crate::directory::pins::Ids;
use crate::directory::upstream::text;
use crate::identify::{self, Identified};
use crate::record::Outcome;
use crate::refusal::Refusal;
use crate::validate;

impl Gateway {
    pub(super) async fn iam(
        &self,
        draft: &mut Draft,
        connection: &ConnectionFacts,
        parts: &Parts,
        query: &[(String, String)],
        admitted: Admitted,
    ) -> Result<Response<Body>, Refusal> {
        let identified = identify_query("iam", parts, query, &admitted)?;
        draft.operation.clone_from(&identified.operation.name);
        let call = self.call(draft, connection, parts, &admitted);
        refuse_session_token(call.caller)?;
        let mut authorizer = Authorizer::new(&self.directory, &self.sources);
        let demanded = match iam::asks(&call, &self.directory, &identified).await {
            Ok(asks) => authorizer.demand(&call, &asks).await,
            Err(refusal) => Err(refusal),
        };
        let judged = match demanded {
            Ok(()) => match validate::iam(&self.directory, &identified).await {
                Ok(Ok(meant)) => Ok(self.execute_iam(&call, &identified, meant).await),
                Ok(Err(error)) => Ok(Err(Failure::Error(error))),
                Err(unknown) => Err(Refusal::from(unknown)),
            }
            .map(|answer| Judged { answer, predicted: None }),
            Err(refusal) => self.overrule(&call, refusal, execution(&call, &identified)).await,
        };
        self.conclude(draft, identified.operation, authorizer.checks, judged)
    }

    /// Executes the call, and keeps what is told only now: the secret of a key that it makes, whom a trust policy means.
    async fn execute_iam(
        &self,
        call: &Call<'_>,
        identified: &Identified,
        meant: Ids,
    ) -> Result<stackproof_aws::Answer, Failure> {
        let operation = identified.operation;
        let execution = execution(call, identified);
        let account = execution.account.clone();
        let answer = self.execute(call, execution).await?;
        if let "CreateRole" | "UpdateAssumeRolePolicy" = operation.name.as_str() {
            let name = text(&identified.members, "RoleName").unwrap_or_default();
            self.directory.pins.role(&account, name, meant);
        }
        if let ("UpdateUser", Some(to)) = (operation.name.as_str(), text(&identified.members, "NewUserName"))
        {
            let from = text(&identified.members, "UserName").unwrap_or_default();
            self.directory.keys.rename(&account, from, to);
        }
        if operation.name != "CreateAccessKey" {
            return Ok(answer);
        }
        let members = read(answer, operation).await?;
        if let Some(key) = members.get("AccessKey") {
            let name = key.get("UserName").and_then(|name| name.as_str()).unwrap_or_default();
            if let Ok(Some(user)) = self.directory.user(&account, name).await {
                self.directory.capture(&account, &user, key);
            }
        }
        Ok(output(members))
    }
}

/// The call as the upstream executes it: who names no user means itself.
fn execution(call: &Call<'_>, identified: &Identified) -> Execution {
    let account = call.caller.home().to_owned();
    let mut members = identified.members.clone();
    let operation = identified.operation;
    let takes_user = operation.input().iter().any(|member| member.name == "UserName");
    let needs_user = operation.required().iter().any(|member| member == "UserName");
    if let (true, Caller::User { user, .. }) = (takes_user && !needs_user, call.caller) {
        members.entry("UserName").or_insert_with(|| user.name.clone().into());
    }
    Execution { operation, account, region: "us-east-1".to_owned(), members, body: wire::empty() }
}

/// Reads a call of the query protocol.
pub(super) fn identify_query(
    service: &str,
    parts: &Parts,
    query: &[(String, String)],
    admitted: &Admitted,
) -> Result<Identified, Refusal> {
    let service = Service::named(service)
        .ok_or_else(|| Refusal::undetermined(format!("the tables lack `{service}`")))?;
    match &admitted.content {
        Content::Whole(body) => identify::query::identify(service, parts, query, body),
        Content::Streamed(..) | Content::Form(_) => Err(Refusal::undetermined("a streamed form")),
    }
}

/// A session of `GetSessionToken` made without MFA may not call IAM at all (STS API reference).
fn refuse_session_token(caller: &Caller) -> Result<(), Refusal> {
    if !matches!(caller, Caller::User { session: Some(_), .. }) {
        return Ok(());
    }
    let message = "The security token included in the request is invalid.";
    let error = stackproof_aws::ApiError::new(403, "InvalidClientTokenId", message);
    let reason = Some("a session of GetSessionToken without MFA cannot call IAM".to_owned());
    Err(Refusal::new(Outcome::ImplicitDeny, error, reason))
}
