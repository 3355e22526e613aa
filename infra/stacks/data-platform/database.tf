module "table" {
  source = "../../modules/dynamodb"

  name                = local.table_name
  hash_key            = "pk"
  range_key           = "sk"
  kms_key_arn         = module.key["dynamodb"].arn
  deletion_protection = var.deletion_protection
}
