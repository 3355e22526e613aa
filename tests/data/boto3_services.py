"""Calls every service of a running target with boto3, allowed and denied, and prints one line a call."""

import io
import json
import sys
import zipfile

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

up = json.loads(sys.argv[1])
account, region = up["account_id"], up["region"]


def client(service, credentials):
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=up["https_endpoint"],
        verify=up["ca_file"],
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials.get("SessionToken"),
        config=Config(retries={"max_attempts": 1}),
    )


operator = {"AccessKeyId": up["access_key_id"], "SecretAccessKey": up["secret_access_key"]}


def call(name, do):
    """Makes a call, prints how it ended, and gives its answer."""
    try:
        answer = do()
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        print(name, status, error.response["Error"]["Code"])
        return None
    print(name, "ok")
    return answer


def arn(service, rest):
    return f"arn:aws:{service}:{region}:{account}:{rest}"


def user(name, *statements):
    """A user with these statements as its one policy."""
    iam = client("iam", operator)
    iam.create_user(UserName=name)
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    iam.put_user_policy(UserName=name, PolicyName="inline", PolicyDocument=json.dumps(document))
    return iam.create_access_key(UserName=name)["AccessKey"]


def allow(actions, resources, condition=None):
    statement = {"Effect": "Allow", "Action": actions, "Resource": resources}
    return {**statement, "Condition": condition} if condition else statement


def role(name, service):
    principal = {"Service": service}
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}]}
    return client("iam", operator).create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]


def archive():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as folder:
        folder.writestr("bootstrap", "#!/bin/sh\n")
    return out.getvalue()


def dynamodb():
    db = client("dynamodb", operator)
    key = [{"AttributeName": "pk", "KeyType": "HASH"}]
    types = [{"AttributeName": "pk", "AttributeType": "S"}]
    made = call(
        "dynamodb create",
        lambda: db.create_table(
            TableName="orders",
            KeySchema=key,
            AttributeDefinitions=types,
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        ),
    )
    table, stream = made["TableDescription"]["TableArn"], made["TableDescription"]["LatestStreamArn"]
    mine = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["a"]}}
    one = user("one-item", allow(["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:BatchGetItem"], table, mine))
    own = client("dynamodb", one)
    call("dynamodb put", lambda: own.put_item(TableName="orders", Item={"pk": {"S": "a"}, "n": {"N": "1"}}))
    call("dynamodb put another's", lambda: own.put_item(TableName="orders", Item={"pk": {"S": "b"}}))
    call("dynamodb get", lambda: own.get_item(TableName="orders", Key={"pk": {"S": "a"}})["Item"]["n"])
    call("dynamodb get another's", lambda: own.get_item(TableName="orders", Key={"pk": {"S": "b"}}))
    query = {"TableName": "orders", "KeyConditionExpression": "pk = :p"}
    call("dynamodb query", lambda: own.query(**query, ExpressionAttributeValues={":p": {"S": "a"}}))
    call("dynamodb query another's", lambda: own.query(**query, ExpressionAttributeValues={":p": {"S": "b"}}))
    both = {"orders": {"Keys": [{"pk": {"S": "a"}}, {"pk": {"S": "b"}}]}}
    call("dynamodb batch of both", lambda: own.batch_get_item(RequestItems=both))
    call("dynamodb scan", lambda: own.scan(TableName="orders"))
    reader = client("dynamodbstreams", user("stream-reader", allow("dynamodb:*", stream)))
    shards = call("streams describe", lambda: reader.describe_stream(StreamArn=stream))["StreamDescription"]["Shards"]
    wanted = {"StreamArn": stream, "ShardId": shards[0]["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
    iterator = call("streams iterator", lambda: reader.get_shard_iterator(**wanted))["ShardIterator"]
    records = call("streams records", lambda: reader.get_records(ShardIterator=iterator))["Records"]
    print("streams saw", [record["dynamodb"]["Keys"]["pk"]["S"] for record in records])
    call("streams of another", lambda: client("dynamodbstreams", one).describe_stream(StreamArn=stream))


def function():
    function = client("lambda", operator)
    worker = role("worker", "lambda.amazonaws.com")
    wanted = {"FunctionName": "orders", "Runtime": "provided.al2023", "Handler": "bootstrap", "Role": worker}
    call("lambda create", lambda: function.create_function(**wanted, Code={"ZipFile": archive()}))
    named = arn("lambda", "function:orders")
    reader = client("lambda", user("function-reader", allow(["lambda:GetFunction", "lambda:CreateFunction"], arn("lambda", "function:*"))))
    call("lambda get", lambda: reader.get_function(FunctionName="orders"))
    call("lambda delete", lambda: reader.delete_function(FunctionName="orders"))
    call("lambda create without passing", lambda: reader.create_function(**{**wanted, "FunctionName": "other"}, Code={"ZipFile": archive()}))
    call(
        "lambda permission",
        lambda: function.add_permission(
            FunctionName="orders",
            StatementId="reader",
            Action="lambda:GetFunctionConfiguration",
            Principal=f"arn:aws:iam::{account}:user/function-reader",
        ),
    )
    call("lambda by the function's policy", lambda: reader.get_function_configuration(FunctionName=named))
    call("lambda invoke dry", lambda: function.invoke(FunctionName="orders", InvocationType="DryRun"))
    call("lambda invoke", lambda: reader.invoke(FunctionName="orders", InvocationType="DryRun"))


def containers():
    ecs, ecr = client("ecs", operator), client("ecr", operator)
    call("ecs cluster", lambda: ecs.create_cluster(clusterName="prod", tags=[{"key": "team", "value": "red"}]))
    container = {"name": "c", "image": "i", "memory": 128}
    task = role("task", "ecs-tasks.amazonaws.com")
    registers = allow("ecs:RegisterTaskDefinition", "*")
    call(
        "ecs task definition",
        lambda: client("ecs", user("passer", registers, allow("iam:PassRole", task))).register_task_definition(
            family="f", containerDefinitions=[container], taskRoleArn=task
        ),
    )
    call(
        "ecs task definition without passing",
        lambda: client("ecs", user("registrar", registers)).register_task_definition(
            family="f", containerDefinitions=[container], taskRoleArn=task
        ),
    )
    red = {"StringEquals": {"aws:ResourceTag/team": "red"}}
    reader = client("ecs", user("red-reader", allow("ecs:DescribeClusters", "*", red)))
    call("ecs describe", lambda: reader.describe_clusters(clusters=["prod"]))
    call("ecs list", lambda: reader.list_clusters())
    call("ecr create", lambda: ecr.create_repository(repositoryName="images"))
    puller = user("puller", allow("ecr:BatchGetImage", arn("ecr", "repository/images")), allow("ecr:GetAuthorizationToken", "*"))
    puller = client("ecr", puller)
    call("ecr token", lambda: puller.get_authorization_token())
    call("ecr pull", lambda: puller.batch_get_image(repositoryName="images", imageIds=[{"imageTag": "none"}]))
    call("ecr pull of another", lambda: puller.batch_get_image(repositoryName="others", imageIds=[{"imageTag": "none"}]))
    call("ecr push", lambda: puller.initiate_layer_upload(repositoryName="images"))


def network():
    ec2 = client("ec2", operator)
    made = call("ec2 vpc", lambda: ec2.create_vpc(CidrBlock="10.1.0.0/16"))
    vpc = made["Vpc"]["VpcId"]
    call("ec2 group", lambda: ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc))
    looker = client("ec2", user("looker", allow("ec2:DescribeVpcs", "*")))
    call("ec2 describe", lambda: looker.describe_vpcs(VpcIds=[vpc]))
    message = None
    try:
        looker.create_security_group(GroupName="x", Description="x", VpcId=vpc)
    except ClientError as error:
        print("ec2 group", error.response["ResponseMetadata"]["HTTPStatusCode"], error.response["Error"]["Code"])
        message = error.response["Error"]["Message"].rsplit(" ", 1)[1]
    decoded = call("sts decode", lambda: client("sts", operator).decode_authorization_message(EncodedMessage=message))
    print("sts decoded", json.loads(decoded["DecodedMessage"])["context"]["action"])
    call("sts decode by another", lambda: client("sts", user("nobody", allow("s3:*", "*"))).decode_authorization_message(EncodedMessage=message))


def events():
    events = client("events", operator)
    call("events bus", lambda: events.create_event_bus(Name="orders"))
    call("events rule", lambda: events.put_rule(Name="r", EventBusName="orders", EventPattern='{"source":["shop"]}'))
    shop = {"StringEquals": {"events:source": "shop"}}
    sender = client("events", user("sender", allow("events:PutEvents", arn("events", "event-bus/orders"), shop)))

    def entry(source, bus="orders"):
        return {"Source": source, "DetailType": "t", "Detail": "{}", "EventBusName": bus}

    call("events put", lambda: sender.put_events(Entries=[entry("shop")]))
    call("events put of another source", lambda: sender.put_events(Entries=[entry("shop"), entry("bank")]))
    call("events put on another bus", lambda: sender.put_events(Entries=[entry("shop", "default")]))


def logs():
    logs = client("logs", operator)
    call("logs group", lambda: logs.create_log_group(logGroupName="/orders"))
    call("logs stream", lambda: logs.create_log_stream(logGroupName="/orders", logStreamName="s"))
    writer = client("logs", user("writer", allow("logs:PutLogEvents", arn("logs", "log-group:/orders:*"))))
    written = [{"timestamp": 1, "message": "m"}]
    call("logs put", lambda: writer.put_log_events(logGroupName="/orders", logStreamName="s", logEvents=written))
    call("logs get", lambda: writer.get_log_events(logGroupName="/orders", logStreamName="s"))
    call("logs put elsewhere", lambda: writer.put_log_events(logGroupName="/other", logStreamName="s", logEvents=written))


def kinesis():
    kinesis = client("kinesis", operator)
    call("kinesis create", lambda: kinesis.create_stream(StreamName="orders", ShardCount=1))
    stream = arn("kinesis", "stream/orders")
    producer = client("kinesis", user("producer", allow("kinesis:PutRecord", stream)))
    consumer = client("kinesis", user("consumer", allow(["kinesis:GetRecords", "kinesis:GetShardIterator"], stream)))
    call("kinesis put", lambda: producer.put_record(StreamName="orders", Data=b"d", PartitionKey="k"))
    wanted = {"StreamName": "orders", "ShardId": "shardId-000000000000", "ShardIteratorType": "TRIM_HORIZON"}
    call("kinesis iterator of the producer", lambda: producer.get_shard_iterator(**wanted))
    iterator = call("kinesis iterator", lambda: consumer.get_shard_iterator(**wanted))["ShardIterator"]
    records = call("kinesis records", lambda: consumer.get_records(ShardIterator=iterator))["Records"]
    print("kinesis read", [record["Data"].decode() for record in records])
    call("kinesis records of the producer", lambda: producer.get_records(ShardIterator=iterator))


def secrets():
    kms, secrets = client("kms", operator), client("secretsmanager", operator)
    key = kms.create_key()["KeyMetadata"]["Arn"]
    made = call("secrets create", lambda: secrets.create_secret(Name="db", SecretString="s", KmsKeyId=key))
    reads = allow("secretsmanager:GetSecretValue", made["ARN"])
    via = {"StringEquals": {"kms:ViaService": f"secretsmanager.{region}.amazonaws.com"}}
    reader = client("secretsmanager", user("secret-reader", reads, allow("kms:Decrypt", key, via)))
    call("secrets get", lambda: reader.get_secret_value(SecretId="db"))
    call("secrets get without the key", lambda: client("secretsmanager", user("keyless", reads)).get_secret_value(SecretId="db"))
    call("secrets put", lambda: reader.put_secret_value(SecretId="db", SecretString="t"))
    call("secrets list", lambda: reader.list_secrets())
    denial = {"Effect": "Deny", "Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [denial]})
    call("secrets policy", lambda: secrets.put_resource_policy(SecretId="db", ResourcePolicy=policy))
    call("secrets get under the policy", lambda: reader.get_secret_value(SecretId="db"))


def data():
    glue, athena, quicksight = (client(name, operator) for name in ("glue", "athena", "quicksight"))
    call("glue database", lambda: glue.create_database(DatabaseInput={"Name": "shop"}))
    call("glue table", lambda: glue.create_table(DatabaseName="shop", TableInput={"Name": "orders"}))
    levels = [arn("glue", "catalog"), arn("glue", "database/shop")]
    reader = client("glue", user("table-reader", allow("glue:GetTable", [*levels, arn("glue", "table/shop/orders")])))
    half = client("glue", user("half-reader", allow("glue:GetTable", arn("glue", "table/shop/orders"))))
    call("glue get", lambda: reader.get_table(DatabaseName="shop", Name="orders"))
    call("glue get without the catalog", lambda: half.get_table(DatabaseName="shop", Name="orders"))
    call("glue delete", lambda: reader.delete_table(DatabaseName="shop", Name="orders"))
    call("athena workgroup", lambda: athena.create_work_group(Name="analysts"))
    analyst = client("athena", user("analyst", allow("athena:GetWorkGroup", arn("athena", "workgroup/analysts"))))
    call("athena get", lambda: analyst.get_work_group(WorkGroup="analysts"))
    call("athena get another", lambda: analyst.get_work_group(WorkGroup="primary"))
    call(
        "quicksight source",
        lambda: quicksight.create_data_source(AwsAccountId=account, DataSourceId="orders", Name="orders", Type="ATHENA"),
    )
    viewer = client("quicksight", user("viewer", allow("quicksight:DescribeDataSource", arn("quicksight", "datasource/orders"))))
    call("quicksight describe", lambda: viewer.describe_data_source(AwsAccountId=account, DataSourceId="orders"))
    call("quicksight delete", lambda: viewer.delete_data_source(AwsAccountId=account, DataSourceId="orders"))


for service in (dynamodb, function, containers, network, events, logs, kinesis, secrets, data):
    service()
