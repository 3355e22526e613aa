//! What a round begins with.

use serde_json::{Value, json};

/// Three buckets, and who may do what in them.
#[derive(Clone, Debug)]
pub struct Buckets {
    /// Without versions; the tenant may work below its prefix.
    pub plain: String,
    /// The same with versions.
    pub kept: String,
    /// With versions, and not the tenant's.
    pub secret: String,
}

/// What the tenant's keys begin with.
pub const PREFIX: &str = "acme/";

/// Keys of the first two buckets by turns, the tenant's and others that are near to them.
const KEYS: [&str; 26] = [
    "acme/a",
    "acme/b/c",
    "acme/gone",
    "acme//a",
    "acme/../globex/a",
    "acme/./a",
    "acme/a?acl",
    "acme/a%2Fb",
    "acme/a b+c",
    "acme/a\\b",
    "acme/é",
    "acme/e\u{301}",
    "globex/a",
    "globex/b/c",
    "/acme/a",
    "acme",
    "acme/",
    "Acme/a",
    "a",
    "a/",
    "a?versionId=null",
    "a#b",
    "a;b=c&d",
    "plain/acme/a",
    "%61cme/a",
    "a\u{1}b",
];

impl Buckets {
    pub fn of_round(round: u64) -> Self {
        let name = |kind: &str| format!("{kind}-{round}");
        Self { plain: name("plain"), kept: name("kept"), secret: name("secret") }
    }

    pub fn all(&self) -> [String; 3] {
        [self.plain.clone(), self.kept.clone(), self.secret.clone()]
    }

    /// Buckets that keep versions.
    pub fn versioned(&self) -> [&str; 2] {
        [&self.kept, &self.secret]
    }

    /// The first objects, in the order in which they are put.
    pub fn objects(&self) -> Vec<(&str, &'static str)> {
        let by_turns = |(at, key)| (if at % 2 == 0 { &self.plain } else { &self.kept }, key);
        let more = [&self.kept, &self.kept, &self.secret, &self.secret];
        let more = more.into_iter().flat_map(|bucket| [(bucket, "acme/a"), (bucket, "globex/a")]);
        let all = KEYS.into_iter().enumerate().map(by_turns).chain(more);
        all.map(|(bucket, key)| (bucket.as_str(), key)).collect()
    }

    /// What the tenant is allowed.
    pub fn policy(&self) -> Value {
        let within = |bucket: &str| format!("arn:aws:s3:::{bucket}/{PREFIX}*");
        let objects = [within(&self.plain), within(&self.kept)];
        let buckets = [&self.plain, &self.kept].map(|bucket| format!("arn:aws:s3:::{bucket}"));
        json!({ "Version": "2012-10-17", "Statement": [
            { "Effect": "Allow", "Resource": objects, "Action": [
                "s3:GetObject*", "s3:PutObject*", "s3:DeleteObject*", "s3:AbortMultipartUpload",
                "s3:ListMultipartUploadParts",
            ] },
            { "Effect": "Allow", "Resource": buckets, "Action": ["s3:ListBucket", "s3:ListBucketVersions"],
              "Condition": { "StringLike": { "s3:prefix": format!("{PREFIX}*") } } },
        ] })
    }

    /// Whether an object is the tenant's.
    pub fn is_tenants(&self, bucket: &str, key: &str) -> bool {
        key.starts_with(PREFIX) && [&self.plain, &self.kept].into_iter().any(|own| own == bucket)
    }
}
