//! Clients of AWS.

use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_s3::config::Credentials;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;

use crate::{Error, Settings};

/// What names another endpoint than AWS's, for all services or for S3.
const ENDPOINTS: [&str; 2] = ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"];

/// Region, credentials and endpoints as the environment has them, and TLS by rustls on ring.
pub async fn config() -> SdkConfig {
    let client = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    aws_config::defaults(BehaviorVersion::latest()).http_client(client).load().await
}

/// The store of objects: S3, or the S3-compatible one that `STORAGE_ENDPOINT` names.
///
/// Its credentials are AWS's, unless `STORAGE_ACCESS_KEY_ID` and `STORAGE_SECRET_ACCESS_KEY` are set.
///
/// # Errors
/// If one of the two credentials is set without the other.
pub fn storage(config: &SdkConfig, settings: &Settings) -> Result<aws_sdk_s3::Client, Error> {
    let endpoint = settings.optional("STORAGE_ENDPOINT");
    let elsewhere = endpoint.is_some() || ENDPOINTS.iter().any(|name| settings.optional(name).is_some());
    let mut builder = aws_sdk_s3::config::Builder::from(config);
    if let Some(endpoint) = endpoint {
        builder = builder.endpoint_url(endpoint);
    }
    // Buckets are names of hosts at AWS alone.
    builder.set_force_path_style(Some(elsewhere));
    if let Some(credentials) = storage_credentials(settings)? {
        builder = builder.credentials_provider(credentials);
    }
    Ok(aws_sdk_s3::Client::from_conf(builder.build()))
}

fn storage_credentials(settings: &Settings) -> Result<Option<Credentials>, Error> {
    match (settings.optional("STORAGE_ACCESS_KEY_ID"), settings.optional("STORAGE_SECRET_ACCESS_KEY")) {
        (Some(id), Some(secret)) => Ok(Some(Credentials::new(id, secret, None, None, "environment"))),
        (None, None) => Ok(None),
        _ => Err(Error::new(
            "`STORAGE_ACCESS_KEY_ID` and `STORAGE_SECRET_ACCESS_KEY` go together, and one is not set",
        )
        .hint("without both the store is called with AWS's credentials")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials(names: &'static [&str]) -> Result<Option<Credentials>, Error> {
        storage_credentials(&Settings::new(|name| names.contains(&name).then(|| format!("value of {name}"))))
    }

    #[test]
    fn a_store_has_credentials_of_its_own_or_those_of_aws() {
        let own = credentials(&["STORAGE_ACCESS_KEY_ID", "STORAGE_SECRET_ACCESS_KEY"]).unwrap().unwrap();
        assert_eq!(own.access_key_id(), "value of STORAGE_ACCESS_KEY_ID");
        assert!(credentials(&[]).unwrap().is_none());
    }

    #[test]
    fn half_of_the_credentials_is_an_error_that_does_not_say_them() {
        for name in [&["STORAGE_ACCESS_KEY_ID"], &["STORAGE_SECRET_ACCESS_KEY"]] {
            let error = credentials(name).unwrap_err().to_string();
            assert!(error.contains("go together") && !error.contains("value of"), "{error}");
        }
    }
}
