# Whoever uses the name needs the bucket as it is meant to be, so that nothing is stored before it is encrypted.
output "name" {
  value = aws_s3_bucket.this.id

  depends_on = [
    aws_s3_bucket_ownership_controls.this,
    aws_s3_bucket_public_access_block.this,
    aws_s3_bucket_server_side_encryption_configuration.this,
    aws_s3_bucket_versioning.this,
  ]
}

# The ARN comes before the configuration: keys and roles name it, and the configuration names them.
output "arn" {
  value = aws_s3_bucket.this.arn
}
