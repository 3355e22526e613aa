//! The life of LocalStack's container, from its start to the proof that nothing of it is left.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use miette::Diagnostic;
use stackproof::config::{Config, Enforcement, LOCALSTACK_IMAGE, LocalStackConfig};
use stackproof::ledger::Ledger;
use stackproof::state::State;
use stackproof::target::TargetError;
use stackproof::target::localstack::{Container, ContainerError, LABEL, Run};

use crate::project::Project;
use crate::skipped::unless_here;
use crate::target::Up;

/// Set where Docker and the image can be had, so that a skip cannot hide there.
const REQUIRED: &str = "STACKPROOF_REQUIRE_DOCKER";
/// A project that has nothing but the target.
const LOCAL: (&str, &str) =
    ("stackproof.toml", "default-target = \"local\"\n[targets.local]\nkind = \"localstack\"\n");

/// Held by a test with containers of its own: two of them at once would wait for each other's processors.
pub struct Turn {
    #[expect(dead_code, reason = "held for its drop")]
    turn: MutexGuard<'static, ()>,
}

/// A turn with containers; nothing, which is said, where they cannot be started.
#[track_caller]
pub fn docker(test: &str) -> Option<Turn> {
    static TURN: Mutex<()> = Mutex::new(());
    let image = docker_says(&["image", "inspect", "--format", "{{.Id}}", LOCALSTACK_IMAGE]);
    unless_here(image, REQUIRED, test)?;
    Some(Turn { turn: TURN.lock().unwrap_or_else(PoisonError::into_inner) })
}

pub fn docker_says(arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("docker").args(arguments).output().map_err(|e| format!("no `docker`: {e}"))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned()),
        false => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
    }
}

/// The names of the containers of that run, whatever their condition.
pub fn containers(run: &str) -> Vec<String> {
    let label = format!("label={LABEL}={run}");
    let names = docker_says(&["ps", "--all", "--filter", &label, "--format", "{{.Names}}"]).unwrap();
    names.lines().map(str::to_owned).collect()
}

fn state(project: &Project) -> State {
    State::of(&Config { root: project.path(""), ..Config::default() })
}

fn config() -> LocalStackConfig {
    LocalStackConfig {
        image: LOCALSTACK_IMAGE.to_owned(),
        enforcement: Enforcement::Gateway,
        reuse: false,
        start_timeout: Duration::from_secs(120),
        timeout: Duration::from_secs(15),
    }
}

fn warm() -> LocalStackConfig {
    LocalStackConfig { reuse: true, ..config() }
}

/// A run's id that no other test's run has, on this machine and at this time.
fn run_id(last: char) -> String {
    format!("{:07x}{last}", std::process::id() & 0xfff_ffff)
}

async fn start(ledger: &Ledger, config: &LocalStackConfig) -> Result<Container, TargetError> {
    Container::start(config, &Run { ledger, report_dir: None }).await
}

/// The status of an unsigned call.
pub fn call(endpoint: &str, method: &str, path: &str) -> u16 {
    let address = endpoint.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let scope = "111111111111/20260101/us-east-1/s3/aws4_request";
    let authorization = format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: {authorization}\r\n\
         Content-Length: 0\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

fn told(ended: Result<Container, TargetError>) -> (ContainerError, String) {
    match ended {
        Err(TargetError::Container(error)) => {
            let hint = error.help().unwrap().to_string();
            (error, hint)
        }
        Err(error) => unreachable!("{error}"),
        Ok(container) => unreachable!("{}", container.describe()),
    }
}

#[tokio::test]
async fn a_container_starts_is_reset_and_leaves_nothing_but_its_log() {
    let Some(_turn) = docker("the life of a container") else { return };
    let (project, run) = (Project::empty(), run_id('1'));
    let ledger = Ledger::new(&state(&project), &run);
    let report = project.path("report");
    let captured = Run { ledger: &ledger, report_dir: Some(&report) };
    let container = Container::start(&config(), &captured).await.unwrap();
    assert_eq!(containers(&run).len(), 1);
    let described = container.describe();
    assert!(
        described.starts_with(&format!("{LOCALSTACK_IMAGE}, LocalStack 4.14.0, container ")),
        "{described}"
    );
    let endpoint = container.endpoint().to_owned();
    assert_eq!(call(&endpoint, "PUT", "/some-bucket"), 200);
    assert_eq!(call(&endpoint, "PUT", "/some-bucket/key"), 200);
    container.reset().await.unwrap();
    // Neither the bucket nor, in a new one of its name, the object.
    assert_eq!(call(&endpoint, "PUT", "/some-bucket/key"), 404);
    assert_eq!(call(&endpoint, "PUT", "/some-bucket"), 200);
    assert_eq!(call(&endpoint, "GET", "/some-bucket/key"), 404);
    container.stop().await.unwrap();
    assert_eq!(containers(&run), Vec::<String>::new());
    assert!(TcpStream::connect(endpoint.strip_prefix("http://").unwrap()).is_err());
    let log = std::fs::read_to_string(report.join("localstack.log")).unwrap();
    assert!(log.contains("Ready.") && log.contains("s3.CreateBucket"), "{log}");
    assert_eq!(project.run(&["clean"]).exits(0).stdout, "nothing was left behind\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_at_once_do_not_meet_and_a_third_that_is_given_up_leaves_nothing() {
    let Some(_turn) = docker("two containers at once") else { return };
    let (project, runs) = (Project::empty(), ['2', '3', '4'].map(run_id));
    let ledgers = runs.each_ref().map(|run| Ledger::new(&state(&project), run));
    let config = config();
    let [first, second, third] = ledgers.each_ref().map(|ledger| start(ledger, &config));
    let third = tokio::time::timeout(Duration::from_millis(500), third);
    let (first, second, third) = tokio::join!(first, second, third);
    let (first, second) = (first.unwrap(), second.unwrap());
    assert!(third.is_err(), "it was ready before it could be given up");
    assert_eq!(containers(&runs[2]), Vec::<String>::new());
    assert_ne!(first.endpoint(), second.endpoint());
    assert_eq!(call(first.endpoint(), "PUT", "/of-the-first"), 200);
    assert_eq!(call(second.endpoint(), "HEAD", "/of-the-first"), 404);
    // Another run's `clean` leaves them alone.
    let cleaned = project.run(&["clean"]).exits(0).stdout;
    assert!(!cleaned.contains("removed"), "{cleaned}");
    // Where no runtime is, and in a panic.
    let outside = std::thread::spawn(move || drop(first));
    outside.join().unwrap();
    let panicking = std::thread::spawn(move || {
        let _held = second;
        std::panic::resume_unwind(Box::new(()));
    });
    panicking.join().unwrap_err();
    for run in &runs {
        assert_eq!(containers(run), Vec::<String>::new());
    }
    assert_eq!(project.run(&["clean"]).exits(0).stdout, "nothing was left behind\n");
}

#[tokio::test]
async fn a_container_that_is_lost_is_told_and_one_that_is_kept_stays() {
    let Some(_turn) = docker("a container that is lost") else { return };
    let (project, run) = (Project::empty(), run_id('5'));
    let ledger = Ledger::new(&state(&project), &run);
    let container = start(&ledger, &config()).await.unwrap();
    let name = containers(&run).remove(0);
    docker_says(&["pause", &name]).unwrap();
    let lost = container.lost().await;
    assert!(matches!(&lost, TargetError::Container(ContainerError::Paused { .. })), "{lost}");
    docker_says(&["unpause", &name]).unwrap();
    docker_says(&["kill", &name]).unwrap();
    let lost = container.lost().await;
    let ended = matches!(&lost, TargetError::Container(ContainerError::Ended { code: Some(137), .. }));
    assert!(ended, "{lost}");
    assert!(lost.help().is_some());
    docker_says(&["rm", &name]).unwrap();
    let lost = container.lost().await;
    assert!(matches!(&lost, TargetError::Container(ContainerError::Gone { .. })), "{lost}");
    // What is gone already can be ended.
    container.stop().await.unwrap();

    let container = start(&ledger, &config()).await.unwrap();
    let (name, endpoint) = (containers(&run).remove(0), container.endpoint().to_owned());
    let told = container.keep().await.unwrap();
    assert!(told.contains(&endpoint) && told.contains(&format!("docker rm -f -v {name}")), "{told}");
    assert_eq!(project.run(&["clean"]).exits(0).stdout, "nothing was left behind\n");
    assert_eq!(call(&endpoint, "HEAD", "/no-such-bucket"), 404);
    docker_says(&["rm", "--force", "--volumes", &name]).unwrap();
}

#[tokio::test]
async fn a_warm_container_serves_the_next_run_empty_and_only_one_at_a_time() {
    let Some(_turn) = docker("a warm container") else { return };
    let (project, runs) = (Project::empty(), ['6', '7', '8'].map(run_id));
    let [first, second, third] = runs.each_ref().map(|run| Ledger::new(&state(&project), run));
    let container = start(&first, &warm()).await.unwrap();
    let endpoint = container.endpoint().to_owned();
    assert_eq!(call(&endpoint, "PUT", "/of-the-first"), 200);
    container.stop().await.unwrap();
    let again = start(&second, &warm()).await.unwrap();
    assert!(again.endpoint() == endpoint && again.describe().ends_with(", warm"), "{}", again.describe());
    assert_eq!(call(&endpoint, "HEAD", "/of-the-first"), 404);
    let beside = start(&third, &warm()).await.unwrap();
    assert_ne!(beside.endpoint(), endpoint);
    beside.stop().await.unwrap();
    assert_eq!(containers(&runs[2]), Vec::<String>::new());
    let cleaned = project.run(&["clean"]).exits(0).stdout;
    assert_eq!(cleaned, "left the warm container of a run: it is running\n");
    drop(again);
    let name = containers(&runs[0]).remove(0);
    assert_eq!(project.run(&["clean"]).exits(0).stdout, format!("removed container {name}\n"));
    assert_eq!(containers(&runs[0]), Vec::<String>::new());
}

#[test]
fn clean_removes_the_container_of_a_killed_run() {
    let Some(_turn) = docker("a run that is killed") else { return };
    let project = Project::of(&[LOCAL]);
    let up = Up::start(&project);
    let ledger = std::fs::read_dir(project.path(".stackproof/ledger")).unwrap().next().unwrap().unwrap();
    let run = ledger.path().file_stem().unwrap().to_str().unwrap().to_owned();
    let cleaned = project.run(&["clean"]).exits(0).stdout;
    assert!(cleaned.starts_with("left what process") && containers(&run).len() == 1, "{cleaned}");
    // SIGKILL.
    drop(up);
    let name = containers(&run).remove(0);
    // What cannot be removed now is not forgotten.
    let mut unanswered = project.command(&["clean"]);
    let unanswered = unanswered.env("DOCKER_HOST", "unix:///nowhere/docker.sock").output().unwrap();
    let said = String::from_utf8_lossy(&unanswered.stdout);
    assert!(
        said.contains(&format!("docker rm -f -v {name}")) && unanswered.status.code() == Some(1),
        "{said}"
    );
    let cleaned = project.run(&["clean"]).exits(0).stdout;
    assert!(cleaned.contains(&format!("removed container {name}\n")), "{cleaned}");
    assert_eq!(containers(&run), Vec::<String>::new());
}

#[test]
fn an_engine_that_does_not_answer_is_told_with_what_to_do() {
    let refusing = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (host, told) in [
        ("unix:///nowhere/docker.sock".to_owned(), "no container engine is here: "),
        (format!("tcp://{refusing}"), "the container engine does not answer: "),
    ] {
        let project = Project::of(&[LOCAL]);
        let mut up = project.command(&["up", "--listen", "127.0.0.1:0"]);
        let output = up.env("DOCKER_HOST", &host).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(said.contains(told) && said.contains("hint: ") && said.contains("`DOCKER_HOST`"), "{said}");
        assert_eq!(project.run(&["clean"]).exits(0).stdout, "nothing was left behind\n");
        let doctor = project.command(&["doctor"]).env("DOCKER_HOST", host).output().unwrap();
        let said = String::from_utf8(doctor.stdout).unwrap();
        assert!(said.contains(&format!("!! docker: {told}")) && doctor.status.code() == Some(2), "{said}");
    }
}

#[tokio::test]
async fn an_image_that_cannot_be_is_told_with_what_to_do() {
    let (project, run) = (Project::empty(), run_id('9'));
    let ledger = Ledger::new(&state(&project), &run);
    let (newer, native) = (
        LocalStackConfig { image: "localstack/localstack:latest".to_owned(), ..config() },
        LocalStackConfig { enforcement: Enforcement::Native, ..config() },
    );
    // Before anything is started, so that no Docker is needed. A token of whoever runs this would let it pass.
    if std::env::var_os("LOCALSTACK_AUTH_TOKEN").is_none() {
        let (error, hint) = told(start(&ledger, &newer).await);
        assert!(
            matches!(error, ContainerError::NeedsAccount { .. }) && hint.contains("LOCALSTACK_AUTH_TOKEN")
        );
    }
    let (error, _) = told(start(&ledger, &native).await);
    assert!(matches!(error, ContainerError::EnforcesNothing { .. }), "{error}");
    let Some(_turn) = docker("an image that is missing or slow") else { return };
    let hurried = LocalStackConfig { start_timeout: Duration::from_millis(100), ..config() };
    let (error, hint) = told(start(&ledger, &hurried).await);
    assert!(matches!(error, ContainerError::Slow { .. }) && hint.contains("start-timeout"), "{error}");
    assert_eq!(containers(&run), Vec::<String>::new());
    let missing = LocalStackConfig { image: "stackproof/there-is-none:1".to_owned(), ..config() };
    let (error, hint) = told(start(&ledger, &missing).await);
    assert!(matches!(error, ContainerError::NoImage { .. }) && hint.contains("docker pull"), "{error}");
    assert_eq!(project.run(&["clean"]).exits(0).stdout, "nothing was left behind\n");
}

#[test]
fn doctor_tells_what_each_target_needs() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let there = listener.local_addr().unwrap();
    let refusing = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let file = format!(
        "[targets.there]\nkind = \"endpoint\"\nendpoint = \"http://{there}\"\n\
         [targets.gone]\nkind = \"endpoint\"\nendpoint = \"http://{refusing}\"\n\
         [targets.native]\nkind = \"localstack\"\nenforcement = \"native\"\n\
         [targets.local]\nkind = \"localstack\"\n"
    );
    let project = Project::of(&[("stackproof.toml", &file)]);
    let said = project.run(&["doctor"]).exits(0).stdout;
    assert!(said.contains(&format!("ok endpoint default of there: http://{there} ")), "{said}");
    assert!(said.contains(&format!("-- endpoint default of gone: http://{refusing}: ")), "{said}");
    assert!(
        said.contains("-- image of native: `enforcement = \"native\"` needs an image that enforces"),
        "{said}"
    );
    let said = project.run(&["doctor", "--target", "gone"]).exits(2).stdout;
    assert!(said.contains("!! endpoint default of gone: "), "{said}");
    if docker("what doctor says of an image").is_some() {
        let said = project.run(&["doctor", "--target", "local"]).exits(0).stdout;
        assert!(said.contains("ok docker: answers, version "), "{said}");
        assert!(said.contains(&format!("ok image of local: {LOCALSTACK_IMAGE} is here")), "{said}");
    }
}
