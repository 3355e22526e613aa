//! What an answer leaves out without a word, because its reader may not see it (S3 API reference, `GetObject`).

use http::HeaderMap;
use stackproof_aws::{Answer, Members};
use stackproof_policy::Decision;

use super::S3Call;
use crate::authorize::Authorizer;
use crate::refusal::Refusal;

/// Members of an object's answer, their headers, and the action that shows them.
const GUARDED: [(&[&str], &[&str], &str); 3] = [
    (&["TagCount"], &["x-amz-tagging-count"], "s3:GetObjectTagging"),
    (&["ObjectLockLegalHoldStatus"], &["x-amz-object-lock-legal-hold"], "s3:GetObjectLegalHold"),
    (
        &["ObjectLockMode", "ObjectLockRetainUntilDate"],
        &["x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date"],
        "s3:GetObjectRetention",
    ),
];

impl S3Call<'_> {
    /// The answer to a reader of an object without what the reader may not see. What is asked here decides nothing
    /// about the call, and is not recorded.
    pub(crate) async fn withhold(
        &self,
        authorizer: &Authorizer<'_>,
        mut answer: Answer,
    ) -> Result<Answer, Refusal> {
        if !matches!(self.name(), "GetObject" | "HeadObject") {
            return Ok(answer);
        }
        for (members, headers, action) in GUARDED {
            let shown = match &mut answer {
                Answer::Output(output) => shows_member(&output.members, members),
                Answer::Wire(response) => shows_header(response.headers(), headers),
            };
            if !shown {
                continue;
            }
            let ask = self.ask(action, &self.context());
            let mut unrecorded = Authorizer::new(authorizer.directory, authorizer.sources);
            if unrecorded.evaluate(self.call.caller, &ask).await?.decision == Decision::Allowed {
                continue;
            }
            match &mut answer {
                Answer::Output(output) => {
                    members.iter().for_each(|member| _ = output.members.remove(*member))
                }
                Answer::Wire(response) => {
                    headers.iter().for_each(|header| _ = response.headers_mut().remove(*header))
                }
            }
        }
        Ok(answer)
    }
}

fn shows_member(members: &Members, names: &[&str]) -> bool {
    names.iter().any(|name| members.contains_key(*name))
}

fn shows_header(headers: &HeaderMap, names: &[&str]) -> bool {
    names.iter().any(|name| headers.contains_key(*name))
}
