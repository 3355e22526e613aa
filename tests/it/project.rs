//! A copy of the repository's stacks and features to try things on, and the built binary to try them with.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A project folder that is removed at the end.
pub struct Project {
    folder: tempfile::TempDir,
    /// Where the binary puts temporary files: what a test kills leaves nothing behind.
    temporary: tempfile::TempDir,
}

impl Project {
    /// A copy of `stackproof.toml`, `infra` and `features`.
    pub fn shipped() -> Self {
        let project = Self::empty();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        for name in ["infra", "features"] {
            copy(&root.join(name), &project.path(name));
        }
        std::fs::copy(root.join("stackproof.toml"), project.path("stackproof.toml")).unwrap();
        project
    }

    /// The same with `call-centre-data` alone, whose S3, IAM and KMS other targets have as well, and clients list.
    pub fn calls() -> Self {
        let project = Self::shipped();
        let path = project.path("stackproof.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        let (calls, _) = text.split_once("# Scenarios are played in these environments").unwrap();
        std::fs::write(path, calls).unwrap();
        project
    }

    /// Switches the migration of `call-centre-data` on.
    pub fn migrating(&self) -> &Self {
        let vars = "vars = { source_account_id";
        self.edit("stackproof.toml", vars, &vars.replace('{', "{ data_migration_enabled = true,"))
    }

    /// A copy of a folder of the repository.
    pub fn copy_of(folder: &str) -> Self {
        let project = Self::empty();
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), project.folder.path());
        project
    }

    /// A folder without files.
    pub fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), temporary: tempfile::tempdir().unwrap() }
    }

    /// A folder of these files.
    pub fn of(files: &[(&str, &str)]) -> Self {
        let project = Self::empty();
        for (name, text) in files {
            let path = project.path(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        project
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Replaces a text that must stand in the file exactly once, so that no edit goes past what it means.
    pub fn edit(&self, file: &str, from: &str, to: &str) -> &Self {
        let path = self.path(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.matches(from).count(), 1, "`{from}` in {file}");
        std::fs::write(path, text.replace(from, to)).unwrap();
        self
    }

    /// Adds a text to the end of a file, after an empty line.
    pub fn append(&self, file: &str, text: &str) -> &Self {
        let path = self.path(file);
        let before = std::fs::read_to_string(&path).unwrap();
        std::fs::write(path, format!("{before}\n{text}")).unwrap();
        self
    }

    /// The binary, in this folder, without colours.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stackproof"));
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        command.env("NO_COLOR", "1").env("TMPDIR", self.temporary.path());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ended {
        Ended::of(self.command(arguments).output().unwrap())
    }

    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Ended {
        let mut command = self.command(arguments);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        Ended::of(child.wait_with_output().unwrap())
    }
}

/// How a run of the binary ended.
pub struct Ended {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Ended {
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Asserts the exit code, and shows what was printed where it is another.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "\n-- stdout\n{}\n-- stderr\n{}", self.stdout, self.stderr);
        self
    }

    /// Everything that a user sees, for snapshots.
    pub fn seen(&self) -> String {
        format!("exit: {}\n-- stdout\n{}-- stderr\n{}", self.code, self.stdout, self.stderr)
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
