variable "environment" {
  default = "dev"
}

output "a" {
  value = "name-${var.enviroment}"
}
