//! EC2's network: VPCs with what is in them. Instances and network interfaces are none.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Welcome.html>

mod account;
mod acl;
mod begin;
mod cidr;
mod describe;
mod endpoint;
pub(crate) mod error;
mod filter;
mod gateway;
mod group;
mod kind;
mod nat;
mod network;
mod permission;
mod prefix_list;
mod route;
mod route_table;
mod rule;
mod service;
mod subnet;
mod tag;
mod vpc;
mod zone;

use stackproof_aws::{ApiError, Output};

use crate::Call;
use crate::input::not_implemented;
use crate::page::Paging;
use crate::place::{Place, Stores};
use kind::Kind;
use network::Network;

/// Pages of every list. Where no size is asked for, everything is on one.
const PAGING: Paging = Paging {
    token: "NextToken",
    max: "MaxResults",
    next: "NextToken",
    most: 1000,
    default: usize::MAX,
    out_of_range: error::page_size,
    unknown_token: error::token,
};

/// Every account's network in every region.
#[derive(Clone, Default)]
pub(crate) struct Ec2 {
    stores: Stores<Network>,
}

impl Ec2 {
    /// The VPC that a subnet is in, as another service looks it up.
    ///
    /// # Errors
    /// EC2's for a subnet that is not there.
    pub fn vpc_of_subnet(&self, place: &Place, subnet: &str) -> Result<&str, ApiError> {
        self.look(place, Kind::Subnet, subnet)
    }

    /// The VPC that a security group is in.
    ///
    /// # Errors
    /// EC2's for a group that is not there.
    pub fn vpc_of_group(&self, place: &Place, group: &str) -> Result<&str, ApiError> {
        self.look(place, Kind::SecurityGroup, group)
    }

    /// Where nobody has looked yet there is nothing whose id could be known.
    fn look(&self, place: &Place, kind: Kind, id: &str) -> Result<&str, ApiError> {
        let network = self.stores.get(place).ok_or_else(|| error::not_found(kind, id))?;
        Ok(network.get(kind, id)?.text("VpcId"))
    }

    /// Executes an operation. A dry run is one on a copy, of which only the errors are kept.
    pub fn call(&mut self, operation: &str, mut call: Call) -> Result<Output, ApiError> {
        call.input.check_required()?;
        let dry = call.input.boolean("DryRun")?.unwrap_or(false);
        let place = Place::of(&call);
        let network = self.stores.get_mut(&place);
        begin::begin(network, &place)?;
        if dry {
            return match execute(&mut network.clone(), operation, call) {
                Ok(_) => Err(error::dry_run()),
                Err(error) => Err(error),
            };
        }
        execute(network, operation, call)
    }
}

fn execute(network: &mut Network, operation: &str, call: Call) -> Result<Output, ApiError> {
    match operation {
        "CreateVpc" => vpc::create(network, call),
        "DeleteVpc" => vpc::delete(network, call),
        "DescribeVpcs" => describe::describe(network, Kind::Vpc, call),
        "ModifyVpcAttribute" => vpc::modify_attribute(network, call),
        "DescribeVpcAttribute" => vpc::describe_attribute(network, call),
        "AssociateVpcCidrBlock" => vpc::associate(network, call),
        "DisassociateVpcCidrBlock" => vpc::disassociate(network, call),
        "CreateDefaultVpc" => begin::create_vpc(network, call),
        "CreateDefaultSubnet" => begin::create_subnet(network, call),
        "CreateSubnet" => subnet::create(network, call),
        "DeleteSubnet" => subnet::delete(network, call),
        "DescribeSubnets" => describe::describe(network, Kind::Subnet, call),
        "ModifySubnetAttribute" => subnet::modify_attribute(network, call),
        "CreateRouteTable" => route_table::create(network, call),
        "DeleteRouteTable" => route_table::delete(network, call),
        "DescribeRouteTables" => describe::describe(network, Kind::RouteTable, call),
        "AssociateRouteTable" => route_table::associate(network, call),
        "ReplaceRouteTableAssociation" => route_table::replace(network, call),
        "DisassociateRouteTable" => route_table::disassociate(network, call),
        "CreateRoute" => route::create(network, call),
        "ReplaceRoute" => route::replace(network, call),
        "DeleteRoute" => route::delete(network, call),
        "CreateInternetGateway" => gateway::create(network, call),
        "AttachInternetGateway" => gateway::attach(network, call),
        "DetachInternetGateway" => gateway::detach(network, call),
        "DeleteInternetGateway" => gateway::delete(network, call),
        "DescribeInternetGateways" => describe::describe(network, Kind::InternetGateway, call),
        "CreateSecurityGroup" => group::create(network, call),
        "DeleteSecurityGroup" => group::delete(network, call),
        "DescribeSecurityGroups" => describe::describe(network, Kind::SecurityGroup, call),
        "DescribeSecurityGroupReferences" => group::references(network, call),
        "AuthorizeSecurityGroupIngress" => rule::authorize(network, call, false),
        "AuthorizeSecurityGroupEgress" => rule::authorize(network, call, true),
        "RevokeSecurityGroupIngress" => rule::revoke(network, call, false),
        "RevokeSecurityGroupEgress" => rule::revoke(network, call, true),
        "ModifySecurityGroupRules" => rule::modify(network, call),
        "DescribeSecurityGroupRules" => describe::describe(network, Kind::SecurityGroupRule, call),
        "UpdateSecurityGroupRuleDescriptionsIngress" => rule::describe_anew(network, call, false),
        "UpdateSecurityGroupRuleDescriptionsEgress" => rule::describe_anew(network, call, true),
        "CreateVpcEndpoint" => endpoint::create(network, call),
        "ModifyVpcEndpoint" => endpoint::modify(network, call),
        "DeleteVpcEndpoints" => endpoint::delete(network, call),
        "DescribeVpcEndpoints" => describe::describe(network, Kind::VpcEndpoint, call),
        "DescribeVpcEndpointServices" => service::describe(call),
        "CreateNatGateway" => nat::create(network, call),
        "DeleteNatGateway" => nat::delete(network, call),
        "DescribeNatGateways" => describe::describe(network, Kind::NatGateway, call),
        "AllocateAddress" => nat::allocate(network, call),
        "ReleaseAddress" => nat::release(network, call),
        "DescribeAddresses" => describe::describe(network, Kind::Address, call),
        "DescribeAddressesAttribute" => nat::names(network, call),
        "CreateNetworkAcl" => acl::create(network, call),
        "DeleteNetworkAcl" => acl::delete(network, call),
        "CreateNetworkAclEntry" => acl::put_entry(network, call, false),
        "ReplaceNetworkAclEntry" => acl::put_entry(network, call, true),
        "DeleteNetworkAclEntry" => acl::delete_entry(network, call),
        "ReplaceNetworkAclAssociation" => acl::replace(network, call),
        "DescribeNetworkAcls" => describe::describe(network, Kind::NetworkAcl, call),
        "DescribeDhcpOptions" => describe::describe(network, Kind::DhcpOptions, call),
        "DescribePrefixLists" => prefix_list::describe(network, call),
        "DescribeManagedPrefixLists" => describe::describe(network, Kind::PrefixList, call),
        "CreateTags" => tag::create(network, call),
        "DeleteTags" => tag::delete(network, call),
        "DescribeTags" => tag::describe(network, call),
        "DescribeAvailabilityZones" => zone::describe_zones(call),
        "DescribeRegions" => zone::describe_regions(call),
        "DescribeAccountAttributes" => account::attributes(network, call),
        "DescribeNetworkInterfaces" => describe::nothing(
            call,
            "NetworkInterfaces",
            "NetworkInterfaceIds",
            "InvalidNetworkInterfaceID.NotFound",
        ),
        "DescribeInstances" => {
            describe::nothing(call, "Reservations", "InstanceIds", "InvalidInstanceID.NotFound")
        }
        _ => Err(not_implemented(&format!("ec2 {operation}"))),
    }
}
