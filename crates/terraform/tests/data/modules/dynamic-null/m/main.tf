variable "a" { default = "default a" }
variable "b" {
  default  = "default b"
  nullable = false
}
output "a" { value = var.a == null ? "was null" : var.a }
output "b" { value = var.b }
