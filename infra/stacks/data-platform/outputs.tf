output "s3_bucket_name" {
  value = module.bucket.name
}

output "s3_bucket_arn" {
  value = module.bucket.arn
}

output "dynamodb_table_name" {
  value = module.table.name
}

output "dynamodb_table_arn" {
  value = module.table.arn
}

output "kinesis_stream_name" {
  value = module.stream.name
}

output "kinesis_stream_arn" {
  value = module.stream.arn
}

output "secret_name" {
  value = module.secret.name
}

output "secret_arn" {
  value = module.secret.arn
}

output "lambda_function_name" {
  value = module.ingest.name
}

output "lambda_function_arn" {
  value = module.ingest.arn
}

output "lambda_role_arn" {
  value = module.ingest_role.arn
}

output "lambda_log_group_name" {
  value = module.ingest.log_group_name
}

output "s3_kms_key_arn" {
  value = module.key["s3"].arn
}

output "dynamodb_kms_key_arn" {
  value = module.key["dynamodb"].arn
}

output "kinesis_kms_key_arn" {
  value = module.key["kinesis"].arn
}

output "secretsmanager_kms_key_arn" {
  value = module.key["secretsmanager"].arn
}
