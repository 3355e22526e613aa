//! KMS resources.

pub mod alias;
pub mod ciphertext;
pub mod grant;
pub mod key;
pub mod policy;

use serde_json::{Value, json};

use crate::provision::native::attributes::Attributes;

/// What is gone when a key, alias or grant is.
const GONE: [&str; 1] = ["NotFoundException"];

/// The tags, the provider's `default_tags` among them, as KMS takes them; none where there are none.
fn tags(arguments: &Attributes) -> Option<Vec<Value>> {
    let renamed = |tag: Value| json!({ "TagKey": tag.get("Key"), "TagValue": tag.get("Value") });
    arguments.tag_set().map(|tags| tags.into_iter().map(renamed).collect())
}
