//! Requests that some other client was seen to send, made as a principal.

use bytes::Bytes;
use stackproof_aws::Operation;
use stackproof_aws::client::{Recorded, Reply};
use stackproof_aws::codec::{decode_error, decode_response};

use super::call::{Over, stores};
use super::sending::unsent;
use super::{Acted, Upload, World};
use crate::acceptance::error::StepError;
use crate::acceptance::sentence::Who;

/// A recorded request, without who sends it.
pub(crate) struct Head {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
    /// The region and the service of the credential scope, where the record has them.
    pub(crate) scope: Option<(String, String)>,
    /// The bucket and the key that it names, where it is one of S3's.
    pub(crate) bucket: Option<String>,
    pub(crate) key: Option<String>,
}

impl World {
    /// Sends a recorded request as that principal. It becomes the last call.
    ///
    /// # Errors
    /// As [`World::act`].
    pub(crate) async fn act_recorded(&mut self, who: &Who, head: Head) -> Result<(), StepError> {
        let Head { method, target, headers, body, scope, bucket, key } = head;
        let before = match &bucket {
            Some(bucket) if stores(&method) => Some(self.stored(bucket, key.as_deref()).await),
            _ => None,
        };
        let (signing, transport) = self.travel(who, Over::Https).await?;
        let scene = self.scene()?;
        let (region, service) = scope.unwrap_or_else(|| (scene.region.clone(), "s3".to_owned()));
        let calls = scene.calls.clone();
        let content = body.clone();
        let recorded = Recorded { method, target, headers, body, signing, transport, region, service };
        let raw = calls.replay(recorded).await.map_err(unsent)?;
        let decision = self.decision_on(&raw.request_id);
        self.proved(decision.as_deref())?;
        let operation =
            decision.as_ref().and_then(|decision| Operation::named(&decision.service, &decision.operation));
        let result = match operation {
            Some(operation) => decode_response(operation, raw.status, &raw.headers, &raw.body),
            None => Err(decode_error(raw.status, &raw.body).ok_or_else(|| {
                StepError::usage(format!("the gateway did not say what it answered with {}", raw.status))
            })?),
        };
        let streamed = result.is_ok()
            && operation.is_some_and(|operation| operation.output().iter().any(|member| member.streaming));
        let reply = Reply {
            status: raw.status,
            headers: raw.headers,
            request_id: raw.request_id,
            body: if streamed { raw.body } else { Bytes::new() },
            result,
        };
        self.note(&reply, decision.as_ref())?;
        if let (Some("PutObject"), Ok(_), Some(bucket), Some(key)) =
            (operation.map(|operation| operation.name.as_str()), &reply.result, &bucket, &key)
        {
            let (bucket, key) = (bucket.clone(), key.clone());
            let upload = Upload { who: who.to_string(), bucket, key, content, customer_key: None };
            self.uploads.push(upload);
        }
        let step = self.step;
        self.last = Some(Acted { operation, bucket, key, reply, decision, before, step, judged: false });
        Ok(())
    }
}
