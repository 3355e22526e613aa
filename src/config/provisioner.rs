//! What applies root modules.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// What applies the root modules of a target.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Provisioner {
    /// The evaluator in this process.
    #[default]
    Native,
    /// A `terraform` or `tofu`: a name that is looked for on PATH, or a path.
    Binary(PathBuf),
    /// Nothing: what stands there already is read from a state file or from outputs.
    Existing,
}

impl TryFrom<String> for Provisioner {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "native" => Ok(Self::Native),
            "existing" => Ok(Self::Existing),
            "terraform" | "tofu" => Ok(Self::Binary(text.into())),
            _ if text.contains('/') => Ok(Self::Binary(text.into())),
            _ => Err(format!(
                "`{text}` is no provisioner; write `native`, `terraform`, `tofu`, the path of one of the two, or `existing`"
            )),
        }
    }
}

impl Provisioner {
    /// The same with a path that starts from that folder.
    #[must_use]
    pub(super) fn rooted_in(self, folder: &Path) -> Self {
        match self {
            Self::Binary(program) if program.components().count() > 1 => {
                let program = folder.join(program);
                Self::Binary(std::path::absolute(&program).unwrap_or(program))
            }
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binary_is_a_name_on_the_path_or_a_path_from_the_file() {
        let read = |text: &str| Provisioner::try_from(text.to_owned());
        assert_eq!(read("tofu").unwrap().rooted_in(Path::new("/a")), Provisioner::Binary("tofu".into()));
        let named = read("bin/terraform").unwrap().rooted_in(Path::new("/a"));
        assert_eq!(named, Provisioner::Binary("/a/bin/terraform".into()));
        assert_eq!(
            read("/b/terraform").unwrap().rooted_in(Path::new("/a")),
            Provisioner::Binary("/b/terraform".into())
        );
        assert!(read("teraform").unwrap_err().starts_with("`teraform` is no provisioner"));
    }
}
