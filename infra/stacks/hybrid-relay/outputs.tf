output "aws_region" {
  value = var.aws_region
}

output "ingress_bucket_name" {
  description = "Packages are uploaded here, with `aws:kms` and the key `ingress_key_arn`"
  value       = module.ingress.name
}

output "ingress_bucket_arn" {
  value = module.ingress.arn
}

output "ingress_key_arn" {
  value = module.ingress_key.arn
}

output "audit_table_name" {
  value = module.audit.name
}

output "audit_table_arn" {
  value = module.audit.arn
}

output "audit_key_arn" {
  value = module.audit_key.arn
}

output "lambda_function_name" {
  value = module.validation.name
}

output "lambda_function_arn" {
  value = module.validation.arn
}

output "lambda_role_arn" {
  value = module.lambda_role.arn
}

output "lambda_log_group_name" {
  value = module.validation.log_group_name
}

output "ecr_repository_name" {
  value = aws_ecr_repository.processing.name
}

output "ecr_repository_url" {
  description = "Where the processing image is pushed"
  value       = aws_ecr_repository.processing.repository_url
}

output "ecs_cluster_name" {
  value = aws_ecs_cluster.this.name
}

output "ecs_cluster_arn" {
  value = aws_ecs_cluster.this.arn
}

output "ecs_task_definition_arn" {
  value = aws_ecs_task_definition.processing.arn
}

output "ecs_log_group_name" {
  value = aws_cloudwatch_log_group.processing.name
}

output "security_group_id" {
  value = aws_security_group.task.id
}

output "subnet_ids" {
  description = "The subnets that tasks run in"
  value       = local.subnet_ids
}

output "task_role_arn" {
  value = module.task_role.arn
}

output "execution_role_arn" {
  value = module.execution_role.arn
}
