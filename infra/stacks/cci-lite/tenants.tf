# A tenant's principal is a session of this role with the tag `tenant_id`. Its policy names no tenant: what a session
# reaches is what its tag says, and without a tag it reaches nothing.
module "tenant_role" {
  source = "../../modules/iam"

  name               = "${var.service}-tenant-role"
  description        = "Taken by ${module.lambda_role.name} for one tenant, which the tag tenant_id names"
  assume_role_policy = data.aws_iam_policy_document.tenant_trust.json

  policies = {
    tenant-objects = data.aws_iam_policy_document.tenant_objects.json
    tenant-items   = data.aws_iam_policy_document.tenant_items.json
    tenant-key     = data.aws_iam_policy_document.tenant_key.json
  }
}

data "aws_iam_policy_document" "tenant_trust" {
  statement {
    sid     = "LambdaRoleForOneTenant"
    actions = ["sts:AssumeRole", "sts:TagSession"]

    principals {
      type        = "AWS"
      identifiers = [module.lambda_role.arn]
    }

    condition {
      test     = "ForAllValues:StringEquals"
      variable = "aws:TagKeys"
      values   = ["tenant_id"]
    }

    condition {
      test     = "StringLike"
      variable = "aws:RequestTag/tenant_id"
      values   = ["?*"]
    }

    # `acme/eu` would reach what is tenant `acme`'s.
    condition {
      test     = "StringNotLike"
      variable = "aws:RequestTag/tenant_id"
      values   = ["*/*"]
    }

    # The tag stays on whatever role the session takes next.
    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "sts:TransitiveTagKeys"
      values   = ["tenant_id"]
    }
  }
}

data "aws_iam_policy_document" "tenant_objects" {
  statement {
    sid       = "ListOwnPrefix"
    actions   = ["s3:ListBucket", "s3:ListBucketVersions"]
    resources = [module.input.arn, module.results.arn]

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["$${aws:PrincipalTag/tenant_id}/*"]
    }
  }

  statement {
    sid = "ReadAndWriteOwnObjects"
    actions = [
      "s3:AbortMultipartUpload",
      "s3:GetObject",
      "s3:GetObjectVersion",
      "s3:ListMultipartUploadParts",
      "s3:PutObject",
    ]
    resources = [
      "${module.input.arn}/$${aws:PrincipalTag/tenant_id}/*",
      "${module.results.arn}/$${aws:PrincipalTag/tenant_id}/*",
    ]
  }
}

data "aws_iam_policy_document" "tenant_items" {
  statement {
    sid = "ReadAndWriteOwnItems"
    actions = [
      "dynamodb:BatchGetItem",
      "dynamodb:BatchWriteItem",
      "dynamodb:ConditionCheckItem",
      "dynamodb:DeleteItem",
      "dynamodb:GetItem",
      "dynamodb:PartiQLDelete",
      "dynamodb:PartiQLInsert",
      "dynamodb:PartiQLSelect",
      "dynamodb:PartiQLUpdate",
      "dynamodb:PutItem",
      "dynamodb:Query",
      "dynamodb:UpdateItem",
    ]
    resources = [module.config.arn]

    condition {
      test     = "ForAllValues:StringEquals"
      variable = "dynamodb:LeadingKeys"
      values   = ["TENANT#$${aws:PrincipalTag/tenant_id}"]
    }

    # A statement without a key in its `WHERE` reads the whole table and names no leading key, of which `ForAllValues`
    # holds as well.
    condition {
      test     = "Null"
      variable = "dynamodb:LeadingKeys"
      values   = ["false"]
    }
  }
}

data "aws_iam_policy_document" "tenant_key" {
  statement {
    sid       = "UseKeyThroughStorage"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [module.key.arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = local.storage_services
    }
  }

  statement {
    sid       = "UseKeyInOwnContext"
    actions   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"]
    resources = [module.key.arn]

    condition {
      test     = "StringEquals"
      variable = "kms:EncryptionContext:tenant_id"
      values   = ["$${aws:PrincipalTag/tenant_id}"]
    }
  }
}
