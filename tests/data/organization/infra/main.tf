provider "aws" {
  alias = "partner"

  assume_role {
    role_arn = "arn:aws:iam::222222222222:role/deploy"
  }
}

resource "aws_s3_bucket" "data" {
  bucket = "small-data"
}

# What another account is given, the organization takes back.
resource "aws_s3_bucket_policy" "data" {
  bucket = aws_s3_bucket.data.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Partner"
      Effect    = "Allow"
      Principal = { AWS = "222222222222" }
      Action    = "s3:ListBucket"
      Resource  = aws_s3_bucket.data.arn
    }]
  })
}

resource "aws_iam_user" "keeper" {
  name = "keeper"
}

resource "aws_iam_access_key" "keeper" {
  user = aws_iam_user.keeper.name
}

resource "aws_iam_user_policy" "keeper" {
  name = "all"
  user = aws_iam_user.keeper.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "All", Effect = "Allow", Action = "s3:*", Resource = "*" }]
  })
}

resource "aws_iam_user" "partner" {
  provider = aws.partner
  name     = "partner"
}

resource "aws_iam_access_key" "partner" {
  provider = aws.partner
  user     = aws_iam_user.partner.name
}

resource "aws_iam_user_policy" "partner" {
  provider = aws.partner
  name     = "all"
  user     = aws_iam_user.partner.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "All", Effect = "Allow", Action = "s3:*", Resource = "*" }]
  })
}
