//! The main job from outside: `stackproof test --stack call-centre-data`, from process start to exit.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

type Failure = Box<dyn std::error::Error>;

const RUNS: u32 = 9;
/// What Linux counts a process's time in.
const TICKS_A_SECOND: u64 = 100;

fn main() -> Result<(), Failure> {
    // The first run warms the system's caches, and is watched: that costs it time.
    let peak = watched(start()?)?;
    let (mut times, spent) = (Vec::new(), cpu()?);
    for _ in 0..RUNS {
        let began = Instant::now();
        let status = start()?.wait()?;
        times.push(began.elapsed());
        if !status.success() {
            return Err(format!("the run ended with {status}").into());
        }
    }
    let spent = (cpu()? - spent) / RUNS;
    times.sort();
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    println!(
        "test --stack call-centre-data: median {median:.2?} wall, {spent:.2?} CPU, {peak} MiB at the peak"
    );
    Ok(())
}

fn start() -> Result<Child, Failure> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stackproof"));
    command.args(["test", "--stack", "call-centre-data", "--strict"]).current_dir(env!("CARGO_MANIFEST_DIR"));
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
