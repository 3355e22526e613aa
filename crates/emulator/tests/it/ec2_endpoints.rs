//! Endpoints of VPCs, the services that they lead to, and prefix lists.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud};
use crate::ec2_begin::{all, ec2, first};
use crate::ec2_networks::{subnet, vpc};

const POLICY: &str = r#"{ "Version": "2012-10-17",  "Statement": [] }"#;

fn read(cloud: &Cloud, id: &Value) -> Value {
    cloud.ok("DescribeVpcEndpoints", json!({ "VpcEndpointIds": [id] })).members["VpcEndpoints"][0].clone()
}

fn main_table(cloud: &Cloud, vpc: &str) -> Value {
    first(cloud, "DescribeRouteTables", "RouteTables", &[("vpc-id", vpc)])
}

#[test]
fn every_member_of_a_gateway_endpoint_is_kept() {
    let cloud = ec2();
    let network = vpc(&cloud, "10.0.0.0/16");
    let table = main_table(&cloud, &network)["RouteTableId"].clone();
    let given = json!({
        "VpcId": network, "ServiceName": "com.amazonaws.eu-west-2.s3", "VpcEndpointType": "Gateway",
        "PolicyDocument": POLICY, "RouteTableIds": [table], "ClientToken": "once", "IpAddressType": "ipv4",
        "DnsOptions": { "DnsRecordIpType": "ipv4" }, "PrivateDnsEnabled": false,
        "TagSpecifications": [{ "ResourceType": "vpc-endpoint", "Tags": [{ "Key": "a", "Value": "b" }] }],
    });
    let made = cloud.ok("CreateVpcEndpoint", given.clone()).members;
    assert_eq!(cloud.ok("CreateVpcEndpoint", given.clone()).members, made);
    let endpoint = read(&cloud, &made["VpcEndpoint"]["VpcEndpointId"]);
    assert_eq!(endpoint, made["VpcEndpoint"]);
    for (name, value) in given.as_object().unwrap() {
        if !["ClientToken", "TagSpecifications"].contains(&name.as_str()) {
            assert_eq!(&endpoint[name], value, "{name}");
        }
    }
    assert_eq!(
        (endpoint["State"].as_str(), endpoint["OwnerId"].as_str()),
        (Some("available"), Some(ACCOUNT))
    );
    assert_eq!(endpoint["Tags"], json!([{ "Key": "a", "Value": "b" }]));
    let list = first(
        &cloud,
        "DescribePrefixLists",
        "PrefixLists",
        &[("prefix-list-name", "com.amazonaws.eu-west-2.s3")],
    );
    let route = main_table(&cloud, &network)["Routes"][1].clone();
    assert_eq!(
        (&route["DestinationPrefixListId"], &route["GatewayId"]),
        (&list["PrefixListId"], &endpoint["VpcEndpointId"])
    );

    let id = &endpoint["VpcEndpointId"];
    cloud.ok(
        "ModifyVpcEndpoint",
        json!({ "VpcEndpointId": id, "RemoveRouteTableIds": [table], "ResetPolicy": true }),
    );
    let changed = read(&cloud, id);
    assert_eq!(changed["RouteTableIds"], json!([]));
    assert!(changed["PolicyDocument"].as_str().unwrap().contains(r#""Effect":"Allow""#));
    let other =
        cloud.ok("CreateRouteTable", json!({ "VpcId": network })).members["RouteTable"]["RouteTableId"]
            .clone();
    cloud.ok(
        "ModifyVpcEndpoint",
        json!({ "VpcEndpointId": id, "AddRouteTableIds": [other], "PolicyDocument": POLICY }),
    );
    assert_eq!(
        (&read(&cloud, id)["RouteTableIds"], &read(&cloud, id)["PolicyDocument"]),
        (&json!([other]), &json!(POLICY))
    );
    assert_eq!(cloud.refused("DeleteRouteTable", json!({ "RouteTableId": other })).1, "DependencyViolation");
    assert_eq!(cloud.refused("DeleteVpc", json!({ "VpcId": network })).1, "DependencyViolation");
    let gone = cloud.ok("DeleteVpcEndpoints", json!({ "VpcEndpointIds": [id, "vpce-1"] })).members;
    assert_eq!(gone["Unsuccessful"][0]["Error"]["Code"], "InvalidVpcEndpointId.NotFound");
    assert_eq!(gone["Unsuccessful"].as_array().unwrap().len(), 1);
    cloud.ok("DeleteRouteTable", json!({ "RouteTableId": other }));
}

#[test]
fn every_member_of_an_interface_endpoint_is_kept() {
    let cloud = ec2();
    let network = vpc(&cloud, "10.0.0.0/16");
    let (inside, same_zone) =
        (subnet(&cloud, &network, "10.0.0.0/24"), subnet(&cloud, &network, "10.0.1.0/24"));
    let group = json!({ "GroupName": "endpoint", "Description": "d", "VpcId": network });
    let group = cloud.ok("CreateSecurityGroup", group).text("GroupId").to_owned();
    let given = json!({
        "VpcId": network, "ServiceName": "com.amazonaws.eu-west-2.secretsmanager", "VpcEndpointType": "Interface",
        "SubnetIds": [inside], "SecurityGroupIds": [group], "PolicyDocument": POLICY,
    });
    let mut private = given.clone();
    private["PrivateDnsEnabled"] = json!(true);
    let refused = cloud.err("CreateVpcEndpoint", private.clone());
    assert!(refused.message.starts_with("Enabling private DNS requires both"), "{}", refused.message);
    cloud.ok("ModifyVpcAttribute", json!({ "VpcId": network, "EnableDnsHostnames": { "Value": true } }));
    let made = cloud.ok("CreateVpcEndpoint", private).members["VpcEndpoint"].clone();
    let id = &made["VpcEndpointId"];
    let endpoint = read(&cloud, id);
    assert_eq!(endpoint, made);
    for name in ["VpcId", "ServiceName", "VpcEndpointType", "SubnetIds", "PolicyDocument"] {
        assert_eq!(endpoint[name], given[name], "{name}");
    }
    assert_eq!(endpoint["Groups"], json!([{ "GroupId": group, "GroupName": "endpoint" }]));
    assert_eq!(
        (&endpoint["PrivateDnsEnabled"], &endpoint["NetworkInterfaceIds"]),
        (&json!(true), &json!([]))
    );
    assert_eq!(cloud.refused("DeleteSecurityGroup", json!({ "GroupId": group })).1, "DependencyViolation");
    assert_eq!(cloud.refused("DeleteSubnet", json!({ "SubnetId": inside })).1, "DependencyViolation");
    let twice = json!({ "VpcEndpointId": id, "AddSubnetIds": [same_zone] });
    assert_eq!(cloud.refused("ModifyVpcEndpoint", twice).1, "DuplicateSubnetsInSameZone");
    let modify = json!({
        "VpcEndpointId": id, "AddSubnetIds": [same_zone], "RemoveSubnetIds": [inside], "RemoveSecurityGroupIds": [group],
        "PrivateDnsEnabled": false, "DnsOptions": { "DnsRecordIpType": "ipv4" },
    });
    cloud.ok("ModifyVpcEndpoint", modify);
    let changed = read(&cloud, id);
    assert_eq!(
        (&changed["SubnetIds"], &changed["Groups"], &changed["PrivateDnsEnabled"]),
        (&json!([same_zone]), &json!([]), &json!(false))
    );
    cloud.ok("DeleteSecurityGroup", json!({ "GroupId": group }));
    let plain = json!({
        "VpcId": network, "ServiceName": "com.amazonaws.eu-west-2.kms", "VpcEndpointType": "Interface",
        "PrivateDnsEnabled": false,
    });
    let plain = cloud.ok("CreateVpcEndpoint", plain).members["VpcEndpoint"].clone();
    assert_eq!(plain["Groups"][0]["GroupName"], "default");
    assert_eq!(
        all(
            &cloud,
            "DescribeVpcEndpoints",
            "VpcEndpoints",
            &[("service-name", "*.kms"), ("vpc-id", &network)]
        )
        .len(),
        1
    );
}

#[test]
fn endpoints_that_do_not_fit_are_refused() {
    let cloud = ec2();
    let (network, other) = (vpc(&cloud, "10.0.0.0/16"), vpc(&cloud, "10.1.0.0/16"));
    let away = main_table(&cloud, &other)["RouteTableId"].clone();
    let here = main_table(&cloud, &network)["RouteTableId"].clone();
    let inside = subnet(&cloud, &network, "10.0.0.0/24");
    let s3 =
        json!({ "VpcId": network, "ServiceName": "com.amazonaws.eu-west-2.s3", "RouteTableIds": [here] });
    cloud.ok("CreateVpcEndpoint", s3.clone());
    for (member, value, code) in [
        ("VpcId", json!("vpc-1"), "InvalidVpcID.NotFound"),
        ("ServiceName", json!("com.amazonaws.eu-west-2.none"), "InvalidServiceName"),
        ("ServiceName", json!("com.amazonaws.us-east-1.s3"), "InvalidServiceName"),
        ("ServiceName", Value::Null, "MissingParameter"),
        ("ServiceName", json!("com.amazonaws.eu-west-2.kms"), "InvalidParameter"),
        ("VpcEndpointType", json!("GatewayLoadBalancer"), "NotImplemented"),
        ("PolicyDocument", json!("no policy"), "InvalidPolicyDocument"),
        ("RouteTableIds", json!([away]), "InvalidParameterValue"),
        ("RouteTableIds", json!(["rtb-1"]), "InvalidRouteTableID.NotFound"),
        ("RouteTableIds", json!([here]), "RouteAlreadyExists"),
        ("SubnetIds", json!([inside]), "InvalidParameter"),
        ("ServiceRegion", json!("us-east-1"), "NotImplemented"),
    ] {
        let mut members = s3.clone();
        members[member] = value.clone();
        assert_eq!(cloud.refused("CreateVpcEndpoint", members).1, code, "{member} {value}");
    }
    let interface = json!({
        "VpcId": network, "ServiceName": "com.amazonaws.eu-west-2.kms", "VpcEndpointType": "Interface",
        "SubnetIds": ["subnet-1"],
    });
    assert_eq!(cloud.refused("CreateVpcEndpoint", interface).1, "InvalidSubnetID.NotFound");
    assert_eq!(
        cloud.refused("ModifyVpcEndpoint", json!({ "VpcEndpointId": "vpce-1" })).1,
        "InvalidVpcEndpointId.NotFound"
    );
}

#[test]
fn services_are_listed() {
    let cloud = ec2();
    let s3 = cloud
        .ok("DescribeVpcEndpointServices", json!({ "ServiceNames": ["com.amazonaws.eu-west-2.s3"] }))
        .members;
    assert_eq!(s3["ServiceNames"], json!(["com.amazonaws.eu-west-2.s3"]));
    let kinds: Vec<&Value> = s3["ServiceDetails"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["ServiceType"][0]["ServiceType"])
        .collect();
    assert_eq!(kinds, ["Gateway", "Interface"]);
    let gateways =
        all(&cloud, "DescribeVpcEndpointServices", "ServiceDetails", &[("service-type", "Gateway")]);
    assert_eq!(gateways.len(), 2);
    let none = json!({ "ServiceNames": ["com.amazonaws.eu-west-2.none"] });
    assert_eq!(cloud.refused("DescribeVpcEndpointServices", none).1, "InvalidServiceName");
    let lists = all(&cloud, "DescribeManagedPrefixLists", "PrefixLists", &[("owner-id", "AWS")]);
    assert_eq!(lists.len(), 2);
    assert_eq!(
        cloud.refused("DescribePrefixLists", json!({ "PrefixListIds": ["pl-1"] })).1,
        "InvalidPrefixListID.NotFound"
    );
}
