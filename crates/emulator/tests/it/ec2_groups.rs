//! Security groups and their rules.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud};
use crate::ec2_begin::{all, ec2, first};
use crate::ec2_networks::vpc;

fn group(cloud: &Cloud, vpc: &str, name: &str) -> String {
    let members = json!({ "GroupName": name, "Description": "For tests", "VpcId": vpc });
    cloud.ok("CreateSecurityGroup", members).text("GroupId").to_owned()
}

fn read(cloud: &Cloud, id: &str) -> Value {
    cloud.ok("DescribeSecurityGroups", json!({ "GroupIds": [id] })).members["SecurityGroups"][0].clone()
}

fn tcp(port: u16, more: Value) -> Value {
    let mut permission = json!({ "IpProtocol": "tcp", "FromPort": port, "ToPort": port });
    permission.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    permission
}

fn ingress(id: &str, permissions: Value) -> Value {
    json!({ "GroupId": id, "IpPermissions": permissions })
}

#[test]
fn every_member_of_a_group_is_kept() {
    let cloud = ec2();
    let network = vpc(&cloud, "10.0.0.0/16");
    let given = json!({
        "GroupName": "web", "Description": "Web servers (public)", "VpcId": network,
        "TagSpecifications": [{ "ResourceType": "security-group", "Tags": [{ "Key": "a", "Value": "b" }] }],
    });
    let made = cloud.ok("CreateSecurityGroup", given.clone()).members;
    let id = made["GroupId"].as_str().unwrap();
    let group = read(&cloud, id);
    for name in ["GroupName", "Description", "VpcId"] {
        assert_eq!(group[name], given[name], "{name}");
    }
    assert_eq!((&group["Tags"], &group["OwnerId"]), (&made["Tags"], &json!(ACCOUNT)));
    assert_eq!(group["SecurityGroupArn"], format!("arn:aws:ec2:eu-west-2:{ACCOUNT}:security-group/{id}"));
    assert_eq!(group["IpPermissions"], json!([]));
    assert_eq!(
        group["IpPermissionsEgress"],
        json!([{
            "IpProtocol": "-1", "IpRanges": [{ "CidrIp": "0.0.0.0/0" }], "Ipv6Ranges": [], "PrefixListIds": [],
            "UserIdGroupPairs": [],
        }])
    );
    for (member, value, code) in [
        ("GroupName", json!("web"), "InvalidGroup.Duplicate"),
        ("GroupName", json!("default"), "InvalidParameterValue"),
        ("GroupName", json!("sg-web"), "InvalidParameterValue"),
        ("GroupName", json!("g".repeat(256)), "InvalidParameterValue"),
        ("GroupName", Value::Null, "MissingParameter"),
        ("Description", json!("Größe"), "InvalidParameterValue"),
        ("Description", json!(""), "InvalidParameterValue"),
        ("VpcId", json!("vpc-1"), "InvalidVpcID.NotFound"),
    ] {
        let mut members = json!({ "GroupName": "other", "Description": "d", "VpcId": network });
        members[member] = value.clone();
        assert_eq!(cloud.refused("CreateSecurityGroup", members).1, code, "{member} {value}");
    }
    let other = vpc(&cloud, "10.1.0.0/16");
    cloud.ok("CreateSecurityGroup", json!({ "GroupName": "web", "Description": "d", "VpcId": other }));
}

#[test]
fn every_member_of_a_rule_is_kept() {
    let cloud = ec2();
    let network = vpc(&cloud, "10.0.0.0/16");
    let (id, other) = (group(&cloud, &network, "web"), group(&cloud, &network, "db"));
    let list = first(&cloud, "DescribeManagedPrefixLists", "PrefixLists", &[("prefix-list-name", "*.s3")])["PrefixListId"].clone();
    let permission = tcp(
        443,
        json!({
            "IpRanges": [{ "CidrIp": "10.0.0.9/8", "Description": "Office" }, { "CidrIp": "192.168.0.0/16" }],
            "Ipv6Ranges": [{ "CidrIpv6": "2001:db8::/32", "Description": "Six" }],
            "PrefixListIds": [{ "PrefixListId": list, "Description": "S3" }],
            "UserIdGroupPairs": [{ "GroupId": other, "UserId": ACCOUNT, "Description": "Databases" }],
        }),
    );
    let mut members = ingress(&id, json!([permission]));
    members["TagSpecifications"] =
        json!([{ "ResourceType": "security-group-rule", "Tags": [{ "Key": "a", "Value": "b" }] }]);
    let made = cloud.ok("AuthorizeSecurityGroupIngress", members).members;
    let rules = made["SecurityGroupRules"].as_array().unwrap();
    assert_eq!((rules.len(), &made["Return"]), (5, &json!(true)));
    let described = cloud.ok(
        "DescribeSecurityGroupRules",
        json!({ "SecurityGroupRuleIds": [rules[0]["SecurityGroupRuleId"]] }),
    );
    assert_eq!(described.members["SecurityGroupRules"][0], rules[0]);
    assert_eq!(
        rules[0],
        json!({
            "SecurityGroupRuleId": rules[0]["SecurityGroupRuleId"], "GroupId": id, "GroupOwnerId": ACCOUNT, "IsEgress": false,
            "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIpv4": "10.0.0.0/8", "Description": "Office",
            "Tags": [{ "Key": "a", "Value": "b" }],
            "SecurityGroupRuleArn": format!(
                "arn:aws:ec2:eu-west-2:{ACCOUNT}:security-group-rule/{}", rules[0]["SecurityGroupRuleId"].as_str().unwrap()
            ),
        })
    );
    assert_eq!(rules[2]["CidrIpv6"], "2001:db8::/32");
    assert_eq!(rules[3]["PrefixListId"], list);
    assert_eq!(rules[4]["ReferencedGroupInfo"], json!({ "GroupId": other, "UserId": ACCOUNT }));
    let shown = read(&cloud, &id)["IpPermissions"][0].clone();
    assert_eq!(
        (&shown["FromPort"], &shown["ToPort"], shown["IpProtocol"].as_str()),
        (&json!(443), &json!(443), Some("tcp"))
    );
    assert_eq!(shown["IpRanges"].as_array().unwrap().len(), 2);
    for (list, entry) in [
        ("Ipv6Ranges", json!({ "CidrIpv6": "2001:db8::/32", "Description": "Six" })),
        ("PrefixListIds", json!({ "PrefixListId": list, "Description": "S3" })),
        ("UserIdGroupPairs", json!({ "GroupId": other, "UserId": ACCOUNT, "Description": "Databases" })),
    ] {
        assert_eq!(shown[list], json!([entry]));
    }
    assert_eq!(
        all(&cloud, "DescribeSecurityGroupRules", "SecurityGroupRules", &[("group-id", &id)]).len(),
        6
    );
    let plain = json!({ "GroupId": other, "IpProtocol": "udp", "FromPort": 53, "ToPort": 53, "CidrIp": "10.0.0.0/8" });
    cloud.ok("AuthorizeSecurityGroupIngress", plain);
    assert_eq!(read(&cloud, &other)["IpPermissions"][0]["IpRanges"], json!([{ "CidrIp": "10.0.0.0/8" }]));
}

#[test]
fn rules_that_do_not_fit_are_refused() {
    let cloud = ec2();
    let network = vpc(&cloud, "10.0.0.0/16");
    let id = group(&cloud, &network, "web");
    let apart = group(&cloud, &vpc(&cloud, "10.1.0.0/16"), "web");
    let range = json!({ "IpRanges": [{ "CidrIp": "10.0.0.0/8" }] });
    cloud.ok("AuthorizeSecurityGroupIngress", ingress(&id, json!([tcp(443, range.clone())])));
    let twice = cloud.err("AuthorizeSecurityGroupIngress", ingress(&id, json!([tcp(443, range.clone())])));
    assert_eq!(
        (twice.code.as_ref(), twice.message.as_str()),
        (
            "InvalidPermission.Duplicate",
            "the specified rule \"peer: 10.0.0.0/8, TCP, from port: 443, to port: 443, ALLOW\" already exists"
        )
    );
    for (permissions, code) in [
        (json!([]), "MissingParameter"),
        (json!([tcp(80, json!({}))]), "MissingParameter"),
        (json!([tcp(80, range.clone()), tcp(80, range.clone())]), "InvalidParameterValue"),
        (json!([{ "IpProtocol": "tcp", "IpRanges": [{ "CidrIp": "10.0.0.0/8" }] }]), "InvalidParameterValue"),
        (
            json!([{ "IpProtocol": "tcp", "FromPort": 2, "ToPort": 1, "IpRanges": [{ "CidrIp": "10.0.0.0/8" }] }]),
            "InvalidParameterValue",
        ),
        (
            json!([{ "IpProtocol": "tcp", "FromPort": 1, "ToPort": 65_536, "IpRanges": [{ "CidrIp": "10.0.0.0/8" }] }]),
            "InvalidParameterValue",
        ),
        (
            json!([{ "IpProtocol": "quic", "IpRanges": [{ "CidrIp": "10.0.0.0/8" }] }]),
            "InvalidParameterValue",
        ),
        (json!([tcp(80, json!({ "IpRanges": [{ "CidrIp": "10.0.0.0/40" }] }))]), "InvalidParameterValue"),
        (json!([tcp(80, json!({ "Ipv6Ranges": [{ "CidrIpv6": "10.0.0.0/8" }] }))]), "InvalidParameterValue"),
        (
            json!([tcp(80, json!({ "IpRanges": [{ "CidrIp": "10.0.0.0/8", "Description": "ä" }] }))]),
            "InvalidParameterValue",
        ),
        (json!([tcp(80, json!({ "UserIdGroupPairs": [{ "GroupId": "sg-1" }] }))]), "InvalidGroup.NotFound"),
        (json!([tcp(80, json!({ "UserIdGroupPairs": [{ "GroupId": apart }] }))]), "InvalidGroup.NotFound"),
        (
            json!([tcp(
                80,
                json!({ "UserIdGroupPairs": [{ "GroupId": "sg-1", "UserId": "222222222222" }] })
            )]),
            "NotImplemented",
        ),
        (
            json!([tcp(80, json!({ "PrefixListIds": [{ "PrefixListId": "pl-1" }] }))]),
            "InvalidPrefixListID.NotFound",
        ),
    ] {
        let refused = cloud.refused("AuthorizeSecurityGroupIngress", ingress(&id, permissions.clone()));
        assert_eq!(refused.1, code, "{permissions}");
    }
    assert_eq!(read(&cloud, &id)["IpPermissions"].as_array().unwrap().len(), 1);
    let ranges: Vec<Value> = (0..60).map(|n| json!({ "CidrIp": format!("11.0.{n}.0/24") })).collect();
    let many = ingress(&id, json!([tcp(22, json!({ "IpRanges": ranges }))]));
    assert_eq!(cloud.refused("AuthorizeSecurityGroupIngress", many).1, "RulesPerSecurityGroupLimitExceeded");
    assert_eq!(
        cloud.refused("AuthorizeSecurityGroupIngress", ingress("sg-1", json!([tcp(1, range)]))).1,
        "InvalidGroup.NotFound"
    );
}

#[test]
fn protocols_have_two_names() {
    let cloud = ec2();
    let id = group(&cloud, &vpc(&cloud, "10.0.0.0/16"), "web");
    let authorize = |protocol: &str, more: Value| {
        let mut permission = json!({ "IpProtocol": protocol, "IpRanges": [{ "CidrIp": "10.0.0.0/8" }] });
        permission.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let made = cloud.ok("AuthorizeSecurityGroupIngress", ingress(&id, json!([permission]))).members;
        let rule = made["SecurityGroupRules"][0].clone();
        format!("{} {} {}", rule["IpProtocol"].as_str().unwrap(), rule["FromPort"], rule["ToPort"])
    };
    let ports = json!({ "FromPort": 1, "ToPort": 2 });
    assert_eq!(authorize("6", ports.clone()), "tcp 1 2");
    assert_eq!(authorize("17", ports.clone()), "udp 1 2");
    assert_eq!(authorize("icmp", json!({ "FromPort": 8, "ToPort": -1 })), "icmp 8 -1");
    assert_eq!(authorize("50", ports.clone()), "50 -1 -1");
    assert_eq!(authorize("-1", ports), "-1 -1 -1");
}

#[test]
fn rules_are_revoked_and_changed() {
    let cloud = ec2();
    let network = vpc(&cloud, "10.0.0.0/16");
    let id = group(&cloud, &network, "web");
    let everything = json!([{ "IpProtocol": "-1", "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] }]);
    let revoked = cloud.ok("RevokeSecurityGroupEgress", ingress(&id, everything.clone())).members;
    assert_eq!(revoked["RevokedSecurityGroupRules"][0]["CidrIpv4"], "0.0.0.0/0");
    assert_eq!(read(&cloud, &id)["IpPermissionsEgress"], json!([]));
    assert_eq!(
        cloud.refused("RevokeSecurityGroupEgress", ingress(&id, everything.clone())).1,
        "InvalidPermission.NotFound"
    );
    cloud.ok("AuthorizeSecurityGroupEgress", ingress(&id, everything));
    let one = json!([tcp(80, json!({ "IpRanges": [{ "CidrIp": "10.0.0.0/8", "Description": "Old" }] }))]);
    let made = cloud.ok("AuthorizeSecurityGroupIngress", ingress(&id, one)).members;
    let rule = made["SecurityGroupRules"][0]["SecurityGroupRuleId"].clone();
    let anew = json!([tcp(80, json!({ "IpRanges": [{ "CidrIp": "10.0.0.0/8", "Description": "New" }] }))]);
    cloud.ok("UpdateSecurityGroupRuleDescriptionsIngress", ingress(&id, anew));
    let described = |id: &Value| {
        cloud.ok("DescribeSecurityGroupRules", json!({ "SecurityGroupRuleIds": [id] })).members["SecurityGroupRules"][0].clone()
    };
    assert_eq!(described(&rule)["Description"], "New");
    let by_id = json!({ "GroupId": id, "SecurityGroupRuleDescriptions": [{ "SecurityGroupRuleId": rule, "Description": "Newer" }] });
    cloud.ok("UpdateSecurityGroupRuleDescriptionsIngress", by_id.clone());
    assert_eq!(described(&rule)["Description"], "Newer");
    assert_eq!(
        cloud.refused("UpdateSecurityGroupRuleDescriptionsEgress", by_id).1,
        "InvalidSecurityGroupRuleId.NotFound"
    );

    let modify = |content: Value| json!({ "GroupId": id, "SecurityGroupRules": [{ "SecurityGroupRuleId": rule, "SecurityGroupRule": content }] });
    let content = json!({ "IpProtocol": "udp", "FromPort": 1, "ToPort": 2, "CidrIpv6": "::/0", "Description": "Other" });
    cloud.ok("ModifySecurityGroupRules", modify(content));
    let changed = described(&rule);
    assert_eq!(
        (&changed["CidrIpv6"], &changed["CidrIpv4"], &changed["Description"]),
        (&json!("::/0"), &Value::Null, &json!("Other"))
    );
    let two = json!({ "IpProtocol": "udp", "FromPort": 1, "ToPort": 2, "CidrIpv6": "::/0", "CidrIpv4": "0.0.0.0/0" });
    assert_eq!(cloud.refused("ModifySecurityGroupRules", modify(two)).1, "MissingParameter");
    let both = json!({ "GroupId": id, "SecurityGroupRuleIds": [rule] });
    assert_eq!(
        cloud.refused("RevokeSecurityGroupEgress", both.clone()).1,
        "InvalidSecurityGroupRuleId.NotFound"
    );
    cloud.ok("RevokeSecurityGroupIngress", both.clone());
    assert_eq!(cloud.refused("RevokeSecurityGroupIngress", both).1, "InvalidSecurityGroupRuleId.NotFound");
    assert_eq!(cloud.refused("RevokeSecurityGroupIngress", json!({ "GroupId": id })).1, "MissingParameter");
}

#[test]
fn groups_that_others_name_stay() {
    let cloud = ec2();
    let network = vpc(&cloud, "10.0.0.0/16");
    let (web, db) = (group(&cloud, &network, "web"), group(&cloud, &network, "db"));
    let from = |group: &str| json!([tcp(5432, json!({ "UserIdGroupPairs": [{ "GroupId": group }] }))]);
    cloud.ok("AuthorizeSecurityGroupIngress", ingress(&db, from(&web)));
    cloud.ok("AuthorizeSecurityGroupIngress", ingress(&db, from(&db)));
    let refused = cloud.err("DeleteSecurityGroup", json!({ "GroupId": web }));
    assert_eq!(
        (refused.code.as_ref(), refused.message),
        ("DependencyViolation", format!("resource {web} has a dependent object"))
    );
    assert_eq!(cloud.refused("DeleteVpc", json!({ "VpcId": network })).1, "DependencyViolation");
    assert_eq!(
        cloud.ok("DeleteSecurityGroup", json!({ "GroupId": db })).members,
        json!({ "Return": true, "GroupId": db })
    );
    cloud.ok("DeleteSecurityGroup", json!({ "GroupId": web }));
    assert!(all(&cloud, "DescribeSecurityGroupRules", "SecurityGroupRules", &[("group-id", &db)]).is_empty());
    let default =
        first(&cloud, "DescribeSecurityGroups", "SecurityGroups", &[("vpc-id", &network)])["GroupId"].clone();
    assert_eq!(cloud.refused("DeleteSecurityGroup", json!({ "GroupId": default })).1, "CannotDelete");
    assert_eq!(cloud.refused("DeleteSecurityGroup", json!({})).1, "MissingParameter");
    assert_eq!(
        cloud.ok("DescribeSecurityGroupReferences", json!({ "GroupId": [default] })).members,
        json!({ "SecurityGroupReferenceSet": [] })
    );
    let made = cloud
        .ok("CreateSecurityGroup", json!({ "GroupName": "named", "Description": "d" }))
        .text("GroupId")
        .to_owned();
    let named = cloud.ok("DescribeSecurityGroups", json!({ "GroupNames": ["named"] }));
    assert_eq!(named.column("SecurityGroups", "GroupId"), [made.as_str()]);
    cloud.ok("DeleteSecurityGroup", json!({ "GroupName": "named" }));
    assert_eq!(
        cloud.refused("DescribeSecurityGroups", json!({ "GroupNames": ["named"] })).1,
        "InvalidGroup.NotFound"
    );
}
