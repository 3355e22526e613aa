# The salt that the function hashes what it must not keep with.
module "secret" {
  source = "../../modules/secrets-manager"

  name                    = local.secret_name
  description             = "What ${local.name_prefix}-ingest needs to process records"
  kms_key_arn             = module.key["secretsmanager"].arn
  value                   = jsonencode({ salt = random_password.salt.result })
  recovery_window_in_days = var.secret_recovery_window_in_days
}

resource "random_password" "salt" {
  length  = 32
  special = false
}
