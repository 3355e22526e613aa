output "bucket_name" {
  description = "The bucket, which clients use as their root path"
  value       = aws_s3_bucket.data.id
}

output "bucket_arn" {
  value = aws_s3_bucket.data.arn
}

output "accessor_access_key_id" {
  value = aws_iam_access_key.accessor.id
}

output "accessor_secret_access_key" {
  value     = aws_iam_access_key.accessor.secret
  sensitive = true
}

output "migrator_access_key_id" {
  description = "Null while data migration is disabled"
  value       = one(aws_iam_access_key.migrator[*].id)
}

output "migrator_secret_access_key" {
  description = "Null while data migration is disabled"
  value       = one(aws_iam_access_key.migrator[*].secret)
  sensitive   = true
}

output "migrator_role_arn" {
  description = "Null while data migration is disabled"
  value       = one(aws_iam_role.migrator[*].arn)
}
