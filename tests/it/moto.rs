//! Any other endpoint: moto's server, which stores policies and reads none as AWS does, behind the gateway.

use crate::boto3;
use crate::project::Project;
use crate::python::{self, Moto};
use crate::target::Up;

/// What moto does otherwise once a call was allowed, each with what AWS does.
const OTHERWISE: [(&str, &str); 2] = [
    ("part of nothing 404 NoSuchUpload", "part of nothing 500 500"),
    ("encrypt with a disabled key 400 DisabledException", "encrypt with a disabled key ok"),
];

#[test]
fn boto3_sees_before_moto_what_aws_would_show() {
    let Some(moto) = Moto::start() else { return };
    let project = Project::calls();
    project.migrating().append("stackproof.toml", &moto.target());
    let mut expected = boto3::EXPECTED.to_owned() + &boto3::ways();
    for (aws, moto) in OTHERWISE {
        assert_eq!(expected.matches(aws).count(), 1, "{aws}");
        expected = expected.replace(aws, moto);
    }
    python::plays("boto3_calls.py", &Up::with(&project, &["--target", "moto"]), &expected);
}

/// Scenarios that fail on moto alone, each for what moto does of an allowed call.
const FAILING: [&str; 1] = ["It may not tag objects"];

#[test]
fn features_are_decided_before_moto_as_everywhere() {
    let Some(moto) = Moto::start() else { return };
    let project = Project::calls();
    project.append("stackproof.toml", &moto.target());
    let ended = project.run(&["test", "--target", "moto", "--report-dir", "report"]).exits(1);
    let failed: Vec<_> = ended.stdout.lines().filter_map(|line| line.strip_prefix("FAILED ")).collect();
    assert_eq!(failed.len(), FAILING.len(), "{failed:?}");
    for (line, name) in failed.iter().zip(FAILING) {
        assert!(line.ends_with(name), "{line}");
    }
    // An empty set of tags is a server error to it.
    assert!(ended.stdout.contains("it was answered with UnknownError"), "{}", ended.stdout);
    let left = "nothing was left behind\n";
    assert_eq!(project.run(&["clean"]).exits(0).stdout, left);
}

#[test]
fn services_beside_moto_are_under_its_keys_and_have_its_roles() {
    let Some(moto) = Moto::start() else { return };
    let project = Project::shipped();
    project.append("stackproof.toml", &moto.target());
    let played = project.run(&["test", "--stack", "hybrid-relay", "--target", "moto", "--strict"]).exits(0);
    assert!(played.stdout.contains(" passed"), "{}", played.stdout);
}

#[test]
fn what_an_endpoint_does_not_have_the_embedded_emulator_has() {
    let Some(moto) = Moto::start() else { return };
    let project = Project::calls();
    let objects = moto.target().replace("endpoint = \"h", "endpoints.s3 = \"h");
    project.append("stackproof.toml", &objects);
    let played = project.run(&["test", "features/call-centre-data/objects.feature:10", "--target", "moto"]);
    let said = played.exits(0).stdout;
    for service in ["iam", "kms"] {
        let note = format!(
            "note: `{service}` is held by the embedded emulator: the upstream lacks it (no endpoint is named for it)"
        );
        assert!(said.contains(&note), "{said}");
    }
}
