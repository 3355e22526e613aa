module "job_init" {
  source = "../../modules/lambda"

  name                  = "${var.service}-job-init"
  description           = "Starts one job for each call that a tenant uploads"
  role_arn              = module.lambda_role.arn
  package               = var.job_init_package
  memory_size           = var.job_init_memory_size
  timeout               = var.job_init_timeout
  kms_key_arn           = module.key.arn
  log_kms_key_arn       = module.key.arn
  log_retention_in_days = var.log_retention_in_days

  environment_variables = {
    CONFIG_TABLE    = module.config.name
    INPUT_BUCKET    = module.input.name
    RESULTS_BUCKET  = module.results.name
    TENANT_ROLE_ARN = module.tenant_role.arn
  }
}
