//! Calls that follow from a call.

use stackproof_aws::wire::{self, Signer};
use stackproof_aws::{ApiError, Caller, CanonicalRequest, Members, Operation, Upstream};

/// Whose call it was that others follow from, and where.
pub(super) struct Origin {
    id: String,
    account: String,
    region: String,
    caller: Caller,
}

impl Origin {
    /// That of a request.
    pub fn of(request: &CanonicalRequest) -> Self {
        Self {
            id: request.id.clone(),
            account: request.account.clone(),
            region: request.region.clone(),
            caller: request.caller.clone(),
        }
    }

    /// The same in that account.
    pub fn within(self, account: String) -> Self {
        Self { account, ..self }
    }

    /// Asks S3, in the name of the account.
    pub async fn ask(&self, s3: &dyn Upstream, name: &str, members: Members) -> Result<Members, ApiError> {
        let missing = || ApiError::internal(format!("`{name}` is not in the tables"));
        let operation = Operation::named("s3", name).ok_or_else(missing)?;
        let request = CanonicalRequest {
            id: self.id.clone(),
            operation,
            account: self.account.clone(),
            region: self.region.clone(),
            caller: self.caller.clone(),
            signer: Signer::Account,
            secure: true,
            members,
            body: wire::empty(),
        };
        s3.call(request).await?.members(operation).await
    }
}

/// Whether a list means this key: XML has one character for every end of a line (XML 1.0, section 2.11), and emulators
/// do not escape it.
pub(super) fn lists(listed: Option<&str>, key: &str) -> bool {
    let read = |key: &str| key.replace("\r\n", "\n").replace('\r', "\n");
    listed.is_some_and(|listed| read(listed) == read(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_lines_are_alike_in_lists_and_keys_are_not() {
        assert!(lists(Some("a/\nb"), "a/\r\nb") && lists(Some("a/\nb"), "a/\rb") && lists(Some("a"), "a"));
        assert!(!lists(Some("a/b"), "a/\nb") && !lists(None, "a"));
    }
}
