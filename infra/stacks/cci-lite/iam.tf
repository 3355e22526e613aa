# The core roles. What they may do with the key is in its policy.

module "lambda_role" {
  source = "../../modules/iam"

  name               = "${var.service}-lambda-role"
  description        = "Starts jobs and takes the tenant role for them"
  assume_role_policy = data.aws_iam_policy_document.trust["lambda"].json

  policies = {
    jobs    = data.aws_iam_policy_document.lambda_jobs.json
    tenants = data.aws_iam_policy_document.lambda_tenants.json
  }
}

module "glue_role" {
  source = "../../modules/iam"

  name               = "${var.service}-glue-role"
  description        = "Reads results and describes them in the catalog"
  assume_role_policy = data.aws_iam_policy_document.trust["glue"].json

  policies = {
    read-results = data.aws_iam_policy_document.read_results.json
    catalog      = data.aws_iam_policy_document.glue_catalog.json
  }
}

module "quicksight_role" {
  source = "../../modules/iam"

  name               = "${var.service}-quicksight-role"
  description        = "Reads results by queries of its workgroup"
  assume_role_policy = data.aws_iam_policy_document.trust["quicksight"].json

  policies = {
    read-results = data.aws_iam_policy_document.read_results.json
    queries      = data.aws_iam_policy_document.quicksight_queries.json
  }
}

data "aws_iam_policy_document" "trust" {
  for_each = toset(["glue", "lambda", "quicksight"])

  statement {
    sid     = "ServiceAlone"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["${each.key}.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "lambda_jobs" {
  statement {
    sid       = "ReadCalls"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = ["${module.input.arn}/*/calls/*"]
  }

  statement {
    sid       = "WriteResults"
    actions   = ["s3:PutObject"]
    resources = ["${module.results.arn}/*"]
  }

  statement {
    sid       = "ReadConfig"
    actions   = ["dynamodb:GetItem", "dynamodb:Query"]
    resources = [module.config.arn]
  }

  statement {
    sid       = "RecordJobs"
    actions   = ["dynamodb:PutItem", "dynamodb:UpdateItem"]
    resources = [module.config.arn]

    condition {
      test     = "ForAllValues:StringLike"
      variable = "dynamodb:LeadingKeys"
      values   = ["TENANT#?*"]
    }

    condition {
      test     = "Null"
      variable = "dynamodb:LeadingKeys"
      values   = ["false"]
    }
  }

  statement {
    sid       = "WriteLog"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${module.job_init.log_group_arn}:*"]
  }
}

data "aws_iam_policy_document" "lambda_tenants" {
  statement {
    sid       = "TakeTenantRole"
    actions   = ["sts:AssumeRole", "sts:TagSession"]
    resources = [module.tenant_role.arn]
  }
}

data "aws_iam_policy_document" "read_results" {
  statement {
    sid       = "ListResults"
    actions   = ["s3:GetBucketLocation", "s3:ListBucket"]
    resources = [module.results.arn]
  }

  statement {
    sid       = "ReadResults"
    actions   = ["s3:GetObject"]
    resources = ["${module.results.arn}/*"]
  }
}

data "aws_iam_policy_document" "glue_catalog" {
  statement {
    sid = "DescribeResults"
    actions = [
      "glue:BatchCreatePartition",
      "glue:BatchGetPartition",
      "glue:CreateTable",
      "glue:GetDatabase",
      "glue:GetPartition",
      "glue:GetPartitions",
      "glue:GetTable",
      "glue:GetTables",
      "glue:UpdatePartition",
      "glue:UpdateTable",
    ]
    resources = local.catalog_arns
  }

  statement {
    sid       = "WriteLogs"
    actions   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["arn:aws:logs:${var.aws_region}:${local.account_id}:log-group:/aws-glue/*"]
  }
}

data "aws_iam_policy_document" "quicksight_queries" {
  statement {
    sid = "QueryInOwnWorkgroup"
    actions = [
      "athena:BatchGetQueryExecution",
      "athena:GetQueryExecution",
      "athena:GetQueryResults",
      "athena:GetWorkGroup",
      "athena:ListQueryExecutions",
      "athena:StartQueryExecution",
      "athena:StopQueryExecution",
    ]
    resources = [aws_athena_workgroup.this.arn]
  }

  statement {
    sid = "ReadCatalog"
    actions = [
      "glue:BatchGetPartition",
      "glue:GetDatabase",
      "glue:GetPartition",
      "glue:GetPartitions",
      "glue:GetTable",
      "glue:GetTables",
    ]
    resources = local.catalog_arns
  }

  # A query runs as its caller, who writes what comes of it.
  statement {
    sid = "ListStaging"
    actions = [
      "s3:GetBucketLocation",
      "s3:ListBucket",
      "s3:ListBucketMultipartUploads",
    ]
    resources = [module.staging.arn]
  }

  statement {
    sid = "WriteStaging"
    actions = [
      "s3:AbortMultipartUpload",
      "s3:GetObject",
      "s3:ListMultipartUploadParts",
      "s3:PutObject",
    ]
    resources = ["${module.staging.arn}/*"]
  }
}

locals {
  catalog_arns = [
    "arn:aws:glue:${var.aws_region}:${local.account_id}:catalog",
    aws_glue_catalog_database.this.arn,
    "arn:aws:glue:${var.aws_region}:${local.account_id}:table/${aws_glue_catalog_database.this.name}/*",
  ]
}
