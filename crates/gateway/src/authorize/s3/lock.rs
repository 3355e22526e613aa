//! Lifting governance, which is a permission of its own.

use serde_json::json;
use stackproof_policy::Certainty;

use super::S3Call;
use crate::refusal::Refusal;

const NO_LOCK: &[&str] = &["ObjectLockConfigurationNotFoundError"];

/// What becomes of `x-amz-bypass-governance-retention`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lift {
    /// It is not sent.
    Unasked,
    /// It is sent to a bucket that locks nothing.
    Idle,
    /// It is sent to a bucket that may have something to lift.
    Asked,
}

impl Lift {
    /// The action that it needs.
    pub fn action(self) -> Option<&'static str> {
        (self == Self::Asked).then_some("s3:BypassGovernanceRetention")
    }

    /// How sure it is that no other one is needed. "To use this header", says the page of `DeleteObject`, one needs the
    /// action; without object lock callers were seen to do without, and lately to be refused for what is no use there.
    pub fn certainty(self) -> Certainty {
        if self == Self::Idle { Certainty::Measured } else { Certainty::Documented }
    }
}

impl S3Call<'_> {
    /// Whether the call is to lift governance.
    pub(super) async fn lift(&self) -> Result<Lift, Refusal> {
        let Some(bucket) = self.bucket.as_ref().filter(|_| self.flag("BypassGovernanceRetention")) else {
            return Ok(Lift::Unasked);
        };
        let (call, members) = (("s3", "GetObjectLockConfiguration"), json!({ "Bucket": bucket.name }));
        let locks = self.directory.ask(&bucket.owner, call, members, NO_LOCK).await?;
        Ok(if locks.is_some() { Lift::Asked } else { Lift::Idle })
    }
}
