#!/usr/bin/env python3
"""Writes shapes/SERVICE.json from botocore's service models (Apache-2.0): what the codec needs and no prose.

Usage: python3 generate.py SERVICE...        (needs the PyPI package `botocore`)
"""

import json
import pathlib
import sys

import botocore.loaders

SCALARS = {
    "string": "string",
    "character": "string",
    "boolean": "boolean",
    "integer": "integer",
    "long": "integer",
    "float": "number",
    "double": "number",
    "blob": "blob",
    "timestamp": "timestamp",
}


# Errors of SQS that have another code in the query protocol, which its models know as `awsQueryError`.
QUERY_CODES = {
    "sqs": {
        "QueueDoesNotExist": "AWS.SimpleQueueService.NonExistentQueue",
        "QueueNameExists": "QueueAlreadyExists",
        "KmsAccessDenied": "KMS.AccessDeniedException",
        "KmsDisabled": "KMS.DisabledException",
        "KmsInvalidKeyUsage": "KMS.InvalidKeyUsageException",
        "KmsInvalidState": "KMS.InvalidStateException",
        "KmsNotFound": "KMS.NotFoundException",
        "KmsOptInRequired": "KMS.OptInRequired",
        "KmsThrottled": "KMS.ThrottlingException",
        # What no model has: a refusal.
        "AccessDeniedException": "AccessDenied",
        **{
            name: f"AWS.SimpleQueueService.{name}"
            for name in (
                "BatchEntryIdsNotDistinct",
                "BatchRequestTooLong",
                "EmptyBatchRequest",
                "InvalidBatchEntryId",
                "MessageNotInflight",
                "PurgeQueueInProgress",
                "QueueDeletedRecently",
                "TooManyEntriesInBatchRequest",
                "UnsupportedOperation",
            )
        },
    }
}


# Successes of S3 that its model does not tell from 200.
STATUS = {"PutBucketPolicy": 204, "PutBucketTagging": 204}


# Services of which the tables have some operations only.
CHOSEN = {
    "s3control": ["DeletePublicAccessBlock", "GetPublicAccessBlock", "PutPublicAccessBlock"],
    # The network, what stands in it, and what Terraform looks up: EC2 has 830 operations.
    "ec2": """
        AllocateAddress AssignPrivateIpAddresses AssociateAddress AssociateDhcpOptions AssociateRouteTable
        AssociateSecurityGroupVpc AssociateSubnetCidrBlock AssociateVpcCidrBlock AttachInternetGateway
        AttachNetworkInterface AttachVolume AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress
        AcceptVpcPeeringConnection CreateDefaultSubnet CreateDefaultVpc CreateDhcpOptions
        CreateEgressOnlyInternetGateway CreateFlowLogs CreateInternetGateway CreateKeyPair CreateLaunchTemplate
        CreateLaunchTemplateVersion CreateManagedPrefixList CreateNatGateway CreateNetworkAcl CreateNetworkAclEntry
        CreateNetworkInterface CreateRoute CreateRouteTable CreateSecurityGroup CreateSubnet CreateTags CreateVolume
        CreateVpc CreateVpcEndpoint CreateVpcPeeringConnection DeleteDhcpOptions DeleteEgressOnlyInternetGateway
        DeleteFlowLogs DeleteInternetGateway DeleteKeyPair DeleteLaunchTemplate DeleteManagedPrefixList
        DeleteNatGateway DeleteNetworkAcl DeleteNetworkAclEntry DeleteNetworkInterface DeleteRoute DeleteRouteTable
        DeleteSecurityGroup DeleteSubnet DeleteTags DeleteVolume DeleteVpc DeleteVpcEndpoints
        DeleteVpcPeeringConnection DescribeAccountAttributes DescribeAddresses DescribeAddressesAttribute
        DescribeAvailabilityZones DescribeDhcpOptions DescribeEgressOnlyInternetGateways DescribeFlowLogs
        DescribeImages DescribeInstanceAttribute DescribeInstanceStatus DescribeInstanceTypes DescribeInstances
        DescribeInternetGateways DescribeKeyPairs DescribeLaunchTemplateVersions DescribeLaunchTemplates
        DescribeManagedPrefixLists DescribeNatGateways DescribeNetworkAcls DescribeNetworkInterfaceAttribute
        DescribeNetworkInterfaces DescribePrefixLists DescribeRegions DescribeRouteTables
        DescribeSecurityGroupReferences DescribeSecurityGroupRules DescribeSecurityGroupVpcAssociations
        DescribeSecurityGroups DescribeStaleSecurityGroups DescribeSubnets DescribeTags DescribeVolumes
        DescribeVpcAttribute DescribeVpcEndpointServices DescribeVpcEndpoints DescribeVpcPeeringConnections
        DescribeVpcs DetachInternetGateway DetachNetworkInterface DetachVolume DisassociateAddress
        DisassociateRouteTable DisassociateSecurityGroupVpc DisassociateSubnetCidrBlock DisassociateVpcCidrBlock
        GetManagedPrefixListEntries GetSecurityGroupsForVpc ImportKeyPair ModifyInstanceAttribute
        ModifyManagedPrefixList ModifyNetworkInterfaceAttribute ModifySecurityGroupRules ModifySubnetAttribute
        ModifyVpcAttribute ModifyVpcEndpoint ModifyVpcPeeringConnectionOptions ModifyVpcTenancy RebootInstances
        RejectVpcPeeringConnection ReleaseAddress ReplaceNetworkAclAssociation ReplaceNetworkAclEntry ReplaceRoute
        ReplaceRouteTableAssociation RevokeSecurityGroupEgress RevokeSecurityGroupIngress RunInstances
        StartInstances StopInstances TerminateInstances UnassignPrivateIpAddresses
        UpdateSecurityGroupRuleDescriptionsEgress UpdateSecurityGroupRuleDescriptionsIngress
    """.split(),
    # What control policies rest on: invitations, transfers of billing and checks of management policies are left out.
    "organizations": """
        AttachPolicy CloseAccount CreateAccount CreateOrganization CreateOrganizationalUnit CreatePolicy
        DeleteOrganization DeleteOrganizationalUnit DeletePolicy DeleteResourcePolicy
        DeregisterDelegatedAdministrator DescribeAccount DescribeCreateAccountStatus DescribeEffectivePolicy
        DescribeOrganization DescribeOrganizationalUnit DescribePolicy DescribeResourcePolicy DetachPolicy
        DisableAWSServiceAccess DisablePolicyType EnableAWSServiceAccess EnableAllFeatures EnablePolicyType
        LeaveOrganization ListAWSServiceAccessForOrganization ListAccounts ListAccountsForParent ListChildren
        ListCreateAccountStatus ListDelegatedAdministrators ListDelegatedServicesForAccount
        ListOrganizationalUnitsForParent ListParents ListPolicies ListPoliciesForTarget ListRoots
        ListTagsForResource ListTargetsForPolicy MoveAccount PutResourcePolicy RegisterDelegatedAdministrator
        RemoveAccountFromOrganization TagResource UntagResource UpdateOrganizationalUnit UpdatePolicy
    """.split(),
    # Parameter Store: what else Systems Manager does, on machines above all, is left out.
    "ssm": """
        AddTagsToResource DeleteParameter DeleteParameters DescribeParameters GetParameter GetParameterHistory
        GetParameters GetParametersByPath LabelParameterVersion ListTagsForResource PutParameter
        RemoveTagsFromResource UnlabelParameterVersion
    """.split(),
    # What a stack configures; definitions of dashboards and analyses, larger than all else together, are left out.
    "quicksight": """
        CancelIngestion CreateAccountCustomization CreateAccountSubscription CreateDataSet CreateDataSource
        CreateFolder CreateFolderMembership CreateGroup CreateGroupMembership CreateIAMPolicyAssignment
        CreateIngestion CreateNamespace CreateRefreshSchedule CreateRoleMembership CreateVPCConnection
        DeleteAccountCustomization DeleteAccountSubscription DeleteAnalysis DeleteDashboard DeleteDataSet
        DeleteDataSource DeleteFolder DeleteFolderMembership DeleteGroup DeleteGroupMembership
        DeleteIAMPolicyAssignment DeleteNamespace DeleteRefreshSchedule DeleteRoleMembership DeleteTemplate
        DeleteTheme DeleteUser DeleteUserByPrincipalId DeleteVPCConnection DescribeAccountCustomization
        DescribeAccountSettings DescribeAccountSubscription DescribeAnalysis DescribeAnalysisPermissions
        DescribeDashboard DescribeDashboardPermissions DescribeDataSet DescribeDataSetPermissions
        DescribeDataSource DescribeDataSourcePermissions DescribeFolder DescribeFolderPermissions DescribeGroup
        DescribeGroupMembership DescribeIAMPolicyAssignment DescribeIngestion DescribeIpRestriction
        DescribeKeyRegistration DescribeNamespace DescribeRefreshSchedule DescribeTemplatePermissions
        DescribeThemePermissions DescribeUser DescribeVPCConnection GenerateEmbedUrlForAnonymousUser
        GenerateEmbedUrlForRegisteredUser ListAnalyses ListDashboards ListDataSets ListDataSources
        ListFolderMembers ListFolders ListGroupMemberships ListGroups ListIAMPolicyAssignments
        ListIAMPolicyAssignmentsForUser ListIngestions ListNamespaces ListRefreshSchedules ListRoleMemberships
        ListTagsForResource ListTemplates ListThemes ListUserGroups ListUsers ListVPCConnections RegisterUser
        TagResource UntagResource UpdateAccountCustomization UpdateAccountSettings UpdateAnalysisPermissions
        UpdateDashboardPermissions UpdateDataSet UpdateDataSetPermissions UpdateDataSource
        UpdateDataSourcePermissions UpdateFolder UpdateFolderPermissions UpdateGroup UpdateIAMPolicyAssignment
        UpdateIpRestriction UpdateKeyRegistration UpdateRefreshSchedule UpdateTemplatePermissions
        UpdateThemePermissions UpdateUser UpdateVPCConnection
    """.split(),
}


def member(shapes, name, ref):
    """One member or element: its type, and where on the wire it stands."""
    shape = shapes[ref["shape"]]
    kind = "document" if shape.get("document") else SCALARS.get(shape["type"])
    out = {}
    if name is not None:
        out["name"] = name
    out["type"] = kind or ref["shape"]
    for ours, theirs in (("location", "location"), ("wire", "locationName"), ("query", "queryName")):
        value = ref.get(theirs)
        # Both names where either is another: EC2's rule for the name in a form begins with the second.
        if value is not None and (value != name or "wire" in out):
            out[ours] = value
    if ref.get("flattened") or (kind is None and shape.get("flattened")):
        out["flattened"] = True
    if ref.get("xmlAttribute"):
        out["attribute"] = True
    if ref.get("streaming") or shape.get("streaming") or shape.get("eventstream"):
        out["streaming"] = True
    if kind == "timestamp":
        stamp = ref.get("timestampFormat") or shape.get("timestampFormat")
        if stamp:
            out["format"] = stamp
    space = ref.get("xmlNamespace") or shape.get("xmlNamespace")
    if isinstance(space, dict) and space.get("prefix"):
        out["prefix"] = [space["prefix"], space["uri"]]
    return out


def shape_of(shapes, name):
    shape = shapes[name]
    if shape["type"] == "structure":
        out = {"members": [member(shapes, n, r) for n, r in shape.get("members", {}).items()]}
        if shape.get("required"):
            out["required"] = shape["required"]
        if shape.get("payload"):
            out["payload"] = shape["payload"]
        if shape.get("locationName"):
            out["wire"] = shape["locationName"]
        return out
    if shape["type"] == "list":
        return {"list": member(shapes, None, shape["member"])}
    if shape["type"] == "map":
        return {"map": [member(shapes, None, shape["key"]), member(shapes, None, shape["value"])]}
    raise SystemExit(f"unexpected type {shape['type']} of {name}")


def reachable(shapes, roots):
    seen, todo = [], list(roots)
    while todo:
        name = todo.pop()
        if name in seen or shapes[name]["type"] in SCALARS or shapes[name].get("document"):
            continue
        seen.append(name)
        shape = shapes[name]
        refs = list(shape.get("members", {}).values())
        refs += [shape[k] for k in ("member", "key", "value") if k in shape]
        todo += [ref["shape"] for ref in refs]
    return sorted(seen)


def table(service):
    model = botocore.loaders.Loader().load_service_model(service, "service-2")
    shapes, meta = model["shapes"], model["metadata"]
    operations, roots = {}, set()
    chosen = CHOSEN.get(service, model["operations"])
    if service == "lambda":
        # At most six megabytes, which are held like any member.
        for shape in shapes.values():
            shape.pop("streaming", None)
    if gone := sorted(set(chosen) - set(model["operations"])):
        raise SystemExit(f"{service} has no {gone}")
    for name, op in sorted(model["operations"].items()):
        if name not in chosen:
            continue
        out = {"method": op["http"]["method"], "uri": op["http"]["requestUri"]}
        status = op["http"].get("responseCode", STATUS.get(name, 200))
        if status != 200:
            out["status"] = status
        for side in ("input", "output"):
            if side in op:
                out[side] = op[side]["shape"]
                roots.add(op[side]["shape"])
                if op[side].get("resultWrapper"):
                    out["wrapper"] = op[side]["resultWrapper"]
        operations[name] = out
    result = {
        "protocol": meta["protocol"],
        "version": meta["apiVersion"],
        "signing_name": meta.get("signingName", meta["endpointPrefix"]),
        "operations": operations,
        "shapes": {name: shape_of(shapes, name) for name in reachable(shapes, roots)},
    }
    if meta["protocol"] == "rest-json":
        errors = {name: list(shape["members"]) for name, shape in sorted(shapes.items()) if shape.get("exception")}
        result["errors"] = errors
    if service in QUERY_CODES:
        result["query_codes"] = QUERY_CODES[service]
    if "xmlNamespace" in meta:
        result["namespace"] = meta["xmlNamespace"]
    if meta["protocol"] == "ec2":
        # As EC2 writes it; its model leaves the slash away.
        result["namespace"] += "/"
    if meta["protocol"] == "rest-xml" and "namespace" not in result:
        result["namespace"] = next(
            op["input"]["xmlNamespace"]["uri"]
            for op in model["operations"].values()
            if "xmlNamespace" in op.get("input", {})
        )
    return result


def main():
    folder = pathlib.Path(__file__).parent / "shapes"
    folder.mkdir(exist_ok=True)
    for service in sys.argv[1:]:
        text = json.dumps(table(service), separators=(",", ":"), ensure_ascii=False)
        (folder / f"{service}.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
