data "aws_caller_identity" "current" {}

locals {
  account_id  = data.aws_caller_identity.current.account_id
  name_prefix = "${var.environment}-${var.service}"

  # What is not production may go with all that is in it.
  disposable = var.environment != "prod"

  common_tags = {
    Environment = var.environment
    Service     = var.service
    Provisioner = "Terraform"
  }
}
