provider "aws" {
  region = "eu-west-2"
}

data "aws_caller_identity" "me" {}

resource "aws_kms_key" "k" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Administer"
        Effect    = "Allow"
        Action    = "kms:*"
        Resource  = "*"
        Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }
      },
      {
        Sid       = "Logs"
        Effect    = "Allow"
        Action    = ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"]
        Resource  = "*"
        Principal = { Service = "logs.eu-west-2.amazonaws.com" }
      },
    ]
  })
}

resource "aws_iam_role" "r" {
  name = "work"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = ["lambda.amazonaws.com", "logs.amazonaws.com", "events.amazonaws.com", "ecs-tasks.amazonaws.com", "glue.amazonaws.com"] }
    }]
  })
}

resource "aws_iam_role_policy" "r" {
  role = aws_iam_role.r.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["kinesis:*", "sqs:*", "logs:*", "dynamodb:*", "ec2:*"], Resource = "*" }]
  })
}

resource "aws_athena_data_catalog" "c" {
  name        = "catalog"
  description = "elsewhere"
  type        = "GLUE"
  parameters  = { catalog-id = "222222222222" }
  tags        = { Team = "calls" }
}

resource "aws_athena_prepared_statement" "s" {
  name            = "statement"
  description     = "of calls"
  workgroup       = aws_athena_workgroup.w.name
  query_statement = "select ?"
}

resource "aws_athena_workgroup" "w" {
  name        = "work"
  description = "of calls"
  state       = "DISABLED"
  tags        = { Team = "calls" }
  configuration {
    bytes_scanned_cutoff_per_query     = 10485760
    enforce_workgroup_configuration    = false
    publish_cloudwatch_metrics_enabled = false
    requester_pays_enabled             = true
    engine_version { selected_engine_version = "Athena engine version 3" }
    result_configuration {
      expected_bucket_owner = data.aws_caller_identity.me.account_id
      output_location       = "s3://results/out/"
      acl_configuration { s3_acl_option = "BUCKET_OWNER_FULL_CONTROL" }
      encryption_configuration {
        encryption_option = "SSE_KMS"
        kms_key_arn       = aws_kms_key.k.arn
      }
    }
  }
}

resource "aws_cloudwatch_event_bus" "b" {
  name               = "calls"
  description        = "of calls"
  kms_key_identifier = aws_kms_key.k.arn
  dead_letter_config { arn = aws_sqs_queue.dead.arn }
}

resource "aws_cloudwatch_event_bus_policy" "p" {
  event_bus_name = aws_cloudwatch_event_bus.b.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "Put", Effect = "Allow", Principal = { AWS = "arn:aws:iam::222222222222:root" }, Action = "events:PutEvents", Resource = aws_cloudwatch_event_bus.b.arn }]
  })
}

resource "aws_cloudwatch_event_rule" "hourly" {
  name                = "hourly"
  description         = "every hour"
  schedule_expression = "rate(1 hour)"
  state               = "DISABLED"
}

resource "aws_cloudwatch_event_target" "queue" {
  rule      = aws_cloudwatch_event_rule.hourly.name
  target_id = "queue"
  arn       = aws_sqs_queue.fifo.arn
  input     = jsonencode({ hour = true })
  sqs_target { message_group_id = "hours" }
  dead_letter_config { arn = aws_sqs_queue.dead.arn }
  retry_policy {
    maximum_event_age_in_seconds = 300
    maximum_retry_attempts       = 3
  }
}

resource "aws_cloudwatch_event_target" "stream" {
  rule       = aws_cloudwatch_event_rule.hourly.name
  target_id  = "stream"
  arn        = aws_kinesis_stream.s.arn
  role_arn   = aws_iam_role.r.arn
  input_path = "$.detail"
  kinesis_target { partition_key_path = "$.id" }
}

resource "aws_cloudwatch_event_target" "task" {
  rule      = aws_cloudwatch_event_rule.hourly.name
  target_id = "task"
  arn       = aws_ecs_cluster.c.arn
  role_arn  = aws_iam_role.r.arn
  ecs_target {
    task_definition_arn     = aws_ecs_task_definition.t.arn
    task_count              = 2
    launch_type             = "FARGATE"
    platform_version        = "1.4.0"
    group                   = "calls"
    propagate_tags          = "TASK_DEFINITION"
    enable_ecs_managed_tags = true
    enable_execute_command  = true
    tags                    = { Team = "calls" }
    network_configuration {
      subnets          = [aws_subnet.a.id]
      security_groups  = [aws_security_group.g.id]
      assign_public_ip = true
    }
  }
}

resource "aws_cloudwatch_log_group" "g" {
  name_prefix     = "calls-"
  kms_key_id      = aws_kms_key.k.arn
  log_group_class = "STANDARD"
  tags            = { Team = "calls" }
}

resource "aws_cloudwatch_log_subscription_filter" "f" {
  name            = "errors"
  log_group_name  = aws_cloudwatch_log_group.g.name
  filter_pattern  = "ERROR"
  destination_arn = aws_kinesis_stream.s.arn
  role_arn        = aws_iam_role.r.arn
  distribution    = "Random"
}

resource "aws_ecr_registry_policy" "p" {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "Replicate", Effect = "Allow", Principal = { AWS = "arn:aws:iam::222222222222:root" }, Action = ["ecr:ReplicateImage"], Resource = "arn:aws:ecr:eu-west-2:${data.aws_caller_identity.me.account_id}:repository/*" }]
  })
}

resource "aws_ecr_repository" "r" {
  name                 = "calls/worker"
  image_tag_mutability = "IMMUTABLE_WITH_EXCLUSION"
  force_delete         = true
  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.k.arn
  }
  image_tag_mutability_exclusion_filter {
    filter      = "latest*"
    filter_type = "WILDCARD"
  }
}

resource "aws_ecs_capacity_provider" "p" {
  name = "own"
  tags = { Team = "calls" }
  auto_scaling_group_provider {
    auto_scaling_group_arn         = "arn:aws:autoscaling:eu-west-2:${data.aws_caller_identity.me.account_id}:autoScalingGroup:0e3b1f64-5b5f-4c1f-9c86-3f2f1d1e0a11:autoScalingGroupName/own"
    managed_draining               = "ENABLED"
    managed_termination_protection = "DISABLED"
    managed_scaling {
      instance_warmup_period    = 100
      maximum_scaling_step_size = 10
      minimum_scaling_step_size = 1
      status                    = "ENABLED"
      target_capacity           = 90
    }
  }
}

resource "aws_ecs_cluster" "c" {
  name = "calls"
  configuration {
    execute_command_configuration {
      kms_key_id = aws_kms_key.k.arn
      logging    = "OVERRIDE"
      log_configuration {
        cloud_watch_encryption_enabled = true
        cloud_watch_log_group_name     = aws_cloudwatch_log_group.g.name
        s3_bucket_name                 = "commands"
        s3_bucket_encryption_enabled   = true
        s3_key_prefix                  = "run"
      }
    }
  }
}

resource "aws_ecs_task_definition" "t" {
  family                   = "calls"
  cpu                      = "512"
  memory                   = "1024"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  container_definitions    = file("${path.module}/containers.json")
  tags                     = { Team = "calls" }
  ephemeral_storage { size_in_gib = 30 }
  volume {
    name = "shared"
    efs_volume_configuration {
      file_system_id          = "fs-0123456789abcdef0"
      root_directory          = "/data"
      transit_encryption      = "ENABLED"
      transit_encryption_port = 2999
      authorization_config {
        access_point_id = "fsap-0123456789abcdef0"
        iam             = "ENABLED"
      }
    }
  }
}

resource "aws_glue_data_catalog_encryption_settings" "s" {
  data_catalog_encryption_settings {
    connection_password_encryption {
      aws_kms_key_id                       = aws_kms_key.k.arn
      return_connection_password_encrypted = true
    }
    encryption_at_rest {
      catalog_encryption_mode = "SSE-KMS"
      sse_aws_kms_key_id      = aws_kms_key.k.arn
    }
  }
}

resource "aws_glue_resource_policy" "p" {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "Read", Effect = "Allow", Principal = { AWS = "arn:aws:iam::222222222222:root" }, Action = ["glue:GetTable"], Resource = "arn:aws:glue:eu-west-2:${data.aws_caller_identity.me.account_id}:*" }]
  })
}

resource "aws_kinesis_stream" "s" {
  name        = "calls"
  shard_count = 1
}

resource "aws_lambda_code_signing_config" "c" {
  description = "who signs"
  tags        = { Team = "calls" }
  allowed_publishers { signing_profile_version_arns = ["arn:aws:signer:eu-west-2:${data.aws_caller_identity.me.account_id}:/signing-profiles/calls/abcdefghij"] }
  policies { untrusted_artifact_on_deployment = "Warn" }
}

resource "aws_lambda_function" "f" {
  function_name                  = "calls"
  description                    = "of calls"
  role                           = aws_iam_role.r.arn
  filename                       = "f.zip"
  handler                        = "bootstrap"
  runtime                        = "provided.al2023"
  architectures                  = ["arm64"]
  kms_key_arn                    = aws_kms_key.k.arn
  layers                         = [aws_lambda_layer_version.l.arn]
  publish                        = true
  reserved_concurrent_executions = 5
  tags                           = { Team = "calls" }
  dead_letter_config { target_arn = aws_sqs_queue.dead.arn }
  ephemeral_storage { size = 1024 }
  logging_config {
    log_format            = "JSON"
    application_log_level = "INFO"
    system_log_level      = "WARN"
    log_group             = aws_cloudwatch_log_group.g.name
  }
}

resource "aws_lambda_layer_version" "l" {
  layer_name               = "calls"
  description              = "of calls"
  license_info             = "MIT"
  filename                 = "f.zip"
  compatible_runtimes      = ["provided.al2023"]
  compatible_architectures = ["arm64"]
}

resource "aws_lambda_layer_version_permission" "p" {
  layer_name     = aws_lambda_layer_version.l.layer_name
  version_number = aws_lambda_layer_version.l.version
  principal      = "222222222222"
  action         = "lambda:GetLayerVersion"
  statement_id   = "other"
}

resource "aws_lambda_provisioned_concurrency_config" "c" {
  function_name                     = aws_lambda_function.f.function_name
  qualifier                         = aws_lambda_function.f.version
  provisioned_concurrent_executions = 2
}

resource "aws_lambda_event_source_mapping" "queue" {
  function_name                      = aws_lambda_function.f.arn
  event_source_arn                   = aws_sqs_queue.q.arn
  batch_size                         = 5
  maximum_batching_window_in_seconds = 3
  function_response_types            = ["ReportBatchItemFailures"]
  enabled                            = false
  scaling_config { maximum_concurrency = 4 }
}

resource "aws_lambda_event_source_mapping" "stream" {
  function_name                      = aws_lambda_function.f.arn
  event_source_arn                   = aws_kinesis_stream.s.arn
  starting_position                  = "TRIM_HORIZON"
  bisect_batch_on_function_error     = true
  maximum_record_age_in_seconds      = 3600
  maximum_retry_attempts             = 2
  parallelization_factor             = 3
  tumbling_window_in_seconds         = 30
  maximum_batching_window_in_seconds = 5
  destination_config {
    on_failure { destination_arn = aws_sqs_queue.dead.arn }
  }
}

resource "aws_secretsmanager_secret" "s" {
  name = "calls"
}

resource "aws_secretsmanager_secret" "turned" {
  name                = "turned"
  rotation_lambda_arn = aws_lambda_function.f.arn
  rotation_rules { automatically_after_days = 14 }
  depends_on = [aws_secretsmanager_secret_rotation.r]
}

resource "aws_secretsmanager_secret_rotation" "r" {
  secret_id           = aws_secretsmanager_secret.s.id
  rotation_lambda_arn = aws_lambda_function.f.arn
  rotate_immediately  = false
  rotation_rules {
    automatically_after_days = 30
    duration                 = "2h"
  }
  depends_on = [aws_lambda_permission.secret]
}

resource "aws_lambda_permission" "secret" {
  statement_id   = "rotate"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.f.function_name
  principal      = "secretsmanager.amazonaws.com"
  source_account = data.aws_caller_identity.me.account_id
}

resource "aws_sqs_queue" "dead" {
  name                      = "dead"
  message_retention_seconds = 1209600
}

resource "aws_sqs_queue" "fifo" {
  name                        = "hours.fifo"
  fifo_queue                  = true
  content_based_deduplication = true
  deduplication_scope         = "messageGroup"
  fifo_throughput_limit       = "perMessageGroupId"
  kms_master_key_id           = aws_kms_key.k.arn
}

resource "aws_sqs_queue" "q" {
  name                      = "calls"
  delay_seconds             = 5
  max_message_size          = 2048
  receive_wait_time_seconds = 10
}

resource "aws_sqs_queue_redrive_policy" "p" {
  queue_url      = aws_sqs_queue.q.id
  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead.arn, maxReceiveCount = 4 })
}

resource "aws_sqs_queue_redrive_allow_policy" "p" {
  queue_url            = aws_sqs_queue.dead.id
  redrive_allow_policy = jsonencode({ redrivePermission = "byQueue", sourceQueueArns = [aws_sqs_queue.q.arn] })
}

resource "aws_vpc" "v" {
  cidr_block                       = "10.1.0.0/16"
  assign_generated_ipv6_cidr_block = true
}

resource "aws_vpc_ipv4_cidr_block_association" "more" {
  vpc_id     = aws_vpc.v.id
  cidr_block = "10.2.0.0/16"
}

resource "aws_subnet" "in_more" {
  vpc_id          = aws_vpc_ipv4_cidr_block_association.more.vpc_id
  cidr_block      = "10.2.1.0/24"
  ipv6_cidr_block = cidrsubnet(aws_vpc.v.ipv6_cidr_block, 8, 1)
}

resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.v.id
  cidr_block = "10.1.1.0/24"
}

resource "aws_security_group" "g" {
  name_prefix = "calls-"
  description = "of calls"
  vpc_id      = aws_vpc.v.id
}

resource "aws_vpc_security_group_ingress_rule" "own" {
  security_group_id            = aws_security_group.g.id
  referenced_security_group_id = aws_security_group.g.id
  description                  = "each other"
  ip_protocol                  = "-1"
  tags                         = { Team = "calls" }
}

resource "aws_vpc_endpoint" "secrets" {
  vpc_id              = aws_vpc.v.id
  service_name        = "com.amazonaws.eu-west-2.secretsmanager"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = [aws_subnet.a.id]
  security_group_ids  = [aws_security_group.g.id]
  private_dns_enabled = false
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "Read", Effect = "Allow", Principal = "*", Action = "secretsmanager:GetSecretValue", Resource = "*" }]
  })
}

resource "aws_lambda_event_source_mapping" "brokers" {
  function_name     = aws_lambda_function.f.arn
  topics            = ["calls"]
  starting_position = "LATEST"
  self_managed_event_source {
    endpoints = { KAFKA_BOOTSTRAP_SERVERS = "a.example:9092,b.example:9092" }
  }
  self_managed_kafka_event_source_config { consumer_group_id = "callers" }
  provisioned_poller_config {
    minimum_pollers = 1
    maximum_pollers = 5
  }
  source_access_configuration {
    type = "VPC_SUBNET"
    uri  = "subnet:subnet-1"
  }
}
