# Recordings under keys of the team's own: one that leaves use to IAM policies, and one that its policy alone opens.
resource "aws_s3_bucket" "vault" {
  bucket = "${var.project}-${data.aws_caller_identity.me.account_id}-vault"
}

resource "aws_s3_bucket_server_side_encryption_configuration" "vault" {
  bucket = aws_s3_bucket.vault.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.vault.arn
    }
  }
}

resource "aws_kms_key" "vault" {
  description             = "recordings"
  deletion_window_in_days = 7
  enable_key_rotation     = true

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "LeftToIam"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Sid       = "OnlyThroughS3"
        Effect    = "Deny"
        Principal = { AWS = aws_iam_user.recorder.arn }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = "*"
        Condition = { StringNotEquals = { "kms:ViaService" = "s3.eu-west-1.amazonaws.com" } }
      },
    ]
  })
}

resource "aws_kms_alias" "vault" {
  name          = "alias/${var.project}/vault"
  target_key_id = aws_kms_key.vault.key_id
}

resource "aws_kms_key" "closed" {
  description = "what IAM policies open to nobody"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "WhoAppliesAdministers"
        Effect    = "Allow"
        Principal = { AWS = data.aws_caller_identity.me.arn }
        Action    = ["kms:CreateGrant", "kms:Describe*", "kms:Get*", "kms:List*", "kms:Put*", "kms:RevokeGrant", "kms:ScheduleKeyDeletion"]
        Resource  = "*"
      },
      {
        Sid       = "TheRecorderUses"
        Effect    = "Allow"
        Principal = { AWS = aws_iam_user.recorder.arn }
        Action    = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"]
        Resource  = "*"
      },
    ]
  })
}

resource "aws_kms_grant" "auditor" {
  name              = "auditor"
  key_id            = aws_kms_key.closed.key_id
  grantee_principal = aws_iam_user.auditor.arn
  operations        = ["Decrypt"]

  constraints {
    encryption_context_equals = { purpose = "audit" }
  }
}

resource "aws_iam_user" "recorder" {
  name = "recorder"
}

resource "aws_iam_access_key" "recorder" {
  user = aws_iam_user.recorder.name
}

resource "aws_iam_user_policy" "recorder" {
  name = "record"
  user = aws_iam_user.recorder.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Recordings"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject"]
        Resource = "${aws_s3_bucket.vault.arn}/*"
      },
      {
        Sid      = "TheirKey"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = aws_kms_key.vault.arn
      },
    ]
  })
}

# May read all that lies in the vault, and has no use of any key.
resource "aws_iam_user" "auditor" {
  name = "auditor"
}

resource "aws_iam_access_key" "auditor" {
  user = aws_iam_user.auditor.name
}

resource "aws_iam_user_policy" "auditor" {
  name = "audit"
  user = aws_iam_user.auditor.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ReadAll"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:ListBucket"]
        Resource = [aws_s3_bucket.vault.arn, "${aws_s3_bucket.vault.arn}/*"]
      },
    ]
  })
}

# Taken by its service; the key opens to it for what lies in the vault, whose bucket key has the bucket as its context.
resource "aws_iam_role" "transcriber" {
  name = "transcriber"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Service = "lambda.amazonaws.com" }
        Action    = "sts:AssumeRole"
      },
    ]
  })
}

resource "aws_iam_role_policy" "transcriber" {
  name = "transcribe"
  role = aws_iam_role.transcriber.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ReadAndWrite"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject"]
        Resource = ["${aws_s3_bucket.vault.arn}/*", "${aws_s3_bucket.logs.arn}/*"]
      },
      {
        Sid       = "TheVaultsKeyForTheVault"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = aws_kms_key.vault.arn
        Condition = { StringEquals = { "kms:EncryptionContext:aws:s3:arn" = aws_s3_bucket.vault.arn } }
      },
    ]
  })
}
