provider "aws" {
  region = "eu-west-2"
  default_tags { tags = { Owner = "team" } }
}
data "aws_caller_identity" "me" {}
resource "aws_kms_key" "k" {}
resource "aws_kinesis_stream" "s" {
  name                = "s"
  shard_count         = 2
  retention_period    = 48
  encryption_type     = "KMS"
  kms_key_id          = aws_kms_key.k.arn
  shard_level_metrics = ["IncomingBytes"]
  tags                = { a = "b" }
}
resource "aws_kinesis_stream_consumer" "c" {
  name       = "c"
  stream_arn = aws_kinesis_stream.s.arn
}
resource "aws_kinesis_resource_policy" "p" {
  resource_arn = aws_kinesis_stream.s.arn
  policy       = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "a", Effect = "Allow", Principal = { AWS = data.aws_caller_identity.me.account_id }, Action = ["kinesis:GetRecords"], Resource = aws_kinesis_stream.s.arn }] })
}
data "aws_kinesis_stream" "s" { name = aws_kinesis_stream.s.name }

resource "aws_secretsmanager_secret" "s" {
  name_prefix             = "x-"
  description             = "d"
  kms_key_id              = aws_kms_key.k.arn
  recovery_window_in_days = 0
  tags                    = { a = "b" }
}
resource "aws_secretsmanager_secret_version" "v" {
  secret_id     = aws_secretsmanager_secret.s.id
  secret_string = jsonencode({ a = 1 })
}
resource "aws_secretsmanager_secret_policy" "p" {
  secret_arn = aws_secretsmanager_secret.s.arn
  policy     = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "a", Effect = "Deny", Principal = "*", Action = ["secretsmanager:DeleteSecret"], Resource = "*", Condition = { Bool = { "aws:SecureTransport" = "false" } } }] })
}
data "aws_secretsmanager_secret" "s" { name = aws_secretsmanager_secret_version.v.secret_id }
data "aws_secretsmanager_secret_version" "v" { secret_id = aws_secretsmanager_secret_version.v.secret_id }
data "aws_secretsmanager_random_password" "p" { password_length = 20 }

resource "aws_dynamodb_table" "t" {
  name             = "ttt"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "pk"
  range_key        = "sk"
  stream_enabled   = true
  stream_view_type = "NEW_IMAGE"
  attribute {
    name = "pk"
    type = "S"
  }
  attribute {
    name = "sk"
    type = "S"
  }
  attribute {
    name = "g"
    type = "S"
  }
  global_secondary_index {
    name               = "by-g"
    hash_key           = "g"
    projection_type    = "INCLUDE"
    non_key_attributes = ["x"]
  }
  local_secondary_index {
    name            = "lll"
    range_key       = "g"
    projection_type = "ALL"
  }
  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.k.arn
  }
  point_in_time_recovery { enabled = true }
  ttl {
    attribute_name = "ttl"
    enabled        = true
  }
}
resource "aws_dynamodb_table" "prov" {
  name           = "prov"
  hash_key       = "id"
  read_capacity  = 5
  write_capacity = 6
  attribute {
    name = "id"
    type = "N"
  }
}
resource "aws_dynamodb_table_item" "i" {
  table_name = aws_dynamodb_table.t.name
  hash_key   = aws_dynamodb_table.t.hash_key
  range_key  = aws_dynamodb_table.t.range_key
  item       = jsonencode({ pk = { S = "a" }, sk = { S = "b" }, n = { N = "1" } })
}
resource "aws_dynamodb_resource_policy" "p" {
  resource_arn = aws_dynamodb_table.t.arn
  policy       = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "a", Effect = "Allow", Principal = { AWS = data.aws_caller_identity.me.arn }, Action = ["dynamodb:GetItem"], Resource = aws_dynamodb_table.t.arn }] })
}
data "aws_dynamodb_table" "t" { name = aws_dynamodb_table.t.name }
data "aws_dynamodb_table_item" "i" {
  table_name = aws_dynamodb_table_item.i.table_name
  key        = jsonencode({ pk = { S = "a" }, sk = { S = "b" } })
}

resource "aws_cloudwatch_log_group" "g" {
  name              = "/aws/lambda/f"
  retention_in_days = 30
}
resource "aws_cloudwatch_log_stream" "s" {
  name           = "s"
  log_group_name = aws_cloudwatch_log_group.g.name
}
resource "aws_cloudwatch_log_metric_filter" "m" {
  name           = "m"
  log_group_name = aws_cloudwatch_log_group.g.name
  pattern        = ""
  metric_transformation {
    name      = "n"
    namespace = "ns"
    value     = "1"
  }
}
resource "aws_cloudwatch_log_resource_policy" "p" {
  policy_name     = "p"
  policy_document = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "a", Effect = "Allow", Principal = { Service = "events.amazonaws.com" }, Action = ["logs:PutLogEvents"], Resource = "*" }] })
}
data "aws_cloudwatch_log_group" "g" { name = aws_cloudwatch_log_group.g.name }

resource "aws_cloudwatch_event_bus" "b" { name = "b" }
resource "aws_cloudwatch_event_rule" "r" {
  name          = "r"
  event_pattern = jsonencode({ source = ["aws.s3"] })
}
resource "aws_cloudwatch_event_rule" "r2" {
  name           = "r2"
  event_bus_name = aws_cloudwatch_event_bus.b.name
  event_pattern  = jsonencode({ source = ["aws.s3"] })
  state          = "DISABLED"
}
resource "aws_cloudwatch_event_target" "t" {
  rule = aws_cloudwatch_event_rule.r.name
  arn  = aws_sqs_queue.q.arn
  input_transformer {
    input_paths    = { a = "$.detail" }
    input_template = "\"<a>\""
  }
}
resource "aws_cloudwatch_event_permission" "p" {
  principal      = "222222222222"
  statement_id   = "x"
  event_bus_name = aws_cloudwatch_event_bus.b.name
}
resource "aws_sqs_queue" "dlq" { name = "dlq" }
resource "aws_sqs_queue" "q" {
  name                       = "q"
  visibility_timeout_seconds = 60
  redrive_policy             = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dlq.arn, maxReceiveCount = 4 })
}
resource "aws_sqs_queue_policy" "p" {
  queue_url = aws_sqs_queue.q.id
  policy    = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "a", Effect = "Allow", Principal = { Service = "events.amazonaws.com" }, Action = ["sqs:SendMessage"], Resource = aws_sqs_queue.q.arn }] })
}
data "aws_sqs_queue" "q" { name = aws_sqs_queue.q.name }
resource "aws_sns_topic" "t" {
  name         = "t"
  display_name = "T"
}
resource "aws_sns_topic_policy" "p" {
  arn    = aws_sns_topic.t.arn
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "a", Effect = "Allow", Principal = { Service = "events.amazonaws.com" }, Action = ["sns:Publish"], Resource = aws_sns_topic.t.arn }] })
}
resource "aws_sns_topic_subscription" "s" {
  topic_arn            = aws_sns_topic.t.arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.q.arn
  raw_message_delivery = true
}
data "aws_sns_topic" "t" { name = aws_sns_topic.t.name }
