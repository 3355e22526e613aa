provider "aws" {
  region = "eu-west-2"
  default_tags { tags = { Owner = "team" } }
}

resource "aws_organizations_organization" "this" {
  aws_service_access_principals = ["guardduty.amazonaws.com"]
  enabled_policy_types          = ["RESOURCE_CONTROL_POLICY", "SERVICE_CONTROL_POLICY"]
  feature_set                   = "ALL"
}

resource "aws_organizations_organizational_unit" "workloads" {
  name      = "workloads"
  parent_id = aws_organizations_organization.this.roots[0].id
  tags      = { a = "b" }
}

resource "aws_organizations_organizational_unit" "prod" {
  name      = "prod"
  parent_id = aws_organizations_organizational_unit.workloads.id
}

resource "aws_organizations_account" "prod" {
  name                       = "prod"
  email                      = "prod@example.com"
  parent_id                  = aws_organizations_organizational_unit.prod.id
  role_name                  = "Admin"
  iam_user_access_to_billing = "DENY"
}

resource "aws_organizations_policy" "regions" {
  name        = "regions"
  description = "where things are"
  content = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "Regions", Effect = "Deny", Action = "s3:CreateBucket", Resource = "*", Condition = { StringNotEquals = { "aws:RequestedRegion" = "eu-west-2" } } }]
  })
}

resource "aws_organizations_policy" "perimeter" {
  name = "perimeter"
  type = "RESOURCE_CONTROL_POLICY"
  content = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Deny", Principal = "*", Action = "s3:*", Resource = "*", Condition = { StringNotEqualsIfExists = { "aws:PrincipalOrgID" = aws_organizations_organization.this.id } } }]
  })
}

resource "aws_organizations_policy_attachment" "regions" {
  policy_id = aws_organizations_policy.regions.id
  target_id = aws_organizations_organizational_unit.workloads.id
}

resource "aws_organizations_policy_attachment" "perimeter" {
  policy_id = aws_organizations_policy.perimeter.id
  target_id = aws_organizations_account.prod.id
}

resource "aws_organizations_delegated_administrator" "guardduty" {
  account_id        = aws_organizations_account.prod.id
  service_principal = "guardduty.amazonaws.com"
  depends_on        = [aws_organizations_organization.this]
}

resource "aws_organizations_resource_policy" "delegation" {
  content = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::${aws_organizations_account.prod.id}:root" }, Action = "organizations:List*", Resource = "*" }]
  })
}

provider "aws" {
  alias  = "prod"
  region = "eu-west-2"
  assume_role {
    role_arn = "arn:aws:iam::${aws_organizations_account.prod.id}:role/Admin"
  }
}

resource "aws_s3_bucket" "prod" {
  provider = aws.prod
  bucket   = "prod-data"
}

data "aws_organizations_organization" "seen" {
  depends_on = [aws_organizations_account.prod]
}

data "aws_organizations_organizational_unit" "workloads" {
  name       = "workloads"
  parent_id  = aws_organizations_organization.this.roots[0].id
  depends_on = [aws_organizations_organizational_unit.workloads]
}

data "aws_organizations_organizational_units" "root" {
  parent_id  = aws_organizations_organization.this.roots[0].id
  depends_on = [aws_organizations_organizational_unit.workloads]
}

data "aws_organizations_organizational_unit_descendant_organizational_units" "root" {
  parent_id  = aws_organizations_organization.this.roots[0].id
  depends_on = [aws_organizations_organizational_unit.prod]
}

data "aws_organizations_organizational_unit_child_accounts" "root" {
  parent_id  = aws_organizations_organization.this.roots[0].id
  depends_on = [aws_organizations_account.prod]
}

data "aws_organizations_organizational_unit_descendant_accounts" "root" {
  parent_id  = aws_organizations_organization.this.roots[0].id
  depends_on = [aws_organizations_account.prod]
}

data "aws_organizations_policy" "full" {
  policy_id  = "p-FullAWSAccess"
  depends_on = [aws_organizations_organization.this]
}

data "aws_organizations_policies" "service" {
  filter     = "SERVICE_CONTROL_POLICY"
  depends_on = [aws_organizations_policy.regions]
}

data "aws_organizations_policies_for_target" "workloads" {
  filter     = "SERVICE_CONTROL_POLICY"
  target_id  = aws_organizations_organizational_unit.workloads.id
  depends_on = [aws_organizations_policy_attachment.regions]
}

data "aws_organizations_delegated_administrators" "guardduty" {
  service_principal = "guardduty.amazonaws.com"
  depends_on        = [aws_organizations_delegated_administrator.guardduty]
}

data "aws_organizations_delegated_services" "prod" {
  account_id = aws_organizations_delegated_administrator.guardduty.account_id
}

data "aws_organizations_resource_tags" "workloads" {
  resource_id = aws_organizations_organizational_unit.workloads.id
}

output "read" {
  value = {
    features   = data.aws_organizations_organization.seen.feature_set
    enabled    = sort(data.aws_organizations_organization.seen.enabled_policy_types)
    services   = data.aws_organizations_organization.seen.aws_service_access_principals
    others     = data.aws_organizations_organization.seen.non_master_accounts[*].name
    management = data.aws_organizations_organization.seen.master_account_id
    same       = data.aws_organizations_organizational_unit.workloads.id == aws_organizations_organizational_unit.workloads.id
    units      = data.aws_organizations_organizational_units.root.children[*].name
    all_units  = data.aws_organizations_organizational_unit_descendant_organizational_units.root.children[*].name
    accounts   = data.aws_organizations_organizational_unit_child_accounts.root.accounts[*].name
    all        = sort(data.aws_organizations_organizational_unit_descendant_accounts.root.accounts[*].name)
    full       = data.aws_organizations_policy.full.aws_managed
    policies   = length(data.aws_organizations_policies.service.ids)
    attached   = contains(data.aws_organizations_policies_for_target.workloads.ids, aws_organizations_policy.regions.id)
    admins     = data.aws_organizations_delegated_administrators.guardduty.delegated_administrators[*].name
    delegated  = [for service in data.aws_organizations_delegated_services.prod.delegated_services : service.service_principal]
    tags       = data.aws_organizations_resource_tags.workloads.tags
    account    = aws_organizations_account.prod.id
    status     = aws_organizations_account.prod.status
    policy_arn = endswith(aws_organizations_policy.regions.arn, "service_control_policy/${aws_organizations_policy.regions.id}")
  }
}
