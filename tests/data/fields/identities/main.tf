provider "aws" {
  default_tags {
    tags = { Environment = "test" }
  }
}

data "aws_iam_policy_document" "worker" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "worker" {
  name               = "worker"
  path               = "/data/"
  assume_role_policy = data.aws_iam_policy_document.worker.json
}

resource "aws_iam_instance_profile" "worker" {
  name_prefix = "worker-"
  role        = aws_iam_role.worker.name
}

resource "aws_iam_openid_connect_provider" "builds" {
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

resource "aws_iam_saml_provider" "people" {
  name                   = "people"
  saml_metadata_document = "<EntityDescriptor entityID=\"${join("", [for number in range(300) : "abcd"])}\"/>"
}

resource "aws_iam_service_linked_role" "tasks" {
  aws_service_name = "ecs.amazonaws.com"
}

resource "aws_iam_account_alias" "this" {
  account_alias = "calls-dev"
}

resource "aws_iam_account_password_policy" "this" {
  minimum_password_length = 14
  require_numbers         = true
}

resource "aws_iam_group" "readers" {
  name = "readers"
}

data "aws_iam_account_alias" "this" {
  depends_on = [aws_iam_account_alias.this]
}

data "aws_iam_group" "readers" {
  group_name = aws_iam_group.readers.name
}

data "aws_iam_instance_profile" "worker" {
  name = aws_iam_instance_profile.worker.name
}

data "aws_iam_openid_connect_provider" "builds" {
  url        = "https://token.actions.githubusercontent.com"
  depends_on = [aws_iam_openid_connect_provider.builds]
}

data "aws_iam_roles" "data" {
  name_regex = "^work"
  depends_on = [aws_iam_role.worker]
}

data "aws_iam_session_context" "worker" {
  arn        = "arn:aws:sts::111111111111:assumed-role/worker/i-1"
  depends_on = [aws_iam_role.worker]
}

output "read" {
  value = {
    alias   = data.aws_iam_account_alias.this.account_alias
    group   = data.aws_iam_group.readers.arn == aws_iam_group.readers.arn
    role    = data.aws_iam_instance_profile.worker.role_arn
    url     = aws_iam_openid_connect_provider.builds.url
    builds  = data.aws_iam_openid_connect_provider.builds.arn == aws_iam_openid_connect_provider.builds.arn
    clients = data.aws_iam_openid_connect_provider.builds.client_id_list
    roles   = data.aws_iam_roles.data.names
    issuer  = data.aws_iam_session_context.worker.issuer_arn
    linked  = aws_iam_service_linked_role.tasks.path
    expire  = aws_iam_account_password_policy.this.expire_passwords
  }
}
