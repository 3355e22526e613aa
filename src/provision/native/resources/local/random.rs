//! `random_*`, by the system's own randomness: nothing is kept between runs, so that a seed would promise too much.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::Computed;
use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::ResourceError;

/// `random_id`.
pub struct Id;
/// `random_integer`.
pub struct Integer;
/// `random_pet`.
pub struct Pet;
/// `random_string` and `random_password`.
pub struct Text;
/// `random_uuid`.
pub struct Uuid;

const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS: &str = "0123456789";
const SPECIAL: &str = "!@#$%&*()-_=+[]{}<>:?";

const ADVERBS: [&str; 8] = ["boldly", "calmly", "duly", "fairly", "gladly", "kindly", "nicely", "truly"];
const ADJECTIVES: [&str; 8] = ["able", "brave", "clear", "eager", "golden", "loyal", "proud", "sharp"];
const ANIMALS: [&str; 16] = [
    "badger", "crane", "dove", "egret", "falcon", "gecko", "heron", "ibex", "jay", "kite", "lynx", "marten",
    "newt", "otter", "plover", "robin",
];

impl Computed for Id {
    fn computed(&self, arguments: &Attributes) -> Result<Value, ResourceError> {
        let length = size(arguments, "/byte_length")?;
        let bytes = bytes(length)?;
        let prefixed = |text: String| format!("{}{text}", arguments.text("/prefix").unwrap_or_default());
        let url = URL_SAFE_NO_PAD.encode(&bytes);
        Ok(json!({
            "id": url,
            "b64_url": prefixed(url.clone()),
            "b64_std": prefixed(STANDARD.encode(&bytes)),
            "hex": prefixed(bytes.iter().map(|byte| format!("{byte:02x}")).collect()),
            "dec": prefixed(decimal(&bytes)),
        }))
    }
}

impl Computed for Integer {
    fn computed(&self, arguments: &Attributes) -> Result<Value, ResourceError> {
        let bound = |name: &str| {
            arguments.at(name).as_i64().ok_or_else(|| refused(format!("`{name}` is no whole number")))
        };
        let (min, max) = (bound("/min")?, bound("/max")?);
        let span = max.checked_sub(min).and_then(|span| u64::try_from(span).ok());
        let span = span.ok_or_else(|| refused("`max` is smaller than `min`".to_owned()))?;
        let [number] = numbers()?;
        let offset = span.checked_add(1).map_or(number, |count| number % count);
        let result = min.wrapping_add_unsigned(offset);
        Ok(json!({ "id": result.to_string(), "result": result }))
    }
}

impl Computed for Pet {
    fn computed(&self, arguments: &Attributes) -> Result<Value, ResourceError> {
        let length = size(arguments, "/length")?;
        let mut words = Vec::new();
        for left in (0..length).rev() {
            words.push(match left {
                0 => picked(&ANIMALS)?,
                1 => picked(&ADJECTIVES)?,
                _ => picked(&ADVERBS)?,
            });
        }
        let words: Vec<&str> = arguments.text("/prefix").into_iter().chain(words).collect();
        Ok(json!({ "id": words.join(arguments.at("/separator").as_str().unwrap_or("-")) }))
    }
}

impl Computed for Text {
    fn computed(&self, arguments: &Attributes) -> Result<Value, ResourceError> {
        let special = arguments.text("/override_special").unwrap_or(SPECIAL);
        // `number` is what it was once called.
        let digits =
            ["/numeric", "/number"].iter().find_map(|name| arguments.at(name).as_bool()).unwrap_or(true);
        let classes = [
            ("/lower", "/min_lower", LOWER),
            ("/upper", "/min_upper", UPPER),
            ("/numeric", "/min_numeric", DIGITS),
            ("/special", "/min_special", special),
        ];
        let mut all: Vec<char> = Vec::new();
        let mut letters: Vec<char> = Vec::new();
        for (wanted, least, class) in classes {
            let class: Vec<char> = class.chars().collect();
            let is_wanted = match wanted {
                "/numeric" => digits,
                _ => arguments.at(wanted).as_bool().unwrap_or(true),
            };
            if is_wanted {
                all.extend(&class);
            }
            for _ in 0..arguments.at(least).as_u64().unwrap_or(0) {
                letters.push(picked(&class)?);
            }
        }
        let length = size(arguments, "/length")?;
        if all.is_empty() && letters.len() < length {
            return Err(refused("no class of characters is left to choose from".to_owned()));
        }
        if letters.len() > length {
            return Err(refused("`length` is smaller than its classes ask for together".to_owned()));
        }
        while letters.len() < length {
            letters.push(picked(&all)?);
        }
        let mut result = String::new();
        while !letters.is_empty() {
            let at = below(letters.len())?;
            result.push(letters.swap_remove(at));
        }
        Ok(json!({ "id": result, "number": digits, "numeric": digits, "result": result }))
    }
}

/// What the ephemeral `random_password` opens: a text made anew.
///
/// # Errors
/// Arguments that contradict each other.
pub fn password(arguments: &Attributes) -> Result<Value, ResourceError> {
    let made = Text.computed(arguments)?;
    Ok(json!({ "result": made.get("result") }))
}

impl Computed for Uuid {
    fn computed(&self, _: &Attributes) -> Result<Value, ResourceError> {
        let uuid = uuid()?;
        Ok(json!({ "id": uuid, "result": uuid }))
    }
}

/// A version 4 UUID (RFC 9562, section 5.4).
pub(super) fn uuid() -> Result<String, ResourceError> {
    let [high, low] = numbers()?;
    let high = high & 0xffff_ffff_ffff_0fff | 0x4000;
    let low = low & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000;
    Ok(format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    ))
}

/// So many random numbers.
pub(super) fn numbers<const N: usize>() -> Result<[u64; N], ResourceError> {
    let mut numbers = [0; N];
    for number in &mut numbers {
        *number = getrandom::u64().map_err(|error| refused(format!("no randomness can be had: {error}")))?;
    }
    Ok(numbers)
}

pub(super) fn bytes(length: usize) -> Result<Vec<u8>, ResourceError> {
    let mut bytes = vec![0; length];
    getrandom::fill(&mut bytes).map_err(|error| refused(format!("no randomness can be had: {error}")))?;
    Ok(bytes)
}

/// A number below `count`. The bias of the remainder is far below what names of resources could show.
fn below(count: usize) -> Result<usize, ResourceError> {
    let [number] = numbers()?;
    let count = u64::try_from(count).unwrap_or(u64::MAX).max(1);
    usize::try_from(number % count).map_err(|_| refused("the choice is too large".to_owned()))
}

fn picked<T: Copy>(from: &[T]) -> Result<T, ResourceError> {
    let at = below(from.len())?;
    from.get(at).copied().ok_or_else(|| refused("there is nothing to choose from".to_owned()))
}

fn size(arguments: &Attributes, name: &str) -> Result<usize, ResourceError> {
    let size = arguments.at(name).as_u64().and_then(|size| usize::try_from(size).ok());
    size.filter(|size| (1..=4096).contains(size))
        .ok_or_else(|| refused(format!("`{}` is no number from 1 to 4096", name.trim_start_matches('/'))))
}

fn refused(reason: String) -> ResourceError {
    ResourceError::Impossible(reason)
}

/// The bytes as one number, the first the most significant.
fn decimal(bytes: &[u8]) -> String {
    let mut digits: Vec<u8> = vec![0];
    for byte in bytes {
        let mut carry = u32::from(*byte);
        for digit in &mut digits {
            carry += u32::from(*digit) * 256;
            *digit = u8::try_from(carry % 10).unwrap_or(0);
            carry /= 10;
        }
        while carry > 0 {
            digits.push(u8::try_from(carry % 10).unwrap_or(0));
            carry /= 10;
        }
    }
    digits.iter().rev().map(|digit| char::from(b'0' + digit)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn computed(of: &dyn Computed, arguments: Value) -> Result<Value, String> {
        of.computed(&Attributes::from(arguments)).map_err(|error| error.to_string())
    }

    #[test]
    fn an_id_is_the_same_bytes_in_each_form() {
        let id = computed(&Id, json!({ "byte_length": 8, "prefix": "logs-" })).unwrap();
        let hex = id["hex"].as_str().unwrap().strip_prefix("logs-").unwrap();
        let number = u64::from_str_radix(hex, 16).unwrap();
        assert_eq!(id["dec"], format!("logs-{number}"));
        assert_eq!(id["b64_std"], format!("logs-{}", STANDARD.encode(number.to_be_bytes())));
        assert_eq!(id["b64_url"], format!("logs-{}", id["id"].as_str().unwrap()));
        assert_eq!(decimal(&[1, 0, 0]), "65536");
        assert_eq!(decimal(&[0]), "0");
    }

    #[test]
    fn a_text_has_the_classes_that_are_asked_for() {
        let arguments = json!({ "length": 12, "special": false, "upper": false, "min_numeric": 10 });
        let text = computed(&Text, arguments).unwrap();
        let text = text["result"].as_str().unwrap();
        assert_eq!(text.len(), 12);
        assert!(text.chars().filter(char::is_ascii_digit).count() >= 10, "{text}");
        assert!(text.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit()), "{text}");
        let without = computed(&Text, json!({ "length": 64, "number": false })).unwrap();
        assert!(
            !without["result"].as_str().unwrap().contains(|letter: char| letter.is_ascii_digit()),
            "{without}"
        );
        assert_eq!((&without["number"], &without["numeric"]), (&json!(false), &json!(false)));
        let other = computed(&Text, json!({ "length": 32 })).unwrap();
        assert_ne!(computed(&Text, json!({ "length": 32 })).unwrap(), other);
        assert!(computed(&Text, json!({ "length": 3, "min_lower": 4 })).is_err());
    }

    #[test]
    fn numbers_words_and_uuids_are_of_their_form() {
        for _ in 0..32 {
            let number =
                computed(&Integer, json!({ "min": -1, "max": 1 })).unwrap()["result"].as_i64().unwrap();
            assert!((-1..=1).contains(&number));
        }
        assert!(computed(&Integer, json!({ "min": 2, "max": 1 })).is_err());
        let pet = computed(&Pet, json!({ "length": 3, "prefix": "dev", "separator": "_" })).unwrap();
        assert_eq!(pet["id"].as_str().unwrap().split('_').count(), 4);
        let uuid = computed(&Uuid, json!({})).unwrap();
        let uuid = regex::Regex::new("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
            .unwrap()
            .is_match(uuid["result"].as_str().unwrap());
        assert!(uuid);
    }
}
