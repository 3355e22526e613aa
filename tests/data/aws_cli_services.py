"""Calls every service of a running target with the AWS CLI, allowed and denied, and prints one line a call.

The CLI runs in this process: started anew for each call it would take a second each.
"""

import contextlib
import io
import json
import os
import pathlib
import re
import sys
import tempfile
import zipfile

from awscli.clidriver import create_clidriver

up = json.loads(sys.argv[1])
account, region = up["account_id"], up["region"]
removed_at_exit = tempfile.TemporaryDirectory()
os.chdir(removed_at_exit.name)


def aws(who, *arguments):
    """Runs the CLI as a principal; its exit code, what it printed, and the service's code where it tells one."""
    os.environ.update(
        AWS_ACCESS_KEY_ID=who["AccessKeyId"],
        AWS_SECRET_ACCESS_KEY=who["SecretAccessKey"],
        AWS_ENDPOINT_URL=up["https_endpoint"],
        AWS_DEFAULT_REGION=region,
        AWS_CA_BUNDLE=up["ca_file"],
        AWS_CONFIG_FILE="none",
        AWS_MAX_ATTEMPTS="1",
        AWS_PAGER="",
        AWS_DEFAULT_OUTPUT="json",
    )
    out, err = io.TextIOWrapper(io.BytesIO(), write_through=True), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = create_clidriver().main([str(argument) for argument in arguments])
    printed = out.buffer.getvalue().decode()
    told = re.search(r"An error occurred \((\w+)\)", err.getvalue() + printed)
    return code, printed, told.group(1) if told else err.getvalue().strip()


operator = {"AccessKeyId": up["access_key_id"], "SecretAccessKey": up["secret_access_key"]}


def call(who, *arguments):
    code, printed, error = aws(who, *arguments)
    name = "operator" if who is operator else "reader"
    print(name, *arguments[:2], "ok" if code == 0 else f"{code} {error}", flush=True)
    return printed


def arn(service, rest):
    return f"arn:aws:{service}:{region}:{account}:{rest}"


def statement(*actions):
    return {"Effect": "Allow", "Action": list(actions), "Resource": "*"}


pathlib.Path("code.zip").write_bytes(b"")
with zipfile.ZipFile("code.zip", "w") as folder:
    folder.writestr("bootstrap", "#!/bin/sh\n")
trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
document = {"Version": "2012-10-17", "Statement": [trust]}
aws(operator, "iam", "create-role", "--role-name", "worker", "--assume-role-policy-document", json.dumps(document))
reads = statement(
    *("dynamodb:GetItem", "lambda:GetFunction", "ecs:DescribeClusters", "ecr:DescribeRepositories", "ec2:DescribeVpcs"),
    *("events:DescribeRule", "logs:DescribeLogStreams", "kinesis:DescribeStreamSummary", "glue:GetDatabase"),
    *("secretsmanager:GetSecretValue", "athena:GetWorkGroup", "quicksight:DescribeDataSource", "iam:GetUser"),
    *("s3:ListBucket", "kms:DescribeKey", "dynamodb:DescribeStream"),
)
aws(operator, "iam", "create-user", "--user-name", "reader")
document = json.dumps({"Version": "2012-10-17", "Statement": [reads]})
named = ("--user-name", "reader", "--policy-name", "reads")
aws(operator, "iam", "put-user-policy", *named, "--policy-document", document)
reader = json.loads(aws(operator, "iam", "create-access-key", "--user-name", "reader")[1])["AccessKey"]

table = ("--table-name", "orders")
schema = ("--attribute-definitions", "AttributeName=pk,AttributeType=S", "--key-schema", "AttributeName=pk,KeyType=HASH")
stream = ("--stream-specification", "StreamEnabled=true,StreamViewType=KEYS_ONLY")
made = call(operator, "dynamodb", "create-table", *table, *schema, *stream, "--billing-mode", "PAY_PER_REQUEST")
item = ("--key", '{"pk": {"S": "a"}}')
call(reader, "dynamodb", "get-item", *table, *item)
call(reader, "dynamodb", "delete-item", *table, *item)
of_stream = ("--stream-arn", json.loads(made)["TableDescription"]["LatestStreamArn"])
call(reader, "dynamodbstreams", "describe-stream", *of_stream)
call(reader, "dynamodbstreams", "list-streams")

function = ("--function-name", "orders")
code = ("--runtime", "provided.al2023", "--handler", "bootstrap", "--zip-file", "fileb://code.zip")
call(operator, "lambda", "create-function", *function, *code, "--role", f"arn:aws:iam::{account}:role/worker")
call(reader, "lambda", "get-function", *function)
call(reader, "lambda", "delete-function", *function)

call(operator, "ecs", "create-cluster", "--cluster-name", "prod")
call(reader, "ecs", "describe-clusters", "--clusters", "prod")
call(reader, "ecs", "delete-cluster", "--cluster", "prod")

call(operator, "ecr", "create-repository", "--repository-name", "images")
call(reader, "ecr", "describe-repositories", "--repository-names", "images")
call(reader, "ecr", "delete-repository", "--repository-name", "images")

vpc = json.loads(call(operator, "ec2", "create-vpc", "--cidr-block", "10.1.0.0/16"))["Vpc"]["VpcId"]
call(reader, "ec2", "describe-vpcs", "--vpc-ids", vpc)
call(reader, "ec2", "delete-vpc", "--vpc-id", vpc)

call(operator, "events", "put-rule", "--name", "r", "--event-pattern", '{"source": ["shop"]}')
call(reader, "events", "describe-rule", "--name", "r")
call(reader, "events", "delete-rule", "--name", "r")

group = ("--log-group-name", "/orders")
call(operator, "logs", "create-log-group", *group)
call(reader, "logs", "describe-log-streams", *group)
call(reader, "logs", "delete-log-group", *group)

call(operator, "kinesis", "create-stream", "--stream-name", "orders", "--shard-count", "1")
call(reader, "kinesis", "describe-stream-summary", "--stream-name", "orders")
call(reader, "kinesis", "put-record", "--stream-name", "orders", "--partition-key", "k", "--data", "ZA==")

call(operator, "secretsmanager", "create-secret", "--name", "db", "--secret-string", "s")
call(reader, "secretsmanager", "get-secret-value", "--secret-id", "db")
call(reader, "secretsmanager", "delete-secret", "--secret-id", "db")

call(operator, "glue", "create-database", "--database-input", '{"Name": "shop"}')
call(reader, "glue", "get-database", "--name", "shop")
call(reader, "glue", "delete-database", "--name", "shop")

call(operator, "athena", "create-work-group", "--name", "analysts")
call(reader, "athena", "get-work-group", "--work-group", "analysts")
call(reader, "athena", "delete-work-group", "--work-group", "analysts")

source = ("--aws-account-id", account, "--data-source-id", "orders")
call(operator, "quicksight", "create-data-source", *source, "--name", "orders", "--type", "ATHENA")
call(reader, "quicksight", "describe-data-source", *source)
call(reader, "quicksight", "delete-data-source", *source)

call(operator, "s3api", "create-bucket", "--bucket", "cli", "--create-bucket-configuration", f"LocationConstraint={region}")
call(reader, "s3api", "list-objects-v2", "--bucket", "cli")
call(reader, "s3api", "delete-bucket", "--bucket", "cli")
key = json.loads(call(operator, "kms", "create-key"))["KeyMetadata"]["KeyId"]
call(reader, "kms", "describe-key", "--key-id", key)
call(reader, "kms", "disable-key", "--key-id", key)
call(reader, "iam", "get-user")
call(reader, "iam", "delete-user", "--user-name", "reader")
call(reader, "sts", "get-caller-identity")
call(reader, "sts", "assume-role", "--role-arn", f"arn:aws:iam::{account}:role/worker", "--role-session-name", "cli")
