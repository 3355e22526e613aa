data "aws_caller_identity" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id

  # Bucket names are shared by all accounts and regions, so both make these ours.
  bucket_suffix = "${local.account_id}-${var.aws_region}"

  common_tags = {
    Project     = var.project
    Environment = lookup({ dev = "Development", live = "Production" }, var.environment, var.environment)
    Owner       = var.owner
    Version     = var.release
    Provisioner = "Terraform"
  }
}
