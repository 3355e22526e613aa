//! STS's way through the gateway, which answers it itself: sessions are issued once, and the directory holds them.

use http::Response;
use http::request::Parts;
use stackproof_aws::{Body, Credentials, wire};

use super::Gateway;
use super::admit::Admitted;
use super::draft::Draft;
use super::forward::{Execution, Failure, output};
use super::iam::identify_query;
use crate::authorize::Authorizer;
use crate::call::{Call, ConnectionFacts};
use crate::caller::{Caller, ServiceSource};
use crate::directory::keys::Holder;
use crate::directory::sessions;
use crate::identify::Identified;
use crate::refusal::Refusal;
use crate::sts::{self, Sts};

impl Gateway {
    pub(super) async fn sts(
        &self,
        draft: &mut Draft,
        connection: &ConnectionFacts,
        parts: &Parts,
        query: &[(String, String)],
        admitted: Admitted,
    ) -> Result<Response<Body>, Refusal> {
        let identified = identify_query("sts", parts, query, &admitted)?;
        draft.operation.clone_from(&identified.operation.name);
        let call = self.call(draft, connection, parts, &admitted);
        let mut authorizer = Authorizer::new(&self.directory, &self.sources);
        let sts = Sts { call: &call, directory: &self.directory, members: &identified.members };
        let answered = sts.answer(&identified.operation.name, &mut authorizer).await;
        let judged = match answered {
            Ok(Ok(ours)) if self.issues(&identified.operation.name) => {
                Ok(self.issue(&call, execution(&call, &identified), Ok(ours)).await)
            }
            Err(refusal) if self.issues(&identified.operation.name) && refusal.is_denial() => {
                Ok(self.issue(&call, execution(&call, &identified), Err(refusal)).await)
            }
            Ok(answer) => {
                let answer = answer.map(output).map_err(Failure::Error);
                draft.checks = authorizer.checks;
                return self.respond(draft, identified.operation, answer);
            }
            Err(refusal) => Err(refusal),
        };
        self.conclude(draft, identified.operation, authorizer.checks, judged)
    }

    /// Credentials whose calls are those that a service makes for itself, as `Principal: { "Service": … }` of a policy
    /// means it. They stand for as long as the gateway does.
    ///
    /// # Errors
    /// Undetermined where the upstream decides: only the service itself makes such calls there.
    pub fn act_as_service(&self, service: &str, source: ServiceSource) -> Result<Credentials, Refusal> {
        if self.is_native() {
            return Err(Refusal::undetermined(
                "where the upstream decides, only the service itself can call as such",
            ));
        }
        let credentials = sessions::credentials();
        let holder = Holder::Service { name: service.to_owned(), source };
        self.directory.keys.insert(credentials.clone(), holder);
        Ok(credentials)
    }

    /// A session of a role as a service would be given it, if the role's trust policy admits that service.
    /// The decision is recorded.
    ///
    /// # Errors
    /// The refusal, where the trust policy does not admit the service, there is no such role, or it is not known.
    pub async fn assume_as_service(
        &self,
        role_arn: &str,
        service: &str,
        session_name: &str,
        source: ServiceSource,
    ) -> Result<Credentials, Refusal> {
        if self.is_native() {
            let reason = "where the upstream decides, only the service itself can take its role";
            return Err(Refusal::undetermined(reason));
        }
        let caller = Caller::Service { name: service.to_owned(), source };
        let mut draft = Draft::new(crate::random::request_id(), &self.settings);
        draft.service = "sts".to_owned();
        draft.operation = "AssumeRole".to_owned();
        service.clone_into(&mut draft.principal);
        let mut authorizer = Authorizer::new(&self.directory, &self.sources);
        let assumed = self.assume(&draft.id, &caller, (role_arn, session_name), &mut authorizer).await;
        draft.checks = authorizer.checks;
        let status = match &assumed {
            Ok(_) => 200,
            Err(refusal) => {
                draft.refused(refusal.clone());
                refusal.error.status
            }
        };
        self.decisions.push(draft.finish(status));
        assumed
    }

    async fn assume(
        &self,
        id: &str,
        caller: &Caller,
        (role_arn, session_name): (&str, &str),
        authorizer: &mut Authorizer<'_>,
    ) -> Result<Credentials, Refusal> {
        let connection = ConnectionFacts {
            secure: true,
            tls_version: Some("1.3"),
            peer: std::net::IpAddr::from([127, 0, 0, 1]),
        };
        let call = Call {
            id,
            service: stackproof_aws::Service::named("sts"),
            caller,
            connection: &connection,
            headers: &http::HeaderMap::new(),
            claim: None,
            region: &self.settings.region,
            now: self.settings.clock.now(),
            wall: self.settings.clock.wall(),
        };
        let members = sts::assume_role_members(role_arn, session_name);
        let sts = Sts { call: &call, directory: &self.directory, members: &members };
        let (credentials, _) =
            sts.assume_role(call.context("sts"), authorizer).await?.map_err(Refusal::rejected)?;
        Ok(credentials)
    }
}

fn execution(call: &Call<'_>, identified: &Identified) -> Execution {
    Execution {
        operation: identified.operation,
        account: call.caller.home().to_owned(),
        region: call.region.to_owned(),
        members: identified.members.clone(),
        body: wire::empty(),
    }
}
