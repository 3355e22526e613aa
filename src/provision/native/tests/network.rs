//! The network, as its rules are written.

use super::*;

const GROUPS: &str = r#"
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

locals {
  rule = {
    from_port = 443, to_port = 443, protocol = "tcp", cidr_blocks = ["10.0.0.0/8"], description = null,
    ipv6_cidr_blocks = null, prefix_list_ids = null, security_groups = null, self = true
  }
}

resource "aws_security_group" "listed" {
  name    = "listed"
  vpc_id  = aws_vpc.main.id
  ingress = [local.rule]
  egress  = []
}

resource "aws_security_group" "bare" {
  name   = "bare"
  vpc_id = aws_vpc.main.id
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
}

resource "aws_route_table" "main" {
  vpc_id = aws_vpc.main.id
  route = [{
    cidr_block = "0.0.0.0/0", gateway_id = aws_internet_gateway.main.id, carrier_gateway_id = null,
    core_network_arn = null, destination_prefix_list_id = null, egress_only_gateway_id = null,
    ipv6_cidr_block = null, local_gateway_id = null, nat_gateway_id = null, network_interface_id = null,
    transit_gateway_id = null, vpc_endpoint_id = null, vpc_peering_connection_id = null
  }]
}

resource "aws_route_table" "bare" {
  vpc_id = aws_vpc.main.id
}
"#;

async fn rules(operator: &Operator, group: &serde_json::Value) -> Vec<(bool, i64, bool)> {
    let members = json!({ "Filters": [{ "Name": "group-id", "Values": [group["id"]] }] });
    let answer = operator.call("ec2", "DescribeSecurityGroupRules", members).await.unwrap();
    let rule = |rule: &serde_json::Value| {
        (rule["IsEgress"] == true, rule["FromPort"].as_i64().unwrap(), rule["CidrIpv4"] == "10.0.0.0/8")
    };
    answer.list("/SecurityGroupRules").iter().map(rule).collect()
}

#[tokio::test]
async fn rules_may_be_a_list_and_an_empty_one_is_none() {
    let (_embedded, environment) = target().await;
    let (_folder, request) = module(GROUPS);
    let provisioned = apply(&environment, &request).await.unwrap();
    let operator = Operators::of(&environment).unwrap().main;
    let stack = provisioned.stack();
    let listed = stack.resources.get("aws_security_group.listed").unwrap();
    let mut found = rules(&operator, listed).await;
    found.sort_unstable();
    assert_eq!(found, [(false, 443, false), (false, 443, true)]);
    assert_eq!((&listed["ingress"][0]["self"], &listed["egress"]), (&json!(true), &json!([])));
    let bare = stack.resources.get("aws_security_group.bare").unwrap();
    assert_eq!(rules(&operator, bare).await, []);
    assert_eq!((&bare["ingress"], &bare["egress"]), (&json!([]), &json!([])));
    let table = stack.resources.get("aws_route_table.main").unwrap();
    let members = json!({ "RouteTableIds": [table["id"]] });
    let answer = operator.call("ec2", "DescribeRouteTables", members).await.unwrap();
    let routes = answer.list("/RouteTables/0/Routes");
    assert!(routes.iter().any(|it| it["DestinationCidrBlock"] == "0.0.0.0/0"), "{routes:?}");
    assert_eq!(stack.resources.get("aws_route_table.bare").unwrap()["route"], json!([]));
}

#[tokio::test]
async fn rules_that_are_not_known_leave_the_group_out() {
    let (_embedded, environment) = target().await;
    let (_folder, request) = module(
        "resource \"aws_ignored\" \"a\" {}\nresource \"aws_security_group\" \"b\" {\n  name = \"b\"\n  ingress = aws_ignored.a.rules\n}\n\
         resource \"aws_security_group\" \"c\" {\n  name = \"c\"\n  vpc_id = aws_ignored.a.vpc\n}\n",
    );
    let mut request = request;
    request.inputs.ignore = vec!["aws_ignored".to_owned()];
    let provisioned = apply(&environment, &request).await.unwrap();
    assert_eq!(provisioned.made.len(), 0);
    let notes: Vec<String> = provisioned.notes.iter().map(ToString::to_string).collect();
    assert_eq!(notes, ["`aws_security_group.b` is not made", "`aws_security_group.c` is not made"]);
}

const ADOPTED: &str = r#"
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_default_vpc" "d" {}

resource "aws_default_security_group" "own" {
  vpc_id = aws_vpc.main.id
  ingress = [{
    from_port = 443, to_port = 443, protocol = "tcp", cidr_blocks = ["10.0.0.0/8"], description = null,
    ipv6_cidr_blocks = null, prefix_list_ids = null, security_groups = null, self = null
  }]
}

resource "aws_default_security_group" "of_default" {}

resource "aws_default_route_table" "d" {
  default_route_table_id = aws_default_vpc.d.main_route_table_id
}

resource "aws_default_network_acl" "d" {
  default_network_acl_id = aws_vpc.main.default_network_acl_id
  ingress {
    rule_no    = 50
    action     = "deny"
    protocol   = "tcp"
    from_port  = 22
    to_port    = 22
    cidr_block = "0.0.0.0/0"
  }
  lifecycle {
    ignore_changes = [subnet_ids]
  }
}

resource "aws_network_acl" "other" {
  vpc_id     = aws_vpc.main.id
  subnet_ids = [aws_subnet.a.id]
}
"#;

#[tokio::test]
async fn what_aws_makes_by_itself_is_taken_over_and_left() {
    let (_embedded, environment) = target().await;
    let operator = Operators::of(&environment).unwrap().main;
    let ask = async |operation: &str, members: serde_json::Value| {
        operator.call("ec2", operation, members).await.unwrap().at("").clone()
    };
    let of_default = json!({ "Filters": [{ "Name": "is-default", "Values": ["true"] }] });
    let before = ask("DescribeVpcs", of_default.clone()).await["Vpcs"][0]["VpcId"].clone();
    let (_folder, request) = module(ADOPTED);
    let provisioned = apply(&environment, &request).await.unwrap_or_else(|wrong| panic!("{wrong}"));
    let stack = provisioned.stack();
    let made = |address: &str| stack.resources.get(address).unwrap();
    assert_eq!(made("aws_default_vpc.d")["id"], before);
    assert_eq!(made("aws_default_vpc.d")["existing_default_vpc"], true);
    let own = made("aws_default_security_group.own");
    assert_eq!(rules(&operator, own).await, [(false, 443, true)]);
    assert_eq!((&own["name"], own.get("_ingress")), (&json!("default"), None));
    let bare = made("aws_default_security_group.of_default");
    assert_eq!((&bare["vpc_id"], rules(&operator, bare).await.len()), (&before, 0));
    let table = json!({ "RouteTableIds": [made("aws_default_route_table.d")["id"]] });
    let routes = ask("DescribeRouteTables", table.clone()).await["RouteTables"][0]["Routes"].clone();
    assert_eq!(routes.as_array().map(Vec::len), Some(1), "{routes}");
    let acl = json!({ "NetworkAclIds": [made("aws_default_network_acl.d")["id"]] });
    let acl = ask("DescribeNetworkAcls", acl).await["NetworkAcls"][0].clone();
    let numbers: Vec<_> =
        acl["Entries"].as_array().unwrap().iter().map(|it| it["RuleNumber"].clone()).collect();
    assert_eq!(numbers, [json!(32_767), json!(50), json!(32_767)]);
    assert_eq!(acl["Associations"], json!([]));
    let other = json!({ "NetworkAclIds": [made("aws_network_acl.other")["id"]] });
    let other = ask("DescribeNetworkAcls", other).await["NetworkAcls"][0].clone();
    assert_eq!(other["Associations"][0]["SubnetId"], made("aws_subnet.a")["id"]);
    provisioned.destroy().await.unwrap();
    assert_eq!(ask("DescribeVpcs", of_default).await["Vpcs"][0]["VpcId"], before);
    assert_eq!(ask("DescribeRouteTables", table).await["RouteTables"].as_array().map(Vec::len), Some(1));
}
