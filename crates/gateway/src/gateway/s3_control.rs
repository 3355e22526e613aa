//! S3 Control's way through the gateway.

use http::Response;
use http::request::Parts;
use stackproof_aws::{Body, Service, wire};

use super::admit::{Admitted, Content};
use super::draft::Draft;
use super::forward::Execution;
use super::{Gateway, payload};
use crate::authenticate::claim::SignaturePlace;
use crate::authorize::{Ask, Authorizer};
use crate::call::ConnectionFacts;
use crate::directory::upstream::text;
use crate::identify::s3_control;
use crate::refusal::Refusal;

/// The largest document; the settings of an account are a few lines.
const MAX_DOCUMENT: usize = 1 << 16;

impl Gateway {
    pub(super) async fn s3_control(
        &self,
        draft: &mut Draft,
        connection: &ConnectionFacts,
        parts: &Parts,
        query: &[(String, String)],
        mut admitted: Admitted,
    ) -> Result<Response<Body>, Refusal> {
        "s3control".clone_into(&mut draft.service);
        draft.speaks = Service::named("s3control");
        if admitted.claim.as_ref().is_some_and(|claim| claim.place != SignaturePlace::Header) {
            return Err(Refusal::undetermined("what a presigned call of S3 Control comes to"));
        }
        let operation = s3_control::operation(parts, query)?;
        draft.operation.clone_from(&operation.name);
        let content = std::mem::replace(&mut admitted.content, Content::Whole(bytes::Bytes::new()));
        let document = match content {
            Content::Whole(document) => document,
            Content::Streamed(body, checksum) => {
                let document = payload::whole(body, MAX_DOCUMENT).await.map_err(Refusal::rejected)?;
                payload::check_digests(&parts.headers, operation, &document, checksum)?;
                document
            }
            Content::Form(_) => return Err(Refusal::undetermined("a form sent to S3 Control")),
        };
        let identified = s3_control::members(operation, parts, &document)?;
        let account = text(&identified.members, "AccountId").unwrap_or_default().to_owned();
        let call = self.call(draft, connection, parts, &admitted);
        let mut context = call.s3_context();
        context.insert("s3:ResourceAccount", &account);
        let asks: Vec<Ask> =
            operation.actions.iter().map(|action| Ask::new(action, "*", &account, context.clone())).collect();
        let mut authorizer = Authorizer::new(&self.directory, &self.sources);
        if let Err(refusal) = authorizer.demand(&call, &asks).await {
            return Err(refusal.after(authorizer.checks));
        }
        let (members, region) = (identified.members, call.region.to_owned());
        let execution = Execution { operation, account, region, members, body: wire::empty() };
        let answer = self.execute(&call, execution).await;
        draft.checks = authorizer.checks;
        self.respond(draft, operation, answer)
    }
}
