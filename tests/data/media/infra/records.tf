# What must be kept, and what goes by itself.
resource "aws_s3_bucket" "records" {
  bucket              = "${var.project}-${data.aws_caller_identity.me.account_id}-records"
  object_lock_enabled = true
}

resource "aws_s3_bucket_versioning" "records" {
  bucket = aws_s3_bucket.records.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_object_lock_configuration" "records" {
  bucket     = aws_s3_bucket.records.id
  depends_on = [aws_s3_bucket_versioning.records]

  rule {
    default_retention {
      mode = "GOVERNANCE"
      days = 30
    }
  }
}

resource "aws_s3_bucket" "drafts" {
  bucket = "${var.project}-${data.aws_caller_identity.me.account_id}-drafts"
}

resource "aws_s3_bucket_versioning" "drafts" {
  bucket = aws_s3_bucket.drafts.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "drafts" {
  bucket     = aws_s3_bucket.drafts.id
  depends_on = [aws_s3_bucket_versioning.drafts]

  rule {
    id     = "short"
    status = "Enabled"

    filter {
      prefix = "short/"
    }

    expiration {
      days = 7
    }
  }

  rule {
    id     = "old-versions"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days           = 3
      newer_noncurrent_versions = 1
    }
  }
}

resource "aws_iam_group" "keepers" {
  name = "keepers"
}

resource "aws_iam_group_policy" "keepers" {
  name  = "keep"
  group = aws_iam_group.keepers.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Records"
        Effect   = "Allow"
        Action   = ["s3:GetObject*", "s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"]
        Resource = "${aws_s3_bucket.records.arn}/*"
      },
    ]
  })
}

resource "aws_iam_user" "keeper" {
  for_each = toset(["clerk", "chief"])

  name = each.key
}

resource "aws_iam_access_key" "keeper" {
  for_each = aws_iam_user.keeper

  user = each.value.name
}

resource "aws_iam_user_group_membership" "keeper" {
  for_each = aws_iam_user.keeper

  user   = each.value.name
  groups = [aws_iam_group.keepers.name]
}

resource "aws_iam_user_policy" "chief" {
  name = "bypass"
  user = aws_iam_user.keeper["chief"].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Bypass"
        Effect   = "Allow"
        Action   = "s3:BypassGovernanceRetention"
        Resource = "${aws_s3_bucket.records.arn}/*"
      },
    ]
  })
}
