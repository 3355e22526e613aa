//! `stackproof.toml`: stacks and targets.

mod error;
mod organization;
mod provisioner;
mod stack;
mod target;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use error::ConfigError;
pub(crate) use error::choices;
pub use organization::{OrganizationConfig, Seed};
pub use provisioner::Provisioner;
pub use stack::{OutputOf, OutputSource, StackConfig};
pub use stackproof_gateway::Enforcement;
pub use target::{
    EndpointConfig, EndpointCredentials, Holder, LOCALSTACK_IMAGE, LocalStackConfig, TargetConfig,
    TargetKind, Transport,
};

/// The file's name, looked for upwards from the working directory.
pub const FILE_NAME: &str = "stackproof.toml";

/// The account that a local target's `main` is, unless it says otherwise.
pub const DEFAULT_ACCOUNT: &str = "111111111111";

/// The region that calls are made in, unless a target says otherwise.
pub const DEFAULT_REGION: &str = "eu-west-2";

/// The whole file. Unknown keys are errors: a misspelt `var-files` must not go unnoticed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// The folder that relative paths start from: the file's own.
    #[serde(skip)]
    pub root: PathBuf,
    /// The file itself, as it was found.
    #[serde(skip)]
    pub file: PathBuf,
    /// What stands in it.
    #[serde(skip)]
    pub text: String,
    /// The target where `--target` is not given; else `embedded`.
    pub default_target: Option<String>,
    /// Stacks by name.
    #[serde(default)]
    pub stacks: BTreeMap<String, StackConfig>,
    /// Targets by name. `embedded` is always there.
    #[serde(default)]
    pub targets: BTreeMap<String, TargetConfig>,
    /// The organization that the accounts of every target are in.
    pub organization: Option<OrganizationConfig>,
}

impl Config {
    /// Reads the file that is named, else the first found upwards from the working directory, else nothing: a project
    /// without a file has the embedded target and no stacks.
    ///
    /// # Errors
    /// A [`ConfigError`] that names the file and the place in it.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let found = match file {
            Some(file) => Some(file.to_owned()),
            None => upwards()?,
        };
        let Some(path) = found else { return Ok(Self::default()) };
        let text = std::fs::read_to_string(&path).map_err(|e| ConfigError::unreadable(&path, &e))?;
        let mut config: Self =
            toml::from_str(&text).map_err(|e| ConfigError::malformed(&path, text.clone(), &e))?;
        config.root = path.parent().map(Path::to_owned).unwrap_or_default();
        (config.file, config.text) = (path.clone(), text);
        for (name, target) in &config.targets {
            target.check(name, &path)?;
        }
        for (name, stack) in &config.stacks {
            stack.check(name, &config)?;
        }
        Ok(config)
    }

    /// The stack of that name.
    ///
    /// # Errors
    /// A [`ConfigError`] with the names there are.
    pub fn stack(&self, name: &str) -> Result<&StackConfig, ConfigError> {
        self.stacks.get(name).ok_or_else(|| ConfigError::unknown("stack", name, self.stacks.keys()))
    }

    /// The target of that name, else the file's default, else `embedded`, with its accounts in the file's organization.
    ///
    /// # Errors
    /// A [`ConfigError`] with the names there are, or the environment variable that it needs, and for an organization
    /// that cannot be.
    pub fn target(&self, name: Option<&str>) -> Result<(String, TargetConfig), ConfigError> {
        let name = name.or(self.default_target.as_deref()).unwrap_or("embedded");
        let target = match self.targets.get(name) {
            Some(target) => target.filled(name)?,
            None if name == "embedded" => TargetConfig::embedded(),
            None => {
                let embedded = "embedded".to_owned();
                return Err(ConfigError::unknown("target", name, self.targets.keys().chain([&embedded])));
            }
        };
        let (organization, seed) = self.organization_of(name, &target)?.unzip();
        let provisioner = target.provisioner.clone().rooted_in(&self.root);
        Ok((name.to_owned(), TargetConfig { organization, seed, provisioner, ..target }))
    }

    /// The folder of a stack's root module.
    pub fn module(&self, stack: &StackConfig) -> PathBuf {
        self.root.join(&stack.path)
    }

    /// The folder of a stack's fixtures, if it has any.
    pub fn fixtures(&self, stack: &StackConfig) -> Option<PathBuf> {
        stack.fixtures.as_ref().map(|path| self.root.join(path))
    }

    /// The folder of a stack's features.
    pub fn features(&self, name: &str, stack: &StackConfig) -> PathBuf {
        match &stack.features {
            Some(path) => self.root.join(path),
            None => self.root.join("features").join(name),
        }
    }
}

fn upwards() -> Result<Option<PathBuf>, ConfigError> {
    let start = std::env::current_dir().map_err(|e| ConfigError::unreadable(Path::new("."), &e))?;
    let found = start.ancestors().map(|folder| folder.join(FILE_NAME)).find(|path| path.is_file());
    // A file beside the working directory is named as the user would: without its whole path.
    Ok(found.map(|path| path.strip_prefix(&start).map(Path::to_owned).unwrap_or(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Config, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        std::fs::write(&path, text).unwrap();
        Config::load(Some(&path))
    }

    #[test]
    fn three_lines_are_enough() {
        let config = load("[stacks.calls]\npath = \"infra\"\n").unwrap();
        let stack = config.stack("calls").unwrap();
        assert!(config.features("calls", stack).ends_with("features/calls"));
        assert_eq!(config.target(None).unwrap().0, "embedded");
    }

    #[test]
    fn unknown_keys_and_names_are_errors_with_the_known_ones() {
        let error = load("[stacks.calls]\npath = \"infra\"\nvar-file = []\n").unwrap_err();
        assert!(error.to_string().contains("unknown field `var-file`"), "{error}");
        let config = load("[targets.local]\nkind = \"embedded\"\n").unwrap();
        let error = config.target(Some("lokal")).unwrap_err();
        assert_eq!(error.to_string(), "there is no target `lokal`");
        assert!(load("[targets.x]\nkind = \"embedded\"\naccount-id = \"12\"\n").is_err());
    }
}
