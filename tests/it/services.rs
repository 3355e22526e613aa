//! Every service by clients that are not ours: boto3 and the AWS CLI, allowed and denied.

use crate::project::Project;
use crate::python;
use crate::target::Up;

/// Name, status and code of each call as AWS would answer it.
const BOTO3: &str = "\
dynamodb create ok
dynamodb put ok
dynamodb put another's 400 AccessDeniedException
dynamodb get ok
dynamodb get another's 400 AccessDeniedException
dynamodb query ok
dynamodb query another's 400 AccessDeniedException
dynamodb batch of both 400 AccessDeniedException
dynamodb scan 400 AccessDeniedException
streams describe ok
streams iterator ok
streams records ok
streams saw ['a']
streams of another 400 AccessDeniedException
lambda create ok
lambda get ok
lambda delete 403 AccessDeniedException
lambda create without passing 403 AccessDeniedException
lambda permission ok
lambda by the function's policy ok
lambda invoke dry ok
lambda invoke 403 AccessDeniedException
ecs cluster ok
ecs task definition ok
ecs task definition without passing 400 AccessDeniedException
ecs describe ok
ecs list 400 AccessDeniedException
ecr create ok
ecr token ok
ecr pull ok
ecr pull of another 400 AccessDeniedException
ecr push 400 AccessDeniedException
ec2 vpc ok
ec2 group ok
ec2 describe ok
ec2 group 403 UnauthorizedOperation
sts decode ok
sts decoded ec2:CreateSecurityGroup
sts decode by another 403 AccessDenied
events bus ok
events rule ok
events put ok
events put of another source 400 AccessDeniedException
events put on another bus 400 AccessDeniedException
logs group ok
logs stream ok
logs put ok
logs get 400 AccessDeniedException
logs put elsewhere 400 AccessDeniedException
kinesis create ok
kinesis put ok
kinesis iterator of the producer 400 AccessDeniedException
kinesis iterator ok
kinesis records ok
kinesis read ['d']
kinesis records of the producer 400 AccessDeniedException
secrets create ok
secrets get ok
secrets get without the key 400 AccessDeniedException
secrets put 400 AccessDeniedException
secrets list 400 AccessDeniedException
secrets policy ok
secrets get under the policy 400 AccessDeniedException
glue database ok
glue table ok
glue get ok
glue get without the catalog 400 AccessDeniedException
glue delete 400 AccessDeniedException
athena workgroup ok
athena get ok
athena get another 400 AccessDeniedException
quicksight source ok
quicksight describe ok
quicksight delete 403 AccessDeniedException
";

/// Who called what, and how it ended.
const AWS_CLI: &str = "\
operator dynamodb create-table ok
reader dynamodb get-item ok
reader dynamodb delete-item 255 AccessDeniedException
reader dynamodbstreams describe-stream ok
reader dynamodbstreams list-streams 255 AccessDeniedException
operator lambda create-function ok
reader lambda get-function ok
reader lambda delete-function 255 AccessDeniedException
operator ecs create-cluster ok
reader ecs describe-clusters ok
reader ecs delete-cluster 255 AccessDeniedException
operator ecr create-repository ok
reader ecr describe-repositories ok
reader ecr delete-repository 255 AccessDeniedException
operator ec2 create-vpc ok
reader ec2 describe-vpcs ok
reader ec2 delete-vpc 255 UnauthorizedOperation
operator events put-rule ok
reader events describe-rule ok
reader events delete-rule 255 AccessDeniedException
operator logs create-log-group ok
reader logs describe-log-streams ok
reader logs delete-log-group 255 AccessDeniedException
operator kinesis create-stream ok
reader kinesis describe-stream-summary ok
reader kinesis put-record 255 AccessDeniedException
operator secretsmanager create-secret ok
reader secretsmanager get-secret-value ok
reader secretsmanager delete-secret 255 AccessDeniedException
operator glue create-database ok
reader glue get-database ok
reader glue delete-database 255 AccessDeniedException
operator athena create-work-group ok
reader athena get-work-group ok
reader athena delete-work-group 255 AccessDeniedException
operator quicksight create-data-source ok
reader quicksight describe-data-source ok
reader quicksight delete-data-source 255 AccessDeniedException
operator s3api create-bucket ok
reader s3api list-objects-v2 ok
reader s3api delete-bucket 255 AccessDenied
operator kms create-key ok
reader kms describe-key ok
reader kms disable-key 255 AccessDeniedException
reader iam get-user ok
reader iam delete-user 255 AccessDenied
reader sts get-caller-identity ok
reader sts assume-role 255 AccessDenied
";

#[test]
fn boto3_calls_every_service() {
    python::plays("boto3_services.py", &Up::start(&Project::empty()), BOTO3);
}

#[test]
fn the_aws_cli_calls_every_service() {
    python::plays("aws_cli_services.py", &Up::start(&Project::empty()), AWS_CLI);
}
