//! A container that goes wrong in the middle of a run: the run ends, says what happened, and leaves nothing.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use crate::localstack_container::{containers, docker, docker_says};
use crate::project::Project;

/// Plays the features until the first scenario has passed, does that to the container, and gives what the run said of
/// it. By then nothing may be left of the run.
#[track_caller]
fn ended_by(fault: impl FnOnce(&str)) -> Option<String> {
    let _turn = docker("a container that goes wrong")?;
    let project = Project::calls();
    let mut command = project.command(&["test", "--target", "localstack"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.by_ref().any(|line| line.unwrap().starts_with("  passed  ")), "a scenario passes");
    let ledger = std::fs::read_dir(project.path(".stackproof/ledger")).unwrap().next().unwrap().unwrap();
    let run = ledger.path().file_stem().unwrap().to_str().unwrap().to_owned();
    let [container] = <[String; 1]>::try_from(containers(&run)).unwrap();
    fault(&container);
    let rest: Vec<_> = lines.map(Result::unwrap).collect();
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    let code = child.wait().unwrap().code();
    assert_eq!(code, Some(3), "{}\n{said}", rest.join("\n"));
    assert_eq!(containers(&run), Vec::<String>::new());
    assert!(!ledger.path().exists(), "the ledger names nothing any more");
    Some(said)
}

fn docker_does(arguments: &[&str]) {
    docker_says(arguments).unwrap();
}

#[test]
fn a_container_that_is_stopped_ends_the_run() {
    if let Some(said) = ended_by(|name| docker_does(&["kill", name])) {
        assert!(said.contains("the target `localstack` was lost: "), "{said}");
    }
}

#[test]
fn a_container_that_is_paused_ends_the_run() {
    if let Some(said) = ended_by(|name| docker_does(&["pause", name])) {
        assert!(said.contains("the target `localstack` was lost: "), "{said}");
    }
}

#[test]
fn a_container_that_answers_too_slowly_ends_the_run() {
    // A thousandth of a processor: less than it takes to do nothing.
    let slow = |name: &str| {
        docker_does(&["update", "--cpu-period", "1000000", "--cpu-quota", "1000", name]);
    };
    if let Some(said) = ended_by(slow) {
        assert!(
            said.contains("the target `localstack` was lost: ") && said.contains("within 15 s"),
            "{said}"
        );
    }
}
