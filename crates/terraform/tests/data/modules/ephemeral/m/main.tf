variable "token" { ephemeral = true }
output "token" {
  value     = upper(var.token)
  ephemeral = true
}
output "plain" { value = "plain" }
