data "aws_caller_identity" "current" {}

locals {
  account_id  = data.aws_caller_identity.current.account_id
  name_prefix = "${var.environment}-${var.project}"

  # The names are fixed here, so that each key can be made for its one resource before the resource is.
  bucket_name = "${local.name_prefix}-${local.account_id}"
  table_name  = local.name_prefix
  stream_name = local.name_prefix
  secret_name = "${local.name_prefix}/ingest"

  common_tags = {
    Environment = var.environment
    Project     = var.project
    Provisioner = "Terraform"
  }
}
