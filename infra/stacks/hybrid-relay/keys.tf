module "ingress_key" {
  source = "../../modules/kms"

  alias       = "${local.name_prefix}-ingress"
  description = "Encrypts the packages of ${local.name_prefix}"
  policy      = data.aws_iam_policy_document.ingress_key.json
}

module "audit_key" {
  source = "../../modules/kms"

  alias       = "${local.name_prefix}-audit"
  description = "Encrypts the audit trail of ${local.name_prefix}"
  policy      = data.aws_iam_policy_document.audit_key.json
}

data "aws_iam_policy_document" "ingress_key" {
  source_policy_documents = [data.aws_iam_policy_document.account.json]

  statement {
    sid       = "RolesDecryptThroughS3"
    actions   = ["kms:Decrypt"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = [module.lambda_role.arn, module.task_role.arn]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.aws_region}.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "audit_key" {
  source_policy_documents = [data.aws_iam_policy_document.account.json]

  statement {
    sid       = "RolesUseTable"
    actions   = ["kms:Decrypt"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = [module.lambda_role.arn, module.task_role.arn]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["dynamodb.${var.aws_region}.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "account" {
  #checkov:skip=CKV_AWS_109:a key whose policy does not let its account administer it can never be changed
  #checkov:skip=CKV_AWS_111:a key policy is about one key, whose policy it is
  #checkov:skip=CKV_AWS_356:a key policy speaks of its own key, which it can only call *
  statement {
    sid       = "AccountDecides"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${local.account_id}:root"]
    }
  }
}
