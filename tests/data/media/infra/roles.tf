resource "aws_iam_role" "team" {
  name = "team"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OneTagNamedTeam"
        Effect    = "Allow"
        Principal = { AWS = aws_iam_user.archivist.arn }
        Action    = ["sts:AssumeRole", "sts:TagSession"]
        Condition = {
          StringLike                  = { "aws:RequestTag/team" = "?*" }
          "ForAllValues:StringEquals" = { "aws:TagKeys" = ["team"] }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "team" {
  name = "team"
  role = aws_iam_role.team.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "TeamObjects"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject"]
        Resource = "${aws_s3_bucket.media.arn}/teams/$${aws:PrincipalTag/team}/*"
      },
      {
        Sid       = "TeamList"
        Effect    = "Allow"
        Action    = "s3:ListBucket"
        Resource  = aws_s3_bucket.media.arn
        Condition = { StringLike = { "s3:prefix" = "teams/$${aws:PrincipalTag/team}/*" } }
      },
    ]
  })
}

resource "aws_iam_role" "mfa" {
  name = "mfa"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "WithMfa"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }
        Action    = "sts:AssumeRole"
        Condition = { Bool = { "aws:MultiFactorAuthPresent" = "true" } }
      },
    ]
  })
}

resource "aws_iam_role" "lambda" {
  name = "lambda"

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

resource "aws_iam_role_policy" "lambda" {
  name = "lambda"
  role = aws_iam_role.lambda.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "WriteLogs"
        Effect   = "Allow"
        Action   = "s3:PutObject"
        Resource = "${aws_s3_bucket.logs.arn}/*"
      },
      {
        Sid      = "ReadSource"
        Effect   = "Allow"
        Action   = ["s3:GetObject*", "s3:ListBucket"]
        Resource = ["arn:aws:s3:::source", "arn:aws:s3:::source/*"]
      },
    ]
  })
}
