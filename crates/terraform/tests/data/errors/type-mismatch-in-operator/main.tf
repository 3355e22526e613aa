locals {
  port = "eighty"
}

output "next" {
  value = local.port + 1
}
