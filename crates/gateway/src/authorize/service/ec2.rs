//! EC2: resources that a request names by something else than the ids in their ARNs.

use serde_json::{Value, json};
use stackproof_aws::ApiError;

use super::{Check, ServiceCall};
use crate::authorize::Ask;
use crate::directory::upstream::field;
use crate::refusal::Refusal;
use crate::rules::{Path, Place, Resource, Rule};

/// A member that names a resource by what belongs to it, and how the resource is found.
struct Naming {
    kind: &'static str,
    member: &'static str,
    /// How values of the member begin that are meant.
    begins: &'static str,
    operation: &'static str,
    filter: &'static str,
    /// The list in the answer, and where in an entry the id stands.
    list: &'static str,
    at: &'static str,
}

const fn naming(
    kind: &'static str,
    (member, begins): (&'static str, &'static str),
    (operation, filter): (&'static str, &'static str),
    (list, at): (&'static str, &'static str),
) -> Naming {
    Naming { kind, member, begins, operation, filter, list, at }
}

const ATTACHED: (&str, &str) = ("DescribeNetworkInterfaces", "attachment.attachment-id");
const ROUTED: (&str, &str) = ("DescribeRouteTables", "association.route-table-association-id");
const ADDRESSED: (&str, &str) = ("DescribeAddresses", "public-ip");
const GROUPED: (&str, &str) = ("DescribeSecurityGroups", "group-name");

static NAMINGS: [Naming; 15] = [
    naming("elastic-ip", ("PublicIp", ""), ADDRESSED, ("Addresses", "/AllocationId")),
    naming(
        "elastic-ip",
        ("AssociationId", "eipassoc-"),
        ("DescribeAddresses", "association-id"),
        ("Addresses", "/AllocationId"),
    ),
    naming("instance", ("AttachmentId", ""), ATTACHED, ("NetworkInterfaces", "/Attachment/InstanceId")),
    naming("network-interface", ("AttachmentId", ""), ATTACHED, ("NetworkInterfaces", "/NetworkInterfaceId")),
    naming("key-pair", ("KeyPairId", ""), ("DescribeKeyPairs", "key-pair-id"), ("KeyPairs", "/KeyName")),
    naming(
        "launch-template",
        ("LaunchTemplateName", ""),
        ("DescribeLaunchTemplates", "launch-template-name"),
        ("LaunchTemplates", "/LaunchTemplateId"),
    ),
    naming("route-table", ("AssociationId", "rtbassoc-"), ROUTED, ("RouteTables", "/RouteTableId")),
    naming("security-group", ("GroupName", ""), GROUPED, ("SecurityGroups", "/GroupId")),
    naming("security-group", ("SecurityGroups[]", ""), GROUPED, ("SecurityGroups", "/GroupId")),
    naming("subnet", ("AssociationId", "rtbassoc-"), ROUTED, ("RouteTables", "/SubnetId")),
    naming(
        "subnet",
        ("AssociationId", "aclassoc-"),
        ("DescribeNetworkAcls", "association.association-id"),
        ("NetworkAcls", "/SubnetId"),
    ),
    naming(
        "subnet",
        ("AssociationId", "subnet-cidr-assoc-"),
        ("DescribeSubnets", "ipv6-cidr-block-association.association-id"),
        ("Subnets", "/SubnetId"),
    ),
    naming(
        "vpc",
        ("AssociationId", "vpc-cidr-assoc-"),
        ("DescribeVpcs", "cidr-block-association.association-id"),
        ("Vpcs", "/VpcId"),
    ),
    naming(
        "vpc",
        ("AssociationId", "vpc-cidr-assoc-"),
        ("DescribeVpcs", "ipv6-cidr-block-association.association-id"),
        ("Vpcs", "/VpcId"),
    ),
    naming(
        "vpc",
        ("VpcPeeringConnectionId", ""),
        ("DescribeVpcPeeringConnections", "vpc-peering-connection-id"),
        ("VpcPeeringConnections", "/AccepterVpcInfo/VpcId"),
    ),
];

/// What ids begin with, by the type of the resource.
const IDS: [(&str, &str); 35] = [
    ("acl", "network-acl"),
    ("aki", "image"),
    ("ami", "image"),
    ("ari", "image"),
    ("cgw", "customer-gateway"),
    ("cr", "capacity-reservation"),
    ("dopt", "dhcp-options"),
    ("eice", "instance-connect-endpoint"),
    ("eigw", "egress-only-internet-gateway"),
    ("eipalloc", "elastic-ip"),
    ("eni", "network-interface"),
    ("fl", "vpc-flow-log"),
    ("fleet", "fleet"),
    ("h", "dedicated-host"),
    ("i", "instance"),
    ("igw", "internet-gateway"),
    ("ipam-pool", "ipam-pool"),
    ("lt", "launch-template"),
    ("nat", "natgateway"),
    ("pcx", "vpc-peering-connection"),
    ("pl", "prefix-list"),
    ("rtb", "route-table"),
    ("sfr", "spot-fleet-request"),
    ("sg", "security-group"),
    ("sgr", "security-group-rule"),
    ("sir", "spot-instances-request"),
    ("snap", "snapshot"),
    ("subnet", "subnet"),
    ("tgw", "transit-gateway"),
    ("tgw-attach", "transit-gateway-attachment"),
    ("vgw", "vpn-gateway"),
    ("vol", "volume"),
    ("vpc", "vpc"),
    ("vpce", "vpc-endpoint"),
    ("vpn", "vpn-connection"),
];

impl ServiceCall<'_> {
    /// The resource as its ARN names it.
    pub(super) async fn of_ec2(&self, resource: Resource, place: Place<'_>) -> Result<Resource, Refusal> {
        let Some((_, name)) = resource.arn.rsplit_once('/') else { return Ok(resource) };
        if resource.kind == "id" {
            let found = self.by_id(name, place)?;
            return Ok(Resource { element: resource.element, ..found });
        }
        let namings: Vec<&Naming> = NAMINGS
            .iter()
            .filter(|naming| naming.kind == resource.kind && name.starts_with(naming.begins))
            .filter(|naming| {
                let path = Path::parse(naming.member);
                path.is_some_and(|path| path.texts(&self.identified.members).iter().any(|it| it == name))
            })
            .collect();
        if namings.is_empty() {
            return Ok(resource);
        }
        for naming in namings {
            if let Some(id) = self.find(naming, name, place).await? {
                let found = match Resource::named("ec2", resource.kind, &id, place) {
                    // A route table may be associated with a gateway in place of a subnet.
                    Some(_) if resource.kind == "subnet" => Some(self.by_id(&id, place)?),
                    found => found,
                };
                let found = found.ok_or_else(|| self.unknown("how what it names is called"))?;
                return Ok(Resource { element: resource.element, ..found });
            }
        }
        let message = format!("The {} '{name}' does not exist", resource.kind);
        Err(Refusal::rejected(ApiError::new(400, "InvalidParameterValue", message)))
    }

    async fn find(&self, naming: &Naming, name: &str, place: Place<'_>) -> Result<Option<String>, Refusal> {
        let members = json!({ "Filters": [{ "Name": naming.filter, "Values": [name] }] });
        let found = self.look(place.account, naming.operation, members).await?.unwrap_or_default();
        let entries = found.get(naming.list).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let [entry] = entries else {
            let several = || self.unknown(&format!("which of several is `{name}`"));
            return if entries.is_empty() { Ok(None) } else { Err(several()) };
        };
        let at = |value: &Value| value.pointer(naming.at).and_then(Value::as_str).map(str::to_owned);
        if let Some(id) = at(entry) {
            return Ok(Some(id));
        }
        // What a table or list is associated with stands beside its association.
        let associations = entry.get("Associations").and_then(Value::as_array);
        let own = |association: &&Value| {
            ["RouteTableAssociationId", "NetworkAclAssociationId"]
                .iter()
                .any(|member| field(association, member) == Some(name))
        };
        let own = associations.and_then(|all| all.iter().find(own));
        Ok(own.and_then(|own| at(own).or_else(|| field(own, "GatewayId").map(str::to_owned))))
    }

    /// A resource of whatever type its id says.
    fn by_id(&self, id: &str, place: Place<'_>) -> Result<Resource, Refusal> {
        let begins = id.rsplit_once('-').map(|(begins, _)| begins);
        let kind = IDS.iter().find(|(known, _)| Some(*known) == begins).map(|(_, kind)| *kind);
        let resource = kind.and_then(|kind| Resource::named("ec2", kind, id, place));
        resource.ok_or_else(|| self.unknown(&format!("which type of resource `{id}` is")))
    }

    /// Whoever runs instances with tags needs `ec2:CreateTags` on each type of resource that gets some (EC2 user guide,
    /// "Grant permission to tag Amazon EC2 resources during creation").
    pub(super) async fn instance_tags(&self, rule: &Rule, place: Place<'_>) -> Result<Vec<Ask>, Refusal> {
        let kinds = Path::parse("TagSpecifications[].ResourceType");
        let kinds = kinds.map(|path| path.texts(&self.identified.members)).unwrap_or_default();
        let mut asks = Vec::new();
        for kind in kinds {
            let resource = Resource::named("ec2", &kind, "*", place);
            let resource = resource.ok_or_else(|| self.unknown(&format!("what a `{kind}` is")))?;
            asks.push(self.ask(rule, place, &Check { action: "ec2:CreateTags", resource: &resource }).await?);
        }
        Ok(asks)
    }

    /// The role in an instance profile, which is what is passed.
    pub(super) async fn role_of_profile(&self, profile: &str, account: &str) -> Result<String, Refusal> {
        let name = profile.rsplit('/').next().unwrap_or(profile);
        let members = json!({ "InstanceProfileName": name });
        let absent = ["NoSuchEntity", "ValidationError"];
        let found = self.directory.ask(account, ("iam", "GetInstanceProfile"), members, &absent).await?;
        let found = Value::Object(found.unwrap_or_default());
        let role = found.pointer("/InstanceProfile/Roles/0/Arn").and_then(Value::as_str);
        role.map(str::to_owned).ok_or_else(|| {
            let message = format!("Value ({name}) for parameter iamInstanceProfile.name is invalid");
            Refusal::rejected(ApiError::new(400, "InvalidParameterValue", message))
        })
    }
}
