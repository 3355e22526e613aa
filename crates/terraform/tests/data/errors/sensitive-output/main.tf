variable "password" {
  sensitive = true
  default   = "x"
}

output "connection" {
  value = "user:${var.password}"
}
