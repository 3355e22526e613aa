module "ingest" {
  source = "../../modules/lambda"

  name                  = "${local.name_prefix}-ingest"
  description           = "Takes records from the stream into the table and the bucket"
  role_arn              = module.ingest_role.arn
  package               = var.ingest_package
  memory_size           = var.ingest_memory_size
  timeout               = var.ingest_timeout
  log_retention_in_days = var.log_retention_in_days

  environment_variables = {
    BUCKET_NAME = module.bucket.name
    SECRET_ARN  = module.secret.arn
    TABLE_NAME  = module.table.name
  }
}

resource "aws_lambda_event_source_mapping" "stream" {
  event_source_arn               = module.stream.arn
  function_name                  = module.ingest.arn
  starting_position              = "TRIM_HORIZON"
  batch_size                     = var.ingest_batch_size
  bisect_batch_on_function_error = true
  maximum_retry_attempts         = 3
  function_response_types        = ["ReportBatchItemFailures"]

  # Lambda refuses a stream that the function's role may not read.
  depends_on = [module.ingest_role]
}
