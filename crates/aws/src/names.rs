//! Names by whose form alone S3 tells what cannot exist.

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
