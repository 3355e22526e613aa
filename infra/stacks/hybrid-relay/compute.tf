locals {
  container_name  = "processing"
  container_image = "${aws_ecr_repository.processing.repository_url}:${var.container_image_tag}"
}

resource "aws_ecr_repository" "processing" {
  #checkov:skip=CKV_AWS_51:the image is pushed as `latest` anew, as the deployment guide says
  #checkov:skip=CKV_AWS_136:images hold a program and no data: AES-256 is enough
  name                 = "${local.name_prefix}-processing"
  image_tag_mutability = "MUTABLE"
  force_delete         = local.disposable

  encryption_configuration {
    encryption_type = "AES256"
  }

  image_scanning_configuration {
    scan_on_push = true
  }
}

resource "aws_ecr_lifecycle_policy" "processing" {
  repository = aws_ecr_repository.processing.name

  policy = jsonencode({
    rules = [
      {
        rulePriority = 1
        description  = "Keep the last 10 images"
        selection = {
          tagStatus   = "any"
          countType   = "imageCountMoreThan"
          countNumber = 10
        }
        action = { type = "expire" }
      },
    ]
  })
}

resource "aws_ecs_cluster" "this" {
  name = local.name_prefix

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_ecs_task_definition" "processing" {
  #checkov:skip=CKV_AWS_249:the two roles are two, of the same module
  family                   = "${local.name_prefix}-processing"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.container_cpu
  memory                   = var.container_memory
  execution_role_arn       = module.execution_role.arn
  task_role_arn            = module.task_role.arn

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "X86_64"
  }

  container_definitions = jsonencode([
    {
      name                   = local.container_name
      image                  = local.container_image
      essential              = true
      readonlyRootFilesystem = true

      environment = concat(
        [{ name = "AUDIT_TABLE", value = module.audit.name }],
        [for endpoint in var.storage_endpoint[*] : { name = "STORAGE_ENDPOINT", value = endpoint }],
      )

      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.processing.name
          awslogs-region        = var.aws_region
          awslogs-stream-prefix = "processing"
        }
      }
    },
  ])
}

resource "aws_cloudwatch_log_group" "processing" {
  #checkov:skip=CKV_AWS_158:the log names packages and holds nothing of what is in them
  #checkov:skip=CKV_AWS_338:logs are kept for 30 days; what must be kept longer is in the audit trail
  name              = "/ecs/${local.name_prefix}-processing"
  retention_in_days = var.log_retention_in_days
}
