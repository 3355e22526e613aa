//! Manifests: what an image is made of.
//!
//! <https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-manifest-formats.html>

use serde_json::Value;
use stackproof_aws::ApiError;

use super::error;
use super::repository::{Repo, Repository};

/// What a manifest says.
pub(crate) struct Manifest {
    pub media_type: String,
    /// The type of its configuration, or what it says itself.
    pub artifact_type: Option<String>,
    /// Digests of the configuration and the layers, which must have been uploaded.
    layers: Vec<String>,
    /// Digests of the images of a list, which must have been pushed.
    images: Vec<String>,
}

fn text(value: &Value, path: &str) -> Option<String> {
    value.pointer(path).and_then(Value::as_str).map(str::to_owned)
}

fn digests(value: &Value, path: &str) -> Vec<String> {
    let items = value.pointer(path).and_then(Value::as_array).into_iter().flatten();
    items.filter_map(|item| text(item, "/digest")).collect()
}

impl Manifest {
    /// Reads a manifest, of that media type if it does not say it itself.
    ///
    /// # Errors
    /// `InvalidParameterException`.
    pub fn parse(manifest: &str, media_type: Option<String>) -> Result<Self, ApiError> {
        let invalid = |why: &str| error::invalid("ImageManifest", why);
        let value: Value = serde_json::from_str(manifest).map_err(|_| invalid("Invalid JSON syntax"))?;
        if value.get("schemaVersion").and_then(Value::as_i64) != Some(2) {
            return Err(invalid("Unsupported manifest schema version"));
        }
        let own = text(&value, "/mediaType");
        if let (Some(own), Some(given)) = (&own, &media_type)
            && own != given
        {
            return Err(error::invalid("ImageManifestMediaType", "must be the manifest's own media type"));
        }
        let media_type = own.or(media_type).ok_or_else(|| invalid("mediaType is missing"))?;
        let images = digests(&value, "/manifests");
        let mut layers = digests(&value, "/layers");
        layers.extend(text(&value, "/config/digest"));
        if layers.is_empty() && value.get("manifests").is_none() {
            return Err(invalid("it has neither layers nor manifests"));
        }
        let artifact_type = text(&value, "/artifactType").or_else(|| text(&value, "/config/mediaType"));
        Ok(Self { media_type, artifact_type, layers, images })
    }

    /// Refuses a manifest of layers or images that are not there.
    pub fn check(&self, repo: &Repo, repository: &Repository) -> Result<(), ApiError> {
        let missing = |digests: &[String], held: &dyn Fn(&String) -> bool| {
            let missing: Vec<&str> =
                digests.iter().filter(|digest| !held(digest)).map(String::as_str).collect();
            (!missing.is_empty()).then(|| missing.join(", "))
        };
        if let Some(missing) = missing(&self.layers, &|digest| repository.layers.contains_key(digest)) {
            let message =
                format!("Layers with digests '[{missing}]' required for pushing image do not exist in");
            return Err(error::of("LayersNotFoundException", repo, message));
        }
        if let Some(missing) = missing(&self.images, &|digest| repository.images.contains_key(digest)) {
            let message =
                format!("Images with digests '[{missing}]' required for pushing image into do not exist in");
            return Err(error::of("ReferencedImagesNotFoundException", repo, message));
        }
        Ok(())
    }

    /// How many bytes its layers have.
    pub fn size(&self, repository: &Repository) -> usize {
        self.layers.iter().filter_map(|digest| repository.layers.get(digest)).map(bytes::Bytes::len).sum()
    }

    /// Whether it lists that image.
    pub fn refers_to(&self, digest: &str) -> bool {
        self.images.iter().any(|image| image == digest)
    }
}
