data "aws_caller_identity" "current" {}

locals {
  name_prefix = "${var.environment}-${var.service}"

  # Bucket names are shared by all accounts, so the account's id makes this one ours.
  bucket_name = "${local.name_prefix}-${data.aws_caller_identity.current.account_id}"

  common_tags = {
    Environment = var.environment
    Service     = var.service
    Provisioner = "Terraform"
  }
}
