use std::os::unix::fs::PermissionsExt as _;

use aws_sdk_ecs::types::{Failure, Task as EcsTask};
use stackproof_functions::package::Package;

use super::*;

fn task() -> Task {
    Task {
        package: Package {
            id: "0123456789abcdef".repeat(4),
            bucket: "ingress".to_owned(),
            key: "org-001/a b.zip".to_owned(),
            version_id: None,
            uploaded_at: "2026-03-01T10:20:30.456Z".parse().unwrap(),
        },
        organization: "org-001".to_owned(),
        size: 3,
    }
}

/// A runtime that is a script.
async fn started(script: &str) -> Result<String, Error> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runtime");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    let runtime = path.to_str().unwrap().to_owned();
    Local { runtime, image: "processing:latest".to_owned(), network: None, handed_on: vec!["AUDIT_TABLE"] }
        .start(&task())
        .await
}

#[test]
fn a_container_is_told_the_task_and_no_secret_on_its_command_line() {
    let settings = Settings::new(|name| match name {
        "CONTAINER_IMAGE" => Some("processing:latest".to_owned()),
        "CONTAINER_NETWORK" => Some("host".to_owned()),
        "AUDIT_TABLE" => Some("audit".to_owned()),
        "AWS_SECRET_ACCESS_KEY" => Some("hush".to_owned()),
        _ => None,
    });
    let local = Local::of_settings(&settings).unwrap();
    assert_eq!(local.runtime, "docker");
    let arguments = local.arguments("processing-1", &task());
    assert_eq!(arguments[..5], ["run", "--detach", "--read-only", "--name", "processing-1"]);
    assert_eq!(arguments[5..7], ["--network", "host"]);
    assert_eq!(arguments[7..11], ["--env", "AUDIT_TABLE", "--env", "AWS_SECRET_ACCESS_KEY"]);
    assert_eq!(arguments[11..13], ["--env", "ORGANIZATION_ID=org-001"]);
    assert!(arguments.contains(&"PACKAGE_KEY=org-001/a b.zip".to_owned()));
    assert_eq!(arguments.last().unwrap(), "processing:latest");
    assert!(!arguments.concat().contains("hush"));
}

#[tokio::test]
async fn a_container_that_runs_already_is_the_one_that_was_asked_for() {
    let name = "processing-0123456789abcdef0123456789abcdef";
    assert_eq!(started("exit 0").await.unwrap(), name);
    let taken = "echo 'Error: the container name \"processing-0\" is already in use by 4f' >&2; exit 125";
    assert_eq!(started(taken).await.unwrap(), name);
}

#[tokio::test]
async fn a_runtime_that_fails_or_is_not_there_is_an_error() {
    let error =
        started("echo 'pulling' >&2; echo 'no such image' >&2; exit 125").await.unwrap_err().to_string();
    assert!(error.ends_with("started no container, exit status: 125: no such image"), "{error}");
    let local = Local {
        runtime: "/nowhere/docker".to_owned(),
        image: String::new(),
        network: None,
        handed_on: Vec::new(),
    };
    let error = local.start(&task()).await.unwrap_err().to_string();
    assert!(error.starts_with("`/nowhere/docker` cannot be run: "), "{error}");
}

#[test]
fn ecs_started_what_it_names_and_nothing_otherwise() {
    let answer = RunTaskOutput::builder().tasks(EcsTask::builder().task_arn("arn:task").build()).build();
    assert_eq!(started_by_ecs(&answer).unwrap(), "arn:task");
    let full = Failure::builder().reason("RESOURCE:MEMORY").build();
    let answer = RunTaskOutput::builder().failures(full).build();
    assert_eq!(started_by_ecs(&answer).unwrap_err().to_string(), "ECS started no task: RESOURCE:MEMORY");
    let error = started_by_ecs(&RunTaskOutput::builder().build()).unwrap_err().to_string();
    assert_eq!(error, "ECS started no task: it does not say why");
}

#[test]
fn a_mode_asks_for_its_own_settings() {
    let config = SdkConfig::builder().build();
    let error = |mode: &'static str| {
        let settings = Settings::new(move |name| (name == "COMPUTE_MODE").then(|| mode.to_owned()));
        Compute::of_settings(&settings, &config).err().unwrap().to_string()
    };
    assert!(error("ecs").starts_with("`SUBNET_IDS` is not set"));
    assert!(error("local").starts_with("`CONTAINER_IMAGE` is not set"));
    assert_eq!(error("batch"), "`COMPUTE_MODE` is `ecs` or `local`, not `batch`");
}
