"""Calls a running target with boto3 and prints one line a call: its name and how it ended."""

import json
import socket
import sys

import boto3
import botocore
from botocore.config import Config

resolve = socket.getaddrinfo
# Not every resolver knows that all of `.localhost` is this machine (RFC 6761).
socket.getaddrinfo = lambda host, *rest, **named: resolve(
    "127.0.0.1" if str(host).endswith("localhost") else host, *rest, **named
)

up = json.loads(sys.argv[1])
outputs = {name: output["value"] for name, output in up["stacks"]["call-centre-data"].items()}
bucket = outputs["bucket_name"]


def client(service, key, secret, endpoint=up["https_endpoint"], style="path", unsigned=False):
    signature = botocore.UNSIGNED if unsigned else "v4"
    config = Config(
        signature_version=None if not unsigned else signature,
        s3={"addressing_style": style},
        retries={"max_attempts": 1},
    )
    return boto3.client(
        service,
        region_name=up["region"],
        endpoint_url=endpoint,
        verify=up["ca_file"],
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        config=config,
    )


def accessor(service="s3", **options):
    key, secret = outputs["accessor_access_key_id"], outputs["accessor_secret_access_key"]
    return client(service, key, secret, **options)


def operator(service="s3", **options):
    return client(service, up["access_key_id"], up["secret_access_key"], **options)


def call(name, function, **arguments):
    try:
        answer = function(**arguments)
        print(name, "ok", flush=True)
        return answer
    except botocore.exceptions.ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        print(name, status, error.response["Error"]["Code"], flush=True)
        return None


s3 = accessor()
call("put", s3.put_object, Bucket=bucket, Key="a b/ü+.wav", Body=b"hello", Metadata={"agent": "7"})
got = call("get", s3.get_object, Bucket=bucket, Key="a b/ü+.wav")
assert got["Body"].read() == b"hello" and got["Metadata"] == {"agent": "7"}, got
assert got["ServerSideEncryption"] == "AES256", got
listed = call("list", s3.list_objects_v2, Bucket=bucket)
assert [entry["Key"] for entry in listed["Contents"]] == ["a b/ü+.wav"], listed
assert call("location", s3.get_bucket_location, Bucket=bucket)["LocationConstraint"] == up["region"]
call("head of nothing", s3.head_object, Bucket=bucket, Key="nothing")
call("put kms", s3.put_object, Bucket=bucket, Key="k", Body=b"x", ServerSideEncryption="aws:kms")
call("put aes256", s3.put_object, Bucket=bucket, Key="k", Body=b"x", ServerSideEncryption="AES256")
call("put sse-c", s3.put_object, Bucket=bucket, Key="c", Body=b"x", SSECustomerAlgorithm="AES256", SSECustomerKey=b"k" * 32)
call("delete", s3.delete_object, Bucket=bucket, Key="k")
call("list buckets", s3.list_buckets)
call("policy", s3.get_bucket_policy, Bucket=bucket)
plain = accessor(endpoint=up["endpoint"])
call("plain put", plain.put_object, Bucket=bucket, Key="p", Body=b"x")
call("plain list", plain.list_objects_v2, Bucket=bucket)
wrong = client("s3", outputs["accessor_access_key_id"], "wrong")
call("wrong secret", wrong.list_objects_v2, Bucket=bucket)
unknown = client("s3", "AKIAIOSFODNN7EXAMPLE", "wrong")
call("unknown key", unknown.list_objects_v2, Bucket=bucket)
call("anonymous", client("s3", None, None, unsigned=True).list_objects_v2, Bucket=bucket)
call("no such bucket", operator().list_objects_v2, Bucket="no-such-bucket-here")
call("identity", accessor("sts").get_caller_identity)
call("plain identity", accessor("sts", endpoint=up["endpoint"]).get_caller_identity)
call("iam", accessor("iam").list_users)
call("operator's users", operator("iam").list_users)
parts = s3.create_multipart_upload(Bucket=bucket, Key="large")
part = s3.upload_part(Bucket=bucket, Key="large", UploadId=parts["UploadId"], PartNumber=1, Body=b"p" * (5 << 20))
call(
    "complete",
    s3.complete_multipart_upload,
    Bucket=bucket,
    Key="large",
    UploadId=parts["UploadId"],
    MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"], "ChecksumCRC32": part.get("ChecksumCRC32")}]}
    if part.get("ChecksumCRC32")
    else {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]},
)
virtual = accessor(style="virtual", endpoint=up["https_endpoint"].replace("127.0.0.1", "s3.localhost"))
call("virtual-hosted list", virtual.list_objects_v2, Bucket=bucket)
