resource "aws_glue_catalog_database" "this" {
  name        = replace(var.service, "-", "_")
  description = "What results look like"
}

# The workgroup says where results go and how they are encrypted, and no query says otherwise.
resource "aws_athena_workgroup" "this" {
  name          = var.service
  description   = "Queries of results"
  force_destroy = var.force_destroy

  configuration {
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = true

    result_configuration {
      output_location       = "s3://${module.staging.name}/results/"
      expected_bucket_owner = local.account_id

      encryption_configuration {
        encryption_option = "SSE_KMS"
        kms_key_arn       = module.key.arn
      }
    }
  }
}
