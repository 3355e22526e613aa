//! REST/XML: S3.

mod decode;
mod encode;

pub(super) use decode::{decode_request, decode_response};
use encode::request_root;
pub(super) use encode::{encode_request, encode_response, root_name};
