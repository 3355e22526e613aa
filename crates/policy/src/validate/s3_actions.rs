//! S3's actions: what they apply to and which of S3's condition keys they have (service authorization reference).

use crate::pattern::{Token, matches, tokens};

/// Keys that all or nearly all actions have.
const COMMON_KEYS: [&str; 12] = [
    "resourceaccount",
    "tlsversion",
    "authtype",
    "signatureage",
    "signatureversion",
    "x-amz-content-sha256",
    "accessgrantsinstancearn",
    "accesspointnetworkorigin",
    "dataaccesspointaccount",
    "dataaccesspointarn",
    "accesspointtag",
    "buckettag",
];

/// One action of S3.
#[derive(Clone, Copy, Debug)]
pub(super) struct S3Action {
    name: &'static str,
    pub(super) on_bucket: bool,
    pub(super) on_object: bool,
    keys: &'static str,
}

impl S3Action {
    /// Whether the action has the condition key, given without `s3:` and in lower case.
    pub(super) fn has_key(&self, lower_key: &str) -> bool {
        let key = lower_key.split('/').next().unwrap_or_default();
        !key.is_empty()
            && (COMMON_KEYS.contains(&key)
                || self.keys.split(' ').any(|known| known.eq_ignore_ascii_case(key)))
    }
}

/// The actions that an item of an Action list covers.
pub(super) fn covered_by(pattern: &str) -> impl Iterator<Item = S3Action> {
    let lower = pattern.to_ascii_lowercase();
    let name: Vec<Token> = match lower.strip_prefix("s3:").or_else(|| lower.strip_prefix("*:")) {
        Some(name) => tokens(name),
        None if lower == "*" => tokens("*"),
        None => Vec::new(),
    };
    all().filter(move |action| matches(&name, &action.name.to_ascii_lowercase()))
}

/// Every action.
pub(super) fn all() -> impl Iterator<Item = S3Action> {
    include_str!("s3_actions.tsv").lines().filter_map(|line| {
        let mut fields = line.split('\t');
        let (name, on, keys) = (fields.next()?, fields.next()?, fields.next()?);
        Some(S3Action { name, on_bucket: on.contains("bucket"), on_object: on.contains("object"), keys })
    })
}
