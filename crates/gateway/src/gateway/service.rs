//! The way through the gateway of services that are authorized by tables.

use http::Response;
use http::request::Parts;
use stackproof_aws::{Answer, Body, Protocol, Service, wire};

use super::Gateway;
use super::admit::{Admitted, Content};
use super::draft::Draft;
use super::forward::{Execution, Failure, output, read};
use super::native::Judged;
use crate::authorize::service::{Prepared, ServiceCall};
use crate::authorize::{Ask, Authorizer};
use crate::call::ConnectionFacts;
use crate::directory::services::holder;
use crate::directory::upstream::text;
use crate::identify::{self, Identified};
use crate::refusal::Refusal;
use crate::validate::{self, Stored};

impl Gateway {
    pub(super) async fn service(
        &self,
        draft: &mut Draft,
        connection: &ConnectionFacts,
        parts: &Parts,
        query: &[(String, String)],
        admitted: Admitted,
    ) -> Result<Response<Body>, Refusal> {
        let identified = identified(parts, query, &admitted)?;
        draft.operation.clone_from(&identified.operation.name);
        let call = self.call(draft, connection, parts, &admitted);
        let service = ServiceCall { call: &call, directory: &self.directory, identified: &identified };
        let mut authorizer = Authorizer::new(&self.directory, &self.sources);
        let judged = match self.through_service(&service, &mut authorizer).await {
            Ok(answer) => Ok(Judged { answer, predicted: None }),
            Err(refusal) => {
                let account = call.caller.home().to_owned();
                self.overrule(&call, refusal, execution(&service, account)).await
            }
        };
        self.conclude(draft, identified.operation, authorizer.checks, judged)
    }

    async fn through_service(
        &self,
        service: &ServiceCall<'_>,
        authorizer: &mut Authorizer<'_>,
    ) -> Result<Result<Answer, Failure>, Refusal> {
        if self.is_native() && service.is_about_organization() {
            let reason = "where the upstream decides, no policy of an organization counts";
            return Err(Refusal::undetermined(reason));
        }
        let Prepared { asks, keys, account } = service.prepare().await?;
        authorizer.demand(service.call, &asks).await.map_err(|refusal| in_part(authorizer, refusal))?;
        authorizer.demand(service.call, &keys.asks).await.map_err(|refusal| in_part(authorizer, refusal))?;
        if let Err(error) = keys.check_state(service.identified.operation.service) {
            return Ok(Err(Failure::Error(error)));
        }
        let group = asks.first().map(|ask| ask.resource.as_str()).unwrap_or_default();
        if let Err(error) = service.check_log_key(authorizer, group).await? {
            return Ok(Err(Failure::Error(error)));
        }
        let stored = match validate::service(&self.directory, service.identified, &account).await? {
            Ok(stored) => stored,
            Err(error) => return Ok(Err(Failure::Error(error))),
        };
        let answer = self.execute(service.call, execution(service, account)).await;
        let answer = match answer {
            Ok(answer) => self.note_issued(service, answer, &asks).await,
            answer => answer,
        };
        if let (Ok(_), Some(stored), Some(ask)) = (&answer, stored, asks.first()) {
            let holder = holder(&ask.resource);
            match stored {
                Stored::Policy(meant) => self.directory.pins.resource(&holder, meant),
                Stored::Statement(meant) => self.directory.pins.statement(&holder, meant),
            }
        }
        Ok(answer)
    }
}

impl Gateway {
    /// Notes which stream an iterator is of that the answer gives out, which groups a query, and which account was made.
    async fn note_issued(
        &self,
        service: &ServiceCall<'_>,
        answer: Answer,
        asks: &[Ask],
    ) -> Result<Answer, Failure> {
        let operation = service.identified.operation;
        let member = match (operation.service, operation.name.as_str()) {
            ("kinesis" | "dynamodbstreams", "GetShardIterator") => "ShardIterator",
            ("kinesis" | "dynamodbstreams", "GetRecords") => "NextShardIterator",
            ("logs", "StartQuery") => "queryId",
            ("organizations", "CreateAccount") => {
                let members = read(answer, operation).await?;
                self.note_account(service, &members).await?;
                return Ok(output(members));
            }
            _ => return Ok(answer),
        };
        let members = read(answer, operation).await?;
        let resources: Vec<&str> = asks.iter().map(|ask| ask.resource.as_str()).collect();
        if let Some(name) = text(&members, member) {
            self.directory.iterators.issued(name, &resources);
        }
        Ok(output(members))
    }
}

/// A batch of secrets succeeds also where some of them are refused, and says so inside its answer.
fn in_part(authorizer: &Authorizer<'_>, refusal: Refusal) -> Refusal {
    let actions: Vec<&str> = authorizer.checks.iter().map(|check| check.action.as_str()).collect();
    match actions.as_slice() {
        ["secretsmanager:BatchGetSecretValue", .., _] if refusal.is_denial() => {
            Refusal::undetermined("which of the secrets are refused, which comes back inside the answer")
        }
        _ => refusal,
    }
}

/// The call in the operation's own members, whatever the protocol.
fn identified(parts: &Parts, query: &[(String, String)], admitted: &Admitted) -> Result<Identified, Refusal> {
    let service = Service::named(&admitted.service)
        .ok_or_else(|| Refusal::undetermined(format!("the tables lack `{}`", admitted.service)))?;
    let Content::Whole(body) = &admitted.content else {
        return Err(Refusal::undetermined("a body that is not whole"));
    };
    match service.protocol() {
        Some(Protocol::Json10 | Protocol::Json11) => identify::json::identify(service, parts, query, body),
        Some(Protocol::Query | Protocol::Ec2) => identify::query::identify(service, parts, query, body),
        Some(Protocol::RestJson) => identify::rest_json::identify(service, parts, query, body),
        Some(Protocol::RestXml) | None => {
            Err(Refusal::undetermined(format!("how `{}` is spoken", service.name)))
        }
    }
}

fn execution(service: &ServiceCall<'_>, account: String) -> Execution {
    let members = service.identified.members.clone();
    let (operation, region) = (service.identified.operation, service.call.region.to_owned());
    Execution { operation, account, region, members, body: wire::empty() }
}
