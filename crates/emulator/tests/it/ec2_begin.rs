//! What EC2 has before anything is made, regions and zones, and what it does not have.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud};

pub fn ec2() -> Cloud {
    Cloud::new().of("ec2")
}

/// The first of what a list shows.
pub fn first(cloud: &Cloud, operation: &str, list: &str, filters: &[(&str, &str)]) -> Value {
    all(cloud, operation, list, filters)[0].clone()
}

/// All of what a list shows.
pub fn all(cloud: &Cloud, operation: &str, list: &str, filters: &[(&str, &str)]) -> Vec<Value> {
    let filters: Vec<Value> =
        filters.iter().map(|(name, value)| json!({ "Name": name, "Values": [value] })).collect();
    cloud.ok(operation, json!({ "Filters": filters })).members[list].as_array().unwrap().clone()
}

#[test]
fn every_account_has_a_default_vpc_in_every_region() {
    let cloud = ec2();
    let vpc = first(&cloud, "DescribeVpcs", "Vpcs", &[("is-default", "true")]);
    assert_eq!(
        (vpc["CidrBlock"].as_str(), vpc["State"].as_str()),
        (Some("172.31.0.0/16"), Some("available"))
    );
    assert_eq!(vpc["OwnerId"], ACCOUNT);
    let id = vpc["VpcId"].as_str().unwrap();
    let of = [("vpc-id", id)];
    let subnets = all(&cloud, "DescribeSubnets", "Subnets", &of);
    let column = |name: &str| {
        let mut values: Vec<String> =
            subnets.iter().map(|row| row[name].as_str().unwrap().to_owned()).collect();
        values.sort();
        values
    };
    assert_eq!(column("AvailabilityZone"), ["eu-west-2a", "eu-west-2b", "eu-west-2c"]);
    assert_eq!(column("CidrBlock"), ["172.31.0.0/20", "172.31.16.0/20", "172.31.32.0/20"]);
    for subnet in &subnets {
        assert_eq!((&subnet["MapPublicIpOnLaunch"], &subnet["DefaultForAz"]), (&json!(true), &json!(true)));
        assert_eq!(subnet["AvailableIpAddressCount"], 4091);
    }
    let gateway = first(&cloud, "DescribeInternetGateways", "InternetGateways", &[("attachment.vpc-id", id)]);
    let table = first(&cloud, "DescribeRouteTables", "RouteTables", &of);
    assert_eq!(
        table["Routes"],
        json!([
            { "DestinationCidrBlock": "172.31.0.0/16", "GatewayId": "local", "Origin": "CreateRouteTable", "State": "active" },
            { "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway["InternetGatewayId"], "Origin": "CreateRoute", "State": "active" },
        ])
    );
    assert_eq!(table["Associations"][0]["Main"], true);
    let group = first(&cloud, "DescribeSecurityGroups", "SecurityGroups", &of);
    assert_eq!(
        (group["GroupName"].as_str(), group["Description"].as_str()),
        (Some("default"), Some("default VPC security group"))
    );
    assert_eq!(
        group["IpPermissions"][0]["UserIdGroupPairs"],
        json!([{ "GroupId": group["GroupId"], "UserId": ACCOUNT }])
    );
    assert_eq!(group["IpPermissionsEgress"][0]["IpRanges"], json!([{ "CidrIp": "0.0.0.0/0" }]));
    let acl = first(&cloud, "DescribeNetworkAcls", "NetworkAcls", &[("vpc-id", id), ("default", "true")]);
    assert_eq!(
        (acl["Associations"].as_array().unwrap().len(), acl["Entries"].as_array().unwrap().len()),
        (3, 4)
    );
    let options = first(&cloud, "DescribeDhcpOptions", "DhcpOptions", &[]);
    assert_eq!(
        (&options["DhcpOptionsId"], &options["DhcpConfigurations"][0]["Values"][0]["Value"]),
        (&vpc["DhcpOptionsId"], &json!("eu-west-2.compute.internal"))
    );

    let fork = cloud.fork();
    assert_eq!(first(&fork, "DescribeVpcs", "Vpcs", &[]), vpc);
    for elsewhere in [cloud.other_account(), cloud.in_region("us-east-1")] {
        let other = first(&elsewhere, "DescribeVpcs", "Vpcs", &[]);
        assert_ne!(other["VpcId"], vpc["VpcId"]);
        assert_eq!(elsewhere.refused("DescribeVpcs", json!({ "VpcIds": [id] })).1, "InvalidVpcID.NotFound");
    }
    assert_eq!(all(&cloud.in_region("us-east-1"), "DescribeSubnets", "Subnets", &[]).len(), 6);
    assert_eq!(cloud.in_region("moon-1").refused("DescribeVpcs", json!({})), (501, "NotImplemented".into()));
}

#[test]
fn the_default_vpc_is_made_anew() {
    let cloud = ec2();
    let exists = cloud.refused("CreateDefaultVpc", json!({}));
    assert_eq!(exists, (400, "DefaultVpcAlreadyExists".into()));
    let zone = json!({ "AvailabilityZone": "eu-west-2a" });
    assert_eq!(
        cloud.refused("CreateDefaultSubnet", zone.clone()).1,
        "DefaultSubnetAlreadyExistsInAvailabilityZone"
    );
    let in_zone = [("availability-zone", "eu-west-2a")];
    let subnet = first(&cloud, "DescribeSubnets", "Subnets", &in_zone);
    cloud.ok("DeleteSubnet", json!({ "SubnetId": subnet["SubnetId"] }));
    let anew = cloud.ok("CreateDefaultSubnet", zone.clone()).members["Subnet"].clone();
    assert_eq!((&anew["DefaultForAz"], &anew["CidrBlock"]), (&json!(true), &subnet["CidrBlock"]));
    let vpc = anew["VpcId"].clone();
    for subnet in all(&cloud, "DescribeSubnets", "Subnets", &[]) {
        cloud.ok("DeleteSubnet", json!({ "SubnetId": subnet["SubnetId"] }));
    }
    assert_eq!(cloud.refused("DeleteVpc", json!({ "VpcId": vpc })).1, "DependencyViolation");
    let gateway = first(&cloud, "DescribeInternetGateways", "InternetGateways", &[]);
    let both = json!({ "InternetGatewayId": gateway["InternetGatewayId"], "VpcId": vpc });
    cloud.ok("DetachInternetGateway", both);
    cloud.ok("DeleteVpc", json!({ "VpcId": vpc }));
    assert!(all(&cloud, "DescribeSecurityGroups", "SecurityGroups", &[]).is_empty());
    assert!(all(&cloud, "DescribeRouteTables", "RouteTables", &[]).is_empty());
    assert_eq!(cloud.refused("CreateDefaultSubnet", zone).1, "DefaultVpcDoesNotExist");
    let group = json!({ "GroupName": "g", "Description": "d" });
    assert_eq!(cloud.refused("CreateSecurityGroup", group).1, "VPCIdNotSpecified");
    let made = cloud.ok("CreateDefaultVpc", json!({})).members["Vpc"].clone();
    assert_eq!(made["IsDefault"], true);
    assert_eq!(all(&cloud, "DescribeSubnets", "Subnets", &[]).len(), 3);
}

#[test]
fn regions_and_zones_are_listed() {
    let cloud = ec2();
    let zones = all(&cloud, "DescribeAvailabilityZones", "AvailabilityZones", &[]);
    assert_eq!(
        (zones.len(), &zones[0]["ZoneName"], &zones[0]["ZoneId"]),
        (3, &json!("eu-west-2a"), &json!("euw2-az1"))
    );
    let one = all(
        &cloud,
        "DescribeAvailabilityZones",
        "AvailabilityZones",
        &[("zone-name", "*b"), ("state", "available")],
    );
    assert_eq!((one.len(), &one[0]["ZoneId"]), (1, &json!("euw2-az2")));
    let named = cloud.ok("DescribeAvailabilityZones", json!({ "ZoneNames": ["eu-west-2c"] }));
    assert_eq!(named.column("AvailabilityZones", "ZoneId"), ["euw2-az3"]);
    for members in [
        json!({ "ZoneNames": ["eu-west-2x"] }),
        json!({ "ZoneIds": ["x"] }),
        json!({ "Filters": [{ "Name": "x", "Values": ["y"] }] }),
    ] {
        assert_eq!(cloud.refused("DescribeAvailabilityZones", members).1, "InvalidParameterValue");
    }
    let regions = cloud.ok("DescribeRegions", json!({ "RegionNames": ["eu-west-2"] }));
    assert_eq!(regions.column("Regions", "Endpoint"), ["ec2.eu-west-2.amazonaws.com"]);
    let (enabled, known) =
        (cloud.ok("DescribeRegions", json!({})), cloud.ok("DescribeRegions", json!({ "AllRegions": true })));
    assert!(enabled.column("Regions", "RegionName").len() < known.column("Regions", "RegionName").len());
    let opted = all(
        &cloud,
        "DescribeRegions",
        "Regions",
        &[("opt-in-status", "opt-in-not-required"), ("region-name", "us-*")],
    );
    assert_eq!(opted.len(), 4);
    assert_eq!(
        cloud.refused("DescribeRegions", json!({ "RegionNames": ["moon-1"] })).1,
        "InvalidParameterValue"
    );
    let attributes =
        cloud.ok("DescribeAccountAttributes", json!({ "AttributeNames": ["default-vpc"] })).members;
    let vpc = first(&cloud, "DescribeVpcs", "Vpcs", &[]);
    assert_eq!(
        attributes["AccountAttributes"],
        json!([{ "AttributeName": "default-vpc", "AttributeValues": [{ "AttributeValue": vpc["VpcId"] }] }])
    );
    assert_eq!(
        cloud.refused("DescribeAccountAttributes", json!({ "AttributeNames": ["x"] })).1,
        "InvalidParameterValue"
    );
}

#[test]
fn nothing_runs() {
    let cloud = ec2();
    for (operation, members) in [
        ("RunInstances", json!({ "MinCount": 1, "MaxCount": 1 })),
        ("CreateNetworkInterface", json!({ "SubnetId": "subnet-1" })),
    ] {
        assert_eq!(cloud.refused(operation, members), (501, "NotImplemented".into()), "{operation}");
    }
    let of = json!({ "Filters": [{ "Name": "group-id", "Values": ["sg-1"] }] });
    assert_eq!(cloud.ok("DescribeNetworkInterfaces", of).members, json!({ "NetworkInterfaces": [] }));
    assert_eq!(cloud.ok("DescribeInstances", json!({})).members, json!({ "Reservations": [] }));
    let one = json!({ "NetworkInterfaceIds": ["eni-1"] });
    assert_eq!(cloud.refused("DescribeNetworkInterfaces", one).1, "InvalidNetworkInterfaceID.NotFound");
}
