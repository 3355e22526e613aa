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

/// The shipped project with moto as its target.
fn project(moto: &Moto) -> Project {
    let project = Project::shipped();
    project.migrating();
    let target = format!(
        "[targets.moto]\nkind = \"endpoint\"\nendpoint = \"{}\"\naccounts = {{ source = \"222222222222\" }}\n\
         account-header = \"x-moto-account-id\"\nresource-policies = \"gateway\"\n",
        moto.url
    );
    project.append("stackproof.toml", &target);
    project
}

#[test]
fn boto3_sees_before_moto_what_aws_would_show() {
    let Some(moto) = Moto::start() else { return };
    let project = project(&moto);
    let mut expected = boto3::EXPECTED.to_owned() + &boto3::ways();
    for (aws, moto) in OTHERWISE {
        assert_eq!(expected.matches(aws).count(), 1, "{aws}");
        expected = expected.replace(aws, moto);
    }
    python::plays("boto3_calls.py", &Up::with(&project, &["--target", "moto"]), &expected);
}
