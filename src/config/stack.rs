//! One stack of `stackproof.toml`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use super::{Config, ConfigError};
use crate::acceptance::Combination;

/// One root module and its features.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StackConfig {
    /// The root module, used as it is.
    pub path: PathBuf,
    /// Where its features are; `features/NAME` where absent.
    pub features: Option<PathBuf>,
    /// A root module for what scenarios need beside the stack. It is applied before the stack, with those of the
    /// stack's variables that it declares.
    pub fixtures: Option<PathBuf>,
    /// Variable files, relative to `path`; any file name.
    #[serde(default)]
    pub var_files: Vec<PathBuf>,
    /// Variables; they win over files, as `-var` does. `${env:NAME}` stands for an environment variable, `${account:NAME}`
    /// for an account's id, `${run-id}` for what no other run has, `${matrix:NAME}` for the value of a combination.
    #[serde(default)]
    pub vars: BTreeMap<String, toml::Value>,
    /// Variables that are outputs of what is provisioned before; they win over files.
    #[serde(default)]
    pub vars_from: BTreeMap<String, OutputOf>,
    /// Variables with several values: the stack is proved under each combination of them.
    #[serde(default)]
    pub matrix: BTreeMap<String, Vec<toml::Value>>,
    /// Resource types and addresses that are not provisioned; `*` matches any run of characters.
    #[serde(default)]
    pub ignore: Vec<String>,
    /// Where `provisioner = "existing"` reads the stack from: a state file, or what `terraform show -json` or `terraform
    /// output -json` printed; `terraform.tfstate` beside the root module where absent. Placeholders stand as in `vars`.
    pub state: Option<PathBuf>,
    /// What `terraform.workspace` is; else the environment's `TF_WORKSPACE`, else `default`. Placeholders stand as in `vars`.
    pub workspace: Option<String>,
    /// Attributes of resources and data sources by address, which are neither made nor read: of providers that are not
    /// known, or of what the target does not have. Those of the fixtures have `fixtures.` before them.
    #[serde(default)]
    pub data: BTreeMap<String, toml::Table>,
    /// Words for the features.
    #[serde(default)]
    pub names: BTreeMap<String, String>,
}

/// An output that a variable takes its value from.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(try_from = "String")]
pub struct OutputOf {
    /// Whose output it is.
    pub source: OutputSource,
    /// The output's name.
    pub output: String,
}

/// Whose outputs a variable may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutputSource {
    /// The stack's own fixtures.
    Fixtures,
    /// Another stack of the file.
    Stack(String),
}

impl TryFrom<String> for OutputOf {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let parts: Vec<&str> = text.split('.').collect();
        let (source, output) = match parts.as_slice() {
            ["fixtures", "outputs", output] => (OutputSource::Fixtures, *output),
            ["stacks", stack, "outputs", output] => (OutputSource::Stack((*stack).to_owned()), *output),
            _ => {
                return Err(format!(
                    "`{text}` names no output; write `fixtures.outputs.NAME` or `stacks.NAME.outputs.NAME`"
                ));
            }
        };
        Ok(Self { source, output: output.to_owned() })
    }
}

impl StackConfig {
    /// Every combination of the matrix, the last variable changing first; one without variables where there is no
    /// matrix.
    pub fn combinations(&self) -> Vec<Combination> {
        self.matrix.iter().fold(vec![Combination::new()], |combinations, (name, values)| {
            let with = |combination: &Combination, value: &toml::Value| {
                combination.iter().cloned().chain([(name.clone(), text(value))]).collect()
            };
            combinations
                .iter()
                .flat_map(|combination| values.iter().map(move |value| with(combination, value)))
                .collect()
        })
    }

    /// The stacks whose outputs its variables are.
    pub fn needs(&self) -> impl Iterator<Item = &str> {
        self.vars_from.values().filter_map(|from| match &from.source {
            OutputSource::Stack(name) => Some(name.as_str()),
            OutputSource::Fixtures => None,
        })
    }

    /// What can be wrong with a stack beside its form.
    pub(super) fn check(&self, name: &str, config: &Config) -> Result<(), ConfigError> {
        let wrong = |reason: String, advice: &'static str| ConfigError::Stack {
            stack: name.to_owned(),
            reason,
            advice,
        };
        let twice =
            self.vars_from.keys().find(|it| self.vars.contains_key(*it) || self.matrix.contains_key(*it));
        if let Some(variable) = twice.or_else(|| self.matrix.keys().find(|it| self.vars.contains_key(*it))) {
            let reason = format!("gives the variable `{variable}` twice");
            return Err(wrong(reason, "give it in one of `vars`, `vars-from` and `matrix`"));
        }
        if let Some((variable, _)) = self.matrix.iter().find(|(_, values)| values.is_empty()) {
            let reason = format!("has no value for `{variable}` in its matrix");
            return Err(wrong(reason, "give it at least one value, or nothing would be proved"));
        }
        let nested = |value: &toml::Value| value.is_array() || value.is_table();
        if let Some((variable, _)) = self.matrix.iter().find(|(_, values)| values.iter().any(nested)) {
            let reason = format!("has a value of several parts for `{variable}` in its matrix");
            return Err(wrong(reason, "texts, numbers and truth values may stand there"));
        }
        let from_fixtures = self.vars_from.iter().find(|(_, from)| from.source == OutputSource::Fixtures);
        if let (None, Some((variable, _))) = (&self.fixtures, from_fixtures) {
            let reason = format!("takes `{variable}` from its fixtures, but has none");
            return Err(wrong(reason, "name their folder: `fixtures = \"features/NAME/fixtures\"`"));
        }
        self.needs().try_for_each(|needed| {
            let theirs = &config.stack(needed)?.matrix;
            let covers = |variable: &String, values: &[toml::Value]| {
                self.matrix.get(variable).is_some_and(|own| own.iter().all(|value| values.contains(value)))
            };
            match theirs.iter().find(|(variable, values)| !covers(variable, values)) {
                None => Ok(()),
                Some((variable, _)) => Err(wrong(
                    format!("needs the stack `{needed}`, but not under one value of `{variable}`"),
                    "a matrix of both must have that variable, this one with no value that the other lacks",
                )),
            }
        })
    }
}

/// A value as `-var` would be given it.
fn text(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stack(text: &str) -> StackConfig {
        toml::from_str(&format!("path = \"infra\"\n{text}")).unwrap()
    }

    #[test]
    fn an_output_is_named_with_whose_it_is() {
        let of = |text: &str| OutputOf::try_from(text.to_owned());
        assert_eq!(
            of("fixtures.outputs.arn"),
            Ok(OutputOf { source: OutputSource::Fixtures, output: "arn".to_owned() })
        );
        let source = OutputSource::Stack("network".to_owned());
        assert_eq!(of("stacks.network.outputs.vpc_id"), Ok(OutputOf { source, output: "vpc_id".to_owned() }));
        assert_eq!(
            of("outputs.arn").unwrap_err(),
            "`outputs.arn` names no output; write `fixtures.outputs.NAME` or `stacks.NAME.outputs.NAME`"
        );
    }

    #[test]
    fn a_matrix_is_every_combination() {
        let stack = stack("matrix = { environment = [\"dev\", \"live\"], shards = [1, 2] }");
        let shown: Vec<String> = stack
            .combinations()
            .iter()
            .map(|it| it.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(
            shown,
            [
                "environment=dev shards=1",
                "environment=dev shards=2",
                "environment=live shards=1",
                "environment=live shards=2"
            ]
        );
        assert_eq!(self::stack("").combinations(), [Combination::new()]);
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        let refusal = |text: &str| stack(text).check("calls", &Config::default()).unwrap_err().to_string();
        let cases = [
            ("vars = { a = 1 }\nmatrix = { a = [1] }", "the stack `calls` gives the variable `a` twice"),
            ("matrix = { a = [] }", "the stack `calls` has no value for `a` in its matrix"),
            (
                "matrix = { a = [[1]] }",
                "the stack `calls` has a value of several parts for `a` in its matrix",
            ),
            (
                "vars-from = { a = \"fixtures.outputs.a\" }",
                "the stack `calls` takes `a` from its fixtures, but has none",
            ),
            ("vars-from = { a = \"stacks.other.outputs.a\" }", "there is no stack `other`"),
        ];
        for (text, expected) in cases {
            assert_eq!(refusal(text), expected);
        }
    }
}
