module "bucket" {
  source = "../../modules/s3"

  name          = local.bucket_name
  kms_key_arn   = module.key["s3"].arn
  force_destroy = var.force_destroy

  lifecycle_rules = [{
    id              = "remove-earlier-versions"
    noncurrent_days = var.noncurrent_retention_days
  }]
}
