terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 6.0" }
  }
}

provider "aws" {
  region = "eu-west-2"
  default_tags {
    tags = { Provisioner = "Terraform" }
  }
}

variable "environment" {
  type = string
}

variable "migration" {
  type    = bool
  default = false
}

locals {
  name = "${var.environment}-accessor"
}

data "aws_caller_identity" "current" {}

resource "aws_s3_bucket" "data" {
  bucket = "${var.environment}-data-${data.aws_caller_identity.current.account_id}"
  tags   = { Environment = var.environment }
}

data "aws_iam_policy_document" "bucket" {
  statement {
    sid       = "DenyPlainHttp"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.data.arn, "${aws_s3_bucket.data.arn}/*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }

  dynamic "statement" {
    for_each = { kms = "aws:kms", dsse = "aws:kms:dsse" }
    content {
      sid       = "Deny${title(statement.key)}"
      effect    = "Deny"
      actions   = ["s3:PutObject"]
      resources = ["${aws_s3_bucket.data.arn}/*"]
      principals {
        type        = "AWS"
        identifiers = ["*"]
      }
      condition {
        test     = "StringEquals"
        variable = "s3:x-amz-server-side-encryption"
        values   = [statement.value]
      }
    }
  }
}

resource "aws_s3_bucket_policy" "data" {
  bucket = aws_s3_bucket.data.id
  policy = data.aws_iam_policy_document.bucket.json
}

resource "aws_iam_user" "accessor" {
  name = local.name
}

resource "aws_iam_policy" "accessor" {
  name = local.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = aws_s3_bucket.data.arn
      },
      {
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject"]
        Resource = "${aws_s3_bucket.data.arn}/*"
      },
    ]
  })
}

resource "aws_iam_user" "migrator" {
  count = var.migration ? 1 : 0
  name  = "${var.environment}-migrator"
}

output "bucket_name" {
  value = aws_s3_bucket.data.bucket
}

output "migrators" {
  value = aws_iam_user.migrator[*].name
}
