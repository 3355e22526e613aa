//! KMS's way through the gateway.

use http::Response;
use http::request::Parts;
use stackproof_aws::{Answer, Body, Members, Service, wire};

use super::Gateway;
use super::admit::{Admitted, Content};
use super::draft::Draft;
use super::forward::{Execution, Failure, output, read};
use super::native::Judged;
use crate::authorize::Authorizer;
use crate::authorize::kms::{KmsCall, Prepared};
use crate::call::ConnectionFacts;
use crate::directory::grants::IssuedGrant;
use crate::directory::pins::Ids;
use crate::directory::upstream::{field, text};
use crate::identify;
use crate::refusal::Refusal;
use crate::validate;

impl Gateway {
    pub(super) async fn kms(
        &self,
        draft: &mut Draft,
        connection: &ConnectionFacts,
        parts: &Parts,
        query: &[(String, String)],
        admitted: Admitted,
    ) -> Result<Response<Body>, Refusal> {
        let service = Service::named("kms").ok_or_else(|| Refusal::undetermined("the tables lack `kms`"))?;
        let body = match &admitted.content {
            Content::Whole(body) => body,
            Content::Streamed(..) | Content::Form(_) => {
                return Err(Refusal::undetermined("a document that is no JSON"));
            }
        };
        let identified = identify::json::identify(service, parts, query, body)?;
        draft.operation.clone_from(&identified.operation.name);
        let call = self.call(draft, connection, parts, &admitted);
        let kms = KmsCall { call: &call, directory: &self.directory, identified: &identified };
        let mut authorizer = Authorizer::new(&self.directory, &self.sources);
        let judged = match self.through_kms(&kms, &mut authorizer).await {
            Ok(answer) => Ok(Judged { answer, predicted: None }),
            Err(refusal) => {
                let members = identified.members.clone();
                let account = call.caller.home().to_owned();
                self.overrule(&call, refusal, execution(&kms, account, members)).await
            }
        };
        self.conclude(draft, identified.operation, authorizer.checks, judged)
    }

    async fn through_kms(
        &self,
        kms: &KmsCall<'_>,
        authorizer: &mut Authorizer<'_>,
    ) -> Result<Result<Answer, Failure>, Refusal> {
        let Prepared { asks, account, members } = kms.prepare().await?;
        authorizer.demand(kms.call, &asks).await?;
        let meant = match validate::kms(&self.directory, kms, &asks, authorizer).await? {
            Ok(meant) => meant,
            Err(error) => return Ok(Err(Failure::Error(error))),
        };
        let operation = kms.identified.operation;
        let answer = match self.execute(kms.call, execution(kms, account, members.clone())).await {
            Ok(answer) => answer,
            Err(failure) => return Ok(Err(failure)),
        };
        if !["CreateKey", "CreateGrant", "PutKeyPolicy"].contains(&operation.name.as_str()) {
            return Ok(Ok(answer));
        }
        Ok(read(answer, operation).await.map(|made| {
            self.keep(&members, &made, meant);
            output(made)
        }))
    }

    /// Keeps what is told only now: whom the policy of a key or a grant means, and what a grant's token stands for.
    fn keep(&self, members: &Members, made: &Members, meant: Ids) {
        let created = made.get("KeyMetadata").and_then(|metadata| field(metadata, "Arn"));
        let key = created.or_else(|| text(members, "KeyId")).unwrap_or_default();
        match text(made, "GrantId") {
            None => self.directory.pins.resource(key, meant),
            Some(id) => {
                self.directory.pins.grant(id, meant);
                let grant = IssuedGrant { key_arn: key.to_owned(), grant_id: id.to_owned() };
                self.directory.grant_tokens.issued(text(made, "GrantToken").unwrap_or_default(), grant);
            }
        }
    }
}

fn execution(kms: &KmsCall<'_>, account: String, members: Members) -> Execution {
    let (operation, region) = (kms.identified.operation, kms.call.region.to_owned());
    Execution { operation, account, region, members, body: wire::empty() }
}
