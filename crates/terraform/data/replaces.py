#!/usr/bin/env python3
"""Writes replaces.tsv: which arguments of the types that are kept are never changed in place.

    git clone --depth 1 https://github.com/crossplane-contrib/provider-upjet-aws
    pip download --no-deps cfn-lint && unzip -d cfn-lint cfn_lint-*.whl
    python3 replaces.py provider-upjet-aws cfn-lint > replaces.tsv

CloudFormation's schemas say of each property whether it is for creation only; they come with cfn-lint (MIT-0). The comments of
provider-upjet-aws (Apache-2.0) say of some arguments that a change forces a new resource. Names are taken, no text. A line
is a type and the paths of such arguments in it, those of blocks with the names of the blocks before them.
"""

import json
import re
import sys
from pathlib import Path

# Where the provider's name of a type is not CloudFormation's.
NAMED = {
    "AWS::ApiGateway::Authorizer": "aws_api_gateway_authorizer",
    "AWS::ApiGateway::DomainName": "aws_api_gateway_domain_name",
    "AWS::AutoScaling::AutoScalingGroup": "aws_autoscaling_group",
    "AWS::AutoScaling::LaunchConfiguration": "aws_launch_configuration",
    "AWS::AutoScaling::ScalingPolicy": "aws_autoscaling_policy",
    "AWS::CertificateManager::Certificate": "aws_acm_certificate",
    "AWS::CloudTrail::Trail": "aws_cloudtrail",
    "AWS::CloudWatch::Alarm": "aws_cloudwatch_metric_alarm",
    "AWS::DocDB::DBCluster": "aws_docdb_cluster",
    "AWS::EKS::Nodegroup": "aws_eks_node_group",
    "AWS::ElastiCache::CacheCluster": "aws_elasticache_cluster",
    "AWS::ElasticLoadBalancingV2::Listener": "aws_lb_listener",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "aws_lb",
    "AWS::ElasticLoadBalancingV2::TargetGroup": "aws_lb_target_group",
    "AWS::EC2::VPCPeeringConnection": "aws_vpc_peering_connection",
    "AWS::EC2::Volume": "aws_ebs_volume",
    "AWS::KinesisFirehose::DeliveryStream": "aws_kinesis_firehose_delivery_stream",
    "AWS::Neptune::DBCluster": "aws_neptune_cluster",
    "AWS::OpenSearchService::Domain": "aws_opensearch_domain",
    "AWS::RDS::DBCluster": "aws_rds_cluster",
    "AWS::RDS::DBInstance": "aws_db_instance",
    "AWS::RDS::DBParameterGroup": "aws_db_parameter_group",
    "AWS::RDS::DBSubnetGroup": "aws_db_subnet_group",
    "AWS::Route53::HostedZone": "aws_route53_zone",
    "AWS::Route53::RecordSet": "aws_route53_record",
    "AWS::StepFunctions::StateMachine": "aws_sfn_state_machine",
}
# What neither of the two says.
BESIDE = {
    "aws_db_instance": ["engine", "snapshot_identifier", "username"],
    "aws_ebs_volume": ["availability_zone", "encrypted", "kms_key_id", "outpost_arn", "snapshot_id"],
    "aws_eks_node_group": ["ami_type", "capacity_type", "disk_size", "instance_types", "remote_access", "subnet_ids"],
    "aws_instance": ["ami", "associate_public_ip_address", "placement_group", "private_ip", "tenancy"],
    "aws_lb": ["internal", "load_balancer_type"],
    "aws_rds_cluster": ["cluster_identifier", "engine", "master_username"],
    "aws_route53_record": ["type", "zone_id"],
}
# What holds only in a case is nothing that holds.
CASES = re.compile(r"\b(if|when|unless|deleting|adding|decreas\w+|disabling|removing|for load)\b", re.I)
SAID = re.compile(r"(forces?|will force|forcing) (terraform to create )?(a )?(new|replacement|recreation)|will force recreation", re.I)


def flat(name):
    return re.sub(r"[^a-z0-9]", "", name.lower())


def blocks(members):
    """The members of a line of kept.tsv: what is given of each name, a dictionary for blocks."""
    tokens = iter(re.findall(r"[^\s()]+\(?|\(|\)", members))

    def body():
        found = {}
        for token in tokens:
            if token == ")":
                return found
            name = re.match(r"[!~^]*(\w+)", token)[1]
            if token.endswith("("):
                found[name] = body()
            elif not token.startswith("~"):
                found[name] = None
        return found

    return body()


def path(kind, members, parts, thing):
    """The provider's path of a property, if the type has it."""
    found = []
    for part in parts:
        if part == "*":
            continue
        names = {flat(name): name for name in members or {}}
        wanted = flat(part)
        options = [wanted, wanted.removeprefix(thing), wanted.removeprefix(thing.removeprefix("db"))]
        name = next((names[option] for option in options if option in names), None)
        if not name:
            return None
        found.append(name)
        members = members[name]
    return ".".join(found)


def of_cloudformation(root, kept):
    schemas = root / "cfnlint/data/schemas"
    types = {flat(kind): kind for kind in kept}
    for name, file in json.loads((schemas / "providers/us-east-1.json").read_text()).items():
        schema = json.loads((schemas / "resources" / f"{file}.json").read_text())
        _, service, thing = (name.split("::") + [""] * 3)[:3]
        guesses = [flat(f"aws{service}{thing}")] + ([flat(f"aws{thing}")] if service == "EC2" else [])
        kind = NAMED.get(name) or next((types[guess] for guess in guesses if guess in types), None)
        for pointer in schema.get("createOnlyProperties", []) if kind in kept else []:
            found = path(kind, kept[kind], pointer.split("/")[2:], flat(thing))
            if found:
                yield kind, found


def says(comment):
    """Whether a comment says that a change forces a new resource, whatever the case."""
    sentences = re.sub(r"(if|when) (changed|modified)", "", comment).split(".")
    return any(SAID.search(sentence) and not CASES.search(sentence) for sentence in sentences)


def of_comments(root, kept):
    for file in sorted((root / "apis/cluster").glob("*/*/zz_*_terraformed.go")):
        types = file.with_name(file.name.replace("_terraformed.go", "_types.go"))
        text = types.read_text() if types.exists() else ""
        for go, kind in re.findall(r'^func \(\w+ \*(\w+)\) GetTerraformResourceType\(\) string \{\n\treturn "(\w+)"', file.read_text(), re.M):
            taken = re.search(rf"^type {go}Spec struct \{{.*?^\tForProvider +(\w+) ", text, re.M | re.S)
            body = taken and re.search(rf"^type {taken[1]} struct \{{\n(.*?)^\}}", text, re.M | re.S)
            comment = ""
            for line in body[1].splitlines() if body else []:
                if line.startswith("\t//"):
                    comment += line
                elif field := re.search(r'tf:"(\w+)', line):
                    if says(comment) and field[1] in kept.get(kind, {}):
                        yield kind, field[1]
                    comment = ""


def main(upjet, cloudformation):
    here = Path(__file__).parent
    lines = (line.split("\t") for line in (here / "kept.tsv").read_text().splitlines())
    whole = {line.split("\t")[0] for line in (here / "replaces-whole.tsv").read_text().splitlines()}
    kept = {kind: blocks(members) for kind, _, members in lines if kind not in whole}
    found = {}
    beside = [(kind, name) for kind, names in BESIDE.items() for name in names]
    for kind, argument in [*beside, *of_cloudformation(cloudformation, kept), *of_comments(upjet, kept)]:
        found.setdefault(kind, set()).add(argument)
    for kind, arguments in sorted(found.items()):
        if "name" in arguments and "name_prefix" in kept[kind]:
            arguments.add("name_prefix")
        arguments -= {"tags", "tags_all"}
        if arguments:
            print(kind, " ".join(sorted(arguments)), sep="\t")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
