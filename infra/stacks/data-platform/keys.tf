# One key a service, each of use through its service and for its one resource alone.
module "key" {
  source   = "../../modules/kms"
  for_each = local.keys

  alias       = "${local.name_prefix}-${each.key}"
  description = each.value.description
  policy      = data.aws_iam_policy_document.key[each.key].json
}

locals {
  keys = {
    s3 = {
      description = "Encrypts the objects of ${local.bucket_name}"
      service     = "s3"
      context     = "aws:s3:arn"
      # Under the bucket's own key the context is the bucket, and the object where there is none.
      resources = ["arn:aws:s3:::${local.bucket_name}", "arn:aws:s3:::${local.bucket_name}/*"]
      grants    = false
    }

    dynamodb = {
      description = "Encrypts the items of ${local.table_name}"
      service     = "dynamodb"
      context     = "aws:dynamodb:tableName"
      resources   = [local.table_name]
      # DynamoDB keeps the table encrypted by grants.
      grants = true
    }

    kinesis = {
      description = "Encrypts the records of ${local.stream_name}"
      service     = "kinesis"
      context     = "aws:kinesis:arn"
      resources   = ["arn:aws:kinesis:${var.aws_region}:${local.account_id}:stream/${local.stream_name}"]
      grants      = false
    }

    secretsmanager = {
      description = "Encrypts the secret ${local.secret_name}"
      service     = "secretsmanager"
      context     = "SecretARN"
      # A secret's ARN ends in a dash and six characters of its own.
      resources = ["arn:aws:secretsmanager:${var.aws_region}:${local.account_id}:secret:${local.secret_name}-??????"]
      grants    = false
    }
  }
}

data "aws_iam_policy_document" "key" {
  #checkov:skip=CKV_AWS_109:a key whose policy does not let its account administer it can never be changed
  #checkov:skip=CKV_AWS_111:a key policy is about one key, whose policy it is
  #checkov:skip=CKV_AWS_356:a key policy speaks of its own key, which it can only call *
  for_each = local.keys

  # Administration is the account's to give; use is not among it.
  statement {
    sid = "AdministerKey"
    actions = [
      "kms:CancelKeyDeletion",
      "kms:CreateAlias",
      "kms:DeleteAlias",
      "kms:DescribeKey",
      "kms:DisableKey",
      "kms:DisableKeyRotation",
      "kms:EnableKey",
      "kms:EnableKeyRotation",
      "kms:GetKeyPolicy",
      "kms:GetKeyRotationStatus",
      "kms:ListGrants",
      "kms:ListKeyPolicies",
      "kms:ListKeyRotations",
      "kms:ListResourceTags",
      "kms:PutKeyPolicy",
      "kms:RevokeGrant",
      "kms:ScheduleKeyDeletion",
      "kms:TagResource",
      "kms:UntagResource",
      "kms:UpdateAlias",
      "kms:UpdateKeyDescription",
    ]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${local.account_id}:root"]
    }
  }

  statement {
    sid = "UseThroughServiceForOwnResource"
    actions = [
      "kms:Decrypt",
      "kms:Encrypt",
      "kms:GenerateDataKey*",
      "kms:ReEncrypt*",
    ]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${local.account_id}:root"]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:CallerAccount"
      values   = [local.account_id]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["${each.value.service}.${var.aws_region}.amazonaws.com"]
    }

    condition {
      test     = "StringLike"
      variable = "kms:EncryptionContext:${each.value.context}"
      values   = each.value.resources
    }
  }

  dynamic "statement" {
    for_each = each.value.grants ? [each.value.service] : []

    content {
      sid       = "GrantToService"
      actions   = ["kms:CreateGrant"]
      resources = ["*"]

      principals {
        type        = "AWS"
        identifiers = ["arn:aws:iam::${local.account_id}:root"]
      }

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["${statement.value}.${var.aws_region}.amazonaws.com"]
      }

      condition {
        test     = "Bool"
        variable = "kms:GrantIsForAWSResource"
        values   = ["true"]
      }
    }
  }
}
