module "validation" {
  source = "../../modules/lambda"

  name                  = "${local.name_prefix}-validation"
  description           = "Checks packages and starts their processing"
  role_arn              = module.lambda_role.arn
  package               = var.validation_package
  memory_size           = var.lambda_memory_size
  timeout               = var.lambda_timeout
  log_retention_in_days = var.log_retention_in_days

  environment_variables = merge(
    {
      ALLOWED_ORGANIZATION_IDS = join(",", var.allowed_organization_ids)
      ASSIGN_PUBLIC_IP         = var.assign_public_ip ? "ENABLED" : "DISABLED"
      AUDIT_TABLE              = module.audit.name
      CLUSTER_ARN              = aws_ecs_cluster.this.arn
      COMPUTE_MODE             = var.compute_mode
      CONTAINER_NAME           = local.container_name
      EVENT_SOURCE             = var.event_source
      SECURITY_GROUP_ID        = aws_security_group.task.id
      SUBNET_IDS               = join(",", local.subnet_ids)
      TASK_DEFINITION          = aws_ecs_task_definition.processing.arn
    },
    var.compute_mode == "local" ? { CONTAINER_IMAGE = local.container_image } : {},
    var.storage_endpoint == null ? {} : { STORAGE_ENDPOINT = var.storage_endpoint },
  )
}

resource "aws_lambda_permission" "packages" {
  count = var.event_source == "notification" ? 1 : 0

  statement_id   = "PackageUploaded"
  action         = "lambda:InvokeFunction"
  function_name  = module.validation.name
  principal      = "s3.amazonaws.com"
  source_arn     = module.ingress.arn
  source_account = local.account_id
}
