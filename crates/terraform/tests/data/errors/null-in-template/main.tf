variable "suffix" {
  type    = string
  default = null
}

output "name" {
  value = "bucket-${var.suffix}"
}
