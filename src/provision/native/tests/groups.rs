//! Groups, who is in them, and what they may do; and what other providers compute beside them.

use super::*;

const PEOPLE: &str = r#"
resource "random_id" "suffix" {
  byte_length = 4
}

resource "terraform_data" "team" {
  input = ["ada", "bob"]
}

resource "null_resource" "nothing" {
  triggers = { always = "yes" }
}

resource "aws_iam_user" "person" {
  for_each = toset(["ada", "bob"])
  name     = "${each.key}-${random_id.suffix.hex}"
}

resource "aws_iam_group" "readers" {
  name = "readers"
  path = "/teams/"
}

resource "aws_iam_group" "writers" {
  name = "writers"
}

resource "aws_iam_group_membership" "readers" {
  name  = "readers"
  group = aws_iam_group.readers.name
  users = values(aws_iam_user.person)[*].name
}

resource "aws_iam_user_group_membership" "ada" {
  user   = aws_iam_user.person["ada"].name
  groups = [aws_iam_group.writers.name]
}

resource "aws_iam_policy" "list" {
  name   = "list"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:ListBucket", Resource = "*" }] })
}

resource "aws_iam_group_policy" "list" {
  name   = "list"
  group  = aws_iam_group.readers.name
  policy = aws_iam_policy.list.policy
}

resource "aws_iam_group_policy_attachment" "list" {
  group      = aws_iam_group.writers.name
  policy_arn = aws_iam_policy.list.arn
}

resource "aws_iam_policy_attachment" "list" {
  name       = "list"
  policy_arn = aws_iam_policy.list.arn
  users      = [aws_iam_user.person["bob"].name]
  groups     = [aws_iam_group.readers.name]
}

data "aws_iam_user" "ada" {
  user_name = aws_iam_user.person["ada"].name
}

data "aws_iam_policy" "list" {
  name       = "list"
  depends_on = [aws_iam_policy_attachment.list, aws_iam_group_policy_attachment.list]
}

output "person" {
  value = data.aws_iam_user.ada.arn == aws_iam_user.person["ada"].arn
}

output "kept" {
  value = terraform_data.team.output
}

output "attached" {
  value = [data.aws_iam_policy.list.attachment_count, data.aws_iam_policy.list.policy == aws_iam_policy.list.policy]
}
"#;

#[tokio::test]
async fn groups_have_members_and_policies_and_go_again() {
    let (_embedded, environment) = target().await;
    let (_folder, request) = module(PEOPLE);
    let provisioned = apply(&environment, &request).await.unwrap();
    let stack = provisioned.stack();
    assert_eq!(stack.outputs["person"].value, json!(true));
    assert_eq!(stack.outputs["kept"].value, json!(["ada", "bob"]));
    assert_eq!(stack.outputs["attached"].value, json!([3, true]));
    assert_eq!(
        stack.resources["aws_iam_group.readers"]["arn"],
        "arn:aws:iam::111111111111:group/teams/readers"
    );
    let operator = Operators::of(&environment).unwrap().main;
    let members = operator.call("iam", "GetGroup", json!({ "GroupName": "readers" })).await.unwrap();
    assert_eq!(members.list("/Users").len(), 2);
    let members = operator.call("iam", "GetGroup", json!({ "GroupName": "writers" })).await.unwrap();
    assert_eq!(members.list("/Users").len(), 1);
    provisioned.destroy().await.unwrap();
    for (operation, list) in [("ListUsers", "/Users"), ("ListGroups", "/Groups")] {
        let answer = operator.call("iam", operation, json!({})).await.unwrap();
        assert!(answer.list(list).is_empty(), "{operation}: {:?}", answer.list(list));
    }
}
