module "stream" {
  source = "../../modules/kinesis"

  name            = local.stream_name
  shard_count     = var.kinesis_shard_count
  retention_hours = var.kinesis_retention_hours
  kms_key_arn     = module.key["kinesis"].arn
}
