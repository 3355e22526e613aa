//! Filters, pages and tags of EC2's lists.

use serde_json::{Value, json};

use crate::cloud::Cloud;
use crate::ec2_begin::{all, ec2};
use crate::ec2_networks::{subnet, vpc};

fn tag(cloud: &Cloud, id: &str, key: &str, value: &str) {
    cloud.ok("CreateTags", json!({ "Resources": [id], "Tags": [{ "Key": key, "Value": value }] }));
}

#[test]
fn filters_match_by_wildcards_and_tags() {
    let cloud = ec2();
    let (one, two) = (vpc(&cloud, "10.0.0.0/16"), vpc(&cloud, "10.1.0.0/16"));
    tag(&cloud, &one, "Name", "prod-main");
    tag(&cloud, &two, "Name", "dev-main");
    tag(&cloud, &two, "team", "data");
    let found = |filters: Value| {
        let listed = cloud.ok("DescribeVpcs", json!({ "Filters": filters }));
        let mut ids: Vec<String> = listed.column("Vpcs", "VpcId").into_iter().map(str::to_owned).collect();
        ids.sort();
        ids
    };
    let filter = |name: &str, values: Value| json!({ "Name": name, "Values": values });
    let mut both = [one.clone(), two.clone()];
    both.sort();
    for (filters, expected) in [
        (json!([filter("cidr", json!(["10.*"]))]), both.to_vec()),
        (json!([filter("cidr", json!(["10.?.0.0/16"]))]), both.to_vec()),
        (json!([filter("cidr", json!(["10.0.0.0/16", "10.9.0.0/16"]))]), vec![one.clone()]),
        (json!([filter("tag:Name", json!(["prod-*"]))]), vec![one.clone()]),
        (json!([filter("tag-key", json!(["team"]))]), vec![two.clone()]),
        (json!([filter("tag:Name", json!(["*main"])), filter("cidr", json!(["10.1.*"]))]), vec![two.clone()]),
        (json!([filter("cidr-block-association.cidr-block", json!(["10.1.0.0/16"]))]), vec![two.clone()]),
        (json!([filter("tag:Name", json!(["PROD-*"]))]), Vec::new()),
        (json!([filter("state", json!([]))]), Vec::new()),
    ] {
        assert_eq!(found(filters.clone()), expected, "{filters}");
    }
    let unknown = cloud.err("DescribeVpcs", json!({ "Filters": [filter("colour", json!(["red"]))] }));
    assert_eq!(
        (unknown.code.as_ref(), unknown.message.as_str()),
        ("InvalidParameterValue", "The filter 'colour' is invalid")
    );
}

#[test]
fn lists_have_pages() {
    let cloud = ec2();
    let id = vpc(&cloud, "10.0.0.0/16");
    for n in 0..7 {
        subnet(&cloud, &id, &format!("10.0.{n}.0/24"));
    }
    let filters = json!([{ "Name": "vpc-id", "Values": [id] }]);
    let page = cloud.ok("DescribeSubnets", json!({ "Filters": filters, "MaxResults": 5 }));
    let rest = json!({ "Filters": filters, "MaxResults": 5, "NextToken": page.text("NextToken") });
    let rest = cloud.ok("DescribeSubnets", rest);
    assert_eq!(rest.members["NextToken"], Value::Null);
    let mut ids = page.column("Subnets", "SubnetId");
    ids.extend(rest.column("Subnets", "SubnetId"));
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 7);
    assert_eq!(cloud.refused("DescribeSubnets", json!({ "NextToken": "§" })).1, "InvalidNextToken");
    assert_eq!(cloud.refused("DescribeSubnets", json!({ "MaxResults": 0 })).1, "InvalidParameterValue");
    let mixed = json!({ "SubnetIds": [ids[0]], "MaxResults": 5 });
    assert_eq!(cloud.refused("DescribeSubnets", mixed).1, "InvalidParameterCombination");
}

#[test]
fn everything_is_tagged_by_its_id() {
    let cloud = ec2();
    let id = vpc(&cloud, "10.0.0.0/16");
    let inside = subnet(&cloud, &id, "10.0.0.0/24");
    let tags = json!([{ "Key": "a", "Value": "1" }, { "Key": "Größe", "Value": "<groß>" }]);
    cloud.ok("CreateTags", json!({ "Resources": [id, inside], "Tags": tags }));
    let own = all(&cloud, "DescribeTags", "Tags", &[("resource-id", &id)]);
    assert_eq!(
        own,
        [
            json!({ "ResourceId": id, "ResourceType": "vpc", "Key": "Größe", "Value": "<groß>" }),
            json!({ "ResourceId": id, "ResourceType": "vpc", "Key": "a", "Value": "1" }),
        ]
    );
    assert_eq!(all(&cloud, "DescribeTags", "Tags", &[("resource-type", "subnet"), ("key", "a")]).len(), 1);
    assert_eq!(all(&cloud, "DescribeTags", "Tags", &[("tag:a", "1")]).len(), 2);
    let gone = |tags: Value| cloud.ok("DeleteTags", json!({ "Resources": [id], "Tags": tags }));
    gone(json!([{ "Key": "a", "Value": "2" }]));
    assert_eq!(all(&cloud, "DescribeTags", "Tags", &[("resource-id", &id)]).len(), 2);
    gone(json!([{ "Key": "a", "Value": "1" }]));
    assert_eq!(all(&cloud, "DescribeTags", "Tags", &[("resource-id", &id)]).len(), 1);
    gone(json!([]));
    assert!(all(&cloud, "DescribeTags", "Tags", &[("resource-id", &id)]).is_empty());
    for (resource, tags, code) in [
        ("vpc-1", json!([{ "Key": "a" }]), "InvalidVpcID.NotFound"),
        ("thing", json!([{ "Key": "a" }]), "InvalidID"),
        (&id, json!([{ "Key": "aws:a" }]), "InvalidParameterValue"),
        (&id, json!([{ "Key": "" }]), "InvalidParameterValue"),
        (&id, json!([{ "Key": "k".repeat(128) }]), "InvalidParameterValue"),
        (&id, json!([{ "Key": "a" }, { "Key": "a" }]), "InvalidParameterValue"),
        (&id, (0..51).map(|n| json!({ "Key": format!("k{n}") })).collect(), "TagLimitExceeded"),
    ] {
        let members = json!({ "Resources": [resource], "Tags": tags });
        assert_eq!(cloud.refused("CreateTags", members.clone()).1, code, "{members}");
    }
}
