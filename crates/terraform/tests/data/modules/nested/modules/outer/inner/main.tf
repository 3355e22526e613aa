variable "index" {}

output "value" {
  value = "i${var.index}"
}
