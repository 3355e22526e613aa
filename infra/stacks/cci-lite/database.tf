# Which tenants there are: an item `TENANT#<id>` makes one, and no policy or bucket changes for it.
module "config" {
  source = "../../modules/dynamodb"

  name                = "${var.service}-config"
  hash_key            = "pk"
  range_key           = "sk"
  kms_key_arn         = module.key.arn
  deletion_protection = var.deletion_protection
}
