//! A bucket's configuration: versioning, policy, public access block, object ownership.

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::bucket::bucket_name;
use super::setting::Setting;
use super::{S3, error};
use crate::Call;
use crate::input::Input;
use crate::structure::Structure;

/// Whether a bucket keeps versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Versioning {
    /// Never asked for.
    Off,
    Enabled,
    Suspended,
}

/// Who owns objects, and whether access control lists count ("Controlling ownership of objects").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ownership {
    /// `BucketOwnerEnforced`: no access control lists.
    Enforced,
    /// `BucketOwnerPreferred`: the bucket owner's where the list says `bucket-owner-full-control`.
    Preferred,
    /// `ObjectWriter`.
    Writer,
}

impl Ownership {
    const ALL: [(&'static str, Self); 3] = [
        ("BucketOwnerEnforced", Self::Enforced),
        ("BucketOwnerPreferred", Self::Preferred),
        ("ObjectWriter", Self::Writer),
    ];

    /// Reads AWS's name.
    pub fn parse(name: &str) -> Result<Self, ApiError> {
        let known = Self::ALL.iter().find(|(known, _)| *known == name);
        known.map(|(_, ownership)| *ownership).ok_or_else(|| {
            ApiError::new(400, "InvalidArgument", format!("Invalid x-amz-object-ownership header: {name}"))
                .detail("ArgumentName", "x-amz-object-ownership")
        })
    }

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, ownership)| *ownership == self).map_or("", |(name, _)| name)
    }
}

/// The four public access settings of a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PublicAccessBlock {
    block_public_acls: bool,
    ignore_public_acls: bool,
    block_public_policy: bool,
    restrict_public_buckets: bool,
}

impl PublicAccessBlock {
    /// What a new bucket has since April 2023.
    pub const ALL: Self = Self {
        block_public_acls: true,
        ignore_public_acls: true,
        block_public_policy: true,
        restrict_public_buckets: true,
    };

    /// Takes the settings of a request; what it leaves out is off.
    pub fn read(input: &mut Input) -> Result<Self, ApiError> {
        let mut configuration = input.required_structure("PublicAccessBlockConfiguration")?;
        let mut setting = |name: &str| Ok::<_, ApiError>(configuration.boolean(name)?.unwrap_or_default());
        let block = Self {
            block_public_acls: setting("BlockPublicAcls")?,
            ignore_public_acls: setting("IgnorePublicAcls")?,
            block_public_policy: setting("BlockPublicPolicy")?,
            restrict_public_buckets: setting("RestrictPublicBuckets")?,
        };
        configuration.finish()?;
        Ok(block)
    }

    /// The answer that shows the settings.
    pub fn output(self) -> Output {
        Structure::new().with("PublicAccessBlockConfiguration", self.value()).output()
    }

    fn value(self) -> Value {
        json!({
            "BlockPublicAcls": self.block_public_acls,
            "IgnorePublicAcls": self.ignore_public_acls,
            "BlockPublicPolicy": self.block_public_policy,
            "RestrictPublicBuckets": self.restrict_public_buckets,
        })
    }
}

pub(crate) fn get_versioning(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    call.input.finish()?;
    let status = match s3.bucket(&name)?.versioning {
        Versioning::Off => None,
        Versioning::Enabled => Some("Enabled"),
        Versioning::Suspended => Some("Suspended"),
    };
    Ok(Structure::new().with_some("Status", status).output())
}

pub(crate) fn put_versioning(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    settle_digests(&mut call)?;
    let mut configuration = call.input.required_structure("VersioningConfiguration")?;
    configuration.only("MFADelete", "Disabled")?;
    let versioning = match configuration.string("Status")?.as_deref() {
        Some("Enabled") => Versioning::Enabled,
        Some("Suspended") => Versioning::Suspended,
        None => {
            return Err(ApiError::new(
                400,
                "IllegalVersioningConfigurationException",
                "The Versioning element must be specified",
            ));
        }
        Some(_) => return Err(error::malformed_xml()),
    };
    configuration.finish()?;
    call.input.finish()?;
    let bucket = s3.bucket_mut(&name)?;
    if versioning != Versioning::Enabled && bucket.object_lock.is_some() {
        let message = "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.";
        return Err(ApiError::new(409, "InvalidBucketState", message));
    }
    if versioning != Versioning::Enabled && bucket.settings.contains_key(&Setting::Replication) {
        let message = "A replication configuration is present on this bucket, so the versioning state cannot be changed.";
        return Err(ApiError::new(409, "InvalidBucketState", message));
    }
    bucket.versioning = versioning;
    Ok(Output::default())
}

pub(crate) fn get_policy(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    call.input.finish()?;
    let policy = s3.bucket(&name)?.policy.as_deref().ok_or_else(|| {
        ApiError::new(404, "NoSuchBucketPolicy", "The bucket policy does not exist")
            .detail("BucketName", &name)
    })?;
    Ok(Structure::new().with("Policy", policy).output())
}

pub(crate) fn put_policy(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    settle_digests(&mut call)?;
    // It asks for a check of the caller's own access, which is the gateway's to make.
    call.input.boolean("ConfirmRemoveSelfBucketAccess")?;
    let policy = call.input.required("Policy")?;
    call.input.finish()?;
    s3.bucket_mut(&name)?.policy = Some(policy);
    Ok(Output::default())
}

pub(crate) fn delete_policy(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    call.input.finish()?;
    s3.bucket_mut(&name)?.policy = None;
    Ok(Output::default())
}

pub(crate) fn get_public_access_block(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    call.input.finish()?;
    let block = s3.bucket(&name)?.public_access_block;
    let missing = || error::no_public_access_block().detail("BucketName", &name);
    block.map(PublicAccessBlock::output).ok_or_else(missing)
}

pub(crate) fn put_public_access_block(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    settle_digests(&mut call)?;
    let block = PublicAccessBlock::read(&mut call.input)?;
    call.input.finish()?;
    s3.bucket_mut(&name)?.public_access_block = Some(block);
    Ok(Output::default())
}

pub(crate) fn delete_public_access_block(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    call.input.finish()?;
    s3.bucket_mut(&name)?.public_access_block = None;
    Ok(Output::default())
}

pub(crate) fn get_ownership(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    call.input.finish()?;
    let ownership = s3.bucket(&name)?.ownership.ok_or_else(|| {
        let message = "The bucket ownership controls were not found";
        ApiError::new(404, "OwnershipControlsNotFoundError", message).detail("BucketName", &name)
    })?;
    let rules = json!({ "Rules": [{ "ObjectOwnership": ownership.name() }] });
    Ok(Structure::new().with("OwnershipControls", rules).output())
}

pub(crate) fn put_ownership(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    settle_digests(&mut call)?;
    let mut controls = call.input.required_structure("OwnershipControls")?;
    let mut rules = controls.structures("Rules")?;
    controls.finish()?;
    let [rule] = rules.as_mut_slice() else { return Err(error::malformed_xml()) };
    let ownership =
        Ownership::parse(&rule.required("ObjectOwnership")?).map_err(|_| error::malformed_xml())?;
    rule.finish()?;
    call.input.finish()?;
    let bucket = s3.bucket_mut(&name)?;
    if ownership == Ownership::Enforced && !bucket.acl.is_private() {
        return Err(error::acl_with_enforced_ownership());
    }
    bucket.ownership = Some(ownership);
    Ok(Output::default())
}

pub(crate) fn delete_ownership(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    call.input.finish()?;
    s3.bucket_mut(&name)?.ownership = None;
    Ok(Output::default())
}

/// Takes the digests of a configuration's document: the gateway, which saw its bytes, has compared them.
pub(crate) fn settle_digests(call: &mut Call) -> Result<(), ApiError> {
    call.input.string("ContentMD5")?;
    call.input.string("ChecksumAlgorithm")?;
    Ok(())
}
