resource "aws_iam_policy" "ceiling" {
  name = "${var.project}-ceiling"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Ceiling"
        Effect   = "Allow"
        Action   = ["s3:Get*", "s3:List*", "s3:PutObject*"]
        Resource = "*"
      },
    ]
  })
}

resource "aws_iam_user" "person" {
  for_each = var.people

  name                 = each.key
  permissions_boundary = aws_iam_policy.ceiling.arn
  tags                 = { team = each.value }
}

resource "aws_iam_access_key" "person" {
  for_each = var.people

  user = aws_iam_user.person[each.key].name
}

resource "aws_iam_user_policy" "home" {
  for_each = var.people

  name   = "home"
  user   = aws_iam_user.person[each.key].name
  policy = data.aws_iam_policy_document.home.json
}

data "aws_iam_policy_document" "home" {
  statement {
    sid       = "ListHome"
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.media.arn]

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["home/&{aws:username}/*"]
    }
  }

  statement {
    sid       = "Home"
    actions   = ["s3:GetObject*", "s3:PutObject*", "s3:DeleteObject"]
    resources = ["${aws_s3_bucket.media.arn}/home/&{aws:username}/*"]
  }

  statement {
    sid       = "Team"
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${aws_s3_bucket.media.arn}/teams/&{aws:PrincipalTag/team}/*"]
  }
}

resource "aws_iam_user" "archivist" {
  name = "archivist"
}

resource "aws_iam_access_key" "archivist" {
  user = aws_iam_user.archivist.name
}

resource "aws_iam_user_policy" "archivist" {
  name = "archive"
  user = aws_iam_user.archivist.name

  policy = <<-JSON
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Sid": "Archive",
          "Effect": "Allow",
          "Action": "s3:*",
          "Resource": ["${aws_s3_bucket.media.arn}*", "${aws_s3_bucket.logs.arn}*"]
        },
        {
          "Sid": "DeleteInTheOffice",
          "Effect": "Deny",
          "Action": "s3:DeleteObject",
          "Resource": "*",
          "Condition": { "NotIpAddress": { "aws:SourceIp": "${var.office_cidr}" } }
        },
        {
          "Sid": "Sessions",
          "Effect": "Allow",
          "Action": ["sts:AssumeRole", "sts:TagSession"],
          "Resource": "*"
        }
      ]
    }
  JSON
}
