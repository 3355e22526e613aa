provider "aws" {
  region = "eu-west-2"
}
data "aws_caller_identity" "me" {}
resource "aws_iam_role" "r" {
  name               = "repo"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = ["lambda.amazonaws.com", "ecs-tasks.amazonaws.com", "glue.amazonaws.com"] }, Action = "sts:AssumeRole" }] })
}
resource "aws_iam_role_policy" "r" {
  role   = aws_iam_role.r.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["kinesis:*", "sqs:*", "logs:*"], Resource = "*" }] })
}
resource "aws_ecr_repository" "r" {
  name                 = "repo"
  image_tag_mutability = "IMMUTABLE"
  image_scanning_configuration { scan_on_push = true }
  encryption_configuration { encryption_type = "AES256" }
}
resource "aws_ecr_lifecycle_policy" "p" {
  repository = aws_ecr_repository.r.name
  policy     = jsonencode({ rules = [{ rulePriority = 1, selection = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = 10 }, action = { type = "expire" } }] })
}
resource "aws_ecr_repository_policy" "p" {
  repository = aws_ecr_repository.r.name
  policy     = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "a", Effect = "Allow", Principal = { AWS = data.aws_caller_identity.me.account_id }, Action = ["ecr:BatchGetImage"] }] })
}
data "aws_ecr_repository" "r" { name = aws_ecr_repository.r.name }
resource "aws_ecs_cluster" "c" {
  name = "c"
  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}
resource "aws_ecs_cluster_capacity_providers" "c" {
  cluster_name       = aws_ecs_cluster.c.name
  capacity_providers = ["FARGATE"]
  default_capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }
}
resource "aws_ecs_task_definition" "t" {
  family                   = "t"
  cpu                      = 256
  memory                   = 512
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  execution_role_arn       = aws_iam_role.r.arn
  task_role_arn            = aws_iam_role.r.arn
  container_definitions    = jsonencode([{ name = "a", image = "${aws_ecr_repository.r.repository_url}:latest", essential = true, environment = [{ name = "A", value = "b" }] }])
  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "ARM64"
  }
  volume { name = "v" }
}
resource "aws_ecs_service" "s" {
  name            = "s"
  cluster         = aws_ecs_cluster.c.id
  task_definition = aws_ecs_task_definition.t.arn
  desired_count   = 1
  launch_type     = "FARGATE"
  network_configuration {
    subnets         = [aws_subnet.a.id]
    security_groups = [aws_security_group.g.id]
  }
  alarms {
    alarm_names = ["too-slow"]
    enable      = true
    rollback    = true
  }
  service_connect_configuration {
    enabled   = true
    namespace = "calls"
    service {
      port_name      = "http"
      discovery_name = "calls"
      client_alias {
        port     = 80
        dns_name = "calls"
      }
      timeout { idle_timeout_seconds = 60 }
    }
    log_configuration {
      log_driver = "awslogs"
      options    = { awslogs-group = "connect" }
    }
  }
}
resource "aws_vpc" "v" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true
  tags                 = { Name = "v" }
}
data "aws_availability_zones" "z" { state = "available" }
resource "aws_subnet" "a" {
  vpc_id                  = aws_vpc.v.id
  cidr_block              = cidrsubnet(aws_vpc.v.cidr_block, 8, 1)
  availability_zone       = data.aws_availability_zones.z.names[0]
  map_public_ip_on_launch = true
}
resource "aws_security_group" "g" {
  name   = "g"
  vpc_id = aws_vpc.v.id
  egress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
    description = "https"
  }
  ingress {
    from_port = 0
    to_port   = 0
    protocol  = "-1"
    self      = true
  }
}
resource "aws_security_group_rule" "r" {
  type              = "ingress"
  from_port         = 22
  to_port           = 22
  protocol          = "tcp"
  cidr_blocks       = ["10.0.0.0/8"]
  security_group_id = aws_security_group.g.id
}
resource "aws_vpc_security_group_egress_rule" "r" {
  security_group_id = aws_security_group.g.id
  ip_protocol       = "tcp"
  from_port         = 5432
  to_port           = 5432
  cidr_ipv4         = "10.0.0.0/8"
}
resource "aws_internet_gateway" "i" { vpc_id = aws_vpc.v.id }
resource "aws_route_table" "t" {
  vpc_id = aws_vpc.v.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.i.id
  }
}
resource "aws_route_table_association" "t" {
  route_table_id = aws_route_table.t.id
  subnet_id      = aws_subnet.a.id
}
resource "aws_eip" "e" { domain = "vpc" }
resource "aws_nat_gateway" "n" {
  allocation_id = aws_eip.e.id
  subnet_id     = aws_subnet.a.id
}
resource "aws_route" "r" {
  route_table_id         = aws_route_table.t.id
  destination_cidr_block = "192.168.0.0/16"
  nat_gateway_id         = aws_nat_gateway.n.id
}
resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.v.id
  service_name    = "com.amazonaws.eu-west-2.s3"
  route_table_ids = [aws_route_table.t.id]
}
data "aws_vpc" "d" { default = true }
data "aws_vpc" "v" {
  id = aws_vpc.v.id
}
data "aws_subnets" "s" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.d.id]
  }
}
resource "aws_glue_catalog_database" "d" { name = "d" }
resource "aws_glue_catalog_table" "t" {
  name          = "t"
  database_name = aws_glue_catalog_database.d.name
  table_type    = "EXTERNAL_TABLE"
  parameters    = { classification = "json" }
  storage_descriptor {
    location     = "s3://b/x"
    input_format = "i"
    columns {
      name = "a"
      type = "string"
    }
    ser_de_info {
      serialization_library = "org.openx.data.jsonserde.JsonSerDe"
      parameters            = { "paths" = "a" }
    }
  }
  partition_keys {
    name = "tenant"
    type = "string"
  }
}
resource "aws_glue_crawler" "c" {
  name          = "c"
  database_name = aws_glue_catalog_database.d.name
  role          = aws_iam_role.r.arn
  s3_target { path = "s3://b/x" }
}
resource "aws_glue_job" "j" {
  name     = "j"
  role_arn = aws_iam_role.r.arn
  command { script_location = "s3://b/s.py" }
}
resource "aws_glue_security_configuration" "s" {
  name = "s"
  encryption_configuration {
    cloudwatch_encryption { cloudwatch_encryption_mode = "DISABLED" }
    job_bookmarks_encryption { job_bookmarks_encryption_mode = "DISABLED" }
    s3_encryption { s3_encryption_mode = "SSE-S3" }
  }
}
resource "aws_athena_workgroup" "w" {
  name = "w"
  configuration {
    result_configuration {
      output_location = "s3://b/y/"
      encryption_configuration { encryption_option = "SSE_S3" }
    }
  }
}
resource "aws_athena_named_query" "q" {
  name      = "q"
  workgroup = aws_athena_workgroup.w.id
  database  = aws_glue_catalog_database.d.name
  query     = "select 1"
}
resource "aws_kinesis_stream" "s" {
  name = "s"
  stream_mode_details { stream_mode = "ON_DEMAND" }
}
resource "aws_lambda_function" "f" {
  function_name    = "f"
  role             = aws_iam_role.r.arn
  filename         = "f.zip"
  handler          = "bootstrap"
  runtime          = "provided.al2023"
  source_code_hash = filebase64sha256("f.zip")
  memory_size      = 256
  timeout          = 60
  environment { variables = { AB = "b" } }
  vpc_config {
    subnet_ids         = [aws_subnet.a.id]
    security_group_ids = [aws_security_group.g.id]
  }
  tracing_config { mode = "Active" }
}
resource "aws_lambda_permission" "p" {
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.f.function_name
  principal      = "s3.amazonaws.com"
  source_account = data.aws_caller_identity.me.account_id
}
resource "aws_lambda_alias" "a" {
  name             = "live"
  function_name    = aws_lambda_function.f.function_name
  function_version = "$LATEST"
}
resource "aws_lambda_layer_version" "l" {
  layer_name          = "l"
  filename            = "f.zip"
  compatible_runtimes = ["provided.al2023"]
}
resource "aws_lambda_function_url" "u" {
  function_name      = aws_lambda_function.f.function_name
  authorization_type = "AWS_IAM"
}
resource "aws_lambda_event_source_mapping" "m" {
  function_name     = aws_lambda_function.f.arn
  event_source_arn  = aws_kinesis_stream.s.arn
  starting_position = "LATEST"
  batch_size        = 10
  filter_criteria {
    filter { pattern = jsonencode({ data = { a = [1] } }) }
  }
}
resource "aws_lambda_function_event_invoke_config" "c" {
  function_name          = aws_lambda_function.f.function_name
  maximum_retry_attempts = 1
}
data "aws_lambda_function" "f" { function_name = aws_lambda_function.f.function_name }

resource "aws_default_vpc" "d" {
  enable_dns_hostnames = false
  tags                 = { Name = "adopted" }
}
resource "aws_default_subnet" "d" {
  availability_zone       = "eu-west-2a"
  map_public_ip_on_launch = false
  tags                    = { Name = "adopted-a" }
}
resource "aws_default_vpc_dhcp_options" "d" {
  tags = { Name = "adopted" }
}
resource "aws_default_security_group" "d" {
  vpc_id = aws_vpc.v.id
  ingress {
    from_port = 0
    to_port   = 0
    protocol  = "-1"
    self      = true
  }
  tags = { Name = "adopted" }
}
resource "aws_default_route_table" "d" {
  default_route_table_id = aws_default_vpc.d.default_route_table_id
  route                  = []
  tags                   = { Name = "adopted" }
}
resource "aws_default_network_acl" "d" {
  default_network_acl_id = aws_vpc.v.default_network_acl_id
  egress {
    rule_no    = 100
    action     = "allow"
    protocol   = "-1"
    from_port  = 0
    to_port    = 0
    cidr_block = "0.0.0.0/0"
  }
  tags = { Name = "adopted" }
}
resource "aws_network_acl" "n" {
  vpc_id     = aws_vpc.v.id
  subnet_ids = [aws_subnet.a.id]
  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "6"
    from_port  = 443
    to_port    = 443
    cidr_block = "10.0.0.0/8"
  }
  egress {
    rule_no    = 200
    action     = "deny"
    protocol   = "1"
    from_port  = 0
    to_port    = 0
    icmp_type  = 8
    icmp_code  = 0
    cidr_block = "0.0.0.0/0"
  }
}
resource "aws_network_acl_rule" "r" {
  network_acl_id = aws_network_acl.n.id
  rule_number    = 300
  egress         = true
  protocol       = "17"
  rule_action    = "allow"
  from_port      = 53
  to_port        = 53
  cidr_block     = "10.0.0.2/32"
}
