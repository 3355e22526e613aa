//! The main job from outside, from process start to exit: what `stackproof outputs` provisions, and `stackproof test`.

use std::io::{Seek, SeekFrom, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

type Failure = Box<dyn std::error::Error>;

const RUNS: u32 = 9;
const DECISIONS: usize = 10_000;
/// What Linux counts a process's time in.
const TICKS_A_SECOND: u64 = 100;

/// The stacks, and the file of their variables.
const STACKS: [(&str, &str); 4] = [
    ("call-centre-data", "dev.tfvars"),
    ("hybrid-relay", "dev.tfvars"),
    ("cci-lite", "dev.tfvars"),
    ("data-platform", "dev.tfvars"),
];

fn main() -> Result<(), Failure> {
    for (stack, file) in STACKS {
        let (module, file) =
            (format!("infra/stacks/{stack}"), format!("infra/stacks/{stack}/environments/{file}"));
        measure(&format!("outputs {module}"), &["outputs", &module, "--var-file", &file])?;
    }
    for (stack, _) in STACKS {
        measure(&format!("test --stack {stack}"), &["test", "--stack", stack, "--strict"])?;
    }
    measure("test, all stacks", &["test", "--strict"])?;
    decide()
}

/// Ten thousand decisions of the recorded cases, each read and written as a line of JSON.
fn decide() -> Result<(), Failure> {
    let recorded = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/crates/policy/tests/data/iam-decisions.jsonl"
    ))?;
    let mut cases = tempfile::tempfile()?;
    for line in recorded.lines().cycle().take(DECISIONS) {
        writeln!(cases, "{line}")?;
    }
    let mut times = Vec::new();
    for _ in 0..RUNS {
        cases.seek(SeekFrom::Start(0))?;
        let began = Instant::now();
        let mut command = Command::new(env!("CARGO_BIN_EXE_stackproof"));
        command.arg("decide").stdin(cases.try_clone()?).stdout(Stdio::null());
        if !command.status()?.success() {
            return Err("`decide` failed".into());
        }
        times.push(began.elapsed());
    }
    times.sort();
    println!("{DECISIONS} decisions: median {:.2?}", times.get(times.len() / 2).copied().unwrap_or_default());
    Ok(())
}

fn measure(what: &str, arguments: &[&str]) -> Result<(), Failure> {
    // The first run warms the system's caches, and is watched: that costs it time.
    let peak = watched(start(arguments)?)?;
    let (mut times, spent) = (Vec::new(), cpu()?);
    for _ in 0..RUNS {
        let began = Instant::now();
        let status = start(arguments)?.wait()?;
        times.push(began.elapsed());
        if !status.success() {
            return Err(format!("`{what}` ended with {status}").into());
        }
    }
    let spent = (cpu()? - spent) / RUNS;
    times.sort();
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    println!("{what}: median {median:.2?} wall, {spent:.2?} CPU, {peak} MiB at the peak");
    Ok(())
}

fn start(arguments: &[&str]) -> Result<Child, Failure> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stackproof"));
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR"));
    Ok(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?)
}

/// The most resident memory of a process until its end, in MiB.
fn watched(mut process: Child) -> Result<u64, Failure> {
    let status = format!("/proc/{}/status", process.id());
    let mut peak = 0;
    while process.try_wait()?.is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kibibytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        peak = peak.max(kibibytes.unwrap_or(0u64));
        std::thread::sleep(Duration::from_millis(2));
    }
    Ok(peak / 1024)
}

/// The processors' time of all processes that were started and have ended.
fn cpu() -> Result<Duration, Failure> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    // The fields after the name, which may hold spaces: `cutime` and `cstime` are the 16th and the 17th of all.
    let (_, fields) = stat.rsplit_once(')').ok_or("no name in /proc/self/stat")?;
    let mut ticks: u64 = 0;
    for field in fields.split_whitespace().skip(13).take(2) {
        ticks += field.parse::<u64>()?;
    }
    Ok(Duration::from_millis(ticks * 1000 / TICKS_A_SECOND))
}
