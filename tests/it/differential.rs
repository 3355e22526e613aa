//! What the gateway decides and what LocalStack and moto do, compared request by request.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use stackproof_aws::client::{Client, Endpoint};
use stackproof_aws::{Credentials, Secret};
use stackproof_gateway::Decision;
use stackproof_gateway::upstream::{Health, Http, Identity};

use crate::harness::{Behind, Rounds, Through};
use crate::localstack_container::{containers, docker, docker_says};
use crate::project::Project;
use crate::python::Moto;
use crate::target::Up;

/// How many requests an emulator in another process is sent.
const REQUESTS: usize = 150;
const PATIENCE: Duration = Duration::from_secs(30);

/// A target that is up, as clients reach it.
fn through(up: &Up, decisions: PathBuf) -> Through {
    let coordinates = up.coordinates();
    let text = |name: &str| coordinates.get(name).and_then(Value::as_str).unwrap().to_owned();
    let endpoint = Endpoint {
        http: text("endpoint"),
        https: text("https_endpoint"),
        ca_pem: std::fs::read_to_string(text("ca_file")).unwrap(),
    };
    let address: SocketAddr = endpoint.http.strip_prefix("http://").unwrap().parse().unwrap();
    let find = move |id: &str| {
        // A decision is written after its answer.
        for _ in 0..500 {
            let written = std::fs::read_to_string(&decisions).unwrap();
            let line = written.lines().rev().find(|line| line.contains(id));
            let decision = line.and_then(|line| serde_json::from_str::<Decision>(line).ok());
            if let Some(decision) = decision.filter(|decision| decision.request_id == id) {
                return Some(Arc::new(decision));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        None
    };
    Through {
        address,
        client: Client::new(endpoint).unwrap(),
        operator: Credentials {
            access_key_id: text("access_key_id"),
            secret_access_key: Secret::new(text("secret_access_key")),
            session_token: None,
        },
        region: text("region"),
        decisions: Box::new(find),
    }
}

/// The emulator itself, asked without the gateway.
fn behind(up: &Up, url: &str, header: Option<&'static str>) -> Behind {
    let coordinates = up.coordinates();
    let text = |name: &str| coordinates.get(name).and_then(Value::as_str).unwrap().to_owned();
    let identity = Identity::Account { header: header.map(|name| name.parse().unwrap()) };
    let http = Http::new("the emulator", url, identity, PATIENCE, Health::default()).unwrap();
    Behind { upstream: Arc::new(http), account: text("account_id"), region: text("region"), is_near: false }
}

/// A target of that name and nothing on it, with a file of its decisions.
fn up(project: &Project, name: &str) -> (Up, PathBuf) {
    let up = Up::with(project, &["--target", name, "--decisions", "decisions.jsonl"]);
    (up, project.path("decisions.jsonl"))
}

#[tokio::test]
async fn what_is_decided_is_what_localstack_does() {
    let Some(_turn) = docker("requests that are compared with what LocalStack does") else { return };
    let project = Project::of(&[("stackproof.toml", "[targets.there]\nkind = \"localstack\"\n")]);
    let (up, decisions) = up(&project, "there");
    let ledger = std::fs::read_dir(project.path(".stackproof/ledger")).unwrap().next().unwrap().unwrap();
    let [container] =
        <[String; 1]>::try_from(containers(ledger.path().file_stem().unwrap().to_str().unwrap())).unwrap();
    let ports = docker_says(&["port", &container, "4566"]).unwrap();
    let port = ports.lines().next().unwrap().rsplit(':').next().unwrap().to_owned();
    let behind = behind(&up, &format!("http://127.0.0.1:{port}"), None);
    Rounds::new("LocalStack", through(&up, decisions), behind).play(REQUESTS).await;
    up.tell("-TERM");
    assert_eq!(up.wait(), Some(130));
}

#[tokio::test]
async fn what_is_decided_is_what_moto_does() {
    let Some(moto) = Moto::start() else { return };
    let project = Project::of(&[("stackproof.toml", &moto.target())]);
    let (up, decisions) = up(&project, "moto");
    let behind = behind(&up, &moto.url, Some("x-moto-account-id"));
    Rounds::new("moto", through(&up, decisions), behind).play(REQUESTS).await;
}
