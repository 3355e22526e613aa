variable "value" {}
output "out" {
  value     = "got ${var.value}"
  sensitive = true
}
output "marked" {
  value     = "not secret"
  sensitive = true
}
output "plain" { value = "plain" }
