//! A client that is not ours: boto3, against `stackproof up`, over HTTP and HTTPS.

use std::path::PathBuf;
use std::process::Command;

use crate::project::Project;
use crate::target::Up;

/// Set where Python can be had, so that a skip cannot hide there.
const REQUIRED: &str = "STACKPROOF_REQUIRE_PYTHON";

/// Name, status and code of each call as AWS would answer it.
const EXPECTED: &str = "\
put ok
get ok
list ok
location ok
head of nothing 404 404
put kms 403 AccessDenied
put aes256 ok
put sse-c 403 AccessDenied
delete 403 AccessDenied
list buckets 403 AccessDenied
policy 403 AccessDenied
plain put 403 AccessDenied
plain list 403 AccessDenied
wrong secret 403 SignatureDoesNotMatch
unknown key 403 InvalidAccessKeyId
anonymous 403 AccessDenied
no such bucket 404 NoSuchBucket
identity ok
plain identity ok
iam 403 AccessDenied
operator's users ok
complete ok
virtual-hosted list ok
";

#[test]
fn boto3_sees_what_aws_would_show() {
    let python = match python() {
        Ok(python) => python,
        Err(reason) if std::env::var_os(REQUIRED).is_none() => {
            eprintln!("skipped: boto3 cannot be had here: {reason}");
            return;
        }
        Err(reason) => panic!("{REQUIRED} is set, but boto3 cannot be had: {reason}"),
    };
    let project = Project::shipped();
    let up = Up::start(&project);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/boto3_calls.py");
    let output = Command::new(python).args([script, &up.line]).output().unwrap();
    let (seen, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(seen, EXPECTED, "\n{errors}");
    assert!(output.status.success(), "{errors}");
}

/// The interpreter of a virtual environment with boto3, made once in the build folder.
fn python() -> Result<PathBuf, String> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("boto3");
    let python = folder.join("bin/python");
    let run = |command: &mut Command| match command.output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => {
            Err(String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or("it failed").to_owned())
        }
        Err(error) => Err(error.to_string()),
    };
    if run(Command::new(&python).args(["-c", "import boto3"])).is_ok() {
        return Ok(python);
    }
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "boto3==1.44.5"]))?;
    Ok(python)
}
