"""Calls a running target with the AWS CLI and prints one line a call: its name and how it ended.

The CLI runs in this process: started anew for each call it would take a second each.
"""

import contextlib
import io
import json
import os
import pathlib
import re
import socket
import sys
import tempfile

from awscli.clidriver import create_clidriver

resolve = socket.getaddrinfo
# Not every resolver knows that all of `.localhost` is this machine (RFC 6761).
socket.getaddrinfo = lambda host, *rest, **named: resolve(
    "127.0.0.1" if str(host).endswith("localhost") else host, *rest, **named
)

up = json.loads(sys.argv[1])
outputs = {name: output["value"] for name, output in up["stacks"]["call-centre-data"].items()}
bucket = outputs["bucket_name"]
removed_at_exit = tempfile.TemporaryDirectory()
folder = pathlib.Path(removed_at_exit.name)
os.chdir(folder)
HTTPS, HTTP = up["https_endpoint"], up["endpoint"]
VIRTUAL = HTTPS.replace("127.0.0.1", "s3.localhost")


def principal(key, secret, token=None, endpoint=HTTPS, region=up["region"], style="path"):
    """The environment that a shell would export for a principal."""
    config = folder / f"config-{style}"
    config.write_text(f"[default]\ns3 =\n  addressing_style = {style}\n  multipart_threshold = 8MB\n")
    return {
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_SESSION_TOKEN": token,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_CA_BUNDLE": up["ca_file"],
        "AWS_CONFIG_FILE": str(config),
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_PAGER": "",
        "AWS_DEFAULT_OUTPUT": "json",
    }


def aws(who, *arguments):
    """Runs the CLI; its exit code, what it printed, and the service's code where it tells one."""
    for name, value in who.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value
    out, err = io.TextIOWrapper(io.BytesIO(), write_through=True), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = create_clidriver().main([str(argument) for argument in arguments])
    printed = out.buffer.getvalue().decode()
    told = re.search(r"An error occurred \((\w+)\)", err.getvalue() + printed)
    return code, printed, told.group(1) if told else err.getvalue().strip()


def call(name, who, *arguments):
    code, printed, error = aws(who, *arguments)
    print(name, "ok" if code == 0 else f"{code} {error}", flush=True)
    try:
        return json.loads(printed)
    except ValueError:
        return printed


accessor_keys = outputs["accessor_access_key_id"], outputs["accessor_secret_access_key"]
accessor = principal(*accessor_keys)
plain = principal(*accessor_keys, endpoint=HTTP)
virtual = principal(*accessor_keys, endpoint=VIRTUAL, style="virtual")
elsewhere = principal(*accessor_keys, region="us-west-2")
migrator = principal(outputs["migrator_access_key_id"], outputs["migrator_secret_access_key"])
operator_keys = up["access_key_id"], up["secret_access_key"]
operator = principal(*operator_keys)
operator_plain = principal(*operator_keys, endpoint=HTTP)
stranger = principal("AKIAIOSFODNN7EXAMPLE", accessor_keys[1])
liar = principal(accessor_keys[0], "wrong")
to = f"s3://{bucket}"
small, large = folder / "small.txt", folder / "large.bin"
small.write_text("hello")
large.write_bytes(os.urandom(12 << 20))

# The accessor's files, as a person at a shell moves them.
call("ls", accessor, "s3", "ls", to)
call("cp up", accessor, "s3", "cp", small, f"{to}/notes/small.txt")
call("cp up in parts", accessor, "s3", "cp", large, f"{to}/large.bin")
call("cp down", accessor, "s3", "cp", f"{to}/large.bin", "copy.bin")
assert pathlib.Path("copy.bin").read_bytes() == large.read_bytes()
assert "small.txt" in call("ls of a folder", accessor, "s3", "ls", f"{to}/notes/")
call("sync up", accessor, "s3", "sync", ".", f"{to}/sync", "--exclude", "*", "--include", "small.txt")
call("rm", accessor, "s3", "rm", f"{to}/notes/small.txt")
call("mv", accessor, "s3", "mv", f"{to}/notes/small.txt", f"{to}/notes/moved.txt")
call("ls of everything", accessor, "s3", "ls")
call("mb", accessor, "s3", "mb", "s3://accessor-makes-a-bucket")
call("cp with aws:kms", accessor, "s3", "cp", small, f"{to}/k.txt", "--sse", "aws:kms")
call("cp with aes256", accessor, "s3", "cp", small, f"{to}/k.txt", "--sse", "AES256")
call("cp with a key of its own", accessor, "s3", "cp", small, f"{to}/c.txt", "--sse-c", "AES256", "--sse-c-key", "k" * 32)
call("cp to the public", accessor, "s3", "cp", small, f"{to}/p.txt", "--acl", "public-read")
call("cp from elsewhere", accessor, "s3", "cp", "s3://no-such-bucket-here/x", "x")
assert "X-Amz-Signature" in call("presign", accessor, "s3", "presign", f"{to}/k.txt")

# The same service by its operations.
of = ("--bucket", bucket)
got = call("head-object", accessor, "s3api", "head-object", *of, "--key", "k.txt")
assert got["ServerSideEncryption"] == "AES256" and got["ContentLength"] == 5, got
call("get-object", accessor, "s3api", "get-object", *of, "--key", "k.txt", "k.txt")
call("get-object of nothing", accessor, "s3api", "get-object", *of, "--key", "nothing", "nothing")
call("get a range", accessor, "s3api", "get-object", *of, "--key", "k.txt", "--range", "bytes=9-", "range")
call("list-object-versions", accessor, "s3api", "list-object-versions", *of)
call("list-buckets", accessor, "s3api", "list-buckets")
call("get-bucket-location", accessor, "s3api", "get-bucket-location", *of)
call("get-bucket-policy", accessor, "s3api", "get-bucket-policy", *of)
call("put-bucket-versioning", accessor, "s3api", "put-bucket-versioning", *of, "--versioning-configuration", "Status=Suspended")
call("delete-object", accessor, "s3api", "delete-object", *of, "--key", "k.txt")
call("put over nothing", accessor, "s3api", "put-object", *of, "--key", "k.txt", "--body", small, "--if-none-match", "*")
call("list-parts of nothing", accessor, "s3api", "list-parts", *of, "--key", "k.txt", "--upload-id", "none")

# The ways to the bucket: in plain, by its own host, by another region.
call("plain ls", plain, "s3", "ls", to)
call("plain cp", plain, "s3", "cp", small, f"{to}/plain.txt")
call("virtual-hosted ls", virtual, "s3", "ls", to)
call("virtual-hosted cp", virtual, "s3", "cp", small, f"{to}/virtual.txt")
call("ls by another region", elsewhere, "s3", "ls", to)
call("put by another region", elsewhere, "s3api", "put-object", *of, "--key", "e", "--body", small)

# Who is nobody.
call("wrong secret", liar, "s3", "ls", to)
call("unknown key", stranger, "s3", "ls", to)
call("unknown key for sts", stranger, "sts", "get-caller-identity")
call("unsigned", accessor, "s3api", "list-objects-v2", *of, "--no-sign-request")

# IAM and STS.
assert call("get-caller-identity", accessor, "sts", "get-caller-identity")["Account"] == up["account_id"]
call("identity in plain", plain, "sts", "get-caller-identity")
call("list-users", accessor, "iam", "list-users")
call("create-access-key", accessor, "iam", "create-access-key")
assert len(call("operator's list-users", operator, "iam", "list-users")["Users"]) == 2
call("get-user of nobody", operator, "iam", "get-user", "--user-name", "nobody")
role = ("--role-arn", outputs["migrator_role_arn"], "--role-session-name", "cli")
call("accessor assumes", accessor, "sts", "assume-role", *role)
assumed = call("migrator assumes", migrator, "sts", "assume-role", *role)["Credentials"]
call("migrator itself reads", migrator, "s3", "ls", to)
session = principal(assumed["AccessKeyId"], assumed["SecretAccessKey"], assumed["SessionToken"])
call("session writes", session, "s3", "cp", small, f"{to}/session.txt")
call("session reads", session, "s3api", "get-object", *of, "--key", "k.txt", "no")

# The operator, and a bucket whose name has dots, over HTTPS and in plain.
dotted = ("--bucket", "dots.in.its.name")
made = ("--create-bucket-configuration", f"LocationConstraint={up['region']}")
call("create a bucket", operator, "s3api", "create-bucket", *dotted, *made)
call("create it again", operator_plain, "s3api", "create-bucket", *dotted, *made)
call("its versioning", operator, "s3api", "put-bucket-versioning", *dotted, "--versioning-configuration", "Status=Enabled")
call("its tags", operator, "s3api", "put-bucket-tagging", *dotted, "--tagging", "TagSet=[{Key=a,Value=b}]")
call("no policy", operator, "s3api", "get-bucket-policy", *dotted)
call("bad policy", operator, "s3api", "put-bucket-policy", *dotted, "--policy", "{}")
call("cp in plain", operator_plain, "s3", "cp", small, "s3://dots.in.its.name/a.txt")
call("cp by its host", {**operator, **virtual, "AWS_ACCESS_KEY_ID": operator_keys[0], "AWS_SECRET_ACCESS_KEY": operator_keys[1]},
     "s3", "cp", "s3://dots.in.its.name/a.txt", "a.txt")
call("rb", operator, "s3", "rb", "s3://dots.in.its.name")
