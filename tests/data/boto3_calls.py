"""Calls a running target with boto3 and prints one line a call: its name and how it ended."""

import io
import json
import os
import socket
import ssl
import sys
import urllib.error
import urllib.request

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
location = {"LocationConstraint": up["region"]}


def client(service, key, secret, token=None, endpoint=up["https_endpoint"], style="path", unsigned=False, region=up["region"]):
    config = Config(
        signature_version=botocore.UNSIGNED if unsigned else None,
        s3={"addressing_style": style},
        retries={"max_attempts": 1},
    )
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        verify=up["ca_file"],
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        aws_session_token=token,
        config=config,
    )


def accessor(service="s3", **options):
    key, secret = outputs["accessor_access_key_id"], outputs["accessor_secret_access_key"]
    return client(service, key, secret, **options)


def operator(service="s3", **options):
    return client(service, up["access_key_id"], up["secret_access_key"], **options)


def anonymous(**options):
    return client("s3", None, None, unsigned=True, **options)


def session(credentials, service="s3", **options):
    key, secret = credentials["AccessKeyId"], credentials["SecretAccessKey"]
    return client(service, key, secret, credentials["SessionToken"], **options)


def call(name, function, **arguments):
    try:
        answer = function(**arguments)
        print(name, "ok", flush=True)
        return answer
    except botocore.exceptions.ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        print(name, status, error.response["Error"]["Code"], flush=True)
        return None


def fetch(name, method, url, body=None):
    """Asks for a presigned URL, as a browser would."""
    request = urllib.request.Request(url, body, method=method)
    trust = ssl.create_default_context(cafile=up["ca_file"])
    try:
        with urllib.request.urlopen(request, context=trust) as answer:
            print(name, "ok", flush=True)
            return answer.read()
    except urllib.error.HTTPError as error:
        print(name, error.code, flush=True)
        return None


# The accessor over HTTPS: what its policy allows, what the bucket's policy denies, what nothing allows.
s3 = accessor()
call("put", s3.put_object, Bucket=bucket, Key="a b/ü+.wav", Body=b"hello", Metadata={"agent": "7"})
got = call("get", s3.get_object, Bucket=bucket, Key="a b/ü+.wav")
assert got["Body"].read() == b"hello" and got["Metadata"] == {"agent": "7"}, got
assert got["ServerSideEncryption"] == "AES256", got
got = call("range", s3.get_object, Bucket=bucket, Key="a b/ü+.wav", Range="bytes=1-3")
assert got["Body"].read() == b"ell" and got["ContentRange"] == "bytes 1-3/5", got
call("not modified", s3.get_object, Bucket=bucket, Key="a b/ü+.wav", IfNoneMatch=got["ETag"])
listed = call("list", s3.list_objects_v2, Bucket=bucket)
assert [entry["Key"] for entry in listed["Contents"]] == ["a b/ü+.wav"], listed
assert call("location", s3.get_bucket_location, Bucket=bucket)["LocationConstraint"] == up["region"]
call("head of nothing", s3.head_object, Bucket=bucket, Key="nothing")
call("put aes256", s3.put_object, Bucket=bucket, Key="k", Body=b"x", ServerSideEncryption="AES256")
call("put kms", s3.put_object, Bucket=bucket, Key="k", Body=b"x", ServerSideEncryption="aws:kms")
customer_key = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": b"k" * 32}
call("put sse-c", s3.put_object, Bucket=bucket, Key="c", Body=b"x", **customer_key)
call("put public", s3.put_object, Bucket=bucket, Key="p", Body=b"x", ACL="public-read")
call("put over nothing", s3.put_object, Bucket=bucket, Key="k", Body=b"x", IfNoneMatch="*")
call("put broken", s3.put_object, Bucket=bucket, Key="k", Body=b"x", ChecksumCRC32="AAAAAA==")
call("delete", s3.delete_object, Bucket=bucket, Key="k")
answer = call("delete several", s3.delete_objects, Bucket=bucket, Delete={"Objects": [{"Key": "k"}]})
assert [error["Code"] for error in answer["Errors"]] == ["AccessDenied"], answer
call("list buckets", s3.list_buckets)
call("policy", s3.get_bucket_policy, Bucket=bucket)
large = os.urandom(12 << 20)
call("upload in parts", s3.upload_fileobj, Fileobj=io.BytesIO(large), Bucket=bucket, Key="large")
copy = io.BytesIO()
call("download", s3.download_fileobj, Bucket=bucket, Key="large", Fileobj=copy)
assert copy.getvalue() == large
upload = s3.create_multipart_upload(Bucket=bucket, Key="begun")["UploadId"]
call("abort", s3.abort_multipart_upload, Bucket=bucket, Key="begun", UploadId=upload)
call("part of nothing", s3.upload_part, Bucket=bucket, Key="begun", UploadId=upload, PartNumber=1, Body=b"x")
virtual_endpoint = up["https_endpoint"].replace("127.0.0.1", "s3.localhost")
virtual = accessor(style="virtual", endpoint=virtual_endpoint)
call("virtual-hosted list", virtual.list_objects_v2, Bucket=bucket)

# Regions other than the stack's: the answer tells the right one, and boto3 follows it.
for region in ("us-east-1", "ap-southeast-2"):
    call(f"list from {region}", accessor(region=region).list_objects_v2, Bucket=bucket)
    call(f"put from {region}", accessor(region=region, style="virtual", endpoint=virtual_endpoint).put_object, Bucket=bucket, Key="r", Body=b"x")

# Presigned URLs.
of_k = {"Bucket": bucket, "Key": "k"}
url = s3.generate_presigned_url("get_object", Params=of_k)
assert fetch("presigned get", "GET", url) == b"x"
fetch("presigned for another", "GET", url.replace("/k?", "/large?"))
fetch("presigned put", "PUT", s3.generate_presigned_url("put_object", Params=of_k), b"y")
fetch("presigned delete", "DELETE", s3.generate_presigned_url("delete_object", Params=of_k))

# Plain HTTP, where the bucket's policy denies everything.
plain = accessor(endpoint=up["endpoint"])
call("plain put", plain.put_object, Bucket=bucket, Key="p", Body=b"x")
call("plain head", plain.head_object, Bucket=bucket, Key="k")
call("plain identity", accessor("sts", endpoint=up["endpoint"]).get_caller_identity)

# Who is nobody.
key, secret = outputs["accessor_access_key_id"], outputs["accessor_secret_access_key"]
call("wrong secret", client("s3", key, "wrong").list_objects_v2, Bucket=bucket)
call("wrong secret for sts", client("sts", key, "wrong").get_caller_identity)
call("unknown key", client("s3", "AKIAIOSFODNN7EXAMPLE", secret).list_objects_v2, Bucket=bucket)
call("unknown key for iam", client("iam", "AKIAIOSFODNN7EXAMPLE", secret).list_users)
call("garbled token", client("s3", key, secret, "garbled").list_objects_v2, Bucket=bucket)
call("anonymous", anonymous().list_objects_v2, Bucket=bucket)

# IAM and STS.
call("identity", accessor("sts").get_caller_identity)
call("iam", accessor("iam").list_users)
call("operator's users", operator("iam").list_users)
call("no such user", operator("iam").get_user, UserName="nobody")
role = {"RoleArn": outputs["migrator_role_arn"], "RoleSessionName": "boto3"}
migrator = client("sts", outputs["migrator_access_key_id"], outputs["migrator_secret_access_key"])
call("accessor assumes", accessor("sts").assume_role, **role)
call("too long", migrator.assume_role, DurationSeconds=9 * 3600, **role)
credentials = call("migrator assumes", migrator.assume_role, **role)["Credentials"]
assert session(credentials, "sts").get_caller_identity()["Arn"].endswith("-migrator/boto3")
call("session put", session(credentials).put_object, Bucket=bucket, Key="m", Body=b"x")
call("session get", session(credentials).get_object, Bucket=bucket, Key="m")

# The operator and a bucket of its own, whose name no wildcard certificate covers.
s3 = operator()
own = "external.source.bucket"
call("create", s3.create_bucket, Bucket=own, CreateBucketConfiguration=location)
call("create again", s3.create_bucket, Bucket=own, CreateBucketConfiguration=location)
call("no such bucket", s3.list_objects_v2, Bucket="no-such-bucket-here")
call("no lifecycle", s3.get_bucket_lifecycle_configuration, Bucket=own)
call("bad policy", s3.put_bucket_policy, Bucket=own, Policy="{}")
reader = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{own}/*"}
public = json.dumps({"Version": "2012-10-17", "Statement": [reader]})
call("blocked public policy", s3.put_bucket_policy, Bucket=own, Policy=public)
call("unblock", s3.delete_public_access_block, Bucket=own)
call("public policy", s3.put_bucket_policy, Bucket=own, Policy=public)
assert s3.get_bucket_policy_status(Bucket=own)["PolicyStatus"]["IsPublic"]
call("enable versions", s3.put_bucket_versioning, Bucket=own, VersioningConfiguration={"Status": "Enabled"})
first = call("first version", s3.put_object, Bucket=own, Key="v", Body=b"1")["VersionId"]
call("marker", s3.delete_object, Bucket=own, Key="v")
call("get deleted", s3.get_object, Bucket=own, Key="v")
assert call("get version", s3.get_object, Bucket=own, Key="v", VersionId=first)["Body"].read() == b"1"
source = {"Bucket": own, "Key": "v", "VersionId": first}
call("restore", s3.copy_object, Bucket=own, Key="v", CopySource=source)
passer_by = anonymous(style="virtual", endpoint=up["endpoint"].replace("127.0.0.1", "s3.localhost"))
call("anonymous over plain HTTP", passer_by.get_object, Bucket=own, Key="v")
call("delete a full bucket", s3.delete_bucket, Bucket=own)

# KMS: the accessor has nothing to do with the operator's key until it is granted something.
kms, theirs = operator("kms"), accessor("kms")
key = call("create key", kms.create_key, Description="recordings")["KeyMetadata"]["Arn"]
call("name key", kms.create_alias, AliasName="alias/recordings", TargetKeyId=key)
context = {"team": "red"}
sealed = call("encrypt", kms.encrypt, KeyId="alias/recordings", Plaintext=b"secret", EncryptionContext=context)
sealed = {"CiphertextBlob": sealed["CiphertextBlob"]}
assert call("decrypt", kms.decrypt, EncryptionContext=context, **sealed)["Plaintext"] == b"secret"
call("decrypt without context", kms.decrypt, **sealed)
call("accessor decrypts", theirs.decrypt, EncryptionContext=context, **sealed)
accessor_arn = accessor("sts").get_caller_identity()["Arn"]
subset = {"EncryptionContextSubset": context}
call("grant", kms.create_grant, KeyId=key, GranteePrincipal=accessor_arn, Operations=["Decrypt"], Constraints=subset)
assert call("grantee decrypts", theirs.decrypt, EncryptionContext=context, **sealed)["Plaintext"] == b"secret"
call("grantee encrypts", theirs.encrypt, KeyId=key, Plaintext=b"x", EncryptionContext=context)
call("no such key", kms.describe_key, KeyId="alias/nothing")
only_accessor = {"Effect": "Allow", "Principal": {"AWS": accessor_arn}, "Action": "kms:*", "Resource": "*"}
lockout = json.dumps({"Version": "2012-10-17", "Statement": [only_accessor]})
call("lock out", kms.put_key_policy, KeyId=key, Policy=lockout)
encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "alias/recordings"}
put = call("put under the key", s3.put_object, Bucket=own, Key="e", Body=b"sealed", **encryption)
assert put["SSEKMSKeyId"] == key, put
assert call("get under the key", s3.get_object, Bucket=own, Key="e")["Body"].read() == b"sealed"
call("disable key", kms.disable_key, KeyId=key)
call("encrypt with a disabled key", kms.encrypt, KeyId=key, Plaintext=b"x")
call("get under a disabled key", s3.get_object, Bucket=own, Key="e")

# Every way to the bucket with dots in its name: by either transport, path or host, from its own region or another.
for scheme, endpoint in ("https", up["https_endpoint"]), ("http", up["endpoint"]):
    for style, host in ("path", "127.0.0.1"), ("virtual", "s3.localhost"):
        for region in up["region"], "us-east-1":
            way = {"endpoint": endpoint.replace("127.0.0.1", host), "style": style, "region": region}
            name, s3, key = f"{scheme} {style} {region}", operator(**way), f"{scheme}/{style}/{region}"
            call(f"{name}: put", s3.put_object, Bucket=own, Key=key, Body=name.encode())
            assert call(f"{name}: get", s3.get_object, Bucket=own, Key=key)["Body"].read() == name.encode()
            call(f"{name}: get nothing", s3.get_object, Bucket=own, Key="nothing")
            call(f"{name}: accessor lists", accessor(**way).list_objects_v2, Bucket=own)
