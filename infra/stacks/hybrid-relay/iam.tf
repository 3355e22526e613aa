module "lambda_role" {
  source = "../../modules/iam"

  name               = "${local.name_prefix}-lambda"
  description        = "Checks packages and starts their processing"
  assume_role_policy = data.aws_iam_policy_document.lambda_trust.json

  policies = {
    audit    = data.aws_iam_policy_document.write_audit.json
    log      = data.aws_iam_policy_document.lambda_log.json
    packages = data.aws_iam_policy_document.read_packages.json
    task     = data.aws_iam_policy_document.run_task.json
  }
}

module "task_role" {
  source = "../../modules/iam"

  name               = "${local.name_prefix}-task"
  description        = "Processes a package"
  assume_role_policy = data.aws_iam_policy_document.task_trust.json

  policies = {
    audit    = data.aws_iam_policy_document.write_audit.json
    packages = data.aws_iam_policy_document.read_packages.json
  }
}

module "execution_role" {
  source = "../../modules/iam"

  name               = "${local.name_prefix}-execution"
  description        = "Fetches the image of a task and writes its log"
  assume_role_policy = data.aws_iam_policy_document.task_trust.json

  policies = {
    image = data.aws_iam_policy_document.pull_image.json
    log   = data.aws_iam_policy_document.task_log.json
  }
}

data "aws_iam_policy_document" "lambda_trust" {
  statement {
    sid     = "LambdaAlone"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "task_trust" {
  statement {
    sid     = "TasksAlone"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }

    # ECS may be asked by others to run tasks of theirs with these roles.
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:aws:ecs:${var.aws_region}:${local.account_id}:*"]
    }
  }
}

data "aws_iam_policy_document" "read_packages" {
  statement {
    sid = "ReadPackages"
    actions = [
      "s3:GetObject",
      "s3:GetObjectTagging",
      "s3:GetObjectVersion",
      "s3:GetObjectVersionTagging",
    ]
    resources = ["${module.ingress.arn}/*"]
  }

  statement {
    sid       = "DecryptPackages"
    actions   = ["kms:Decrypt"]
    resources = [module.ingress_key.arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.aws_region}.amazonaws.com"]
    }
  }
}

# An audit trail is added to, and neither read nor changed by those who write it.
data "aws_iam_policy_document" "write_audit" {
  statement {
    sid       = "AddEvents"
    actions   = ["dynamodb:PutItem"]
    resources = [module.audit.arn]
  }

  statement {
    sid       = "UseTableKey"
    actions   = ["kms:Decrypt"]
    resources = [module.audit_key.arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["dynamodb.${var.aws_region}.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "lambda_log" {
  statement {
    sid       = "WriteLog"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${module.validation.log_group_arn}:*"]
  }
}

data "aws_iam_policy_document" "run_task" {
  statement {
    sid       = "RunProcessing"
    actions   = ["ecs:RunTask"]
    resources = ["${aws_ecs_task_definition.processing.arn_without_revision}:*"]

    condition {
      test     = "ArnEquals"
      variable = "ecs:cluster"
      values   = [aws_ecs_cluster.this.arn]
    }
  }

  statement {
    sid       = "PassTaskRoles"
    actions   = ["iam:PassRole"]
    resources = [module.task_role.arn, module.execution_role.arn]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ecs-tasks.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "pull_image" {
  # The token is the registry's: what it opens is what the next statement says.
  statement {
    sid       = "LogInToRegistry"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }

  statement {
    sid = "PullImage"
    actions = [
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:GetDownloadUrlForLayer",
    ]
    resources = [aws_ecr_repository.processing.arn]
  }
}

data "aws_iam_policy_document" "task_log" {
  statement {
    sid       = "WriteLog"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.processing.arn}:*"]
  }
}
