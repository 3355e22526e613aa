//! Names that the provider makes up.

use std::sync::atomic::{AtomicU32, Ordering};

use jiff::Timestamp;

use crate::provision::native::attributes::Attributes;

static MADE: AtomicU32 = AtomicU32::new(0);

/// The name that is given under `argument`, else one that begins with the prefix given under `prefix`, else with
/// `terraform-`.
pub fn given_or_made(arguments: &Attributes, argument: &str, prefix: &str) -> String {
    if let Some(name) = arguments.text(argument) {
        return name.to_owned();
    }
    let prefix = arguments.text(prefix).unwrap_or("terraform-");
    let time = Timestamp::now().strftime("%Y%m%d%H%M%S").to_string();
    let count = MADE.fetch_add(1, Ordering::Relaxed);
    format!("{prefix}{time}0000{count:08x}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn made_names_differ_and_keep_their_prefix() {
        let arguments = Attributes::from(json!({ "name": null, "name_prefix": "logs-" }));
        let first = given_or_made(&arguments, "/name", "/name_prefix");
        let second = given_or_made(&arguments, "/name", "/name_prefix");
        assert!(first.starts_with("logs-") && first.len() == "logs-".len() + 26, "{first}");
        assert_ne!(first, second);
        let named = arguments.with(json!({ "name": "mine" }));
        assert_eq!(given_or_made(&named, "/name", "/name_prefix"), "mine");
    }
}
