//! Resource addresses: `module.x["a"].aws_s3_bucket.data["k"]`.

use crate::acceptance::stage::Stack;

/// A managed resource's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Address<'a> {
    /// The resource type.
    pub(super) kind: &'a str,
    /// The name, with its instance key where there is one.
    label: &'a str,
    /// The whole address without the instance key at its end.
    keyless: &'a str,
}

impl<'a> Address<'a> {
    /// Reads an address; none for data sources and what is no address.
    pub(super) fn new(address: &'a str) -> Option<Self> {
        let mut parts = Vec::new();
        let (mut depth, mut start) = (0_u32, 0);
        for (at, letter) in address.char_indices() {
            match letter {
                '[' => depth += 1,
                ']' => depth = depth.saturating_sub(1),
                '.' if depth == 0 => {
                    parts.push(address.get(start..at)?);
                    start = at + 1;
                }
                _ => {}
            }
        }
        parts.push(address.get(start..)?);
        match parts.as_slice() {
            [.., "data", _, _] => None,
            [.., kind, label] => {
                let key = label.split_once('[').map_or(0, |(name, _)| label.len() - name.len());
                Some(Self { kind, label, keyless: address.get(..address.len() - key)? })
            }
            _ => None,
        }
    }

    /// Whether that is its last label, with or without the instance key, or all of it without.
    pub(super) fn is_called(&self, name: &str) -> bool {
        self.label == name
            || self.keyless == name
            || self.keyless.strip_prefix(Stack::FIXTURES) == Some(name)
            || self.label.split_once('[').is_some_and(|(label, _)| label == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_and_the_label_stand_last() {
        let address = Address::new(r#"module.x["a.b"].aws_s3_bucket.data["k.l"]"#).unwrap();
        assert_eq!(address.kind, "aws_s3_bucket");
        assert!(address.is_called("data") && address.is_called(r#"data["k.l"]"#) && !address.is_called("l"));
        assert!(address.is_called(r#"module.x["a.b"].aws_s3_bucket.data"#));
        let beside = Address::new("fixtures.aws_s3_bucket.source[0]").unwrap();
        assert!(
            beside.is_called("aws_s3_bucket.source") && beside.is_called("fixtures.aws_s3_bucket.source")
        );
        assert_eq!(beside.kind, "aws_s3_bucket");
        assert_eq!(Address::new("data.aws_caller_identity.current"), None);
        assert_eq!(Address::new("accessor"), None);
    }
}
