//! Filters of parameters, all of which must be met, each in one of its values.
//!
//! <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterStringFilter.html>

use stackproof_aws::ApiError;

use super::error;
use super::parameter::{Parameter, Version};
use crate::constraint::{self, Length};
use crate::input::Input;

const KEY: Length = Length(1, 132);
const VALUES: Length = Length(1, 50);
const VALUE: Length = Length(1, 1024);
const EQUALS: &str = "Equals";
const BEGINS: &str = "BeginsWith";

/// The keys of descriptions, and the options that each has, the first being the one where none is given.
const OF_DESCRIPTIONS: [(&str, &[&str]); 6] = [
    ("Name", &[EQUALS, BEGINS, "Contains"]),
    ("Path", &["OneLevel", "Recursive"]),
    ("Type", &[EQUALS, BEGINS]),
    ("KeyId", &[EQUALS, BEGINS]),
    ("Tier", &[EQUALS]),
    ("DataType", &[EQUALS, BEGINS]),
];
/// Those of reads by path.
const OF_PATHS: [(&str, &[&str]); 3] =
    [("Type", &[EQUALS, BEGINS]), ("KeyId", &[EQUALS, BEGINS]), ("Label", &[EQUALS, BEGINS])];

/// Filters.
pub(crate) struct Filters(Vec<Filter>);

struct Filter {
    key: String,
    option: String,
    values: Vec<String>,
}

/// Whether a name is below a path: right below it, or at any depth.
pub(crate) fn is_below(name: &str, path: &str, recursive: bool) -> bool {
    let path = path.trim_end_matches('/');
    let Some(rest) = name.strip_prefix(path).and_then(|rest| rest.strip_prefix('/')) else {
        // What begins with no slash is right below the root.
        return path.is_empty() && !name.contains('/');
    };
    recursive || !rest.contains('/')
}

impl Filters {
    /// Takes the filters of descriptions, of which the older member has names that begin and the rest that equal.
    pub fn of_descriptions(input: &mut Input) -> Result<Self, ApiError> {
        if input.has("Filters") && input.has("ParameterFilters") {
            return Err(error::validation(
                "You can use either Filters or ParameterFilters in a single request.",
            ));
        }
        let mut filters = Self::read(input, &OF_DESCRIPTIONS, true)?;
        for mut older in input.structures("Filters")? {
            let key = constraint::one_of(&mut older, "Key", &["Name", "Type", "KeyId"])?.unwrap_or_default();
            let values = constraint::texts(&mut older, "Values", VALUES, VALUE)?;
            older.finish()?;
            let option = if key == "Name" { BEGINS } else { EQUALS };
            filters.0.push(Filter { key, option: option.to_owned(), values });
        }
        Ok(filters)
    }

    /// Takes the filters of reads by path.
    pub fn of_path(input: &mut Input) -> Result<Self, ApiError> {
        Self::read(input, &OF_PATHS, false)
    }

    fn read(input: &mut Input, known: &[(&str, &[&str])], tags: bool) -> Result<Self, ApiError> {
        let mut filters = Vec::new();
        for mut given in input.structures("ParameterFilters")? {
            let key = constraint::required(&mut given, "Key", KEY)?;
            let option = given.string("Option")?;
            let values = constraint::texts(&mut given, "Values", VALUES, VALUE)?;
            given.finish()?;
            let is_tag = tags && key.starts_with("tag:");
            let options = match known.iter().find(|(name, _)| *name == key) {
                Some((_, options)) => *options,
                None if is_tag => &[EQUALS],
                None => return Err(error::filter_key(&key)),
            };
            let option = option.unwrap_or_else(|| options.first().copied().unwrap_or(EQUALS).to_owned());
            if !options.contains(&option.as_str()) {
                return Err(error::filter_option(&key, &option));
            }
            if values.is_empty() && !is_tag {
                return Err(error::filter_value(&key));
            }
            filters.push(Filter { key, option, values });
        }
        Ok(Self(filters))
    }

    /// The version of a parameter that meets them: the newest, or the one with the label that is asked for.
    pub fn version<'a>(&self, parameter: &'a Parameter) -> Option<&'a Version> {
        let labelled = self.0.iter().any(|filter| filter.key == "Label");
        let mut versions = parameter.versions.iter().rev();
        let newest = if labelled { parameter.versions.len() } else { 1 };
        versions.by_ref().take(newest).find(|version| self.0.iter().all(|it| it.meets(parameter, version)))
    }
}

impl Filter {
    fn meets(&self, parameter: &Parameter, version: &Version) -> bool {
        if self.key == "Path" {
            let recursive = self.option == "Recursive";
            return self.values.iter().any(|path| is_below(&parameter.name, path, recursive));
        }
        if let Some(key) = self.key.strip_prefix("tag:") {
            let mut found = parameter.tags.iter().filter(|(name, _)| *name == key);
            return found.any(|(_, value)| self.values.is_empty() || self.finds(value));
        }
        match self.key.as_str() {
            "Name" => self.finds(&parameter.name),
            "Type" => self.finds(&version.kind),
            "KeyId" => version.kms_key.as_deref().is_some_and(|key| self.finds(key)),
            "Tier" => self.finds(version.tier),
            "DataType" => self.finds(&version.data_type),
            _ => version.labels.iter().any(|label| self.finds(label)),
        }
    }

    fn finds(&self, text: &str) -> bool {
        self.values.iter().any(|value| match self.option.as_str() {
            BEGINS => text.starts_with(value),
            "Contains" => text.contains(value),
            _ => text == value,
        })
    }
}
