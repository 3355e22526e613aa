//! What a run leaves when it cannot end as it should, and `stackproof clean`.

use std::path::Path;

use crate::project::Project;
use crate::target::Up;

fn ledgers(project: &Project) -> usize {
    std::fs::read_dir(project.path(".stackproof/ledger")).map_or(0, Iterator::count)
}

#[test]
fn clean_removes_what_a_killed_target_left_and_nothing_of_a_running_one() {
    let project = Project::empty();
    let (killed, running) = (Up::with(&project, &["--env-file", "killed.env"]), Up::start(&project));
    let ca_file = |up: &Up| up.coordinates()["ca_file"].as_str().unwrap().to_owned();
    let (left, used) = (ca_file(&killed), ca_file(&running));
    // Dropped, it is killed with no chance to remove anything.
    drop(killed);
    assert!(Path::new(&left).exists() && project.path("killed.env").exists());
    let cleaned = project.run(&["clean"]).exits(0).stdout;
    assert!(cleaned.contains(&left) && cleaned.contains("killed.env"), "{cleaned}");
    assert!(!Path::new(&left).exists() && !project.path("killed.env").exists());
    assert!(cleaned.contains(&format!("process {}", running.id())) && Path::new(&used).exists(), "{cleaned}");
    drop(running);
    project.run(&["clean"]).exits(0);
    assert!(!Path::new(&used).exists());
    assert_eq!(ledgers(&project), 0);
    assert_eq!(project.run(&["clean"]).exits(0).stdout, "nothing was left behind\n");
}

#[test]
fn an_environment_file_that_was_replaced_is_somebody_elses() {
    let project = Project::empty();
    let up = Up::with(&project, &["--env-file", "some.env"]);
    std::fs::write(project.path("some.env"), "export MINE=1\n").unwrap();
    drop(up);
    project.run(&["clean"]).exits(0);
    assert_eq!(std::fs::read_to_string(project.path("some.env")).unwrap(), "export MINE=1\n");
}

#[cfg(unix)]
#[test]
fn an_environment_file_is_private_can_be_sourced_and_goes_with_the_target() {
    use std::os::unix::fs::PermissionsExt;

    let project = Project::empty();
    std::fs::create_dir(project.path("it's here")).unwrap();
    let name = "it's here/some.env";
    let up = Up::with(&project, &["--env-file", name]);
    let mode = std::fs::metadata(project.path(name)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let script =
        ". \"./it's here/some.env\" && printf '%s %s' \"$AWS_ENDPOINT_URL\" \"$AWS_SECRET_ACCESS_KEY\"";
    let mut shell = std::process::Command::new("sh");
    let sourced = shell.args(["-c", script]).current_dir(project.path("")).output().unwrap();
    let coordinates = up.coordinates();
    let text = |key: &str| coordinates[key].as_str().unwrap().to_owned();
    let expected = format!("{} {}", text("https_endpoint"), text("secret_access_key"));
    assert_eq!(String::from_utf8(sourced.stdout).unwrap(), expected);
    let ca_file = text("ca_file");
    up.tell("-TERM");
    assert_eq!(up.wait(), Some(130));
    assert!(!project.path(name).exists() && !Path::new(&ca_file).exists());
    assert_eq!(ledgers(&project), 0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_that_is_closed_ends_the_target_as_ctrl_c_does() {
    // Whoever runs the tests under `nohup` has asked for the opposite.
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap();
    if u64::from_str_radix(ignored.trim(), 16).unwrap() & 1 == 1 {
        return;
    }
    let project = Project::empty();
    let up = Up::with(&project, &["--env-file", "some.env"]);
    up.tell("-HUP");
    assert_eq!(up.wait(), Some(130));
    assert!(!project.path("some.env").exists());
    assert_eq!(ledgers(&project), 0);
}
