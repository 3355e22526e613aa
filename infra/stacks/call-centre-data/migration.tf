resource "aws_iam_user" "data_migration" {
  count = var.data_migration_enabled ? 1 : 0

  name = "${local.name_prefix}-migrator"
}

resource "aws_iam_access_key" "data_migration" {
  count = var.data_migration_enabled ? 1 : 0

  user = aws_iam_user.data_migration[0].name
}

# The trust policy is all that the migrator user has: it may assume this role and do nothing else.
resource "aws_iam_role" "data_migration" {
  count = var.data_migration_enabled ? 1 : 0

  name                 = "${local.name_prefix}-migrator"
  description          = "Copies data from the external source bucket into the call centre bucket"
  max_session_duration = 8 * 60 * 60

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "MigratorUserAlone"
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { AWS = aws_iam_user.data_migration[0].arn }
      },
    ]
  })
}

resource "aws_iam_role_policy" "data_migration" {
  for_each = var.data_migration_enabled ? {
    read-source       = data.aws_iam_policy_document.data_migration_source[0].json
    write-destination = data.aws_iam_policy_document.data_migration_destination[0].json
  } : {}

  name   = each.key
  role   = aws_iam_role.data_migration[0].name
  policy = each.value
}

data "aws_iam_policy_document" "data_migration_source" {
  count = var.data_migration_enabled ? 1 : 0

  statement {
    sid = "ListSource"
    actions = [
      "s3:GetBucketLocation",
      "s3:ListBucket",
      "s3:ListBucketVersions",
    ]
    resources = [var.data_migration_source_bucket_arn]
  }

  statement {
    sid = "ReadSource"
    actions = [
      "s3:GetObject",
      "s3:GetObjectTagging",
      "s3:GetObjectVersion",
      "s3:GetObjectVersionTagging",
    ]
    resources = ["${var.data_migration_source_bucket_arn}/*"]
  }

  dynamic "statement" {
    for_each = var.data_migration_source_kms_key_arn == null ? [] : [var.data_migration_source_kms_key_arn]

    content {
      sid       = "DecryptSource"
      actions   = ["kms:Decrypt", "kms:DescribeKey"]
      resources = [statement.value]
    }
  }
}

data "aws_iam_policy_document" "data_migration_destination" {
  count = var.data_migration_enabled ? 1 : 0

  statement {
    sid = "ListDestination"
    actions = [
      "s3:GetBucketLocation",
      "s3:ListBucket",
      "s3:ListBucketMultipartUploads",
    ]
    resources = [aws_s3_bucket.data.arn]
  }

  statement {
    sid = "WriteDestination"
    actions = [
      "s3:AbortMultipartUpload",
      "s3:ListMultipartUploadParts",
      "s3:PutObject",
      "s3:PutObjectTagging",
    ]
    resources = ["${aws_s3_bucket.data.arn}/*"]
  }
}
