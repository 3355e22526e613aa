#!/usr/bin/env python3
"""Writes kept.tsv: what each resource type of the AWS provider takes and gives.

    git clone --depth 1 https://github.com/crossplane-contrib/provider-upjet-aws
    python3 kept.py provider-upjet-aws > kept.tsv

The names and types come from the Go types of provider-upjet-aws (Copyright The Crossplane Authors, Apache-2.0); none of
its sentences is taken. A line is a type, how its id is made, and its arguments, separated by tabs. How its id is made:
`=ARGUMENT`, an ARN with `{region}`, `{account}`, `{id}` and arguments in braces, or `-` where nothing is known of it.
Arguments stand side by side, separated by spaces:

    NAME:TYPE     an attribute: s text, n number, b truth, then [ a list, < a set, { a map of it, as in `[s`
    NAME?( … )    a block that may stand once        NAME*( … )   a block that may stand any number of times
    NAME+( … )    the same, which may be written as an argument as well, and is the provider's where it is not

with `!` before a name that is required, `~` before one that is only given, `^` before one that is secret.
"""

import re
import sys
from pathlib import Path

RULE = "(!action:s cidr_block:s !from_port:n icmp_code:n icmp_type:n ipv6_cidr_block:s !protocol:s !rule_no:n !to_port:n)"
PEER = "?(allow_remote_vpc_dns_resolution:b)"
# What provider-upjet-aws leaves to other resources.
MOVED = {
    "aws_api_gateway_rest_api": ["policy:s"],
    "aws_appstream_image_builder": ["image_name:s"],
    "aws_autoscaling_group": ["load_balancers:<s", "target_group_arns:<s"],
    "aws_docdb_cluster": ["cluster_members:<s"],
    "aws_instance": ["security_groups:<s"],
    "aws_network_acl": [f"egress+{RULE}", f"ingress+{RULE}"],
    "aws_network_interface": ["attachment*(~attachment_id:s !device_index:n !instance:s network_card_index:n)"],
    "aws_opensearch_domain": ["access_policies:s"],
    "aws_rds_cluster": ["iam_roles:<s"],
    "aws_vpc_endpoint_service": ["allowed_principals:<s"],
    "aws_vpc_peering_connection": [f"accepter{PEER}", f"requester{PEER}"],
}
# What version 5 of the provider takes and version 6 does not, as its upgrade guide has it.
EARLIER = {
    "aws_api_gateway_deployment": ["canary_settings?(percent_traffic:n stage_variable_overrides:{s use_stage_cache:b)", "~execution_arn:s", "~invoke_url:s", "stage_description:s", "stage_name:s"],
    "aws_batch_compute_environment": ["compute_environment_name:s", "compute_environment_name_prefix:s"],
    "aws_cloudfront_response_headers_policy": ["etag:s"],
    "aws_eks_addon": ["resolve_conflicts:s"],
    "aws_flow_log": ["log_group_name:s"],
    "aws_instance": ["cpu_core_count:n", "cpu_threads_per_core:n"],
    "aws_launch_template": ["elastic_gpu_specifications*(!type:s)", "elastic_inference_accelerator?(!type:s)"],
    "aws_networkmanager_core_network": ["base_policy_region:s"],
    "aws_redshift_cluster": ["logging?(bucket_name:s !enable:b log_destination_type:s log_exports:<s s3_key_prefix:s)", "snapshot_copy?(!destination_region:s grant_name:s retention_period:n)"],
    "aws_spot_instance_request": ["block_duration_minutes:n", "cpu_core_count:n", "cpu_threads_per_core:n"],
    "aws_ssm_association": ["instance_id:s"],
}
# Blocks that may be written as arguments: the Go types do not tell them from others.
EITHER = {
    "aws_default_route_table": ["route"],
    "aws_default_security_group": ["egress", "ingress"],
    "aws_ec2_managed_prefix_list": ["entry"],
}
SCALARS = {"string": "s", "float64": "n", "int64": "n", "bool": "b"}
FIELD = re.compile(r"^\t(\w+) (\S+) `json:\"([^\"]+)\" tf:\"([^\"]+)\"`")


def snake(camel):
    return re.sub(r"(?<!^)([A-Z])", r"_\1", camel).lower()


def structs(text):
    """Every struct's fields: (tf name, Go type, is a set, json name, may be left out)."""
    found = {}
    for name, body in re.findall(r"^type (\w+) struct \{\n(.*?)^\}", text, re.M | re.S):
        fields, is_set = [], False
        for line in body.splitlines():
            if "+listType=set" in line:
                is_set = True
            match = FIELD.match(line)
            if match:
                go, json, tf = match.group(2), match.group(3), match.group(4)
                fields.append((tf.split(",")[0], go, is_set, json.split(",")[0], ",omitempty" in json))
                is_set = False
        found[name] = fields
    return found


def attribute(go, is_set):
    """The type in short, or nothing for what is a block."""
    if go.startswith("map[string]"):
        inner = attribute(go[len("map[string]"):], False)
        return inner and "{" + inner
    if go.startswith("[]"):
        inner = attribute(go[2:], False)
        return inner and ("<" if is_set else "[") + inner
    return SCALARS.get(go.lstrip("*"))


def members(all_structs, taken, given, required, depth=0):
    """The members of a block: those that are taken, and those that are only given."""
    items = {}
    for tf, go, is_set, json, optional in all_structs.get(taken, []) if taken else []:
        if tf == "-":
            if "SecretKeySelector" in go:
                name = re.sub("_secret_ref$", "", snake(json))
                items[name] = f"^{name}:{'{s' if go.startswith('map') else '[s' if go.startswith('[]') else 's'}"
            continue
        mark = "!" if json in required or (depth and not optional) else ""
        short = attribute(go, is_set)
        if short:
            items[tf] = f"{mark}{tf}:{short}"
            continue
        inner = go.lstrip("*[]")
        if inner not in all_structs or depth > 12:
            continue
        observed = inner.replace("Parameters", "Observation")
        body = written(members(all_structs, inner, observed, set(), depth + 1))
        items[tf] = f"{mark}{tf}{'*' if go.startswith('[]') else '?'}({body})"
    for tf, go, is_set, _, _ in all_structs.get(given, []):
        if tf in items or tf == "-":
            continue
        short = attribute(go, is_set)
        if short:
            items[tf] = f"~{tf}:{short}"
        elif depth < 12 and go.lstrip("*[]") in all_structs:
            body = written(members(all_structs, None, go.lstrip("*[]"), set(), depth + 1))
            items[tf] = f"~{tf}*({body})"
    return items


def written(items):
    return " ".join(items[name] for name in sorted(items))


def corrected(kind, items):
    """The members with what the Go types do not say."""
    for member in EARLIER.get(kind, []) + MOVED.get(kind, []):
        items[re.match(r"[!~^]*(\w+)", member)[1]] = member
    for name in EITHER.get(kind, []):
        items[name] = items[name].replace("*", "+", 1)


def identifiers(text):
    """How the id of a type is made, and the argument that it is."""
    found = {}
    for kind, call in re.findall(r'^\t"(aws_\w+)":\s*(.*?),?$', text, re.M):
        if call in ("config.NameAsIdentifier", "frameworkNameAsIdentifier()"):
            found[kind] = ("=name", "name")
        elif match := re.match(r'config\.ParameterAsIdentifier\("(\w+)"\)', call):
            found[kind] = (f"={match[1]}", match[1])
        elif match := re.match(r'(?:config\.)?\w*TemplatedStringAs\w*\("(\w*)", (.*)\)$', call):
            argument, template = match[1], match[2]
            if arn := re.match(r'(full|regionless)ARNTemplate\("([^"]+)", "([^"]+)"\)$', template):
                region = "{region}" if arn[1] == "full" else ""
                template = f"arn:aws:{arn[2]}:{region}:{{account}}:{arn[3]}"
            template = template.strip('"')
            template = re.sub(r"\{\{ *\.setup\.configuration\.region *\}\}", "{region}", template)
            template = re.sub(r"\{\{ *\.setup\.client_metadata\.account_id *\}\}", "{account}", template)
            template = re.sub(r"\{\{ *\.external_name *\}\}", "{%s}" % (argument or "id"), template)
            template = re.sub(r"\{\{ *\.parameters\.(\w+) *\}\}", r"{\1}", template)
            usable = re.fullmatch(r"[^\s(\"]+", template) and "{{" not in template and "{id}" not in template
            found[kind] = (template if usable else "-", argument)
        elif match := re.match(r'FormattedIdentifierUserDefinedNameLast\("(\w+)"', call):
            found[kind] = ("-", match[1])
    return found


def main(root):
    ids = identifiers((root / "config/externalname.go").read_text())
    lines = {}
    for scope in ("cluster", "namespaced"):
        # The last version of a group comes last in the order of names.
        for file in sorted((root / "apis" / scope).glob("*/*/zz_*_terraformed.go")):
            types = file.with_name(file.name.replace("_terraformed.go", "_types.go"))
            if not types.exists():
                continue
            pairs = re.findall(r'^func \(\w+ \*(\w+)\) GetTerraformResourceType\(\) string \{\n\treturn "(\w+)"', file.read_text(), re.M)
            text = types.read_text()
            for go, kind in pairs:
                required = set(re.findall(r"has\(self\.forProvider\.(\w+)\)", text))
                # A name that another type of the group has is numbered.
                taken = re.search(rf"^type {go}Spec struct \{{.*?^\tForProvider +(\w+) ", text, re.M | re.S)[1]
                items = members(structs(text), taken, taken.replace("Parameters", "Observation"), required)
                rule, argument = ids.get(kind, ("-", ""))
                if argument:
                    items.setdefault(argument, f"{argument}:s")
                items.setdefault("region", "region:s")
                items.setdefault("id", "~id:s")
                corrected(kind, items)
                lines[kind] = f"{kind}\t{rule}\t{written(items)}"
    # The provider takes each of these under two names.
    for kind in [kind for kind in lines if re.match("aws_lb(_listener|_target_group|$)", kind)]:
        alias = kind.replace("aws_lb", "aws_alb", 1)
        lines.setdefault(alias, lines[kind].replace(kind, alias, 1))
    for kind in sorted(lines):
        print(lines[kind])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
