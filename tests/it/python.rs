//! Clients from Python's package index, in a virtual environment of the build folder.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

use crate::skipped::unless_here;
use crate::target::Up;

/// Set where Python can be had, so that a skip cannot hide there.
const REQUIRED: &str = "STACKPROOF_REQUIRE_PYTHON";
/// boto3 and the AWS CLI of one release, which share botocore, and an emulator for them.
const PACKAGES: [&str; 3] = ["boto3==1.44.5", "awscli==1.46.3", "moto[server]==5.2.5"];
/// The environment is made once, whichever test comes first.
static MAKING: Mutex<()> = Mutex::new(());

/// Runs `tests/data/SCRIPT` with the target's coordinates, and asserts what it printed; says that it did not where
/// Python cannot be had.
#[track_caller]
pub fn plays(script: &str, up: &Up, expected: &str) {
    let Some(python) = unless_here(interpreter(), REQUIRED, script) else { return };
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(script);
    let output = Command::new(python).arg(script).arg(&up.line).output().unwrap();
    let (seen, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(seen, expected, "\n{errors}");
    assert!(output.status.success(), "{errors}");
}

/// Runs a command on a terminal of its own and gives what was written there, stdout and stderr alike; nothing where
/// Python cannot be had.
#[track_caller]
pub fn on_a_terminal(command: &Command) -> Option<String> {
    let plain = Command::new("python3").arg("--version").output().map_err(|error| error.to_string());
    unless_here(plain, REQUIRED, "a terminal")?;
    let mut terminal = Command::new("python3");
    terminal
        .args(["-c", "import os, pty, sys\nsys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"]);
    terminal.arg(command.get_program()).args(command.get_args()).stdin(Stdio::null());
    terminal.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = terminal.current_dir(command.get_current_dir().unwrap()).output().unwrap();
    let seen = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{seen}\n{}", String::from_utf8_lossy(&output.stderr));
    Some(seen)
}

/// moto's server, on a port of its own; it ends when this is dropped.
pub struct Moto {
    child: Child,
    /// Where it listens.
    pub url: String,
}

impl Moto {
    /// Starts it; nothing where Python cannot be had.
    #[track_caller]
    pub fn start() -> Option<Self> {
        let python = unless_here(interpreter(), REQUIRED, "moto's server")?;
        let mut command = Command::new(python.with_file_name("moto_server"));
        let mut child = command.args(["-H", "127.0.0.1", "-p", "0"]).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let said = lines.by_ref().find_map(|line| Some(line.ok()?.split_once("Running on ")?.1.to_owned()));
        let url = said.unwrap().trim().to_owned();
        // It goes on saying what it is asked.
        std::thread::spawn(move || lines.for_each(drop));
        Some(Self { child, url })
    }

    /// A target of that name for a configuration.
    pub fn target(&self) -> String {
        format!(
            "[targets.moto]\nkind = \"endpoint\"\nendpoint = \"{}\"\naccounts = {{ source = \"222222222222\" }}\n\
             account-header = \"x-moto-account-id\"\nresource-policies = \"gateway\"\n",
            self.url
        )
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn interpreter() -> Result<PathBuf, String> {
    let _making = MAKING.lock().unwrap();
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("python");
    let python = folder.join("bin/python");
    let run = |command: &mut Command| match command.output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => {
            Err(String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or("it failed").to_owned())
        }
        Err(error) => Err(error.to_string()),
    };
    if run(Command::new(&python).args(["-c", "import boto3, awscli, moto.server"])).is_ok() {
        return Ok(python);
    }
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    run(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(PACKAGES))?;
    Ok(python)
}
