//! Forms on their way through: who signed one, and the put that it stands for.

use http::request::Parts;
use stackproof_aws::{Body, Protocol};

use super::Gateway;
use super::admit::{Admitted, Content, unknown_key};
use super::draft::Draft;
use crate::authenticate::fault::Fault;
use crate::authenticate::sigv4::SigningKey;
use crate::caller::Caller;
use crate::form::{self, Form};
use crate::refusal::Refusal;

impl Gateway {
    /// Proves who signed a form; one without a policy is anonymous.
    pub(super) async fn admit_form(
        &self,
        draft: &mut Draft,
        body: Body,
        boundary: &[u8],
    ) -> Result<Admitted, Refusal> {
        let refused = |fault: Fault| fault.refusal(Protocol::RestXml);
        let form = Form::read(body, boundary).await?;
        let service = draft.service.clone();
        let Some(claim) = form.claim().map_err(refused)? else {
            return Ok(Admitted {
                service,
                caller: Caller::Anonymous,
                claim: None,
                content: Content::Form(form),
            });
        };
        draft.principal = format!("unverified key {}", claim.access_key_id);
        claim.check_form(self.settings.clock.wall()).map_err(refused)?;
        let key = self.directory.keys.find(&claim.access_key_id);
        let key = key.ok_or_else(|| refused(unknown_key(&claim, "it was not issued through the gateway")))?;
        form.verify(&claim, &SigningKey::derive(&key.secret, &claim.scope)).map_err(refused)?;
        let caller = self.proved(draft, &claim, key, Protocol::RestXml).await?;
        Ok(Admitted { service, caller, claim: Some(claim), content: Content::Form(form) })
    }
}

/// What divides the parts of a request to S3 that is a form.
pub(super) fn boundary(service: &str, parts: &Parts) -> Result<Option<Vec<u8>>, Refusal> {
    if service != "s3" {
        return Ok(None);
    }
    form::of_request(parts).map_err(Refusal::rejected)
}
