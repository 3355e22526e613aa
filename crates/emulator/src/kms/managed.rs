//! AWS managed keys: one for each service that encrypts for an account, made when it is first looked for.
//!
//! <https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-cmk>

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use stackproof_aws::ApiError;

use super::Place;
use super::error;
use super::key::{Key, Manager, Origin};
use super::rotation::{PERIOD_DAYS, Rotation};
use super::spec::Spec;
use crate::input::not_implemented;
use crate::text::dashed;

const PREFIX: &str = "alias/aws/";

/// The key of one service.
pub(crate) struct Managed {
    /// The alias behind `alias/aws/`, and the first label of the service's host.
    name: &'static str,
    /// As the policy's sids call the service.
    title: &'static str,
    description: &'static str,
    policy: fn(&Managed, &Place) -> String,
}

/// The keys whose policies are known.
static MANAGED: [Managed; 2] = [
    Managed {
        name: "s3",
        title: "S3",
        description: "Default key that protects my S3 objects when no other key is defined",
        policy: Managed::policy,
    },
    Managed {
        name: "dynamodb",
        title: "Amazon DynamoDB",
        description: "Default key that protects my DynamoDB data when no other key is defined",
        policy: Managed::policy_with_grants,
    },
];

const S3: &str = "s3";

/// The alias of the key of S3.
pub(crate) const S3_ALIAS: &str = "alias/aws/s3";

/// The ARN of `aws/s3` in an account and region: always the same for the same two, so that it is known before the key is
/// made.
pub fn managed_key_arn(account: &str, region: &str) -> String {
    let place = Place { account: account.to_owned(), region: region.to_owned() };
    place.key_arn(&id_of(S3, &place))
}

fn id_of(name: &str, place: &Place) -> String {
    let named = format!("aws/{name} {} {}", place.account, place.region);
    dashed(&hex::encode(Sha256::digest(named)))
}

/// The service whose key has that id there.
pub(super) fn by_id(place: &Place, id: &str) -> Option<&'static Managed> {
    MANAGED.iter().find(|service| id_of(service.name, place) == id)
}

/// The service whose key has that alias; none where it is no alias of AWS's.
///
/// # Errors
/// `NotImplemented` for an alias of AWS's whose key's policy is not known.
pub(super) fn by_alias(alias: &str) -> Result<Option<&'static Managed>, ApiError> {
    let Some(name) = alias.strip_prefix(PREFIX) else { return Ok(None) };
    match MANAGED.iter().find(|service| service.name == name) {
        Some(service) => Ok(Some(service)),
        None if name.is_empty() => Err(error::validation("Invalid identifier")),
        None => Err(not_implemented(&format!("KMS key {alias}"))),
    }
}

impl Managed {
    /// `alias/aws/NAME`
    pub fn alias(&self) -> String {
        format!("{PREFIX}{}", self.name)
    }

    /// The key itself.
    pub fn key(&self, place: &Place, now: Timestamp) -> Result<Key, ApiError> {
        let mut key = Key::new(place.clone(), id_of(self.name, place), Spec::Symmetric, Origin::AwsKms, now)?;
        key.manager = Manager::Aws;
        key.description = self.description.to_owned();
        key.policy = (self.policy)(self, place);
        key.rotation = Some(Rotation::from_now(PERIOD_DAYS, now));
        Ok(key)
    }

    /// As `GetKeyPolicy` shows it: everyone of the account through the service, its administrators to look at.
    fn policy(&self, Place { account, region }: &Place) -> String {
        let Self { name, title, .. } = self;
        format!(
            r#"{{
  "Version" : "2012-10-17",
  "Id" : "auto-{name}-2",
  "Statement" : [ {{
    "Sid" : "Allow access through {title} for all principals in the account that are authorized to use {title}",
    "Effect" : "Allow",
    "Principal" : {{
      "AWS" : "*"
    }},
    "Action" : [ "kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey" ],
    "Resource" : "*",
    "Condition" : {{
      "StringEquals" : {{
        "kms:CallerAccount" : "{account}",
        "kms:ViaService" : "{name}.{region}.amazonaws.com"
      }}
    }}
  }}, {{
    "Sid" : "Allow direct access to key metadata to the account",
    "Effect" : "Allow",
    "Principal" : {{
      "AWS" : "arn:aws:iam::{account}:root"
    }},
    "Action" : [ "kms:Describe*", "kms:Get*", "kms:List*" ],
    "Resource" : "*"
  }} ]
}}"#
        )
    }
    /// The same for a service that keeps grants, which the account may revoke, and that looks at the key by itself.
    fn policy_with_grants(&self, Place { account, region }: &Place) -> String {
        let Self { name, title, .. } = self;
        // The last sid calls the service without its `Amazon`.
        let short = title.trim_start_matches("Amazon ");
        format!(
            r#"{{
  "Version" : "2012-10-17",
  "Id" : "auto-{name}-1",
  "Statement" : [ {{
    "Sid" : "Allow access through {title} for all principals in the account that are authorized to use {title}",
    "Effect" : "Allow",
    "Principal" : {{
      "AWS" : "*"
    }},
    "Action" : [ "kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey" ],
    "Resource" : "*",
    "Condition" : {{
      "StringEquals" : {{
        "kms:CallerAccount" : "{account}",
        "kms:ViaService" : "{name}.{region}.amazonaws.com"
      }}
    }}
  }}, {{
    "Sid" : "Allow direct access to key metadata to the account",
    "Effect" : "Allow",
    "Principal" : {{
      "AWS" : "arn:aws:iam::{account}:root"
    }},
    "Action" : [ "kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant" ],
    "Resource" : "*"
  }}, {{
    "Sid" : "Allow {short} Service with service principal name {name}.amazonaws.com to describe the key directly",
    "Effect" : "Allow",
    "Principal" : {{
      "Service" : "{name}.amazonaws.com"
    }},
    "Action" : [ "kms:Describe*", "kms:Get*", "kms:List*" ],
    "Resource" : "*"
  }} ]
}}"#
        )
    }
}
