//! Random passwords.
//!
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html>

use stackproof_aws::{ApiError, Output};

use super::error;
use crate::Call;
use crate::constraint::{self, Length};
use crate::input::Input;
use crate::random;
use crate::structure::Structure;

const UPPERCASE: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWERCASE: &str = "abcdefghijklmnopqrstuvwxyz";
const NUMBERS: &str = "0123456789";
const PUNCTUATION: &str = r##"!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~"##;
const EXCLUDED: Length = Length(0, 4096);
const DEFAULT_LENGTH: usize = 32;
const MAX_LENGTH: i64 = 4096;

/// The letters of each kind that may be used.
fn read_kinds(input: &mut Input) -> Result<Vec<Vec<u8>>, ApiError> {
    let excluded = constraint::text(input, "ExcludeCharacters", EXCLUDED)?.unwrap_or_default();
    let mut kinds = Vec::new();
    for (member, letters) in [
        ("ExcludeUppercase", UPPERCASE),
        ("ExcludeLowercase", LOWERCASE),
        ("ExcludeNumbers", NUMBERS),
        ("ExcludePunctuation", PUNCTUATION),
    ] {
        if !input.boolean(member)?.unwrap_or_default() {
            kinds.push(letters);
        }
    }
    if input.boolean("IncludeSpace")?.unwrap_or_default() {
        kinds.push(" ");
    }
    let allowed = kinds.into_iter().map(|letters| {
        letters.chars().filter(|letter| !excluded.contains(*letter)).collect::<String>().into_bytes()
    });
    Ok(allowed.filter(|letters| !letters.is_empty()).collect())
}

pub(crate) fn get(mut call: Call) -> Result<Output, ApiError> {
    let input = &mut call.input;
    let length = constraint::integer(input, "PasswordLength", 1, MAX_LENGTH)?;
    let length = length.and_then(|length| usize::try_from(length).ok()).unwrap_or(DEFAULT_LENGTH);
    let kinds = read_kinds(input)?;
    let each = input.boolean("RequireEachIncludedType")?.unwrap_or(true);
    input.finish()?;
    if kinds.is_empty() {
        return Err(error::invalid_parameter(
            "There are no characters left to generate a password from with the exclusions given.",
        ));
    }
    if each && length < kinds.len() {
        return Err(error::invalid_parameter(format!(
            "Password length {length} is too short for one character of each of {} required types.",
            kinds.len()
        )));
    }
    let letters = kinds.concat();
    loop {
        let password = random::picks(&letters, length)?;
        // Drawing again until every kind is there leaves all passwords that have them as likely as each other.
        let has = |kind: &Vec<u8>| password.bytes().any(|letter| kind.contains(&letter));
        if !each || kinds.iter().all(has) {
            return Ok(Structure::new().with("RandomPassword", password).output());
        }
    }
}
