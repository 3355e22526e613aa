resource "aws_iam_user" "data" {
  name = "${local.name_prefix}-accessor" #checkov:skip=CKV_AWS_273:WinSCP and Cyberduck log in with access keys
}

resource "aws_iam_access_key" "data" {
  user = aws_iam_user.data.name
}

resource "aws_iam_user_policy_attachment" "data" {
  user       = aws_iam_user.data.name
  policy_arn = aws_iam_policy.data.arn
}

# What WinSCP and Cyberduck ask for when they list, fetch and store, and no more: no deletes.
resource "aws_iam_policy" "data" {
  name        = "${local.name_prefix}-accessor"
  description = "List, read and write call centre data"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "ListBucket"
        Effect = "Allow"
        Action = [
          "s3:GetBucketLocation",
          "s3:ListBucket",
          "s3:ListBucketMultipartUploads",
          "s3:ListBucketVersions",
        ]
        Resource = aws_s3_bucket.data.arn
      },
      {
        Sid    = "ReadAndWriteObjects"
        Effect = "Allow"
        Action = [
          "s3:AbortMultipartUpload",
          "s3:GetObject",
          "s3:GetObjectAcl",
          "s3:GetObjectVersion",
          "s3:ListMultipartUploadParts",
          "s3:PutObject",
          "s3:PutObjectAcl",
        ]
        Resource = "${aws_s3_bucket.data.arn}/*"
      },
    ]
  })
}
