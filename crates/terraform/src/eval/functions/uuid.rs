//! UUIDs.

use sha1::{Digest, Sha1};

use super::{Arguments, FunctionError};
use crate::eval::moment;
use crate::value::{Type, Value};

type Result = std::result::Result<Value, FunctionError>;

/// The namespaces of RFC 9562, section 6.6, which differ in one byte.
const NAMESPACES: [(&str, u8); 4] = [("dns", 0x10), ("url", 0x11), ("oid", 0x12), ("x500", 0x14)];

pub(super) fn uuid(arguments: &Arguments<'_>) -> Result {
    Ok(arguments.names.moment().map_or(Value::unknown(Type::String), |moment| moment.uuid().into()))
}

pub(super) fn uuidv5(arguments: &Arguments<'_>) -> Result {
    let namespace = arguments.string(0)?;
    let namespace = match NAMESPACES.iter().find(|(name, _)| *name == namespace) {
        Some((_, distinct)) => format!("6ba7b8{distinct:02x}9dad11d180b400c04fd430c8"),
        None => namespace.trim_start_matches("urn:uuid:").replace(['-', '{', '}'], ""),
    };
    let bytes = u128::from_str_radix(&namespace, 16).ok().filter(|_| namespace.len() == 32);
    let bytes = bytes.ok_or_else(|| {
        FunctionError::argument(0, "a UUID is required, or one of `dns`, `url`, `oid` and `x500`")
    })?;
    let digest = Sha1::new().chain_update(bytes.to_be_bytes()).chain_update(arguments.string(1)?).finalize();
    Ok(moment::uuid(5, &digest).into())
}
