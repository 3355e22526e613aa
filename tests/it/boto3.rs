//! A client that is not ours: boto3, against `stackproof up`, over HTTP and HTTPS.

use std::io::Write;
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
range ok
not modified 304 304
list ok
location ok
head of nothing 404 404
put aes256 ok
put kms 403 AccessDenied
put sse-c 403 AccessDenied
put public 400 AccessControlListNotSupported
put over nothing 412 PreconditionFailed
put broken 400 BadDigest
delete 403 AccessDenied
delete several ok
list buckets 403 AccessDenied
policy 403 AccessDenied
upload in parts ok
download ok
abort ok
part of nothing 404 NoSuchUpload
virtual-hosted list ok
presigned get ok
presigned for another 403
presigned put ok
presigned delete 403
plain put 403 AccessDenied
plain head 403 403
plain identity ok
wrong secret 403 SignatureDoesNotMatch
wrong secret for sts 403 SignatureDoesNotMatch
unknown key 403 InvalidAccessKeyId
unknown key for iam 403 InvalidClientTokenId
garbled token 400 InvalidToken
anonymous 403 AccessDenied
identity ok
iam 403 AccessDenied
operator's users ok
no such user 404 NoSuchEntity
accessor assumes 403 AccessDenied
too long 400 ValidationError
migrator assumes ok
session put ok
session get 403 AccessDenied
create ok
create again 409 BucketAlreadyOwnedByYou
no such bucket 404 NoSuchBucket
no lifecycle 404 NoSuchLifecycleConfiguration
bad policy 400 MalformedPolicy
blocked public policy 403 AccessDenied
unblock ok
public policy ok
enable versions ok
first version ok
marker ok
get deleted 404 NoSuchKey
get version ok
restore ok
anonymous over plain HTTP ok
delete a full bucket 409 BucketNotEmpty
";

#[test]
fn boto3_sees_what_aws_would_show() {
    let python = match python() {
        Ok(python) => python,
        Err(reason) if std::env::var_os(REQUIRED).is_none() => {
            // Past the test harness, which would keep it to itself.
            let _ = writeln!(std::io::stderr(), "\nskipped: boto3 cannot be had here: {reason}");
            return;
        }
        Err(reason) => panic!("{REQUIRED} is set, but boto3 cannot be had: {reason}"),
    };
    let project = Project::shipped();
    let plain = "var-files = [\"environments/dev.tfvars\"]";
    let migrating = "vars = { data_migration_enabled = true, data_migration_source_bucket_arn = \"arn:aws:s3:::external.source.bucket\" }";
    project.edit("stackproof.toml", plain, &format!("{plain}\n{migrating}"));
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
