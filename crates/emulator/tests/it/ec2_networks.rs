//! VPCs and subnets.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud};
use crate::ec2_begin::{all, ec2, first};

/// The id of a VPC that is made for a test.
pub fn vpc(cloud: &Cloud, cidr: &str) -> String {
    let made = cloud.ok("CreateVpc", json!({ "CidrBlock": cidr }));
    made.members["Vpc"]["VpcId"].as_str().unwrap().to_owned()
}

/// The id of a subnet that is made for a test.
pub fn subnet(cloud: &Cloud, vpc: &str, cidr: &str) -> String {
    let made = cloud.ok("CreateSubnet", json!({ "VpcId": vpc, "CidrBlock": cidr }));
    made.members["Subnet"]["SubnetId"].as_str().unwrap().to_owned()
}

fn read(cloud: &Cloud, id: &str) -> Value {
    cloud.ok("DescribeVpcs", json!({ "VpcIds": [id] })).members["Vpcs"][0].clone()
}

#[test]
fn every_member_of_a_vpc_is_kept() {
    let cloud = ec2();
    let given = json!({
        "CidrBlock": "10.0.0.9/16", "InstanceTenancy": "dedicated", "AmazonProvidedIpv6CidrBlock": true,
        "TagSpecifications": [{ "ResourceType": "vpc", "Tags": [{ "Key": "Name", "Value": "main" }] }],
    });
    let made = cloud.ok("CreateVpc", given).members["Vpc"].clone();
    let id = made["VpcId"].as_str().unwrap();
    assert_eq!(read(&cloud, id), made);
    assert_eq!(
        (made["CidrBlock"].as_str(), made["InstanceTenancy"].as_str()),
        (Some("10.0.0.0/16"), Some("dedicated"))
    );
    assert_eq!(
        (&made["Tags"], &made["IsDefault"]),
        (&json!([{ "Key": "Name", "Value": "main" }]), &json!(false))
    );
    let v6 = &made["Ipv6CidrBlockAssociationSet"][0];
    assert!(v6["Ipv6CidrBlock"].as_str().unwrap().ends_with("/56"), "{v6}");
    let of = [("vpc-id", id)];
    for (operation, list) in [
        ("DescribeRouteTables", "RouteTables"),
        ("DescribeSecurityGroups", "SecurityGroups"),
        ("DescribeNetworkAcls", "NetworkAcls"),
    ] {
        assert_eq!(all(&cloud, operation, list, &of).len(), 1, "{operation}");
    }
    for (member, value, code) in [
        ("CidrBlock", json!("10.0.0.0/8"), "InvalidVpc.Range"),
        ("CidrBlock", json!("10.0.0.0/29"), "InvalidVpc.Range"),
        ("CidrBlock", json!("10.0.0.0"), "InvalidParameterValue"),
        ("CidrBlock", Value::Null, "MissingParameter"),
        ("InstanceTenancy", json!("shared"), "InvalidParameterValue"),
        ("Ipv4IpamPoolId", json!("ipam-pool-1"), "NotImplemented"),
        ("TagSpecifications", json!([{ "ResourceType": "subnet", "Tags": [] }]), "InvalidParameterValue"),
        (
            "TagSpecifications",
            json!([{ "ResourceType": "vpc", "Tags": [{ "Key": "aws:x", "Value": "" }] }]),
            "InvalidParameterValue",
        ),
    ] {
        let mut members = json!({ "CidrBlock": "10.0.0.0/16" });
        members[member] = value.clone();
        assert_eq!(cloud.refused("CreateVpc", members).1, code, "{member} {value}");
    }
}

#[test]
fn vpcs_have_attributes() {
    let cloud = ec2();
    let id = vpc(&cloud, "10.0.0.0/16");
    let value = |attribute: &str, member: &str| {
        let read = cloud.ok("DescribeVpcAttribute", json!({ "VpcId": id, "Attribute": attribute })).members;
        read[member]["Value"].as_bool().unwrap()
    };
    assert!(value("enableDnsSupport", "EnableDnsSupport"));
    assert!(!value("enableDnsHostnames", "EnableDnsHostnames"));
    cloud.ok("ModifyVpcAttribute", json!({ "VpcId": id, "EnableDnsHostnames": { "Value": true } }));
    cloud.ok("ModifyVpcAttribute", json!({ "VpcId": id, "EnableDnsSupport": { "Value": false } }));
    cloud.ok(
        "ModifyVpcAttribute",
        json!({ "VpcId": id, "EnableNetworkAddressUsageMetrics": { "Value": true } }),
    );
    assert!(value("enableDnsHostnames", "EnableDnsHostnames"));
    assert!(!value("enableDnsSupport", "EnableDnsSupport"));
    assert!(value("enableNetworkAddressUsageMetrics", "EnableNetworkAddressUsageMetrics"));
    let both = json!({ "VpcId": id, "EnableDnsHostnames": { "Value": true }, "EnableDnsSupport": { "Value": true } });
    assert_eq!(cloud.refused("ModifyVpcAttribute", both).1, "InvalidParameterCombination");
    assert_eq!(cloud.refused("ModifyVpcAttribute", json!({ "VpcId": "vpc-1" })).1, "InvalidVpcID.NotFound");
    assert_eq!(cloud.refused("ModifyVpcAttribute", json!({})).1, "MissingParameter");
    let other = json!({ "VpcId": id, "Attribute": "other" });
    assert_eq!(cloud.refused("DescribeVpcAttribute", other).1, "InvalidParameterValue");
}

#[test]
fn vpcs_have_more_ranges() {
    let cloud = ec2();
    let id = vpc(&cloud, "10.0.0.0/16");
    let added = cloud.ok("AssociateVpcCidrBlock", json!({ "VpcId": id, "CidrBlock": "10.1.0.0/16" })).members;
    let association = added["CidrBlockAssociation"]["AssociationId"].clone();
    let conflict = json!({ "VpcId": id, "CidrBlock": "10.1.4.0/24" });
    assert_eq!(cloud.refused("AssociateVpcCidrBlock", conflict).1, "InvalidVpc.Conflict");
    let inside = subnet(&cloud, &id, "10.1.0.0/24");
    let gone = json!({ "AssociationId": association });
    assert_eq!(cloud.refused("DisassociateVpcCidrBlock", gone.clone()).1, "InvalidCidrBlock.InUse");
    cloud.ok("DeleteSubnet", json!({ "SubnetId": inside }));
    cloud.ok("DisassociateVpcCidrBlock", gone.clone());
    assert_eq!(
        cloud.refused("DisassociateVpcCidrBlock", gone).1,
        "InvalidVpcCidrBlockAssociationID.NotFound"
    );
    let first = read(&cloud, &id)["CidrBlockAssociationSet"][0]["AssociationId"].clone();
    assert_eq!(
        cloud.refused("DisassociateVpcCidrBlock", json!({ "AssociationId": first })).1,
        "OperationNotPermitted"
    );
    let v6 = cloud
        .ok("AssociateVpcCidrBlock", json!({ "VpcId": id, "AmazonProvidedIpv6CidrBlock": true }))
        .members;
    let v6 = &v6["Ipv6CidrBlockAssociation"];
    let range = v6["Ipv6CidrBlock"].as_str().unwrap().replace("/56", "/64");
    let made = cloud
        .ok("CreateSubnet", json!({ "VpcId": id, "CidrBlock": "10.0.0.0/24", "Ipv6CidrBlock": range }))
        .members;
    assert_eq!(made["Subnet"]["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"], range);
    let used = json!({ "AssociationId": v6["AssociationId"] });
    assert_eq!(cloud.refused("DisassociateVpcCidrBlock", used).1, "InvalidCidrBlock.InUse");
    let twice = json!({ "VpcId": id, "CidrBlock": "10.0.1.0/24", "Ipv6CidrBlock": range });
    assert_eq!(cloud.refused("CreateSubnet", twice).1, "InvalidSubnet.Conflict");
    let outside = json!({ "VpcId": id, "CidrBlock": "10.0.1.0/24", "Ipv6CidrBlock": "2001:db8::/64" });
    assert_eq!(cloud.refused("CreateSubnet", outside).1, "InvalidSubnet.Range");
}

#[test]
fn every_member_of_a_subnet_is_kept() {
    let cloud = ec2();
    let id = vpc(&cloud, "10.0.0.0/16");
    let given = json!({
        "VpcId": id, "CidrBlock": "10.0.1.7/24", "AvailabilityZone": "eu-west-2b",
        "TagSpecifications": [{ "ResourceType": "subnet", "Tags": [{ "Key": "tier", "Value": "private" }] }],
    });
    let made = cloud.ok("CreateSubnet", given).members["Subnet"].clone();
    let read =
        |id: &Value| cloud.ok("DescribeSubnets", json!({ "SubnetIds": [id] })).members["Subnets"][0].clone();
    assert_eq!(read(&made["SubnetId"]), made);
    assert_eq!(
        (made["CidrBlock"].as_str(), &made["AvailableIpAddressCount"]),
        (Some("10.0.1.0/24"), &json!(251))
    );
    assert_eq!(
        (made["AvailabilityZone"].as_str(), made["AvailabilityZoneId"].as_str()),
        (Some("eu-west-2b"), Some("euw2-az2"))
    );
    assert_eq!(
        (&made["MapPublicIpOnLaunch"], &made["Tags"]),
        (&json!(false), &json!([{ "Key": "tier", "Value": "private" }]))
    );
    let arn = format!("arn:aws:ec2:eu-west-2:{ACCOUNT}:subnet/{}", made["SubnetId"].as_str().unwrap());
    assert_eq!(made["SubnetArn"], arn);
    for (member, value, code) in [
        ("CidrBlock", json!("10.0.1.128/25"), "InvalidSubnet.Conflict"),
        ("CidrBlock", json!("10.1.0.0/24"), "InvalidSubnet.Range"),
        ("CidrBlock", json!("10.0.2.0/29"), "InvalidSubnet.Range"),
        ("CidrBlock", json!("x"), "InvalidParameterValue"),
        ("CidrBlock", Value::Null, "MissingParameter"),
        ("VpcId", json!("vpc-1"), "InvalidVpcID.NotFound"),
        ("VpcId", Value::Null, "MissingParameter"),
        ("AvailabilityZone", json!("us-east-1a"), "InvalidParameterValue"),
        ("OutpostArn", json!("arn:x"), "NotImplemented"),
    ] {
        let mut members = json!({ "VpcId": id, "CidrBlock": "10.0.2.0/24" });
        members[member] = value.clone();
        assert_eq!(cloud.refused("CreateSubnet", members).1, code, "{member} {value}");
    }
    let modify = |member: &str, value: Value| {
        let mut members = json!({ "SubnetId": made["SubnetId"] });
        members[member] = value;
        cloud.call("ModifySubnetAttribute", members, "")
    };
    for member in [
        "MapPublicIpOnLaunch",
        "EnableDns64",
        "EnableResourceNameDnsARecordOnLaunch",
        "EnableResourceNameDnsAAAARecordOnLaunch",
    ] {
        modify(member, json!({ "Value": true })).unwrap();
    }
    modify("PrivateDnsHostnameTypeOnLaunch", json!("resource-name")).unwrap();
    let changed = read(&made["SubnetId"]);
    assert_eq!((&changed["MapPublicIpOnLaunch"], &changed["EnableDns64"]), (&json!(true), &json!(true)));
    assert_eq!(
        changed["PrivateDnsNameOptionsOnLaunch"],
        json!({
            "HostnameType": "resource-name", "EnableResourceNameDnsARecord": true, "EnableResourceNameDnsAAAARecord": true,
        })
    );
    for (member, value, code) in [
        ("AssignIpv6AddressOnCreation", json!({ "Value": true }), "InvalidParameterValue"),
        ("PrivateDnsHostnameTypeOnLaunch", json!("other"), "InvalidParameterValue"),
        ("MapCustomerOwnedIpOnLaunch", json!({ "Value": true }), "NotImplemented"),
    ] {
        assert_eq!(modify(member, value).unwrap_err().code, code, "{member}");
    }
}

#[test]
fn what_is_used_stays() {
    let cloud = ec2();
    let id = vpc(&cloud, "10.0.0.0/16");
    let inside = subnet(&cloud, &id, "10.0.0.0/24");
    let refused = cloud.err("DeleteVpc", json!({ "VpcId": id }));
    assert_eq!(
        (refused.status, refused.message),
        (400, format!("The vpc '{id}' has dependencies and cannot be deleted."))
    );
    let acl =
        || first(&cloud, "DescribeNetworkAcls", "NetworkAcls", &[("vpc-id", &id)])["Associations"].clone();
    assert_eq!(acl()[0]["SubnetId"], inside);
    cloud.ok("DeleteSubnet", json!({ "SubnetId": inside }));
    assert_eq!(acl(), json!([]));
    cloud.ok("DeleteVpc", json!({ "VpcId": id }));
    let gone = cloud.err("DeleteVpc", json!({ "VpcId": id }));
    assert_eq!(
        (gone.code.as_ref(), gone.message),
        ("InvalidVpcID.NotFound", format!("The vpc ID '{id}' does not exist"))
    );
    assert!(all(&cloud, "DescribeSecurityGroups", "SecurityGroups", &[("vpc-id", &id)]).is_empty());
    assert_eq!(cloud.refused("DeleteSubnet", json!({ "SubnetId": inside })).1, "InvalidSubnetID.NotFound");
}

#[test]
fn a_dry_run_changes_nothing() {
    let cloud = ec2();
    let members = json!({ "CidrBlock": "10.0.0.0/16", "DryRun": true });
    let error = cloud.err("CreateVpc", members);
    assert_eq!((error.status, error.code.as_ref()), (412, "DryRunOperation"));
    assert_eq!(error.message, "Request would have succeeded, but DryRun flag is set.");
    assert_eq!(all(&cloud, "DescribeVpcs", "Vpcs", &[]).len(), 1);
    assert_eq!(
        cloud.refused("DeleteVpc", json!({ "VpcId": "vpc-1", "DryRun": true })).1,
        "InvalidVpcID.NotFound"
    );
}

#[test]
fn forks_are_apart() {
    let cloud = ec2();
    let id = vpc(&cloud, "10.0.0.0/16");
    let fork = cloud.fork();
    cloud.ok("DeleteVpc", json!({ "VpcId": id }));
    subnet(&fork, &id, "10.0.0.0/24");
    assert_eq!(cloud.refused("DescribeVpcs", json!({ "VpcIds": [id] })).1, "InvalidVpcID.NotFound");
    assert_eq!(all(&fork, "DescribeSubnets", "Subnets", &[("vpc-id", &id)]).len(), 1);
}
