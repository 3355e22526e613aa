//! Buckets: whose they are, where they are, and what guards them.

use std::sync::Arc;

use serde_json::{Value, json};
use stackproof_aws::Members;

use super::held::Held;
use super::lists::Lists;
use super::upstream::{Asker, field, text};
use crate::refusal::Unknown;

/// A bucket with everything that authorization asks of it.
#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    pub name: String,
    /// The account that owns it.
    pub owner: String,
    pub region: String,
    pub policy: Option<Held>,
    /// Its own settings.
    pub public_access_block: PublicAccessBlock,
    /// Those of its account.
    pub account_block: PublicAccessBlock,
    /// Where access control lists are enabled: what is known of them. `BucketOwnerEnforced` disables them.
    pub lists: Option<Result<Lists, Unknown>>,
    /// Encryption types that writes may not use (`SSE-C`).
    pub blocked_encryption: Vec<String>,
    /// The default encryption's algorithm and key.
    pub default_encryption: Option<DefaultEncryption>,
}

/// A bucket's default encryption.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DefaultEncryption {
    /// `AES256`, `aws:kms`, `aws:kms:dsse`
    pub algorithm: String,
    pub key: Option<String>,
    /// Whether objects use a bucket key unless they say otherwise.
    pub bucket_key: bool,
}

/// The four settings; all off where none are stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PublicAccessBlock {
    pub block_public_acls: bool,
    pub ignore_public_acls: bool,
    pub block_public_policy: bool,
    pub restrict_public_buckets: bool,
}

impl Bucket {
    /// The bucket under these settings of its account.
    pub fn under(self: &Arc<Self>, account_block: PublicAccessBlock) -> Arc<Self> {
        match account_block == self.account_block {
            true => Arc::clone(self),
            false => Arc::new(Self { account_block, ..Self::clone(self) }),
        }
    }

    /// The settings in effect: of the bucket's and its account's the more restrictive ("Blocking public access").
    pub fn effective_block(&self) -> PublicAccessBlock {
        let (own, account) = (self.public_access_block, self.account_block);
        PublicAccessBlock {
            block_public_acls: own.block_public_acls || account.block_public_acls,
            ignore_public_acls: own.ignore_public_acls || account.ignore_public_acls,
            block_public_policy: own.block_public_policy || account.block_public_policy,
            restrict_public_buckets: own.restrict_public_buckets || account.restrict_public_buckets,
        }
    }
}

impl Asker {
    /// The settings of an account for all of its buckets. An upstream that has no such settings cannot hold any.
    pub(super) async fn account_block(&self, account: &str) -> Result<PublicAccessBlock, Unknown> {
        let absent = &["NoSuchPublicAccessBlockConfiguration", "NotImplemented"];
        let call = ("s3control", "GetPublicAccessBlock");
        let found = self.ask(account, call, json!({ "AccountId": account }), absent).await?;
        Ok(found.map(|found| public_access_block(&found)).unwrap_or_default())
    }

    /// Reads a bucket of one of `accounts`; `None` where none of them has it.
    pub(super) async fn bucket(&self, accounts: &[String], name: &str) -> Result<Option<Bucket>, Unknown> {
        for account in accounts {
            let list = self.list(account, ("s3", "ListBuckets"), Members::new(), "Buckets", &[]).await?;
            let found =
                list.unwrap_or_default().into_iter().find(|bucket| field(bucket, "Name") == Some(name));
            if let Some(found) = found {
                return self.bucket_of((accounts, account), name, &found).await.map(Some);
            }
        }
        Ok(None)
    }

    async fn bucket_of(
        &self,
        (accounts, owner): (&[String], &str),
        name: &str,
        listed: &Value,
    ) -> Result<Bucket, Unknown> {
        let get = async |operation: &str, absent: &[&str]| {
            self.ask(owner, ("s3", operation), json!({ "Bucket": name }), absent).await
        };
        let region = match field(listed, "BucketRegion") {
            Some(region) => region.to_owned(),
            None => region(get("GetBucketLocation", &[]).await?),
        };
        let policy = get("GetBucketPolicy", &["NoSuchBucketPolicy"]).await?;
        let policy = policy.as_ref().and_then(|found| text(found, "Policy"));
        let block = get("GetPublicAccessBlock", &["NoSuchPublicAccessBlockConfiguration"]).await?;
        let block = block.map(|found| public_access_block(&found)).unwrap_or_default();
        let ownership = get("GetBucketOwnershipControls", &["OwnershipControlsNotFoundError"]).await?;
        let lists = match ownership.is_some_and(|found| owner_enforced(&found)) {
            true => None,
            false => Some(self.lists(accounts, owner, name).await),
        };
        let encryption =
            get("GetBucketEncryption", &["ServerSideEncryptionConfigurationNotFoundError"]).await?;
        let rules = encryption.as_ref().map(rules).unwrap_or_default();
        Ok(Bucket {
            policy: policy.map(|document| Held::new(format!("bucket policy of {name}"), None, document)),
            name: name.to_owned(),
            owner: owner.to_owned(),
            region,
            public_access_block: block,
            account_block: PublicAccessBlock::default(),
            lists,
            blocked_encryption: rules.iter().flat_map(blocked).collect(),
            default_encryption: rules.iter().find_map(default_encryption),
        })
    }
}

fn region(found: Option<Members>) -> String {
    let found = found.unwrap_or_default();
    match text(&found, "LocationConstraint") {
        None | Some("") => "us-east-1".to_owned(),
        Some("EU") => "eu-west-1".to_owned(),
        Some(region) => region.to_owned(),
    }
}

fn public_access_block(found: &Members) -> PublicAccessBlock {
    let configuration = found.get("PublicAccessBlockConfiguration");
    let flag = |name: &str| {
        configuration.and_then(|settings| settings.get(name)).and_then(Value::as_bool).unwrap_or_default()
    };
    PublicAccessBlock {
        block_public_acls: flag("BlockPublicAcls"),
        ignore_public_acls: flag("IgnorePublicAcls"),
        block_public_policy: flag("BlockPublicPolicy"),
        restrict_public_buckets: flag("RestrictPublicBuckets"),
    }
}

fn owner_enforced(found: &Members) -> bool {
    let rules = found.get("OwnershipControls").and_then(|controls| controls.get("Rules"));
    let rules = rules.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    rules.iter().any(|rule| field(rule, "ObjectOwnership") == Some("BucketOwnerEnforced"))
}

fn rules(found: &Members) -> Vec<Value> {
    let configuration = found.get("ServerSideEncryptionConfiguration");
    configuration.and_then(|found| found.get("Rules")).and_then(Value::as_array).cloned().unwrap_or_default()
}

fn blocked(rule: &Value) -> Vec<String> {
    let types = rule.get("BlockedEncryptionTypes").and_then(|blocked| blocked.get("EncryptionType"));
    let types = types.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    types.iter().filter_map(Value::as_str).filter(|kind| *kind != "NONE").map(str::to_owned).collect()
}

fn default_encryption(rule: &Value) -> Option<DefaultEncryption> {
    let default = rule.get("ApplyServerSideEncryptionByDefault")?;
    let algorithm = field(default, "SSEAlgorithm")?.to_owned();
    let bucket_key = rule.get("BucketKeyEnabled").and_then(Value::as_bool).unwrap_or_default();
    Some(DefaultEncryption {
        algorithm,
        key: field(default, "KMSMasterKeyID").map(str::to_owned),
        bucket_key,
    })
}
