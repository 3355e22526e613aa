//! Filters of lists of secrets: a secret must meet each of them in one of its values.
//!
//! <https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_search-secret.html>

use stackproof_aws::ApiError;

use super::error;
use super::secret::Secret;
use crate::constraint::{self, Length};
use crate::input::Input;

const MAX_FILTERS: Length = Length(0, 10);
const VALUES: Length = Length(1, 10);
const VALUE: Length = Length(0, 512);
const KEYS: [&str; 7] =
    ["description", "name", "tag-key", "tag-value", "primary-region", "owning-service", "all"];

/// Filters, all of which must be met.
pub(crate) struct Filters(Vec<Filter>);

struct Filter {
    key: String,
    values: Vec<String>,
}

impl Filters {
    /// Takes the member `Filters`.
    pub fn read(input: &mut Input) -> Result<Self, ApiError> {
        let given = input.structures("Filters")?;
        MAX_FILTERS.check(input, "[...]", given.len(), "Filters")?;
        let filters = given.into_iter().map(|mut filter| {
            let key = constraint::one_of(&mut filter, "Key", &KEYS)?;
            let values = constraint::texts(&mut filter, "Values", VALUES, VALUE)?;
            filter.finish()?;
            match key {
                Some(key) if !values.is_empty() => Ok(Filter { key, values }),
                Some(_) => Err(error::invalid_parameter("Invalid filter values.")),
                None => Err(error::invalid_parameter("Invalid filter key.")),
            }
        });
        filters.collect::<Result<_, _>>().map(Self)
    }

    /// Whether a secret meets them.
    pub fn meets(&self, secret: &Secret) -> bool {
        self.0.iter().all(|filter| filter.values.iter().any(|value| filter.meets(secret, value)))
    }
}

impl Filter {
    /// A value behind an exclamation mark is one that must not be there.
    fn meets(&self, secret: &Secret, value: &str) -> bool {
        match value.strip_prefix('!') {
            Some(value) => !self.finds(secret, value),
            None => self.finds(secret, value),
        }
    }

    fn finds(&self, secret: &Secret, value: &str) -> bool {
        let description = secret.description.as_deref().unwrap_or_default();
        match self.key.as_str() {
            "name" => secret.name.starts_with(value),
            "description" => description.to_lowercase().starts_with(&value.to_lowercase()),
            "tag-key" => secret.tags.iter().any(|(key, _)| key.starts_with(value)),
            "tag-value" => secret.tags.iter().any(|(_, held)| held.starts_with(value)),
            "all" => {
                let tags = secret.tags.iter().flat_map(|(key, value)| [key, value]);
                let texts = [secret.name.as_str(), description].into_iter().chain(tags);
                let held: Vec<String> = texts.flat_map(words).collect();
                words(value).all(|word| held.iter().any(|held| held.starts_with(&word)))
            }
            // No secret here is a replica or another service's.
            _ => false,
        }
    }
}

fn words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase)
}
