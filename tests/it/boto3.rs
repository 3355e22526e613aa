//! A client that is not ours: boto3, against `stackproof up`, over HTTP and HTTPS.

use crate::project::Project;
use crate::python;
use crate::target::Up;

/// Name, status and code of each call as AWS would answer it.
pub const EXPECTED: &str = "\
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
list from us-east-1 ok
put from us-east-1 ok
list from ap-southeast-2 ok
put from ap-southeast-2 ok
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
create key ok
name key ok
encrypt ok
decrypt ok
decrypt without context 400 InvalidCiphertextException
accessor decrypts 400 AccessDeniedException
grant ok
grantee decrypts ok
grantee encrypts 400 AccessDeniedException
no such key 400 NotFoundException
lock out 400 MalformedPolicyDocumentException
put under the key ok
get under the key ok
disable key ok
encrypt with a disabled key 400 DisabledException
get under a disabled key 400 KMS.DisabledException
";

/// The same of every way to a bucket: transport, style, region.
pub fn ways() -> String {
    let mut lines = String::new();
    for way in ["https path", "https virtual", "http path", "http virtual"] {
        for region in ["eu-west-2", "us-east-1"] {
            for ended in ["put ok", "get ok", "get nothing 404 NoSuchKey", "accessor lists 403 AccessDenied"]
            {
                lines.push_str(&format!("{way} {region}: {ended}\n"));
            }
        }
    }
    lines
}

#[test]
fn boto3_sees_what_aws_would_show() {
    let project = Project::calls();
    project.migrating();
    python::plays("boto3_calls.py", &Up::start(&project), &(EXPECTED.to_owned() + &ways()));
}
