//! Likenesses of keys and roles that another upstream holds, so that what is here can refer to them.

use std::sync::Arc;

use stackproof_aws::{ApiError, Members};

use crate::Emulator;
use crate::arn::Arn;

impl Emulator {
    /// Takes a key for one that another upstream's `DescribeKey` describes so, under that alias too. Services here are
    /// under it as its state and usage allow; its material is another one.
    ///
    /// # Errors
    /// `InternalFailure` for what describes no key.
    pub fn lend_key(&self, described: &Members, alias: Option<&str>) -> Result<(), ApiError> {
        self.state().kms.lend(described, alias, self.clock.now())
    }

    /// Knows of no key any more that is named so: by ARN, by id, or by an alias.
    pub fn forget_key(&self, account: &str, region: &str, named: &str) {
        self.state().kms.forget(account, region, named);
    }

    /// Takes a role for one that another upstream has.
    ///
    /// # Errors
    /// `InternalFailure` for what is no ARN of a role.
    pub fn lend_role(&self, arn: &str) -> Result<(), ApiError> {
        let wrong = || ApiError::internal(format!("`{arn}` is no role"));
        let parsed = Arn::parse(arn).ok_or_else(wrong)?;
        let named = parsed.resource.strip_prefix("role").ok_or_else(wrong)?;
        let now = self.clock.now();
        Arc::make_mut(self.state().accounts.entry(parsed.account.to_owned()).or_default()).lend(named, now)
    }

    /// Knows of no role of that ARN any more.
    pub fn forget_role(&self, arn: &str) {
        let Some(parsed) = Arn::parse(arn) else { return };
        if let Some(account) = self.state().accounts.get_mut(parsed.account) {
            Arc::make_mut(account).forget(arn);
        }
    }
}
