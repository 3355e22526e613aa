module "key" {
  source = "../../modules/kms"

  alias       = "${var.service}-master-key"
  description = "Encrypts calls, results and configuration of ${var.project}"
  policy      = data.aws_iam_policy_document.key.json
}

data "aws_iam_policy_document" "key" {
  #checkov:skip=CKV_AWS_109:a key whose policy does not let its account administer it can never be changed
  #checkov:skip=CKV_AWS_111:a key policy is about one key, whose policy it is
  #checkov:skip=CKV_AWS_356:a key policy speaks of its own key, which it can only call *
  statement {
    sid       = "AllowRootFullAccess"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${local.account_id}:root"]
    }
  }

  # A service that another account persuades to use the key does not speak for this one.
  statement {
    sid = "AllowServiceAccess"
    actions = [
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:Encrypt",
      "kms:GenerateDataKey*",
      "kms:ReEncrypt*",
    ]
    resources = ["*"]

    principals {
      type = "Service"
      identifiers = [
        "events.amazonaws.com",
        "glue.amazonaws.com",
        "lambda.amazonaws.com",
        "logs.${var.aws_region}.amazonaws.com",
        "s3.amazonaws.com",
        "sns.amazonaws.com",
        "transcribe.amazonaws.com",
      ]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }

  statement {
    sid = "AllowCoreRolesToUseKey"
    actions = [
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:Encrypt",
      "kms:GenerateDataKey*",
      "kms:ReEncrypt*",
    ]
    resources = ["*"]

    principals {
      type = "AWS"
      identifiers = [
        module.lambda_role.arn,
        module.glue_role.arn,
        module.quicksight_role.arn,
      ]
    }
  }

  # The tenant guard. Whoever carries a tenant's tag uses the key itself under that tenant's context and no other, whatever
  # else allows it. S3 and DynamoDB send a context of their own, and guard what they keep by the tenant's prefix and key.
  statement {
    sid    = "DenyOtherTenantsContext"
    effect = "Deny"
    actions = [
      "kms:Decrypt",
      "kms:Encrypt",
      "kms:GenerateDataKey*",
      "kms:ReEncrypt*",
    ]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "Null"
      variable = "aws:PrincipalTag/tenant_id"
      values   = ["false"]
    }

    condition {
      test     = "StringNotEquals"
      variable = "kms:EncryptionContext:tenant_id"
      values   = ["$${aws:PrincipalTag/tenant_id}"]
    }

    condition {
      test     = "StringNotEquals"
      variable = "kms:ViaService"
      values   = local.storage_services
    }
  }

  # A grant that a tenant gave away would outlive its session and its tag.
  statement {
    sid    = "DenyTenantsAdministration"
    effect = "Deny"
    not_actions = [
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:Encrypt",
      "kms:GenerateDataKey*",
      "kms:ReEncrypt*",
    ]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "Null"
      variable = "aws:PrincipalTag/tenant_id"
      values   = ["false"]
    }
  }
}

locals {
  # Services that use the key in their caller's name.
  storage_services = ["dynamodb.${var.aws_region}.amazonaws.com", "s3.${var.aws_region}.amazonaws.com"]
}
