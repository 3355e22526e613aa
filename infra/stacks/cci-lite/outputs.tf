output "input_bucket_name" {
  description = "Tenants upload calls here, under `<tenant_id>/calls/`"
  value       = module.input.name
}

output "input_bucket_arn" {
  value = module.input.arn
}

output "results_bucket_name" {
  description = "Results, under `<tenant_id>/YYYY/MM/DD/`"
  value       = module.results.name
}

output "results_bucket_arn" {
  value = module.results.arn
}

output "athena_staging_bucket_name" {
  value = module.staging.name
}

output "athena_staging_bucket_arn" {
  value = module.staging.arn
}

output "kms_key_arn" {
  value = module.key.arn
}

output "kms_alias_arn" {
  value = module.key.alias_arn
}

output "config_table_name" {
  value = module.config.name
}

output "config_table_arn" {
  value = module.config.arn
}

output "lambda_role_arn" {
  value = module.lambda_role.arn
}

output "glue_role_arn" {
  value = module.glue_role.arn
}

output "quicksight_role_arn" {
  value = module.quicksight_role.arn
}

output "tenant_role_arn" {
  description = "Taken by the lambda role, with the tag `tenant_id`"
  value       = module.tenant_role.arn
}

output "job_init_function_name" {
  value = module.job_init.name
}

output "athena_workgroup_name" {
  value = aws_athena_workgroup.this.name
}

output "glue_database_name" {
  value = aws_glue_catalog_database.this.name
}

output "event_rule_name" {
  value = aws_cloudwatch_event_rule.calls.name
}

output "job_init_function_arn" {
  value = module.job_init.arn
}
