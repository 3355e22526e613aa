variable "secret" {
  default   = "x"
  sensitive = true
}

output "declared" {
  value     = "y"
  sensitive = true
}

output "made_of_secrets" {
  value     = "${var.secret}${var.secret}"
  sensitive = true
}
