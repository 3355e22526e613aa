//! A program that runs as long as it needs: whoever no longer waits for it asks it to stop, and gives it the time.

use std::io::{self, BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::progress::Progress;

/// How long an interrupted program may take: Terraform finishes what it has begun and writes its state.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often it is looked whether it has ended by then.
const GLANCE: Duration = Duration::from_millis(20);

/// How much of what a program says is kept for its error.
const KEPT_LINES: usize = 200;

/// What becomes of a program's standard output.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Output {
    /// It goes to stderr as it comes.
    Told,
    /// It is kept whole.
    Kept,
}

/// A program that ended.
pub(super) struct Ended {
    /// How.
    pub(super) status: ExitStatus,
    /// Its standard output, where that was kept.
    pub(super) stdout: Vec<u8>,
    /// The last lines of its standard error.
    stderr: Vec<String>,
}

impl Ended {
    /// What it said was wrong: Terraform's first error without the frame around it.
    pub(super) fn error(&self) -> Option<String> {
        let plain = |line: &String| line.trim_start_matches(['│', '╷', '╵', ' ']).trim_end().to_owned();
        let lines = self.stderr.iter().map(plain).skip_while(|line| !line.starts_with("Error:"));
        let mut lines = lines.map(|line| line.trim_start_matches("Error:").trim().to_owned());
        let title = lines.next()?;
        let rest: Vec<_> = lines
            .take_while(|line| !line.starts_with("Error:"))
            .filter(|line| !line.is_empty())
            .take(12)
            .collect();
        Some(match rest.is_empty() {
            true => title,
            false => format!("{title} ({})", rest.join(" ")),
        })
    }
}

/// Runs a program to its end; what it says goes to stderr. If this is dropped before, the program is interrupted, as
/// Ctrl-C would, and waited for.
///
/// # Errors
/// It cannot be started.
pub(super) async fn run(mut command: Command, output: Output, progress: &Progress) -> io::Result<Ended> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // In a group of its own Ctrl-C does not reach it by itself: two interrupts would end it on the spot.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let child = command.spawn()?;
    let id = child.id();
    let (tell, ended) = oneshot::channel();
    let progress = progress.clone();
    let worker = std::thread::spawn(move || drop(tell.send(attend(child, output, &progress))));
    let mut running = Running { id, worker: Some(worker) };
    let ended = ended.await.map_err(io::Error::other)?;
    running.worker = None;
    ended
}

/// Reads what the program says until it ends.
fn attend(mut child: Child, output: Output, progress: &Progress) -> io::Result<Ended> {
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let (stdout, stderr) = std::thread::scope(|scope| {
        let reader = scope.spawn(|| match output {
            Output::Told => {
                told(stdout, progress);
                Vec::new()
            }
            Output::Kept => {
                let mut kept = Vec::new();
                // What was read until then is not lost.
                drop(stdout.map(|mut stdout| stdout.read_to_end(&mut kept)));
                kept
            }
        });
        let stderr = told(stderr, progress);
        (reader.join().unwrap_or_default(), stderr)
    });
    Ok(Ended { status: child.wait()?, stdout, stderr })
}

/// Says each line on stderr; the last ones are given.
fn told(from: Option<impl Read>, progress: &Progress) -> Vec<String> {
    let mut kept = Vec::new();
    let Some(from) = from else { return kept };
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    while from.read_until(b'\n', &mut line).is_ok_and(|count| count > 0) {
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        progress.aside(|| eprintln!("{text}"));
        if kept.len() < KEPT_LINES {
            kept.push(text);
        }
        line.clear();
    }
    kept
}

/// A program that somebody waits for.
struct Running {
    id: u32,
    worker: Option<JoinHandle<()>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let Some(worker) = self.worker.take() else { return };
        if worker.is_finished() {
            return;
        }
        signal(self.id, false);
        let until = Instant::now() + PATIENCE;
        while !worker.is_finished() && Instant::now() < until {
            std::thread::sleep(GLANCE);
        }
        if !worker.is_finished() {
            signal(self.id, true);
        }
    }
}

/// Interrupts the program, or kills it.
#[cfg(unix)]
fn signal(id: u32, kill: bool) {
    use rustix::process::{Pid, Signal, kill_process};

    let id = i32::try_from(id).ok().and_then(Pid::from_raw);
    let signal = if kill { Signal::KILL } else { Signal::INT };
    // One that has just ended has nothing to be told.
    if let Some(id) = id {
        kill_process(id, signal).ok();
    }
}

#[cfg(not(unix))]
fn signal(_id: u32, _kill: bool) {}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[tokio::test]
    async fn what_it_prints_is_kept_and_its_first_error_found() {
        let script =
            "echo '{}'; printf '╷\\n│ Error: Invalid name\\n│ \\n│   on main.tf line 2\\n╵\\n' >&2; exit 3";
        let ended = run(shell(script), Output::Kept, &Progress::default()).await.unwrap();
        assert_eq!((ended.status.code(), ended.stdout.as_slice()), (Some(3), b"{}\n".as_slice()));
        assert_eq!(ended.error().as_deref(), Some("Invalid name (on main.tf line 2)"));
    }

    #[tokio::test]
    async fn one_that_nobody_waits_for_is_interrupted_and_finishes() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let script = format!(
            "trap 'sleep 0.1; touch {}; exit 0' INT; touch {}; while :; do sleep 0.02; done",
            at("finished").display(),
            at("began").display()
        );
        let began = async {
            while !at("began").exists() {
                tokio::time::sleep(GLANCE).await;
            }
        };
        let progress = Progress::default();
        tokio::select! {
            _ = run(shell(&script), Output::Told, &progress) => unreachable!("it runs until it is interrupted"),
            () = began => {}
        }
        assert!(at("finished").exists());
    }
}
