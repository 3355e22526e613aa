//! Deployment packages: archives that are sent or lie in S3, and container images.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/API_FunctionCode.html>

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use stackproof_aws::ApiError;

use super::{Around, error};
use crate::ecr::Resolved;
use crate::input::Input;
use crate::kms::Kms;
use crate::s3::body::Stored;
use crate::s3::{S3, get};
use crate::structure::Structure;

/// "Lambda quotas": archives that are sent.
const MAX_SENT: u64 = 52_428_800;
/// Archives that lie in S3 are bounded by what they unpack to.
const MAX_STORED: u64 = 262_144_000;

/// A function's or layer's code.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Package {
    Zip {
        bytes: Bytes,
        sha256: String,
    },
    Image {
        uri: String,
        /// The image's digest, `sha256:…`, and the URI by it.
        digest: String,
        resolved: String,
    },
}

/// Finds the archive of a call whose code lies in S3. What was found is what is taken, whatever becomes of it meanwhile.
pub(crate) fn open(
    s3: &S3,
    kms: &mut Kms,
    now: Timestamp,
    region: &str,
    input: &Input,
) -> Result<Option<Stored>, ApiError> {
    let members = input.given();
    let source = ["Code", "Content"].iter().find_map(|name| members.get(*name)?.as_object());
    let source = source.unwrap_or(members);
    let text = |name: &str| source.get(name).and_then(|value| value.as_str());
    let (Some(bucket), Some(key)) = (text("S3Bucket"), text("S3Key")) else { return Ok(None) };
    let failed = |code: &str, message: &str| {
        error::invalid(format!(
            "Error occurred while GetObject. S3 Error Code: {code}. S3 Error Message: {message}"
        ))
    };
    let found = get::object(s3, kms, [bucket, key], text("S3ObjectVersion"), now);
    let (body, at) = found.map_err(|error| failed(&error.code, &error.message))?;
    if at != region {
        let message =
            format!("The bucket is in this region: {at}. Please use this region to retry the request");
        return Err(failed("PermanentRedirect", &message));
    }
    if body.len() > MAX_STORED {
        return Err(error::invalid(format!("Unzipped size must be smaller than {MAX_STORED} bytes")));
    }
    Ok(Some(body))
}

impl Package {
    /// Takes the members of code; none where there are none.
    pub fn take(input: &mut Input, around: &Around<'_>) -> Result<Option<Self>, ApiError> {
        let zip = input.string("ZipFile")?;
        let object = input.keep(&["S3Bucket", "S3Key", "S3ObjectVersion"]);
        let image = input.string("ImageUri")?;
        match (zip, object.is_empty(), image) {
            (None, true, None) => Ok(None),
            (Some(zip), true, None) => {
                let bytes =
                    STANDARD.decode(&zip).map_err(|_| ApiError::internal("`ZipFile` is no base64"))?;
                if bytes.len() as u64 > MAX_SENT {
                    return Err(error::too_large(MAX_SENT));
                }
                Self::zip(bytes.into()).map(Some)
            }
            (None, false, None) => {
                let missing = || error::invalid("Both S3Bucket and S3Key must be given.");
                Self::zip(around.archive.clone().ok_or_else(missing)?).map(Some)
            }
            (None, true, Some(uri)) => {
                let found = around.ecr.resolve(&uri);
                let missing = || {
                    error::invalid(format!(
                        "Source image {uri} does not exist. Provide a valid source image."
                    ))
                };
                let Resolved { digest, uri: resolved } = found.ok_or_else(missing)?;
                Ok(Some(Self::Image { uri, digest, resolved }))
            }
            _ => Err(error::invalid(
                "Please do not provide other FunctionCode parameters when providing a ZipFile or an ImageUri.",
            )),
        }
    }

    /// An archive: it begins with a file's header and has a directory at its end.
    fn zip(bytes: Bytes) -> Result<Self, ApiError> {
        const FILE: &[u8] = b"PK\x03\x04";
        const END: &[u8] = b"PK\x05\x06";
        if bytes.is_empty() || bytes.starts_with(END) {
            return Err(error::invalid("Uploaded file must be a non-empty zip"));
        }
        // The directory's end is 22 bytes and a comment of at most 64 KiB.
        let tail = bytes.slice(bytes.len().saturating_sub(22 + 65_535)..);
        if !bytes.starts_with(FILE) || !tail.windows(END.len()).any(|window| window == END) {
            return Err(error::invalid(
                "Could not unzip uploaded file. Please check your file, then try to upload again.",
            ));
        }
        let sha256 = STANDARD.encode(Sha256::digest(&bytes));
        Ok(Self::Zip { bytes, sha256 })
    }

    /// How many bytes of code Lambda holds.
    pub fn size(&self) -> usize {
        match self {
            Self::Zip { bytes, .. } => bytes.len(),
            Self::Image { .. } => 0,
        }
    }

    /// The hash as Lambda shows it.
    pub fn sha256(&self) -> &str {
        match self {
            Self::Zip { sha256, .. } => sha256,
            Self::Image { digest, .. } => digest.strip_prefix("sha256:").unwrap_or(digest),
        }
    }

    /// Whether it is an image.
    pub fn is_image(&self) -> bool {
        matches!(self, Self::Image { .. })
    }

    /// Where it is. Archives have no `Location`: nothing serves the address that AWS gives out there.
    pub fn location(&self) -> Structure {
        match self {
            Self::Zip { .. } => Structure::new().with("RepositoryType", "S3"),
            Self::Image { uri, resolved, .. } => Structure::new()
                .with("RepositoryType", "ECR")
                .with("ImageUri", uri.as_str())
                .with("ResolvedImageUri", resolved.as_str()),
        }
    }
}
