//! Names by whose form alone a service tells what cannot exist.

use std::net::Ipv4Addr;

/// Whether some general purpose bucket may be called so; reserved names are not told apart.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
pub fn is_bucket_name(name: &str) -> bool {
    let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    (3..=63).contains(&name.len())
        && name.chars().all(|c| letter(c) || c == '.' || c == '-')
        && name.starts_with(letter)
        && name.ends_with(letter)
        && !name.contains("..")
        && name.parse::<Ipv4Addr>().is_err()
}

/// Whether some key of KMS may have that id: five groups of hexadecimal digits, or `mrk-` before all of them at once
/// where it is of several regions.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id>
pub fn is_kms_key_id(id: &str) -> bool {
    let digits = |text: &str, count| text.len() == count && text.chars().all(|c| c.is_ascii_hexdigit());
    match id.strip_prefix("mrk-") {
        Some(rest) => digits(rest, 32),
        None => {
            let groups: Vec<&str> = id.split('-').collect();
            groups.len() == 5
                && groups.iter().zip([8, 4, 4, 4, 12]).all(|(group, count)| digits(group, count))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_keys_are_known_by_their_form() {
        for id in ["134f2428-cec1-4b25-a1ae-9048164dba47", "mrk-134f2428cec14b25a1ae9048164dba47"] {
            assert!(is_kms_key_id(id), "{id}");
        }
        for id in [
            "",
            "fake-key-id",
            "134f2428cec14b25a1ae9048164dba47",
            "134f2428-cec1-4b25-a1ae-9048164dba4",
            "134f2428-cec14-b25-a1ae-9048164dba47",
            "-34f2428-cec1-4b25-a1ae-9048164dba47",
            "mrk-fake-key-id",
        ] {
            assert!(!is_kms_key_id(id), "{id}");
        }
    }
}
