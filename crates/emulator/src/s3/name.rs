//! Names of buckets and keys ("Bucket naming rules", "Object key names").

use stackproof_aws::ApiError;
use stackproof_aws::names::is_bucket_name;

const RESERVED_PREFIXES: [&str; 3] = ["xn--", "sthree-", "amzn-s3-demo-"];
/// `-an` is for buckets of an account's own namespace, which there are none of here.
const RESERVED_SUFFIXES: [&str; 6] = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3", "-an"];
const MAX_KEY_BYTES: usize = 1024;

/// Refuses what no bucket may be called.
pub(crate) fn check_bucket(name: &str) -> Result<(), ApiError> {
    let valid = is_bucket_name(name)
        && !RESERVED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        && !RESERVED_SUFFIXES.iter().any(|suffix| name.ends_with(suffix));
    if valid {
        return Ok(());
    }
    Err(ApiError::new(400, "InvalidBucketName", "The specified bucket is not valid.")
        .detail("BucketName", name))
}

/// Refuses a key that is too long.
pub(crate) fn check_key(key: &str) -> Result<(), ApiError> {
    if key.len() <= MAX_KEY_BYTES {
        return Ok(());
    }
    Err(ApiError::new(400, "KeyTooLongError", "Your key is too long")
        .detail("Size", key.len().to_string())
        .detail("MaxSizeAllowed", MAX_KEY_BYTES.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bucket_names_follow_the_rules() {
        for name in ["abc", "a-b.c", "0ab", &"a".repeat(63), "stackproof-dev-logs"] {
            assert!(check_bucket(name).is_ok(), "{name}");
        }
        let long = "a".repeat(64);
        for name in [
            "ab",
            &long,
            "Abc",
            "a_b",
            "-ab",
            "ab-",
            ".ab",
            "a..b",
            "192.168.0.1",
            "xn--abc",
            "x-s3alias",
            "logs-111111111111-eu-west-2-an",
            "sthree-configurator",
            "amzn-s3-demo-x",
            "a/b",
            "",
            "späm",
        ] {
            assert!(check_bucket(name).is_err(), "{name}");
        }
    }

    #[test]
    fn keys_are_counted_in_bytes() {
        assert!(check_key(&"ä".repeat(512)).is_ok());
        assert_eq!(check_key(&"ä".repeat(513)).unwrap_err().code, "KeyTooLongError");
    }
}
