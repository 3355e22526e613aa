# The role's own, not its policies': keys name the role, and its policies name the keys.
output "arn" {
  value = aws_iam_role.this.arn
}

output "name" {
  value = aws_iam_role.this.name
}
