//! The kinds of resources: how each is identified, named in errors, listed and filtered.

/// What a resource is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Address,
    DhcpOptions,
    InternetGateway,
    NatGateway,
    NetworkAcl,
    PrefixList,
    RouteTable,
    SecurityGroup,
    SecurityGroupRule,
    Subnet,
    Vpc,
    VpcEndpoint,
}

/// A filter's name, and the path of the members that it looks at.
pub(crate) type Filter = (&'static str, &'static str);

/// What is said of a kind.
pub(crate) struct Table {
    /// What ids begin with, before the hyphen.
    pub prefix: &'static str,
    /// The member of requests that holds ids, and that of answers that holds the list.
    pub ids: &'static str,
    pub list: &'static str,
    /// As tags name it.
    pub tagged: &'static str,
    /// The code for an id that nothing has, and what the resource is called there.
    pub not_found: &'static str,
    pub words: &'static str,
    /// As errors about dependencies call it.
    pub title: &'static str,
    pub filters: &'static [Filter],
}

const VPC: Table = Table {
    prefix: "vpc",
    ids: "VpcIds",
    list: "Vpcs",
    tagged: "vpc",
    not_found: "InvalidVpcID.NotFound",
    words: "vpc ID",
    title: "vpc",
    filters: &[
        ("cidr", "CidrBlock"),
        ("cidr-block-association.association-id", "CidrBlockAssociationSet.AssociationId"),
        ("cidr-block-association.cidr-block", "CidrBlockAssociationSet.CidrBlock"),
        ("cidr-block-association.state", "CidrBlockAssociationSet.CidrBlockState.State"),
        ("dhcp-options-id", "DhcpOptionsId"),
        ("ipv6-cidr-block-association.association-id", "Ipv6CidrBlockAssociationSet.AssociationId"),
        ("ipv6-cidr-block-association.ipv6-cidr-block", "Ipv6CidrBlockAssociationSet.Ipv6CidrBlock"),
        ("ipv6-cidr-block-association.ipv6-pool", "Ipv6CidrBlockAssociationSet.Ipv6Pool"),
        ("ipv6-cidr-block-association.state", "Ipv6CidrBlockAssociationSet.Ipv6CidrBlockState.State"),
        ("is-default", "IsDefault"),
        ("isDefault", "IsDefault"),
        ("owner-id", "OwnerId"),
        ("state", "State"),
        ("vpc-id", "VpcId"),
    ],
};

const SUBNET: Table = Table {
    prefix: "subnet",
    ids: "SubnetIds",
    list: "Subnets",
    tagged: "subnet",
    not_found: "InvalidSubnetID.NotFound",
    words: "subnet ID",
    title: "subnet",
    filters: &[
        ("availability-zone", "AvailabilityZone"),
        ("availabilityZone", "AvailabilityZone"),
        ("availability-zone-id", "AvailabilityZoneId"),
        ("availabilityZoneId", "AvailabilityZoneId"),
        ("available-ip-address-count", "AvailableIpAddressCount"),
        ("cidr", "CidrBlock"),
        ("cidr-block", "CidrBlock"),
        ("cidrBlock", "CidrBlock"),
        ("default-for-az", "DefaultForAz"),
        ("defaultForAz", "DefaultForAz"),
        ("enable-dns64", "EnableDns64"),
        ("ipv6-cidr-block-association.association-id", "Ipv6CidrBlockAssociationSet.AssociationId"),
        ("ipv6-cidr-block-association.ipv6-cidr-block", "Ipv6CidrBlockAssociationSet.Ipv6CidrBlock"),
        ("ipv6-cidr-block-association.state", "Ipv6CidrBlockAssociationSet.Ipv6CidrBlockState.State"),
        ("ipv6-native", "Ipv6Native"),
        ("map-public-ip-on-launch", "MapPublicIpOnLaunch"),
        ("owner-id", "OwnerId"),
        ("private-dns-name-options-on-launch.hostname-type", "PrivateDnsNameOptionsOnLaunch.HostnameType"),
        ("state", "State"),
        ("subnet-arn", "SubnetArn"),
        ("subnet-id", "SubnetId"),
        ("vpc-id", "VpcId"),
    ],
};

const ROUTE_TABLE: Table = Table {
    prefix: "rtb",
    ids: "RouteTableIds",
    list: "RouteTables",
    tagged: "route-table",
    not_found: "InvalidRouteTableID.NotFound",
    words: "routeTable ID",
    title: "routeTable",
    filters: &[
        ("association.gateway-id", "Associations.GatewayId"),
        ("association.main", "Associations.Main"),
        ("association.route-table-association-id", "Associations.RouteTableAssociationId"),
        ("association.route-table-id", "Associations.RouteTableId"),
        ("association.subnet-id", "Associations.SubnetId"),
        ("owner-id", "OwnerId"),
        ("route-table-id", "RouteTableId"),
        ("route.destination-cidr-block", "Routes.DestinationCidrBlock"),
        ("route.destination-ipv6-cidr-block", "Routes.DestinationIpv6CidrBlock"),
        ("route.destination-prefix-list-id", "Routes.DestinationPrefixListId"),
        ("route.gateway-id", "Routes.GatewayId"),
        ("route.nat-gateway-id", "Routes.NatGatewayId"),
        ("route.origin", "Routes.Origin"),
        ("route.state", "Routes.State"),
        ("vpc-id", "VpcId"),
    ],
};

const INTERNET_GATEWAY: Table = Table {
    prefix: "igw",
    ids: "InternetGatewayIds",
    list: "InternetGateways",
    tagged: "internet-gateway",
    not_found: "InvalidInternetGatewayID.NotFound",
    words: "internetGateway ID",
    title: "internetGateway",
    filters: &[
        ("attachment.state", "Attachments.State"),
        ("attachment.vpc-id", "Attachments.VpcId"),
        ("internet-gateway-id", "InternetGatewayId"),
        ("owner-id", "OwnerId"),
    ],
};

const SECURITY_GROUP: Table = Table {
    prefix: "sg",
    ids: "GroupIds",
    list: "SecurityGroups",
    tagged: "security-group",
    not_found: "InvalidGroup.NotFound",
    words: "security group",
    title: "securityGroup",
    filters: &[
        ("description", "Description"),
        ("egress.ip-permission.cidr", "IpPermissionsEgress.IpRanges.CidrIp"),
        ("egress.ip-permission.from-port", "IpPermissionsEgress.FromPort"),
        ("egress.ip-permission.group-id", "IpPermissionsEgress.UserIdGroupPairs.GroupId"),
        ("egress.ip-permission.ipv6-cidr", "IpPermissionsEgress.Ipv6Ranges.CidrIpv6"),
        ("egress.ip-permission.prefix-list-id", "IpPermissionsEgress.PrefixListIds.PrefixListId"),
        ("egress.ip-permission.protocol", "IpPermissionsEgress.IpProtocol"),
        ("egress.ip-permission.to-port", "IpPermissionsEgress.ToPort"),
        ("group-id", "GroupId"),
        ("group-name", "GroupName"),
        ("ip-permission.cidr", "IpPermissions.IpRanges.CidrIp"),
        ("ip-permission.from-port", "IpPermissions.FromPort"),
        ("ip-permission.group-id", "IpPermissions.UserIdGroupPairs.GroupId"),
        ("ip-permission.ipv6-cidr", "IpPermissions.Ipv6Ranges.CidrIpv6"),
        ("ip-permission.prefix-list-id", "IpPermissions.PrefixListIds.PrefixListId"),
        ("ip-permission.protocol", "IpPermissions.IpProtocol"),
        ("ip-permission.to-port", "IpPermissions.ToPort"),
        ("owner-id", "OwnerId"),
        ("vpc-id", "VpcId"),
    ],
};

const SECURITY_GROUP_RULE: Table = Table {
    prefix: "sgr",
    ids: "SecurityGroupRuleIds",
    list: "SecurityGroupRules",
    tagged: "security-group-rule",
    not_found: "InvalidSecurityGroupRuleId.NotFound",
    words: "security group rule ID",
    title: "securityGroupRule",
    filters: &[("group-id", "GroupId"), ("security-group-rule-id", "SecurityGroupRuleId")],
};

const VPC_ENDPOINT: Table = Table {
    prefix: "vpce",
    ids: "VpcEndpointIds",
    list: "VpcEndpoints",
    tagged: "vpc-endpoint",
    not_found: "InvalidVpcEndpointId.NotFound",
    words: "Vpc Endpoint Id",
    title: "vpcEndpoint",
    filters: &[
        ("ip-address-type", "IpAddressType"),
        ("service-name", "ServiceName"),
        ("vpc-endpoint-id", "VpcEndpointId"),
        ("vpc-endpoint-state", "State"),
        ("vpc-endpoint-type", "VpcEndpointType"),
        ("vpc-id", "VpcId"),
    ],
};

const NAT_GATEWAY: Table = Table {
    prefix: "nat",
    ids: "NatGatewayIds",
    list: "NatGateways",
    tagged: "natgateway",
    not_found: "NatGatewayNotFound",
    words: "natGateway ID",
    title: "natGateway",
    filters: &[
        ("nat-gateway-id", "NatGatewayId"),
        ("state", "State"),
        ("subnet-id", "SubnetId"),
        ("vpc-id", "VpcId"),
    ],
};

const ADDRESS: Table = Table {
    prefix: "eipalloc",
    ids: "AllocationIds",
    list: "Addresses",
    tagged: "elastic-ip",
    not_found: "InvalidAllocationID.NotFound",
    words: "allocation ID",
    title: "address",
    filters: &[
        ("allocation-id", "AllocationId"),
        ("association-id", "AssociationId"),
        ("domain", "Domain"),
        ("instance-id", "InstanceId"),
        ("network-border-group", "NetworkBorderGroup"),
        ("network-interface-id", "NetworkInterfaceId"),
        ("private-ip-address", "PrivateIpAddress"),
        ("public-ip", "PublicIp"),
    ],
};

const NETWORK_ACL: Table = Table {
    prefix: "acl",
    ids: "NetworkAclIds",
    list: "NetworkAcls",
    tagged: "network-acl",
    not_found: "InvalidNetworkAclID.NotFound",
    words: "networkAcl ID",
    title: "networkAcl",
    filters: &[
        ("association.association-id", "Associations.NetworkAclAssociationId"),
        ("association.network-acl-id", "Associations.NetworkAclId"),
        ("association.subnet-id", "Associations.SubnetId"),
        ("default", "IsDefault"),
        ("entry.cidr", "Entries.CidrBlock"),
        ("entry.egress", "Entries.Egress"),
        ("entry.protocol", "Entries.Protocol"),
        ("entry.rule-action", "Entries.RuleAction"),
        ("entry.rule-number", "Entries.RuleNumber"),
        ("network-acl-id", "NetworkAclId"),
        ("owner-id", "OwnerId"),
        ("vpc-id", "VpcId"),
    ],
};

const DHCP_OPTIONS: Table = Table {
    prefix: "dopt",
    ids: "DhcpOptionsIds",
    list: "DhcpOptions",
    tagged: "dhcp-options",
    not_found: "InvalidDhcpOptionID.NotFound",
    words: "dhcpOption ID",
    title: "dhcpOptions",
    filters: &[
        ("dhcp-options-id", "DhcpOptionsId"),
        ("key", "DhcpConfigurations.Key"),
        ("owner-id", "OwnerId"),
        ("value", "DhcpConfigurations.Values.Value"),
    ],
};

const PREFIX_LIST: Table = Table {
    prefix: "pl",
    ids: "PrefixListIds",
    list: "PrefixLists",
    tagged: "prefix-list",
    not_found: "InvalidPrefixListID.NotFound",
    words: "prefix list ID",
    title: "prefixList",
    filters: &[
        ("owner-id", "OwnerId"),
        ("prefix-list-id", "PrefixListId"),
        ("prefix-list-name", "PrefixListName"),
    ],
};

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::Address,
        Self::DhcpOptions,
        Self::InternetGateway,
        Self::NatGateway,
        Self::NetworkAcl,
        Self::PrefixList,
        Self::RouteTable,
        Self::SecurityGroup,
        Self::SecurityGroupRule,
        Self::Subnet,
        Self::Vpc,
        Self::VpcEndpoint,
    ];

    /// What is said of the kind.
    pub fn table(self) -> &'static Table {
        match self {
            Self::Address => &ADDRESS,
            Self::DhcpOptions => &DHCP_OPTIONS,
            Self::InternetGateway => &INTERNET_GATEWAY,
            Self::NatGateway => &NAT_GATEWAY,
            Self::NetworkAcl => &NETWORK_ACL,
            Self::PrefixList => &PREFIX_LIST,
            Self::RouteTable => &ROUTE_TABLE,
            Self::SecurityGroup => &SECURITY_GROUP,
            Self::SecurityGroupRule => &SECURITY_GROUP_RULE,
            Self::Subnet => &SUBNET,
            Self::Vpc => &VPC,
            Self::VpcEndpoint => &VPC_ENDPOINT,
        }
    }

    /// The kind that has ids like that one.
    pub fn of_id(id: &str) -> Option<Self> {
        let (prefix, _) = id.split_once('-')?;
        Self::ALL.into_iter().find(|kind| kind.table().prefix == prefix)
    }
}
