resource "aws_s3_bucket" "data" {
  bucket = "small-data"
}

# The accessor, who lists and nothing else.
resource "aws_iam_user" "accessor" {
  name = "accessor"
}

resource "aws_iam_access_key" "accessor" {
  user = aws_iam_user.accessor.name
}

resource "aws_iam_user_policy" "accessor" {
  name = "list"
  user = aws_iam_user.accessor.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Sid = "List", Effect = "Allow", Action = "s3:ListBucket", Resource = aws_s3_bucket.data.arn },
      { Sid = "Take", Effect = "Allow", Action = "sts:*", Resource = "*" },
    ]
  })
}

resource "aws_iam_role" "app" {
  name = "app"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = aws_iam_user.accessor.arn }
      Action    = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
    }]
  })
}

resource "aws_iam_role_policy" "app" {
  name = "all"
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }]
  })
}
