//! One call's way through: authenticate, identify, authorize, forward, record.

mod admit;
mod cors;
mod draft;
mod form;
mod forward;
mod iam;
mod kms;
mod members;
mod native;
mod payload;
mod s3;
mod s3_control;
mod service;
mod sts;

use std::sync::Arc;

use http::header::HeaderName;
use http::request::Parts;
use http::{HeaderValue, Method, Request, Response};
use stackproof_aws::{ApiError, Body, Clock, Credentials, Operation, Service, Upstream, codec};

use crate::call::ConnectionFacts;
use crate::directory::Directory;
use crate::directory::upstream::counted;
use crate::identify;
use crate::listen::{Authority, Server};
use crate::organization::Organization;
use crate::random;
use crate::record::{DecisionLog, Enforcement, SourceMap};
use crate::refusal::Refusal;
use crate::rules;
use crate::uri;
use admit::Admitted;
use draft::Draft;

/// How a gateway stands.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The target's name, for decisions.
    pub target: String,
    /// The accounts that live side by side, 12 digits each.
    pub accounts: Vec<String>,
    /// The region of calls that name none.
    pub region: String,
    /// Whether plain HTTP counts as TLS, for tools that cannot trust a private certificate authority.
    pub assume_tls: bool,
    /// The target's clock.
    pub clock: Clock,
    /// Who enforces policies.
    pub enforcement: Enforcement,
    /// Whether others write to the upstream behind the gateway, so that what was read expires after a second.
    pub shared_upstream: bool,
    /// The organization that accounts are members of, until a call to AWS Organizations changes it: the upstream has
    /// the same where all of it is known.
    pub organization: Option<Arc<Organization>>,
}

/// The enforcing gateway before one upstream.
pub struct Gateway {
    settings: Settings,
    upstream: Arc<dyn Upstream>,
    directory: Directory,
    decisions: DecisionLog,
    sources: SourceMap,
}

impl Gateway {
    /// A gateway with operators of its own in every account.
    pub fn new(settings: Settings, upstream: Arc<dyn Upstream>) -> Arc<Self> {
        let directory = Directory::new(
            &settings.accounts,
            settings.organization.clone(),
            &settings.region,
            settings.shared_upstream,
            Arc::clone(&upstream),
        );
        let (decisions, sources) = (DecisionLog::default(), SourceMap::default());
        Arc::new(Self { settings, upstream, directory, decisions, sources })
    }

    /// A gateway that knows what this one knows, before a copy of its upstream: credentials issued so far are good
    /// there too, what either learns or issues from now on is its own.
    pub fn fork(&self, upstream: Arc<dyn Upstream>, clock: Clock) -> Arc<Self> {
        let directory = self.directory.fork(Arc::clone(&upstream));
        let settings = Settings { clock, ..self.settings.clone() };
        let (decisions, sources) = (DecisionLog::default(), self.sources.fork());
        Arc::new(Self { directory, settings, upstream, decisions, sources })
    }

    /// The same in another organization, or in none, whatever organization the upstream has.
    pub fn fork_in(
        &self,
        organization: Option<Arc<Organization>>,
        upstream: Arc<dyn Upstream>,
        clock: Clock,
    ) -> Arc<Self> {
        let directory = self.directory.fork(Arc::clone(&upstream)).within(organization.clone());
        let settings = Settings { clock, organization, ..self.settings.clone() };
        let (decisions, sources) = (DecisionLog::default(), self.sources.fork());
        Arc::new(Self { directory, settings, upstream, decisions, sources })
    }

    /// The organization that accounts were members of at first.
    pub fn organization(&self) -> Option<&Arc<Organization>> {
        self.settings.organization.as_ref()
    }

    /// The credentials of an account's operator.
    pub fn operator(&self, account: &str) -> Option<Credentials> {
        self.directory.operator(account)
    }

    /// Ends the session of that access key now; false where there is no such session.
    pub fn expire_session(&self, access_key_id: &str) -> bool {
        self.directory.keys.expire(access_key_id, self.settings.clock.wall())
    }

    /// What was decided of each call.
    pub fn decisions(&self) -> DecisionLog {
        self.decisions.clone()
    }

    /// Where statements are written.
    pub fn sources(&self) -> SourceMap {
        self.sources.clone()
    }

    /// Answers HTTP and HTTPS on `listener` until the server is dropped or shut down.
    pub fn serve(self: &Arc<Self>, listener: tokio::net::TcpListener, authority: Arc<Authority>) -> Server {
        Server::start(Arc::clone(self), listener, authority)
    }

    /// Answers one request.
    pub async fn handle(&self, mut connection: ConnectionFacts, request: Request<Body>) -> Response<Body> {
        connection.secure |= self.settings.assume_tls;
        let id = random::request_id();
        let head = request.method() == Method::HEAD;
        let mut draft = Draft::new(id.clone(), &self.settings);
        let (parts, body) = request.into_parts();
        let (answer, reads) = counted(self.answer(&mut draft, &connection, &parts, body)).await;
        draft.reads = reads;
        let mut response = match answer {
            Ok(response) => response,
            Err(refusal) => {
                let response = ApiError::clone(&refusal.error).into_response(draft.speaks, &id, head);
                draft.refused(refusal);
                response
            }
        };
        if codec::is_cbor(&parts.headers) {
            response = codec::in_cbor(Operation::named(&draft.service, &draft.operation), response).await;
        }
        if draft.service == "s3" {
            self.share(&parts, &mut response).await;
        }
        name(&mut response, &id, draft.speaks);
        self.decisions.push(draft.finish(response.status().as_u16()));
        response
    }

    async fn answer(
        &self,
        draft: &mut Draft,
        connection: &ConnectionFacts,
        parts: &Parts,
        body: Body,
    ) -> Result<Response<Body>, Refusal> {
        let query = uri::decode_query(parts.uri.query().unwrap_or_default());
        let query = query.filter(|_| uri::decode_path(parts.uri.path()).is_some());
        let query =
            query.ok_or_else(|| identify::s3::rejected("InvalidURI", "Couldn't parse the specified URI."))?;
        if Self::is_preflight(parts, &query) {
            return self.preflight(draft, parts).await;
        }
        let admitted = self.admit(draft, parts, &query, body).await?;
        match admitted.service.as_str() {
            "s3" if identify::s3_control::is_called(parts) => {
                self.s3_control(draft, connection, parts, &query, admitted).await
            }
            "s3" => self.s3(draft, connection, parts, &query, admitted).await,
            "iam" => self.iam(draft, connection, parts, &query, admitted).await,
            "kms" => self.kms(draft, connection, parts, &query, admitted).await,
            "sts" => self.sts(draft, connection, parts, &query, admitted).await,
            service if rules::has(service) => self.service(draft, connection, parts, &query, admitted).await,
            other => Err(Refusal::undetermined(format!("the service `{other}` is not in the tables"))),
        }
    }

    fn call<'a>(
        &'a self,
        draft: &'a Draft,
        connection: &'a ConnectionFacts,
        parts: &'a Parts,
        admitted: &'a Admitted,
    ) -> crate::call::Call<'a> {
        let claim = admitted.claim.as_ref();
        crate::call::Call {
            id: &draft.id,
            service: draft.speaks,
            caller: &admitted.caller,
            connection,
            headers: &parts.headers,
            claim,
            region: claim.map_or(self.settings.region.as_str(), |claim| &claim.scope.region),
            now: self.settings.clock.now(),
            wall: self.settings.clock.wall(),
        }
    }
}

/// Every answer carries the id by which its decision is found.
fn name(response: &mut Response<Body>, id: &str, service: Option<&'static Service>) {
    let s3 = service.is_none_or(|service| matches!(service.name, "s3" | "s3control"));
    let header = if s3 { "x-amz-request-id" } else { "x-amzn-requestid" };
    if let Ok(value) = HeaderValue::from_str(id) {
        response.headers_mut().insert(HeaderName::from_static("x-amz-request-id"), value.clone());
        response.headers_mut().insert(HeaderName::from_static(header), value);
    }
    if s3 {
        let extended = HeaderValue::from_static("stackproof");
        response.headers_mut().insert(HeaderName::from_static("x-amz-id-2"), extended);
    }
}
