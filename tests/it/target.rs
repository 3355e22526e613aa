//! `stackproof up`, started and stopped.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use serde_json::Value;

use crate::project::Project;

/// A running target; it is killed when this is dropped.
pub struct Up {
    child: Child,
    /// The coordinates, as printed.
    pub line: String,
}

impl Up {
    /// Starts it on a free port, and waits for its coordinates.
    pub fn start(project: &Project) -> Self {
        Self::with(project, &[])
    }

    /// The same with more arguments.
    pub fn with(project: &Project, arguments: &[&str]) -> Self {
        let mut command = project.command(&["up", "--json", "--listen", "127.0.0.1:0"]);
        let mut child = command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with('{'), "up did not start: {line:?}");
        Self { child, line }
    }

    pub fn coordinates(&self) -> Value {
        serde_json::from_str(&self.line).unwrap()
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal, named as `kill` names it.
    #[cfg(unix)]
    pub fn tell(&self, signal: &str) {
        let mut kill = std::process::Command::new("kill");
        assert!(kill.args([signal, &self.id().to_string()]).status().unwrap().success());
    }

    /// Waits for its end.
    pub fn wait(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
