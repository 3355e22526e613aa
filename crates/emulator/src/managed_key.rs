//! The AWS managed key `aws/s3`.

use sha2::{Digest, Sha256};

/// The ARN of `aws/s3` in an account and region: always the same for the same two, so that it can be known without a call.
pub fn managed_key_arn(account: &str, region: &str) -> String {
    let hash = hex::encode(Sha256::digest(format!("aws/s3 {account} {region}")));
    let mut id = String::with_capacity(36);
    for (index, digit) in hash.chars().take(32).enumerate() {
        if [8, 12, 16, 20].contains(&index) {
            id.push('-');
        }
        id.push(digit);
    }
    format!("arn:aws:kms:{region}:{account}:key/{id}")
}
