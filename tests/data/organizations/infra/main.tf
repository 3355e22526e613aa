provider "aws" {
  alias = "source"

  assume_role {
    role_arn = "arn:aws:iam::222222222222:role/deploy"
  }
}

data "aws_organizations_organization" "this" {}

data "aws_organizations_organizational_unit" "workloads" {
  parent_id = data.aws_organizations_organization.this.roots[0].id
  name      = "workloads"
}

resource "aws_organizations_policy" "storage" {
  name = "storage"
  content = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "KeepVersioning"
        Effect   = "Deny"
        Action   = "s3:PutBucketVersioning"
        Resource = "*"
      }
    ]
  })
}

resource "aws_organizations_policy_attachment" "storage" {
  policy_id = aws_organizations_policy.storage.id
  target_id = data.aws_organizations_organizational_unit.workloads.id
}

resource "aws_s3_bucket" "data" {
  provider = aws.source
  bucket   = "small-data"
}

resource "aws_iam_user" "keeper" {
  provider = aws.source
  name     = "keeper"
}

resource "aws_iam_access_key" "keeper" {
  provider = aws.source
  user     = aws_iam_user.keeper.name
}

resource "aws_iam_user_policy" "keeper" {
  provider = aws.source
  name     = "all"
  user     = aws_iam_user.keeper.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "All", Effect = "Allow", Action = "s3:*", Resource = "*" }]
  })
}
