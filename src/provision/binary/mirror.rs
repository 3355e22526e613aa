//! A copy of a root module and of the local modules that it calls, in which every relative path leads where it leads in
//! the original.
//!
//! Folders on the way to a module are made anew, and files of configuration are copied; all else is a link to the
//! original, so that archives and other large files cost nothing.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use stackproof_terraform::{Diagnostic, Diagnostics, Outline, outline};

/// Arguments of the AWS provider that say who one is on real AWS.
const IDENTITY: [&str; 9] = [
    "allowed_account_ids",
    "assume_role",
    "assume_role_with_web_identity",
    "forbidden_account_ids",
    "profile",
    "shared_config_files",
    "shared_credentials_file",
    "shared_credentials_files",
    "token",
];

/// The copy.
pub(super) struct Mirror {
    /// The copy of the root module.
    pub(super) root: PathBuf,
    /// All modules, the root module among them.
    pub(super) modules: Vec<Module>,
}

/// A module with its copy.
pub(super) struct Module {
    original: PathBuf,
    /// Its folder.
    pub(super) copy: PathBuf,
    /// What its files say.
    pub(super) outline: Outline,
}

impl Mirror {
    /// Copies the root module into a folder that is not there yet.
    ///
    /// # Errors
    /// Modules that cannot be read, files that cannot be copied.
    pub(super) fn of(root: &Path, copy: &Path) -> Result<Self, Diagnostics> {
        let cannot = |path: &Path, error: &io::Error| {
            Diagnostic::nowhere(format!("`{}` cannot be copied: {error}", path.display()))
        };
        let root = root.canonicalize().map_err(|error| cannot(root, &error))?;
        let mut modules = Vec::new();
        find(&root, &mut modules)?;
        let base = base(&root, modules.iter().map(|(folder, _)| folder.as_path()));
        let folders: BTreeSet<PathBuf> = modules.iter().map(|(folder, _)| folder.clone()).collect();
        let place = |original: &Path| match original.strip_prefix(&base) {
            Ok(rest) if rest.as_os_str().is_empty() => copy.to_owned(),
            Ok(rest) => copy.join(rest),
            Err(_) => copy.to_owned(),
        };
        shadow(&base, copy, &root, &folders).map_err(|error| cannot(&base, &error))?;
        let modules: Vec<Module> = modules
            .into_iter()
            .map(|(original, outline)| Module { copy: place(&original), original, outline })
            .collect();
        for module in &modules {
            module.strip().map_err(|error| cannot(&module.original, &error))?;
        }
        Ok(Self { root: place(&root), modules })
    }
}

impl Module {
    /// Takes out of its providers what says who one is on AWS. Spaces take its place, so that places in the files stay.
    fn strip(&self) -> io::Result<()> {
        for provider in &self.outline.providers {
            let file = self.copy.join(provider.file.file_name().unwrap_or_default());
            let mut bytes = std::fs::read(&file)?;
            let offset = if bytes.starts_with("\u{feff}".as_bytes()) { 3 } else { 0 };
            let is_json = file.extension().is_some_and(|extension| extension == "json");
            for part in provider.parts.iter().filter(|part| IDENTITY.contains(&part.name.as_str())) {
                let range = part.range.start + offset..part.range.end + offset;
                // What is named so in JSON is a comment, whatever it holds.
                if is_json && let Some(name) = bytes.get_mut(range.clone()) {
                    name.iter_mut()
                        .zip(b"\"//\"".iter().chain(std::iter::repeat(&b' ')))
                        .for_each(|(to, from)| *to = *from);
                    continue;
                }
                for byte in bytes.get_mut(range).into_iter().flatten().filter(|byte| **byte != b'\n') {
                    *byte = b' ';
                }
            }
            std::fs::write(&file, bytes)?;
        }
        Ok(())
    }
}

/// The module in that folder and all that it calls.
fn find(folder: &Path, found: &mut Vec<(PathBuf, Outline)>) -> Result<(), Diagnostics> {
    if found.iter().any(|(known, _)| known == folder) {
        return Ok(());
    }
    let outline = outline(folder)?;
    let mut called: BTreeSet<PathBuf> = outline.local_modules.iter().map(|it| folder.join(it)).collect();
    called.extend(installed(folder));
    found.push((folder.to_owned(), outline));
    for path in called {
        let module = path.canonicalize().map_err(|error| {
            let message = format!("the module `{}` cannot be read: {error}", path.display());
            Diagnostic::nowhere(message).with_hint("`source` is relative to the folder of the calling module")
        })?;
        find(&module, found)?;
    }
    Ok(())
}

/// `.terraform/modules/modules.json`, as far as it is read.
#[derive(Deserialize)]
struct Installed {
    #[serde(rename = "Modules", default)]
    modules: Vec<InstalledModule>,
}

#[derive(Deserialize)]
struct InstalledModule {
    #[serde(rename = "Dir")]
    folder: PathBuf,
}

/// The modules that `terraform init` has fetched for a root module, where it has been run.
fn installed(root: &Path) -> Vec<PathBuf> {
    let text = std::fs::read(root.join(".terraform/modules/modules.json")).unwrap_or_default();
    let installed = serde_json::from_slice::<Installed>(&text);
    let folders = installed.into_iter().flat_map(|it| it.modules).map(|it| it.folder);
    folders
        .filter(|it| it.starts_with(".terraform"))
        .map(|it| root.join(it))
        .filter(|it| it.is_dir())
        .collect()
}

/// The folder that the copy begins at: the repository's, where it holds all modules, else the nearest that does.
fn base<'a>(root: &Path, modules: impl Iterator<Item = &'a Path> + Clone) -> PathBuf {
    let holds_all = |folder: &&Path| modules.clone().all(|module| module.starts_with(folder));
    let repository = root.ancestors().find(|folder| folder.join(".git").exists());
    let base = repository.filter(holds_all).or_else(|| root.ancestors().find(holds_all));
    base.unwrap_or(root).to_owned()
}

/// Makes a folder anew: those that lead to a module are made, the rest is linked.
fn shadow(original: &Path, copy: &Path, root: &Path, modules: &BTreeSet<PathBuf>) -> io::Result<()> {
    std::fs::create_dir_all(copy)?;
    let is_module = modules.contains(original);
    for entry in std::fs::read_dir(original)? {
        let entry = entry?;
        let (from, name) = (entry.path(), entry.file_name());
        let (to, name) = (copy.join(&name), name.to_string_lossy().into_owned());
        if from.is_dir() && modules.iter().any(|module| module.starts_with(&from)) {
            shadow(&from, &to, root, modules)?;
        } else if original == root && is_of_a_run(&name) {
            // What was applied from here with another state is none of this run's business.
        } else if original.ends_with(".terraform/modules") && name == "modules.json"
            || is_module
                && (name.ends_with(".tf") || name.ends_with(".tf.json") || name == ".terraform.lock.hcl")
        {
            std::fs::copy(&from, &to)?;
        } else {
            link(&from, &to)?;
        }
    }
    Ok(())
}

/// Whether a file or folder beside a root module is what Terraform keeps of its runs.
fn is_of_a_run(name: &str) -> bool {
    name == ".terraform" || name.starts_with("terraform.tfstate") || name == ".terraform.tfstate.lock.info"
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(from, to)
}

#[cfg(not(unix))]
fn link(from: &Path, to: &Path) -> io::Result<()> {
    if !from.is_dir() {
        return std::fs::copy(from, to).map(drop);
    }
    std::fs::create_dir_all(to)?;
    std::fs::read_dir(from)?.try_for_each(|entry| {
        let entry = entry?;
        link(&entry.path(), &to.join(entry.file_name()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, text: &str) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    #[test]
    fn relative_paths_lead_where_they_did() {
        let project = tempfile::tempdir().unwrap();
        let at = |path: &str| project.path().join(path);
        write(&at(".git/HEAD"), "");
        write(&at("policies/read.json"), "{}");
        write(&at("infra/modules/bucket/main.tf"), "resource \"aws_s3_bucket\" \"this\" {}\n");
        let provider = "provider \"aws\" {\n  profile = \"dev\"\n  region  = \"eu-west-1\"\n}\n";
        let calls = "module \"bucket\" {\n  source = \"../../modules/bucket\"\n}\n";
        write(&at("infra/stacks/calls/main.tf"), &format!("{provider}{calls}"));
        write(&at("infra/stacks/calls/terraform.tfstate"), "{}");
        write(&at("infra/stacks/calls/templates/a.tftpl"), "a");
        let temporary = tempfile::tempdir().unwrap();
        let mirror = Mirror::of(&at("infra/stacks/calls"), &temporary.path().join("copy")).unwrap();
        let there = |path: &str| std::fs::read_to_string(mirror.root.join(path)).unwrap();
        assert_eq!(there("../../../policies/read.json"), "{}");
        assert_eq!(there("../../modules/bucket/main.tf"), "resource \"aws_s3_bucket\" \"this\" {}\n");
        assert_eq!(there("templates/a.tftpl"), "a");
        let written = there("main.tf");
        assert!(
            written.starts_with("provider \"aws\" {\n                 \n  region  = \"eu-west-1\"\n}\n"),
            "{written}"
        );
        assert!(!mirror.root.join("terraform.tfstate").exists());
        // The original is as it was.
        let original = std::fs::read_to_string(at("infra/stacks/calls/main.tf")).unwrap();
        assert!(original.contains("profile = \"dev\""));
    }

    #[test]
    fn providers_in_json_lose_who_they_are_too() {
        let project = tempfile::tempdir().unwrap();
        let text =
            r#"{"provider":{"aws":{"profile":"dev","region":"eu-west-1","assume_role":[{"role_arn":"r"}]}}}"#;
        write(&project.path().join("main.tf.json"), text);
        let temporary = tempfile::tempdir().unwrap();
        let mirror = Mirror::of(project.path(), &temporary.path().join("copy")).unwrap();
        let written = std::fs::read_to_string(mirror.root.join("main.tf.json")).unwrap();
        let expected =
            r#"{"provider":{"aws":{"//"     :"dev","region":"eu-west-1","//"         :[{"role_arn":"r"}]}}}"#;
        assert_eq!(written, expected);
    }

    #[test]
    fn fetched_modules_are_copied_too() {
        let project = tempfile::tempdir().unwrap();
        let at = |path: &str| project.path().join(path);
        write(&at("main.tf"), "module \"vpc\" {\n  source = \"terraform-aws-modules/vpc/aws\"\n}\n");
        write(&at(".terraform/providers/large"), "");
        write(&at(".terraform/modules/vpc/main.tf"), "provider \"aws\" {\n  profile = \"x\"\n}\n");
        let listed = r#"{"Modules":[{"Key":"","Source":"","Dir":"."},
            {"Key":"vpc","Source":"registry.terraform.io/terraform-aws-modules/vpc/aws","Dir":".terraform/modules/vpc"}]}"#;
        write(&at(".terraform/modules/modules.json"), listed);
        let temporary = tempfile::tempdir().unwrap();
        let mirror = Mirror::of(project.path(), &temporary.path().join("copy")).unwrap();
        assert_eq!(mirror.modules.len(), 2);
        let copied = std::fs::read_to_string(mirror.root.join(".terraform/modules/vpc/main.tf")).unwrap();
        assert!(!copied.contains("profile"), "{copied}");
        let listed = std::fs::symlink_metadata(mirror.root.join(".terraform/modules/modules.json")).unwrap();
        assert!(listed.is_file());
    }

    #[test]
    fn a_module_that_is_not_there_is_named() {
        let project = tempfile::tempdir().unwrap();
        write(&project.path().join("main.tf"), "module \"a\" {\n  source = \"./none\"\n}\n");
        let wrong = Mirror::of(project.path(), &project.path().join("copy")).err().unwrap();
        assert!(wrong.iter().next().unwrap().message().contains("none` cannot be read"));
    }
}
