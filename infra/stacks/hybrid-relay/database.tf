# The audit trail: what happened to an organization's packages (`ORG#<id>`), in order (`EVENT#<timestamp>#<type>`).
module "audit" {
  source = "../../modules/dynamodb"

  name        = "${local.name_prefix}-audit"
  hash_key    = "pk"
  range_key   = "sk"
  kms_key_arn = module.audit_key.arn

  global_indexes = {
    file_key-index   = { hash_key = "file_key", range_key = "sk" }
    event_type-index = { hash_key = "event_type", range_key = "sk" }
  }
}
