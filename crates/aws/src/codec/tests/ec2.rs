//! EC2's protocol beside what the tables' round trips show.

use super::*;

fn read(name: &str, pairs: &[(&str, &str)]) -> Result<Members, ApiError> {
    let query: Vec<_> = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let input = WireInput { labels: &[], query: &query, headers: &HeaderMap::new(), body: b"" };
    decode_request(op("ec2", name), &input)
}

/// The names that botocore gives them.
#[test]
fn names_follow_ec2s_rule() {
    let given = json!({
        "ImageId": "ami-1",
        "MinCount": 1,
        "MaxCount": 1,
        "SecurityGroupIds": ["sg-1", "sg-2"],
        "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8}}],
        "NetworkInterfaces": [{"DeviceIndex": 0, "Groups": ["sg-1"],
            "PrivateIpAddresses": [{"Primary": true, "PrivateIpAddress": "10.0.0.1"}]}],
        "IamInstanceProfile": {"Name": "p"},
        "TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "a", "Value": "b"}]}]
    });
    let wire = encode_request(op("ec2", "RunInstances"), &members(given)).unwrap();
    let mut names: Vec<_> = form(&wire.body).into_iter().map(|(name, _)| name).collect();
    names.sort();
    let expected = [
        "Action",
        "BlockDeviceMapping.1.DeviceName",
        "BlockDeviceMapping.1.Ebs.VolumeSize",
        "IamInstanceProfile.Name",
        "ImageId",
        "MaxCount",
        "MinCount",
        "NetworkInterface.1.DeviceIndex",
        "NetworkInterface.1.PrivateIpAddresses.1.Primary",
        "NetworkInterface.1.PrivateIpAddresses.1.PrivateIpAddress",
        "NetworkInterface.1.SecurityGroupId.1",
        "SecurityGroupId.1",
        "SecurityGroupId.2",
        "TagSpecification.1.ResourceType",
        "TagSpecification.1.Tag.1.Key",
        "TagSpecification.1.Tag.1.Value",
        "Version",
    ];
    assert_eq!(names, expected);
}

#[test]
fn what_does_not_fit_is_refused_by_name() {
    let filter = [("Action", "DescribeVpcs"), ("Filter.1.Name", "vpc-id"), ("Filter.1.Value.1", "vpc-1")];
    let expected = json!({"Filters": [{"Name": "vpc-id", "Values": ["vpc-1"]}]});
    assert_eq!(Value::Object(read("DescribeVpcs", &filter).unwrap()), expected);
    for (pairs, code, name) in [
        (&[("VpcIds.1", "vpc-1")][..], "UnknownParameter", "VpcIds"),
        (&[("Filter.1.Values.1", "a")], "UnknownParameter", "Values"),
        (&[("VpcId.1", "a"), ("VpcId.1", "b")], "InvalidParameterValue", "VpcId"),
        (&[("VpcId.a", "a")], "InvalidParameterValue", "VpcId"),
        (&[("VpcId.1", "a"), ("VpcId.01", "b")], "InvalidParameterValue", "VpcId"),
        (&[("VpcId", "a")], "InvalidParameterValue", "VpcId"),
        (&[("VpcId", ""), ("VpcId.1", "a")], "InvalidParameterValue", "VpcId"),
        (&[("Filter.1", "a")], "InvalidParameterValue", "Filter"),
        (&[("DryRun", "perhaps")], "InvalidParameterValue", "DryRun"),
        (&[("DryRun.1", "true")], "InvalidParameterValue", "DryRun"),
    ] {
        let error = read("DescribeVpcs", pairs).unwrap_err();
        assert_eq!((error.status, error.code.as_ref()), (400, code), "{pairs:?}");
        assert!(error.message.contains(name), "{pairs:?}: {error}");
    }
}

#[tokio::test]
async fn answers_begin_with_the_request_and_hold_sets_of_items() {
    let output = json!({"Vpcs": [{"VpcId": "vpc-1", "IsDefault": false, "Tags": []}]});
    let (_, text) = back("ec2", "DescribeVpcs", output).await;
    let expected = concat!(
        "<DescribeVpcsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">",
        "<requestId>request-1</requestId><vpcSet><item>",
    );
    assert!(text.contains(expected), "{text}");
    assert!(text.contains("<tagSet></tagSet>"), "{text}");
    let (_, text) = back("ec2", "DeleteVpc", json!({})).await;
    assert!(text.contains("</requestId><return>true</return></DeleteVpcResponse>"), "{text}");
}
