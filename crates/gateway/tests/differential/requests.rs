//! Requests of all kinds, each meant well.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};
use stackproof_fuzz::Random;

use super::behind::{Held, Place, UNVERSIONED};
use super::buckets::{Buckets, PREFIX};
use super::keys;
use super::sent::{Payload, Sent, Signed, Who, one, rarely};
use super::signature::{Signer, encode};
use super::twists;

/// Makes requests out of what is there.
pub struct Maker<'a> {
    pub random: &'a mut Random,
    pub buckets: &'a Buckets,
    pub held: &'a Held,
    /// The first part of uploads, by their ids.
    pub parts: &'a BTreeMap<String, String>,
    pub port: u16,
    /// What nothing has borne yet.
    pub mark: String,
}

/// Sub-resources of buckets.
const OF_BUCKETS: [&str; 14] = [
    "policy",
    "versioning",
    "location",
    "tagging",
    "cors",
    "acl",
    "encryption",
    "lifecycle",
    "policyStatus",
    "publicAccessBlock",
    "ownershipControls",
    "notification",
    "object-lock",
    "website",
];

impl Maker<'_> {
    /// The next request; forms are signed by `signer`, everything else is signed later.
    pub fn next(&mut self, who: Who, signer: &Signer<'_>) -> Sent {
        let (bucket, key) = self.object(who);
        let mut sent = match self.random.below(100) {
            0..16 => self.versioned("GET", &bucket, &key),
            16..20 => self.versioned("HEAD", &bucket, &key),
            20..36 => self.put(&bucket, &key),
            36..44 => self.versioned("DELETE", &bucket, &key),
            44..56 => self.copy(who, &bucket, &key),
            56..66 => self.list(&bucket),
            66..72 => self.deletes(who, &bucket),
            72..75 => self.on("POST", &bucket, &key, "uploads"),
            75..83 => self.of_upload(who, &bucket, &key),
            83..89 => self.tagging(&bucket, &key),
            89..91 => {
                let mut sent = self.versioned("GET", &bucket, &key);
                sent.query("attributes");
                sent.header("x-amz-object-attributes", "ETag,ObjectSize");
                sent
            }
            91..95 => self.of_bucket(&bucket),
            _ => self.form(&bucket, &key, signer),
        };
        sent.who = who;
        if sent.signed == Signed::InHeader && rarely(self.random, 8) {
            sent.signed = Signed::InQuery;
        }
        for _ in 0..one(self.random, &[0, 0, 1, 1, 1, 2, 3]) {
            twists::twist(self.random, self.buckets, self.held, &mut sent);
        }
        sent
    }

    /// A request on a key as any client sends it.
    pub fn plain(&mut self, method: &str, bucket: &str, key: &str, body: &str) -> Sent {
        let path = format!("/{bucket}/{}", super::signature::encode_path(key.as_bytes()));
        let mut sent = Sent::new(method, path.into_bytes());
        sent.header("host", format!("localhost:{}", self.port));
        sent.body = body.as_bytes().to_vec();
        sent
    }

    /// A bucket and a key in it, which may be there and which the sender may use, but need not.
    fn object(&mut self, who: Who) -> (String, String) {
        let all: Vec<_> = self.held.objects.keys().collect();
        let own: Vec<&Place> = all
            .iter()
            .copied()
            .filter(|(bucket, key, _)| who != Who::Tenant || self.buckets.is_tenants(bucket, key))
            .collect();
        let from = if rarely(self.random, 4) { &all } else { &own };
        let there = self.random.pick(from).map(|(bucket, key, _)| (bucket.clone(), key.clone()));
        let (bucket, key) = there.unwrap_or_else(|| (self.buckets.plain.clone(), "acme/a".to_owned()));
        match rarely(self.random, 3) {
            true => (bucket, keys::odd(self.random)),
            false => (bucket, key),
        }
    }

    fn version(&mut self, bucket: &str, key: &str) -> Option<String> {
        let of_key: Vec<_> = self.held.objects.keys().filter(|(b, k, _)| b == bucket && k == key).collect();
        let all: Vec<_> = self.held.objects.keys().filter(|(.., v)| v != UNVERSIONED).collect();
        let from = if rarely(self.random, 6) { &all } else { &of_key };
        self.random.pick(from).map(|(.., version)| version.clone())
    }

    /// Host and path, in any style.
    fn addressed(&mut self, method: &str, bucket: &str, key: Option<&str>) -> Sent {
        let (port, manner) = (self.port, self.random.below(12));
        let host = match manner {
            0 => format!("{bucket}.localhost:{port}"),
            1 => format!("{bucket}.s3.localhost.localstack.cloud:{port}"),
            2 => format!("{bucket}.s3.eu-west-2.amazonaws.com"),
            3 => "s3.eu-west-2.amazonaws.com".to_owned(),
            4..8 => format!("localhost:{port}"),
            _ => format!("127.0.0.1:{port}"),
        };
        let mut path = b"/".to_vec();
        if manner > 2 {
            path.extend(bucket.as_bytes());
        }
        if let Some(key) = key {
            path.extend(if manner > 2 { &b"/"[..] } else { b"" });
            path.extend(keys::spelled(self.random, key));
        }
        let mut sent = Sent::new(method, path);
        sent.header("host", host);
        sent
    }

    fn on(&mut self, method: &str, bucket: &str, key: &str, query: &str) -> Sent {
        let mut sent = self.addressed(method, bucket, Some(key));
        sent.query(query);
        sent
    }

    fn versioned(&mut self, method: &str, bucket: &str, key: &str) -> Sent {
        let mut sent = self.addressed(method, bucket, Some(key));
        if rarely(self.random, 3)
            && let Some(version) = self.version(bucket, key)
        {
            sent.query(format!("versionId={version}"));
        }
        sent
    }

    fn content(&mut self) -> Vec<u8> {
        let filler = " stuff".repeat(self.random.below(30));
        format!("{}{filler}", self.mark).into_bytes()
    }

    fn payload(&mut self) -> Payload {
        one(
            self.random,
            &[Payload::Hashed, Payload::Hashed, Payload::Unsigned, Payload::Chunks, Payload::Trailer],
        )
    }

    fn put(&mut self, bucket: &str, key: &str) -> Sent {
        let mut sent = self.addressed("PUT", bucket, Some(key));
        sent.body = self.content();
        sent.payload = self.payload();
        if rarely(self.random, 3) {
            sent.header("x-amz-meta-mark", &self.mark);
        }
        if rarely(self.random, 3) {
            sent.header("x-amz-tagging", format!("mark={}", self.mark));
        }
        sent
    }

    fn source(&mut self, who: Who) -> Vec<u8> {
        let (bucket, key) = self.object(who);
        let version = self.version(&bucket, &key).filter(|_| rarely(self.random, 2));
        keys::source(self.random, &bucket, &key, version.as_deref())
    }

    fn copy(&mut self, who: Who, bucket: &str, key: &str) -> Sent {
        let mut sent = self.addressed("PUT", bucket, Some(key));
        sent.header("x-amz-copy-source", self.source(who));
        if rarely(self.random, 2) {
            sent.header("x-amz-metadata-directive", "REPLACE");
        }
        if rarely(self.random, 3) {
            sent.header("x-amz-tagging-directive", "REPLACE");
        }
        if rarely(self.random, 8) {
            sent.body = self.content();
        }
        sent
    }

    fn list(&mut self, bucket: &str) -> Sent {
        let mut sent = self.addressed("GET", bucket, None);
        match self.random.below(8) {
            0..4 => sent.query("list-type=2"),
            4 | 5 => sent.query("versions"),
            6 => sent.query("uploads"),
            _ => {}
        }
        let prefixes = [
            PREFIX,
            "acme/a",
            "acme",
            "globex/",
            "",
            "/",
            "acme/../globex/",
            "ACME/",
            "acme/*",
            "acme/\u{0}",
        ];
        if !rarely(self.random, 4) {
            let prefix = one(self.random, &prefixes);
            let prefix = keys::spelled(self.random, prefix);
            sent.query([b"prefix=", &prefix[..]].concat());
        }
        for (member, chance) in [
            ("delimiter=/", 3),
            ("delimiter=%2F", 8),
            ("encoding-type=url", 3),
            ("max-keys=2", 6),
            ("start-after=globex", 8),
            ("marker=globex/", 8),
            ("key-marker=globex/", 8),
            ("fetch-owner=true", 8),
        ] {
            let is_told = member != "encoding-type=url" || !sent.query.contains(&b"uploads".to_vec());
            if rarely(self.random, chance) && is_told {
                sent.query(member);
            }
        }
        sent
    }

    fn deletes(&mut self, who: Who, bucket: &str) -> Sent {
        let mut document = String::new();
        for _ in 0..=self.random.below(3) {
            let (_, key) = self.object(who);
            let version = self.version(bucket, &key).filter(|_| rarely(self.random, 2));
            let version = version.map(|version| format!("<VersionId>{version}</VersionId>"));
            let (key, version) = (escaped(&key), version.unwrap_or_default());
            document.push_str(&format!("<Object><Key>{key}</Key>{version}</Object>"));
        }
        let quiet = if rarely(self.random, 3) { "<Quiet>true</Quiet>" } else { "" };
        let mut sent = self.addressed("POST", bucket, None);
        sent.query("delete");
        sent.body = format!("<Delete>{quiet}{document}</Delete>").into_bytes();
        sent.header("content-md5", STANDARD.encode(Md5::digest(&sent.body)));
        sent
    }

    fn of_upload(&mut self, who: Who, bucket: &str, key: &str) -> Sent {
        let uploads: Vec<_> = self.held.uploads.iter().cloned().collect();
        let Some((own_bucket, own_key, id)) = self.random.pick(&uploads).cloned() else {
            return self.on("POST", bucket, key, "uploads");
        };
        // Now and then the upload of another key.
        let (bucket, key) =
            if rarely(self.random, 4) { (bucket, key) } else { (own_bucket.as_str(), own_key.as_str()) };
        let query = format!("uploadId={}", encode(id.as_bytes()));
        match self.random.below(6) {
            0 => self.on("GET", bucket, key, &query),
            1 => self.on("DELETE", bucket, key, &query),
            2 => {
                let mut sent = self.on("POST", bucket, key, &query);
                let etag = self.parts.get(&id).cloned().unwrap_or_default();
                let part = format!("<Part><PartNumber>1</PartNumber><ETag>{etag}</ETag></Part>");
                sent.body = format!("<CompleteMultipartUpload>{part}</CompleteMultipartUpload>").into_bytes();
                sent
            }
            manner => {
                let mut sent = self.on("PUT", bucket, key, "partNumber=1");
                sent.query(query);
                if manner == 3 {
                    sent.header("x-amz-copy-source", self.source(who));
                } else {
                    sent.body = self.content();
                    sent.payload = self.payload();
                }
                sent
            }
        }
    }

    fn tagging(&mut self, bucket: &str, key: &str) -> Sent {
        let method = one(self.random, &["GET", "GET", "PUT", "DELETE"]);
        let mut sent = self.versioned(method, bucket, key);
        sent.query("tagging");
        if method == "PUT" {
            let tag = format!("<Tag><Key>n</Key><Value>{}</Value></Tag>", self.random.below(1000));
            sent.body = format!("<Tagging><TagSet>{tag}</TagSet></Tagging>").into_bytes();
            sent.header("content-md5", STANDARD.encode(Md5::digest(&sent.body)));
        }
        sent
    }

    fn of_bucket(&mut self, bucket: &str) -> Sent {
        if rarely(self.random, 8) {
            let method = one(self.random, &["DELETE", "HEAD", "PUT"]);
            return self.addressed(method, bucket, None);
        }
        let sub_resource = one(self.random, &OF_BUCKETS);
        let mut sent = self.addressed("GET", bucket, None);
        sent.query(sub_resource);
        if sub_resource == "tagging" && rarely(self.random, 2) {
            sent.method = "PUT".to_owned();
            let tag = format!("<Tag><Key>n</Key><Value>{}</Value></Tag>", self.random.below(1000));
            sent.body = format!("<Tagging><TagSet>{tag}</TagSet></Tagging>").into_bytes();
            sent.header("content-md5", STANDARD.encode(Md5::digest(&sent.body)));
        }
        sent
    }

    /// A browser's form.
    fn form(&mut self, bucket: &str, key: &str, signer: &Signer<'_>) -> Sent {
        let mut sent = self.addressed("POST", bucket, None);
        sent.signed = Signed::Elsewhere;
        let policy = format!(
            "{{\"expiration\":\"2099-01-01T00:00:00Z\",\"conditions\":[{{\"bucket\":\"{bucket}\"}},\
             [\"starts-with\",\"$key\",\"{}\"],[\"starts-with\",\"$x-amz-credential\",\"\"],\
             [\"starts-with\",\"$x-amz-algorithm\",\"\"],[\"starts-with\",\"$x-amz-date\",\"\"]]}}",
            one(self.random, &["", PREFIX])
        );
        let (policy, signature) = signer.of_policy(&policy);
        let key = if rarely(self.random, 4) { format!("{key}${{filename}}") } else { key.to_owned() };
        let mut fields = vec![
            ("key", key),
            ("x-amz-credential", signer.credential()),
            ("x-amz-algorithm", "AWS4-HMAC-SHA256".to_owned()),
            ("x-amz-date", signer.time.clone()),
            ("policy", policy),
            ("x-amz-signature", signature),
        ];
        if rarely(self.random, 6) {
            let (name, value) =
                one(self.random, &[("key", "globex/a"), ("Key", "globex/a"), ("bucket", "secret")]);
            fields.push((name, value.to_owned()));
        }
        let boundary = "5cb2f0";
        let part = |(name, value): &(&str, String)| {
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let mut body: Vec<u8> = fields.iter().flat_map(|field| part(field).into_bytes()).collect();
        let file = one(self.random, &["f.txt", "../globex/a", "a/b", "..\\a", "é"]);
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file}\"\r\n\r\n"
        );
        body.extend(head.into_bytes());
        body.extend(self.content());
        body.extend(format!("\r\n--{boundary}--\r\n").into_bytes());
        sent.body = body;
        sent.header("content-type", format!("multipart/form-data; boundary={boundary}"));
        sent
    }
}

/// A text in XML, control characters as references.
fn escaped(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            control if control.is_control() => format!("&#x{:x};", u32::from(control)),
            other => other.to_string(),
        })
        .collect()
}
