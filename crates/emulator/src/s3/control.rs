//! S3 Control: the settings of an account that hold for all of its buckets.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_PutPublicAccessBlock.html>

use stackproof_aws::{ApiError, Output};

use super::config::PublicAccessBlock;
use super::{S3, error};
use crate::Call;
use crate::input::not_implemented;

/// Executes an operation of S3 Control.
pub(crate) fn call(s3: &mut S3, operation: &str, mut call: Call) -> Result<Output, ApiError> {
    let account = call.input.required("AccountId")?;
    match operation {
        "GetPublicAccessBlock" => {
            call.input.finish()?;
            let block = s3.account_blocks.get(&account).copied();
            block.map(PublicAccessBlock::output).ok_or_else(error::no_public_access_block)
        }
        "PutPublicAccessBlock" => {
            let block = PublicAccessBlock::read(&mut call.input)?;
            call.input.finish()?;
            s3.account_blocks.insert(account, block);
            Ok(Output::default())
        }
        "DeletePublicAccessBlock" => {
            call.input.finish()?;
            s3.account_blocks.remove(&account);
            Ok(Output::default())
        }
        _ => Err(not_implemented(operation)),
    }
}
