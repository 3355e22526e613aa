//! A client that is not ours: the AWS CLI, against `stackproof up`, over HTTP and HTTPS.

use crate::project::Project;
use crate::python;
use crate::target::Up;

/// Name, exit code and the service's code of each call as AWS would answer it.
pub const EXPECTED: &str = "\
ls ok
cp up ok
cp up in parts ok
cp down ok
ls of a folder ok
sync up ok
rm 1 AccessDenied
mv 1 AccessDenied
ls of everything 255 AccessDenied
mb 1 AccessDenied
cp with aws:kms 1 AccessDenied
cp with aes256 ok
cp with a key of its own 1 AccessDenied
cp to the public 1 AccessControlListNotSupported
cp from elsewhere 1 404
presign ok
head-object ok
get-object ok
get-object of nothing 255 NoSuchKey
get a range 255 InvalidRange
list-object-versions ok
list-buckets 255 AccessDenied
get-bucket-location ok
get-bucket-policy 255 AccessDenied
put-bucket-versioning 255 AccessDenied
delete-object 255 AccessDenied
put over nothing 255 PreconditionFailed
list-parts of nothing 255 NoSuchUpload
plain ls 255 AccessDenied
plain cp 1 AccessDenied
virtual-hosted ls ok
virtual-hosted cp ok
ls by another region ok
put by another region ok
wrong secret 255 SignatureDoesNotMatch
unknown key 255 InvalidAccessKeyId
unknown key for sts 255 InvalidClientTokenId
unsigned 255 AccessDenied
get-caller-identity ok
identity in plain ok
list-users 255 AccessDenied
create-access-key 255 AccessDenied
operator's list-users ok
get-user of nobody 255 NoSuchEntity
accessor assumes 255 AccessDenied
migrator assumes ok
migrator itself reads 255 AccessDenied
session writes ok
session reads 255 AccessDenied
create a bucket ok
create it again 255 BucketAlreadyOwnedByYou
its versioning ok
its tags ok
no policy 255 NoSuchBucketPolicy
bad policy 255 MalformedPolicy
cp in plain ok
cp by its host ok
rb 1 BucketNotEmpty
";

#[test]
fn the_aws_cli_sees_what_aws_would_show() {
    let project = Project::calls();
    project.migrating();
    python::plays("aws_cli_calls.py", &Up::start(&project), EXPECTED);
}
