//! Amazon Resource Names, split at the first five colons.

/// The six segments of an ARN, borrowed from its text: `arn:partition:service:region:account:resource`.
///
/// The resource part keeps its own colons and slashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arn<'a> {
    /// `aws`, `aws-cn`, `aws-us-gov`, …
    pub partition: &'a str,
    /// The vendor segment, such as `s3`.
    pub service: &'a str,
    /// Empty for global resources.
    pub region: &'a str,
    /// Empty where the ARN names no account, as S3's do.
    pub account: &'a str,
    /// Everything after the fifth colon.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Splits `text`; `None` when it does not begin with `arn:` or has fewer than six segments.
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        if parts.next()? != "arn" {
            return None;
        }
        Some(Self {
            partition: parts.next()?,
            service: parts.next()?,
            region: parts.next()?,
            account: parts.next()?,
            resource: parts.next()?,
        })
    }

    /// The part of the resource before its first `/`, and the rest: `("role", "path/name")`.
    pub fn typed_resource(&self) -> (&'a str, &'a str) {
        self.resource.split_once('/').unwrap_or((self.resource, ""))
    }
}

/// True for the twelve digits of an account id.
pub fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_resource_part_keeps_its_colons() {
        let arn = Arn::parse("arn:aws:lambda:eu-west-2:111122223333:function:f:prod").unwrap();
        assert_eq!((arn.service, arn.resource), ("lambda", "function:f:prod"));
        assert_eq!(Arn::parse("arn:aws:s3:::b/k").unwrap().typed_resource(), ("b", "k"));
        assert_eq!(Arn::parse("arn:aws:s3"), None);
        assert_eq!(Arn::parse("urn:aws:s3:::b"), None);
    }
}
