//! Network ACLs and their rules.

use serde_json::{Value, json};

use crate::ec2_begin::{all, ec2, first};
use crate::ec2_networks::{subnet, vpc};

fn entries(acl: &Value) -> Vec<(bool, i64, &str, &str)> {
    let entries = acl["Entries"].as_array().unwrap().iter();
    entries
        .map(|it| {
            let text = |name: &str| it[name].as_str().unwrap();
            (it["Egress"] == true, it["RuleNumber"].as_i64().unwrap(), text("RuleAction"), text("Protocol"))
        })
        .collect()
}

#[test]
fn a_new_one_lets_nothing_through_and_has_the_rules_that_it_is_given() {
    let cloud = ec2();
    let vpc = vpc(&cloud, "10.0.0.0/16");
    let made = cloud.ok("CreateNetworkAcl", json!({ "VpcId": vpc })).members["NetworkAcl"].clone();
    let id = made["NetworkAclId"].as_str().unwrap();
    assert_eq!(entries(&made), [(true, 32_767, "deny", "-1"), (false, 32_767, "deny", "-1")]);
    assert_eq!(made["IsDefault"], false);
    let rule = |number: i64, protocol: &str| {
        json!({ "NetworkAclId": id, "Egress": false, "RuleNumber": number, "RuleAction": "allow", "Protocol": protocol,
            "CidrBlock": "10.0.0.0/8", "PortRange": { "From": 443, "To": 443 } })
    };
    cloud.ok("CreateNetworkAclEntry", rule(200, "-1"));
    cloud.ok("CreateNetworkAclEntry", rule(100, "tcp"));
    let read = || first(&cloud, "DescribeNetworkAcls", "NetworkAcls", &[("network-acl-id", id)]);
    assert_eq!(
        entries(&read()),
        [
            (true, 32_767, "deny", "-1"),
            (false, 100, "allow", "6"),
            (false, 200, "allow", "-1"),
            (false, 32_767, "deny", "-1")
        ]
    );
    assert_eq!(read()["Entries"][1]["PortRange"], json!({ "From": 443, "To": 443 }));
    assert_eq!(read()["Entries"][2]["PortRange"], Value::Null);
    assert_eq!(cloud.refused("CreateNetworkAclEntry", rule(100, "6")).1, "NetworkAclEntryAlreadyExists");
    cloud.ok("ReplaceNetworkAclEntry", rule(100, "udp"));
    assert_eq!(entries(&read())[1].3, "17");
    assert_eq!(cloud.refused("ReplaceNetworkAclEntry", rule(101, "6")).1, "InvalidNetworkAclEntry.NotFound");
    for (member, value, code) in [
        ("RuleNumber", json!(32_767), "InvalidParameterValue"),
        ("RuleAction", json!("drop"), "InvalidParameterValue"),
        ("Protocol", json!("sctp9"), "InvalidParameterValue"),
        ("Ipv6CidrBlock", json!("::/0"), "InvalidParameterCombination"),
        ("PortRange", Value::Null, "MissingParameter"),
        ("Egress", Value::Null, "MissingParameter"),
    ] {
        let mut wrong = rule(300, "tcp");
        wrong[member] = value;
        assert_eq!(cloud.refused("CreateNetworkAclEntry", wrong).1, code, "{member}");
    }
    let of = json!({ "NetworkAclId": id, "Egress": false, "RuleNumber": 100 });
    cloud.ok("DeleteNetworkAclEntry", of.clone());
    assert_eq!(cloud.refused("DeleteNetworkAclEntry", of).1, "InvalidNetworkAclEntry.NotFound");
}

#[test]
fn a_subnet_is_under_one_of_them() {
    let cloud = ec2();
    let vpc = vpc(&cloud, "10.0.0.0/16");
    let made = cloud.ok("CreateNetworkAcl", json!({ "VpcId": vpc })).members["NetworkAcl"].clone();
    let id = made["NetworkAclId"].as_str().unwrap();
    let inside = subnet(&cloud, &vpc, "10.0.0.0/24");
    let of = |id: &str| {
        first(&cloud, "DescribeNetworkAcls", "NetworkAcls", &[("network-acl-id", id)])["Associations"].clone()
    };
    let default =
        first(&cloud, "DescribeNetworkAcls", "NetworkAcls", &[("vpc-id", &vpc), ("default", "true")]);
    let default = default["NetworkAclId"].as_str().unwrap();
    let association = of(default)[0]["NetworkAclAssociationId"].clone();
    let moved =
        cloud.ok("ReplaceNetworkAclAssociation", json!({ "AssociationId": association, "NetworkAclId": id }));
    assert_eq!(of(default), json!([]));
    assert_eq!(of(id)[0]["NetworkAclAssociationId"], moved.members["NewAssociationId"]);
    assert_eq!(of(id)[0]["SubnetId"], inside);
    assert_eq!(cloud.refused("DeleteNetworkAcl", json!({ "NetworkAclId": id })).1, "DependencyViolation");
    assert_eq!(
        cloud.refused("DeleteNetworkAcl", json!({ "NetworkAclId": default })).1,
        "OperationNotPermitted"
    );
    let again = json!({ "AssociationId": association, "NetworkAclId": default });
    assert_eq!(cloud.refused("ReplaceNetworkAclAssociation", again).1, "InvalidAssociationID.NotFound");
    cloud.ok("DeleteSubnet", json!({ "SubnetId": inside }));
    assert_eq!(cloud.refused("DeleteVpc", json!({ "VpcId": vpc })).1, "DependencyViolation");
    cloud.ok("DeleteNetworkAcl", json!({ "NetworkAclId": id }));
    assert!(all(&cloud, "DescribeNetworkAcls", "NetworkAcls", &[("network-acl-id", id)]).is_empty());
    cloud.ok("DeleteVpc", json!({ "VpcId": vpc }));
}
