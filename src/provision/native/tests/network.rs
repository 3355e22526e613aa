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
