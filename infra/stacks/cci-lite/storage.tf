# One bucket a purpose, and none a tenant: in each of the first two a tenant has the prefix `<tenant_id>/`.

module "input" {
  source = "../../modules/s3"

  name          = "${var.service}-input-${local.bucket_suffix}"
  kms_key_arn   = module.key.arn
  eventbridge   = true
  force_destroy = var.force_destroy

  # Versions that are left behind go a day after the object does, or the data would stay for ever.
  lifecycle_rules = [{
    id              = "expire-calls"
    expiration_days = var.input_retention_days
    noncurrent_days = 1
  }]
}

module "results" {
  source = "../../modules/s3"

  name          = "${var.service}-results-${local.bucket_suffix}"
  kms_key_arn   = module.key.arn
  force_destroy = var.force_destroy

  lifecycle_rules = [{
    id              = "expire-results"
    expiration_days = var.results_retention_days
    noncurrent_days = 1
  }]
}

module "staging" {
  source = "../../modules/s3"

  name          = "${var.service}-athena-staging-${local.bucket_suffix}"
  kms_key_arn   = module.key.arn
  force_destroy = var.force_destroy

  lifecycle_rules = [{
    id              = "expire-query-results"
    expiration_days = var.staging_retention_days
    noncurrent_days = 1
  }]
}
