# The function's role: what it does to each of the four, and with each one's key through its service.
module "ingest_role" {
  source = "../../modules/iam"

  name               = "${local.name_prefix}-ingest"
  description        = "Takes records from the stream into the table and the bucket"
  assume_role_policy = data.aws_iam_policy_document.trust.json

  policies = {
    data = data.aws_iam_policy_document.data.json
    keys = data.aws_iam_policy_document.use_of_keys.json
    log  = data.aws_iam_policy_document.log.json
  }
}

data "aws_iam_policy_document" "trust" {
  statement {
    sid     = "LambdaAlone"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "data" {
  statement {
    sid = "ReadStream"
    actions = [
      "kinesis:DescribeStream",
      "kinesis:DescribeStreamSummary",
      "kinesis:GetRecords",
      "kinesis:GetShardIterator",
      "kinesis:ListShards",
    ]
    resources = [module.stream.arn]
  }

  statement {
    sid       = "WriteItems"
    actions   = ["dynamodb:PutItem", "dynamodb:UpdateItem"]
    resources = [module.table.arn]
  }

  statement {
    sid       = "WriteObjects"
    actions   = ["s3:PutObject"]
    resources = ["${module.bucket.arn}/*"]
  }

  statement {
    sid       = "ReadSecret"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [module.secret.arn]
  }
}

data "aws_iam_policy_document" "use_of_keys" {
  statement {
    sid       = "DecryptRecords"
    actions   = ["kms:Decrypt"]
    resources = [module.key["kinesis"].arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["kinesis.${var.aws_region}.amazonaws.com"]
    }
  }

  statement {
    sid       = "DecryptTable"
    actions   = ["kms:Decrypt"]
    resources = [module.key["dynamodb"].arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["dynamodb.${var.aws_region}.amazonaws.com"]
    }
  }

  # An upload in parts reads what it wrote.
  statement {
    sid       = "EncryptObjects"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [module.key["s3"].arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.aws_region}.amazonaws.com"]
    }
  }

  statement {
    sid       = "DecryptSecret"
    actions   = ["kms:Decrypt"]
    resources = [module.key["secretsmanager"].arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["secretsmanager.${var.aws_region}.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "log" {
  statement {
    sid       = "WriteLog"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${module.ingest.log_group_arn}:*"]
  }
}
