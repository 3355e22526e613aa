output "bucket_name" {
  description = "The bucket, which clients use as their root path"
  value       = aws_s3_bucket.data.id
}

output "bucket_arn" {
  value = aws_s3_bucket.data.arn
}

output "accessor_access_key_id" {
  value = aws_iam_access_key.data.id
}

output "accessor_secret_access_key" {
  value     = aws_iam_access_key.data.secret
  sensitive = true
}

output "migrator_access_key_id" {
  description = "Null while data migration is disabled"
  value       = one(aws_iam_access_key.data_migration[*].id)
}

output "migrator_secret_access_key" {
  description = "Null while data migration is disabled"
  value       = one(aws_iam_access_key.data_migration[*].secret)
  sensitive   = true
}

output "migrator_role_arn" {
  description = "Null while data migration is disabled"
  value       = one(aws_iam_role.data_migration[*].arn)
}
