//! Route tables, gateways and addresses.

use serde_json::{Value, json};

use crate::cloud::Cloud;
use crate::ec2_begin::{all, ec2, first};
use crate::ec2_networks::{subnet, vpc};

fn table(cloud: &Cloud, vpc: &str) -> String {
    let made = cloud.ok("CreateRouteTable", json!({ "VpcId": vpc }));
    made.members["RouteTable"]["RouteTableId"].as_str().unwrap().to_owned()
}

fn read(cloud: &Cloud, id: &str) -> Value {
    cloud.ok("DescribeRouteTables", json!({ "RouteTableIds": [id] })).members["RouteTables"][0].clone()
}

/// The id of a gateway that is attached to a VPC.
pub fn gateway(cloud: &Cloud, vpc: &str) -> String {
    let made =
        cloud.ok("CreateInternetGateway", json!({})).members["InternetGateway"]["InternetGatewayId"].clone();
    cloud.ok("AttachInternetGateway", json!({ "InternetGatewayId": made, "VpcId": vpc }));
    made.as_str().unwrap().to_owned()
}

#[test]
fn tables_are_associated() {
    let cloud = ec2();
    let network = vpc(&cloud, "10.0.0.0/16");
    let inside = subnet(&cloud, &network, "10.0.0.0/24");
    let tags = json!([{ "ResourceType": "route-table", "Tags": [{ "Key": "Name", "Value": "private" }] }]);
    let given = json!({ "VpcId": network, "ClientToken": "once", "TagSpecifications": tags });
    let made = cloud.ok("CreateRouteTable", given.clone()).members;
    assert_eq!(cloud.ok("CreateRouteTable", given).members, made);
    assert_eq!(made["ClientToken"], "once");
    let id = made["RouteTable"]["RouteTableId"].as_str().unwrap();
    assert_eq!(read(&cloud, id), made["RouteTable"]);
    assert_eq!(made["RouteTable"]["Tags"], tags[0]["Tags"]);

    let both = json!({ "RouteTableId": id, "SubnetId": inside });
    let association = cloud.ok("AssociateRouteTable", both.clone()).members["AssociationId"].clone();
    assert_eq!(
        read(&cloud, id)["Associations"],
        json!([{
            "RouteTableAssociationId": association, "RouteTableId": id, "SubnetId": inside, "Main": false,
            "AssociationState": { "State": "associated" },
        }])
    );
    assert_eq!(cloud.refused("AssociateRouteTable", both).1, "Resource.AlreadyAssociated");
    assert_eq!(cloud.refused("DeleteRouteTable", json!({ "RouteTableId": id })).1, "DependencyViolation");
    let other = table(&cloud, &network);
    let replace = json!({ "AssociationId": association, "RouteTableId": other });
    let moved = cloud.ok("ReplaceRouteTableAssociation", replace).members["NewAssociationId"].clone();
    assert_eq!(read(&cloud, &other)["Associations"][0]["SubnetId"], inside);
    assert_eq!(read(&cloud, id)["Associations"], json!([]));
    cloud.ok("DisassociateRouteTable", json!({ "AssociationId": moved }));
    assert_eq!(
        cloud.refused("DisassociateRouteTable", json!({ "AssociationId": moved })).1,
        "InvalidAssociationID.NotFound"
    );
    cloud.ok("DeleteRouteTable", json!({ "RouteTableId": id }));

    let main = first(
        &cloud,
        "DescribeRouteTables",
        "RouteTables",
        &[("vpc-id", &network), ("association.main", "true")],
    );
    let association = main["Associations"][0]["RouteTableAssociationId"].clone();
    assert_eq!(
        cloud.refused("DisassociateRouteTable", json!({ "AssociationId": association })).1,
        "InvalidParameterValue"
    );
    cloud.ok("ReplaceRouteTableAssociation", json!({ "AssociationId": association, "RouteTableId": other }));
    assert_eq!(read(&cloud, &other)["Associations"][0]["Main"], true);
    cloud.ok("DeleteRouteTable", json!({ "RouteTableId": main["RouteTableId"] }));
    let away = table(&cloud, &vpc(&cloud, "10.0.0.0/16"));
    let apart = json!({ "RouteTableId": away, "SubnetId": inside });
    assert_eq!(cloud.refused("AssociateRouteTable", apart).1, "InvalidParameterValue");
    assert_eq!(
        cloud.refused("AssociateRouteTable", json!({ "RouteTableId": other })).1,
        "InvalidParameterCombination"
    );
    assert_eq!(cloud.refused("CreateRouteTable", json!({ "VpcId": "vpc-1" })).1, "InvalidVpcID.NotFound");
}

#[test]
fn routes_lead_to_gateways() {
    let cloud = ec2();
    let network = vpc(&cloud, "10.0.0.0/16");
    let (id, gateway) = (table(&cloud, &network), gateway(&cloud, &network));
    let route = |destination: &str, target: &str, to: &str| {
        let member =
            if destination.contains("::") { "DestinationIpv6CidrBlock" } else { "DestinationCidrBlock" };
        json!({ "RouteTableId": id, member: destination, target: to })
    };
    assert_eq!(
        cloud.ok("CreateRoute", route("0.0.0.0/0", "GatewayId", &gateway)).members,
        json!({ "Return": true })
    );
    cloud.ok("CreateRoute", route("::/0", "GatewayId", &gateway));
    let routes = read(&cloud, &id)["Routes"].clone();
    assert_eq!(routes.as_array().unwrap().len(), 3);
    assert_eq!((&routes[1]["GatewayId"], routes[1]["State"].as_str()), (&json!(gateway), Some("active")));
    assert_eq!(routes[2]["DestinationIpv6CidrBlock"], "::/0");
    let unattached =
        cloud.ok("CreateInternetGateway", json!({})).members["InternetGateway"]["InternetGatewayId"].clone();
    for (members, code) in [
        (route("0.0.0.0/0", "GatewayId", &gateway), "RouteAlreadyExists"),
        (route("10.0.0.0/16", "GatewayId", &gateway), "RouteAlreadyExists"),
        (route("1.0.0.0/8", "GatewayId", "igw-1"), "InvalidGatewayID.NotFound"),
        (route("1.0.0.0/8", "GatewayId", unattached.as_str().unwrap()), "InvalidParameterValue"),
        (route("1.0.0.0/8", "NatGatewayId", "nat-1"), "InvalidNatGatewayID.NotFound"),
        (route("1.0.0.0/8", "TransitGatewayId", "tgw-1"), "NotImplemented"),
        (route("1.0.0/8", "GatewayId", &gateway), "InvalidParameterValue"),
        (json!({ "RouteTableId": id, "GatewayId": gateway }), "MissingParameter"),
        (json!({ "RouteTableId": id, "DestinationCidrBlock": "1.0.0.0/8" }), "InvalidParameterCombination"),
        (
            json!({ "RouteTableId": "rtb-1", "DestinationCidrBlock": "1.0.0.0/8" }),
            "InvalidRouteTableID.NotFound",
        ),
        (
            json!({ "RouteTableId": id, "DestinationPrefixListId": "pl-1", "GatewayId": gateway }),
            "InvalidPrefixListID.NotFound",
        ),
    ] {
        assert_eq!(cloud.refused("CreateRoute", members.clone()).1, code, "{members}");
    }
    let delete = |destination: &str| json!({ "RouteTableId": id, "DestinationCidrBlock": destination });
    assert_eq!(cloud.refused("DeleteRoute", delete("10.0.0.0/16")).1, "InvalidParameterValue");
    let none = cloud.err("DeleteRoute", delete("9.0.0.0/8"));
    assert_eq!(
        (none.code.as_ref(), none.message),
        (
            "InvalidRoute.NotFound",
            format!("no route with destination-cidr-block 9.0.0.0/8 in route table {id}")
        )
    );
    cloud.ok("DetachInternetGateway", json!({ "InternetGatewayId": gateway, "VpcId": network }));
    assert_eq!(read(&cloud, &id)["Routes"][1]["State"], "blackhole");
    cloud.ok("DeleteRoute", delete("0.0.0.0/0"));
    assert_eq!(read(&cloud, &id)["Routes"].as_array().unwrap().len(), 2);
}

#[test]
fn gateways_are_attached() {
    let cloud = ec2();
    let network = vpc(&cloud, "10.0.0.0/16");
    let tags = json!([{ "ResourceType": "internet-gateway", "Tags": [{ "Key": "a", "Value": "b" }] }]);
    let made =
        cloud.ok("CreateInternetGateway", json!({ "TagSpecifications": tags })).members["InternetGateway"]
            .clone();
    assert_eq!((&made["Tags"], &made["Attachments"]), (&tags[0]["Tags"], &json!([])));
    let both = json!({ "InternetGatewayId": made["InternetGatewayId"], "VpcId": network });
    assert_eq!(cloud.refused("DetachInternetGateway", both.clone()).1, "Gateway.NotAttached");
    cloud.ok("AttachInternetGateway", both.clone());
    let read = cloud
        .ok("DescribeInternetGateways", json!({ "InternetGatewayIds": [made["InternetGatewayId"]] }))
        .members;
    assert_eq!(
        read["InternetGateways"][0]["Attachments"],
        json!([{ "State": "available", "VpcId": network }])
    );
    assert_eq!(cloud.refused("AttachInternetGateway", both.clone()).1, "Resource.AlreadyAssociated");
    let second =
        cloud.ok("CreateInternetGateway", json!({})).members["InternetGateway"]["InternetGatewayId"].clone();
    let another = json!({ "InternetGatewayId": second, "VpcId": network });
    assert_eq!(cloud.refused("AttachInternetGateway", another).1, "InvalidParameterValue");
    let delete = json!({ "InternetGatewayId": made["InternetGatewayId"] });
    assert_eq!(cloud.refused("DeleteInternetGateway", delete.clone()).1, "DependencyViolation");
    assert_eq!(cloud.refused("DeleteVpc", json!({ "VpcId": network })).1, "DependencyViolation");
    cloud.ok("DetachInternetGateway", both);
    cloud.ok("DeleteInternetGateway", delete.clone());
    assert_eq!(cloud.refused("DeleteInternetGateway", delete).1, "InvalidInternetGatewayID.NotFound");
}

#[test]
fn nat_gateways_have_addresses() {
    let cloud = ec2();
    let network = vpc(&cloud, "10.0.0.0/16");
    let inside = subnet(&cloud, &network, "10.0.0.0/24");
    let tags = |kind: &str| json!([{ "ResourceType": kind, "Tags": [{ "Key": "a", "Value": "b" }] }]);
    let address = cloud
        .ok("AllocateAddress", json!({ "Domain": "vpc", "TagSpecifications": tags("elastic-ip") }))
        .members;
    let allocation = address["AllocationId"].clone();
    let held = || {
        cloud.ok("DescribeAddresses", json!({ "AllocationIds": [allocation] })).members["Addresses"][0]
            .clone()
    };
    assert_eq!(
        (&held()["PublicIp"], &held()["Tags"]),
        (&address["PublicIp"], &tags("elastic-ip")[0]["Tags"])
    );
    let by_ip = cloud.ok("DescribeAddresses", json!({ "PublicIps": [address["PublicIp"]] }));
    assert_eq!(by_ip.members["Addresses"][0]["AllocationId"], allocation);
    let given = json!({
        "SubnetId": inside, "AllocationId": allocation, "ConnectivityType": "public", "PrivateIpAddress": "10.0.0.9",
        "ClientToken": "once", "TagSpecifications": tags("natgateway"),
    });
    assert_eq!(cloud.refused("CreateNatGateway", given.clone()).1, "Gateway.NotAttached");
    let internet = gateway(&cloud, &network);
    let made = cloud.ok("CreateNatGateway", given.clone()).members["NatGateway"].clone();
    assert_eq!(made["State"], "pending");
    let read = first_nat(&cloud, &network);
    assert_eq!((read["State"].as_str(), &read["Tags"]), (Some("available"), &tags("natgateway")[0]["Tags"]));
    assert_eq!((&read["SubnetId"], &read["VpcId"]), (&json!(inside), &json!(network)));
    let shown = &read["NatGatewayAddresses"][0];
    assert_eq!(
        (&shown["AllocationId"], &shown["PublicIp"], &shown["PrivateIp"]),
        (&allocation, &address["PublicIp"], &json!("10.0.0.9"))
    );
    assert_eq!(
        cloud.ok("CreateNatGateway", given.clone()).members["NatGateway"]["NatGatewayId"],
        made["NatGatewayId"]
    );
    let mut second = given;
    second["ClientToken"] = json!("twice");
    assert_eq!(cloud.refused("CreateNatGateway", second.clone()).1, "Resource.AlreadyAssociated");
    second["AllocationId"] = json!("eipalloc-1");
    assert_eq!(cloud.refused("CreateNatGateway", second).1, "InvalidAllocationID.NotFound");
    assert_eq!(
        cloud.refused("ReleaseAddress", json!({ "AllocationId": allocation })).1,
        "InvalidIPAddress.InUse"
    );
    assert_eq!(cloud.refused("DeleteSubnet", json!({ "SubnetId": inside })).1, "DependencyViolation");
    let both = json!({ "InternetGatewayId": internet, "VpcId": network });
    assert_eq!(cloud.refused("DetachInternetGateway", both).1, "DependencyViolation");

    let routes = table(&cloud, &network);
    cloud.ok("CreateRoute", json!({ "RouteTableId": routes, "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": made["NatGatewayId"] }));
    cloud.ok("DeleteNatGateway", json!({ "NatGatewayId": made["NatGatewayId"] }));
    assert_eq!(read_state(&cloud, &routes), "blackhole");
    assert_eq!(held()["AssociationId"], Value::Null);
    cloud.ok("ReleaseAddress", json!({ "AllocationId": allocation }));
    assert_eq!(
        cloud.refused("ReleaseAddress", json!({ "AllocationId": allocation })).1,
        "InvalidAllocationID.NotFound"
    );
    let private =
        cloud.ok("CreateNatGateway", json!({ "SubnetId": inside, "ConnectivityType": "private" })).members;
    assert_eq!(private["NatGateway"]["NatGatewayAddresses"][0]["PrivateIp"], "10.0.0.4");
    let taken = json!({ "SubnetId": inside, "ConnectivityType": "private", "PrivateIpAddress": "10.0.0.4" });
    assert_eq!(cloud.refused("CreateNatGateway", taken).1, "InvalidParameterValue");
    assert_eq!(cloud.refused("CreateNatGateway", json!({ "SubnetId": inside })).1, "MissingParameter");
    assert_eq!(
        cloud.ok("DescribeAddressesAttribute", json!({ "Attribute": "domain-name" })).members,
        json!({ "Addresses": [] })
    );
}

fn first_nat(cloud: &Cloud, vpc: &str) -> Value {
    let filter = json!({ "Filter": [{ "Name": "vpc-id", "Values": [vpc] }] });
    cloud.ok("DescribeNatGateways", filter).members["NatGateways"][0].clone()
}

fn read_state(cloud: &Cloud, table: &str) -> String {
    read(cloud, table)["Routes"][1]["State"].as_str().unwrap().to_owned()
}

#[test]
fn replaced_routes_lead_elsewhere() {
    let cloud = ec2();
    let network = vpc(&cloud, "10.0.0.0/16");
    let (id, internet) = (table(&cloud, &network), gateway(&cloud, &network));
    let inside = subnet(&cloud, &network, "10.0.0.0/24");
    let nat =
        cloud.ok("CreateNatGateway", json!({ "SubnetId": inside, "ConnectivityType": "private" })).members;
    let nat = nat["NatGateway"]["NatGatewayId"].clone();
    cloud.ok(
        "CreateRoute",
        json!({ "RouteTableId": id, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": internet }),
    );
    cloud.ok(
        "ReplaceRoute",
        json!({ "RouteTableId": id, "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": nat }),
    );
    let route = read(&cloud, &id)["Routes"][1].clone();
    assert_eq!((&route["NatGatewayId"], &route["GatewayId"]), (&nat, &Value::Null));
    let none = json!({ "RouteTableId": id, "DestinationCidrBlock": "1.0.0.0/8", "NatGatewayId": nat });
    assert_eq!(cloud.refused("ReplaceRoute", none).1, "InvalidRoute.NotFound");
    assert_eq!(
        all(&cloud, "DescribeRouteTables", "RouteTables", &[("route.nat-gateway-id", nat.as_str().unwrap())])
            .len(),
        1
    );
}
