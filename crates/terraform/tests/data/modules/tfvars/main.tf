variable "a" { default = "default" }
variable "b" { default = "default" }
variable "c" { default = "default" }
variable "d" { default = "default" }
variable "e" { default = "default" }
variable "list" { type = list(any) }
variable "object" {
  type = object({ n = number, s = optional(string, "none"), l = optional(list(number)) })
}
output "all" { value = [var.a, var.b, var.c, var.d, var.e] }
output "list" { value = var.list }
output "object" { value = var.object }
