resource "aws_lambda_function" "this" {
  #checkov:skip=CKV_AWS_50:what happened is in the log; traces are not asked for
  #checkov:skip=CKV_AWS_116:what a failed event was about is still in its bucket or stream, and can be tried again
  #checkov:skip=CKV_AWS_117:the functions call AWS services alone, and reach them without a VPC
  #checkov:skip=CKV_AWS_272:packages come from the pipeline that applies the stack, by their hash
  function_name                  = var.name
  description                    = var.description
  role                           = var.role_arn
  runtime                        = "provided.al2023"
  handler                        = "bootstrap"
  architectures                  = [var.architecture]
  filename                       = local.package
  source_code_hash               = filebase64sha256(local.package)
  memory_size                    = var.memory_size
  timeout                        = var.timeout
  reserved_concurrent_executions = var.reserved_concurrency
  kms_key_arn                    = var.kms_key_arn
  tags                           = var.tags

  environment {
    variables = var.environment_variables
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.this.name
  }

  # A function that runs before it may write its log makes a group of its own, without retention.
  depends_on = [aws_cloudwatch_log_group.this]
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_in_days
  kms_key_id        = var.log_kms_key_arn
  tags              = var.tags
}
