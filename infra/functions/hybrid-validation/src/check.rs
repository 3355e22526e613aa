//! Which packages are right.

use std::collections::BTreeSet;

/// The tag, or the metadata, that says whose package it is.
pub const ORGANIZATION: &str = "organization-id";

/// The organization of packages that do not say theirs in a way that could be one.
pub const UNKNOWN: &str = "UNKNOWN";

/// 1 GiB, which is still taken.
const LARGEST: u64 = 1 << 30;

/// How long an organization's id may be: what is in a key of the trail is not for uploaders to stretch.
const LONGEST_ID: usize = 64;

/// What a package must be.
#[derive(Debug)]
pub struct Rules {
    allowed: BTreeSet<String>,
}

/// What the store says of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// In bytes.
    pub size: u64,
    /// Its tag [`ORGANIZATION`].
    pub tag: Option<String>,
    /// Its metadata [`ORGANIZATION`].
    pub metadata: Option<String>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The organization that it is of, or whose it says it is; [`UNKNOWN`] otherwise.
    pub organization: String,
    /// Its size in bytes, if it is there.
    pub size: Option<u64>,
    /// What is wrong with it, if anything is.
    pub fault: Option<String>,
}

impl Rules {
    /// Packages are of one of these organizations.
    pub fn new(allowed: Vec<String>) -> Self {
        Self { allowed: allowed.into_iter().collect() }
    }

    /// Judges what is under a key; `None` is nothing.
    pub fn judge(&self, key: &str, object: Option<&Object>) -> Verdict {
        let Some(object) = object else {
            let fault = Some("the object is not there any more".to_owned());
            return Verdict { organization: UNKNOWN.to_owned(), size: None, fault };
        };
        // The tag is the later word: who may tag an object may set right what its metadata says for good.
        let said = object.tag.as_deref().or(object.metadata.as_deref());
        let id = said.filter(|id| is_id(id));
        let fault = match (said, id) {
            (None, _) => Some(format!("there is neither a tag nor metadata `{ORGANIZATION}`")),
            (Some(_), None) => Some(format!("what `{ORGANIZATION}` says is no organization's id")),
            (_, Some(id)) if !self.allowed.contains(id) => {
                Some(format!("the organization `{id}` is not allowed"))
            }
            _ if !key.ends_with(".zip") => Some("the key does not end with `.zip`".to_owned()),
            _ if object.size == 0 => Some("the object is empty".to_owned()),
            _ if object.size > LARGEST => {
                Some(format!("the object has {} bytes, more than 1 GiB", object.size))
            }
            _ => None,
        };
        Verdict { organization: id.unwrap_or(UNKNOWN).to_owned(), size: Some(object.size), fault }
    }
}

/// Letters, digits, dashes and underscores, as the stack's variable has them.
fn is_id(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=LONGEST_ID).contains(&text.len()) && text.bytes().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(key: &str, size: u64, tag: Option<&str>, metadata: Option<&str>) -> Verdict {
        let rules = Rules::new(["org-001", "org-002"].map(str::to_owned).to_vec());
        let object = Object { size, tag: tag.map(str::to_owned), metadata: metadata.map(str::to_owned) };
        rules.judge(key, Some(&object))
    }

    fn fault(verdict: &Verdict) -> &str {
        verdict.fault.as_deref().unwrap_or_default()
    }

    #[test]
    fn a_package_of_an_allowed_organization_is_right() {
        for (tag, metadata) in
            [(Some("org-002"), None), (None, Some("org-002")), (Some("org-002"), Some("org-999"))]
        {
            for size in [1, LARGEST] {
                let verdict = judged("in/a.zip", size, tag, metadata);
                assert_eq!(
                    verdict,
                    Verdict { organization: "org-002".to_owned(), size: Some(size), fault: None },
                    "{tag:?} {metadata:?}"
                );
            }
        }
    }

    #[test]
    fn an_organization_that_is_not_allowed_is_told_under_its_own_name() {
        for (tag, metadata) in
            [(Some("org-999"), None), (None, Some("org-999")), (Some("org-999"), Some("org-001"))]
        {
            let verdict = judged("a.zip", 1, tag, metadata);
            assert_eq!(verdict.organization, "org-999");
            assert_eq!(fault(&verdict), "the organization `org-999` is not allowed");
        }
    }

    #[test]
    fn what_cannot_be_an_organization_is_unknown_and_not_repeated() {
        let long = "x".repeat(65);
        for said in ["", "org 001", "org-001#EVENT", "ORG#org-001", "ö", "org-001\n", &long] {
            let verdict = judged("a.zip", 1, Some(said), Some("org-001"));
            assert_eq!(verdict.organization, UNKNOWN, "{said:?}");
            assert_eq!(fault(&verdict), "what `organization-id` says is no organization's id");
        }
        let verdict = judged("a.zip", 1, None, None);
        assert_eq!(verdict.organization, UNKNOWN);
        assert_eq!(fault(&verdict), "there is neither a tag nor metadata `organization-id`");
    }

    #[test]
    fn case_and_spaces_make_another_organization() {
        assert_eq!(
            fault(&judged("a.zip", 1, Some("ORG-001"), None)),
            "the organization `ORG-001` is not allowed"
        );
    }

    #[test]
    fn other_extensions_and_sizes_are_wrong() {
        for (key, size, expected) in [
            ("a.tar", 1, "the key does not end with `.zip`"),
            ("a.zip.exe", 1, "the key does not end with `.zip`"),
            ("a.ZIP", 1, "the key does not end with `.zip`"),
            ("azip", 1, "the key does not end with `.zip`"),
            ("a.zip", 0, "the object is empty"),
            ("a.zip", LARGEST + 1, "the object has 1073741825 bytes, more than 1 GiB"),
        ] {
            let verdict = judged(key, size, Some("org-001"), None);
            assert_eq!(fault(&verdict), expected, "{key} {size}");
            assert_eq!(verdict.organization, "org-001");
        }
    }

    #[test]
    fn what_is_gone_is_wrong() {
        let verdict = Rules::new(vec!["org-001".to_owned()]).judge("a.zip", None);
        assert_eq!(fault(&verdict), "the object is not there any more");
        assert_eq!((verdict.organization.as_str(), verdict.size), (UNKNOWN, None));
    }
}
