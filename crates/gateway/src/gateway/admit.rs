//! Authentication: from a request to its caller.

use std::sync::Arc;

use bytes::Bytes;
use http::HeaderValue;
use http::request::Parts;
use stackproof_aws::{Body, Protocol, Secret, Service};
use subtle::ConstantTimeEq;

use super::draft::Draft;
use super::{Gateway, form, payload};
use crate::authenticate::Presented;
use crate::authenticate::claim::{self, Claim};
use crate::authenticate::fault::Fault;
use crate::authenticate::sigv4;
use crate::caller::Caller;
use crate::directory::keys::{Holder, Key};
use crate::directory::sessions::{Session, SessionKind};
use crate::form::Form;
use crate::identify;
use crate::refusal::{Refusal, Unknown};
use crate::rules;

/// The largest form or document of IAM and STS, and of what is not in the tables.
const MAX_FORM: usize = 1 << 20;
/// That of other services: a function's archive of 50 MB in base64 (Lambda quotas) is the largest that any takes.
const MAX_DOCUMENT: usize = 72 << 20;

/// Services that answer unsigned requests too, where a policy of the resource admits everyone.
const UNSIGNED_SERVICES: [&str; 3] = ["lambda", "sns", "sqs"];
/// What STS answers without a signature: the token inside proves who calls (`iam-semantics`, section 1.2).
const UNSIGNED: [&str; 2] = ["AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"];

/// A request whose caller is proved.
pub(super) struct Admitted {
    pub service: String,
    pub caller: Caller,
    pub claim: Option<Claim>,
    pub content: Content,
}

/// The body: read whole for all services but S3, whose bodies are checked as they stream.
pub(super) enum Content {
    Whole(Bytes),
    Streamed(Body, Option<&'static str>),
    /// A browser's upload.
    Form(Form),
}

/// Why a key does not lead to a caller.
enum Trouble {
    Fault(Fault),
    Unknown(Unknown),
}

impl From<Unknown> for Trouble {
    fn from(unknown: Unknown) -> Self {
        Self::Unknown(unknown)
    }
}

impl Gateway {
    /// Proves who calls.
    pub(super) async fn admit(
        &self,
        draft: &mut Draft,
        parts: &Parts,
        query: &[(String, String)],
        body: Body,
    ) -> Result<Admitted, Refusal> {
        let read = claim::read(&parts.headers, query);
        let service = identify::service(parts, query, read.as_ref().ok().and_then(Option::as_ref));
        draft.service.clone_from(&service);
        draft.speaks = identify::protocol_of(&service, parts);
        identify::check_headers(parts).map_err(Refusal::rejected)?;
        let protocol = draft.speaks.and_then(Service::protocol).unwrap_or(Protocol::RestXml);
        let refused = |fault: Fault| fault.refusal(protocol);
        let claim = read.map_err(refused)?;
        let signed = service.clone();
        let service = identify::within(service, parts);
        draft.service.clone_from(&service);
        let presented = Presented { parts, query, service: &signed };
        let s3 = service == "s3";
        if let Some(boundary) = form::boundary(&service, parts)? {
            return match claim {
                Some(_) => Err(refused(Fault::Both)),
                None => self.admit_form(draft, body, &boundary).await,
            };
        }
        let Some(claim) = claim else {
            if !s3 {
                return Err(match signed_only(&service, parts, query, body).await {
                    true => refused(Fault::Unsigned),
                    false => Refusal::undetermined(format!("what an unsigned call of `{service}` comes to")),
                });
            }
            let word = payload::word(parts, None)?;
            let (body, checksum) = payload::checked(parts, body, word.as_ref(), None)?;
            let content = Content::Streamed(body, checksum);
            return Ok(Admitted { service, caller: Caller::Anonymous, claim: None, content });
        };
        // Until the signature is verified, the key is all that the caller has shown.
        draft.principal = format!("unverified key {}", claim.access_key_id);
        presented.check(&claim, self.settings.clock.wall()).map_err(refused)?;
        let key = self.directory.keys.find(&claim.access_key_id);
        let key = key.ok_or_else(|| refused(unknown_key(&claim, "it was not issued through the gateway")))?;
        let content = if s3 {
            let word = payload::word(parts, Some(&claim))?;
            let signed = payload::signed_word(parts, &claim);
            let signing = presented.verify(&claim, &key.secret, &signed).map_err(refused)?;
            let (body, checksum) = payload::checked(parts, body, word.as_ref(), Some((signing, &claim)))?;
            Content::Streamed(body, checksum)
        } else {
            let most = if rules::has(&service) { MAX_DOCUMENT } else { MAX_FORM };
            let body = payload::whole(body, most).await.map_err(Refusal::rejected)?;
            presented.verify(&claim, &key.secret, &sigv4::sha256(&body)).map_err(refused)?;
            Content::Whole(body)
        };
        let caller = self.proved(draft, &claim, key, protocol).await?;
        Ok(Admitted { service, caller, claim: Some(claim), content })
    }

    /// Whom a claim stands for whose signature was verified under that key.
    pub(super) async fn proved(
        &self,
        draft: &mut Draft,
        claim: &Claim,
        key: Key,
        protocol: Protocol,
    ) -> Result<Caller, Refusal> {
        let caller = self.caller(claim, key).await.map_err(|trouble| match trouble {
            Trouble::Fault(fault) => fault.refusal(protocol),
            Trouble::Unknown(unknown) => unknown.into(),
        })?;
        caller.name().clone_into(&mut draft.principal);
        draft.origin = caller.session().map(|session| session.origin.clone());
        Ok(caller)
    }

    /// Whom a key stands for, if it still does.
    async fn caller(&self, claim: &Claim, key: Key) -> Result<Caller, Trouble> {
        check_token(claim, key.token.as_ref()).map_err(Trouble::Fault)?;
        let gone = |why: &str| Trouble::Fault(unknown_key(claim, why));
        match key.holder {
            Holder::Operator { account } => {
                let user = self.directory.operator_user(&account);
                user.map(|user| Caller::User { user, session: None })
                    .ok_or_else(|| gone("its account is gone"))
            }
            Holder::User { account, name, id } => {
                let user = self.directory.user(&account, &name).await?.filter(|user| user.id == id);
                let user = user.ok_or_else(|| gone("its user was deleted"))?;
                match user.keys.get(&claim.access_key_id) {
                    Some(true) => Ok(Caller::User { user, session: None }),
                    Some(false) => Err(gone("it is inactive")),
                    None => Err(gone("it was deleted")),
                }
            }
            Holder::Session(session) => self.session(claim, session).await,
            Holder::Service { name, source } => Ok(Caller::Service { name, source }),
        }
    }

    async fn session(&self, claim: &Claim, session: Arc<Session>) -> Result<Caller, Trouble> {
        if session.expires <= self.settings.clock.wall() {
            return Err(Trouble::Fault(Fault::ExpiredToken));
        }
        let gone = |what: &str| {
            Trouble::Fault(unknown_key(claim, &format!("the {what} of its session was deleted")))
        };
        if session.kind == SessionKind::Role {
            let role = self.directory.role(&session.account, &session.of).await?;
            let role = role.filter(|role| role.id == session.id).ok_or_else(|| gone("role"))?;
            return Ok(Caller::Role { role, session });
        }
        let operator = self.directory.operator_user(&session.account).filter(|user| user.id == session.id);
        let user = match operator {
            Some(operator) => Some(operator),
            None => self.directory.user(&session.account, &session.of).await?,
        };
        let user = user.filter(|user| user.id == session.id).ok_or_else(|| gone("user"))?;
        Ok(match session.kind {
            SessionKind::Federated => Caller::Federated { user, session },
            SessionKind::User | SessionKind::Role => Caller::User { user, session: Some(session) },
        })
    }
}

/// Whether a request asks for what is answered to signed requests alone (`iam-semantics`, section 1.2).
async fn signed_only(service: &str, parts: &Parts, query: &[(String, String)], body: Body) -> bool {
    if !["iam", "sts"].contains(&service) {
        let target = parts.headers.get("x-amz-target").map(HeaderValue::as_bytes).unwrap_or_default();
        return !UNSIGNED_SERVICES.contains(&service) && !target.starts_with(b"AmazonSQS.");
    }
    let Ok(body) = payload::whole(body, MAX_FORM).await else { return false };
    // On a host that is every service's a form does not say whose it is.
    let candidates = ["iam", "sts"].into_iter().filter(|one| service == "sts" || service == *one);
    candidates.filter_map(Service::named).any(|service| {
        identify::query::identify(service, parts, query, &body)
            .is_ok_and(|found| !UNSIGNED.contains(&found.operation.name.as_str()))
    })
}

pub(super) fn unknown_key(claim: &Claim, why: &str) -> Fault {
    let reason = Some(format!("the access key `{}`: {why}", claim.access_key_id));
    Fault::UnknownKey { access_key_id: claim.access_key_id.clone(), reason }
}

/// Temporary credentials come with their token, long-term ones with none.
fn check_token(claim: &Claim, expected: Option<&Secret>) -> Result<(), Fault> {
    match (expected, &claim.token) {
        (None, None) => Ok(()),
        (Some(expected), Some(token))
            if bool::from(expected.expose().as_bytes().ct_eq(token.expose().as_bytes())) =>
        {
            Ok(())
        }
        (Some(_), None) => Err(unknown_key(claim, "it is temporary, and no session token came with it")),
        _ => Err(Fault::BadToken),
    }
}
