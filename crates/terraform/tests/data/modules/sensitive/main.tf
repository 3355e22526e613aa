variable "s" {
  type = object({ user = string, pass = string })
  sensitive = true
  default = { user = "u", pass = "p" }
}
output "a" {
  value = var.s.user
  sensitive = true
}
output "b" { value = nonsensitive(var.s.user) }
output "c" {
  value = [for k, v in var.s : k]
  sensitive = true
}
output "d" { value = issensitive(var.s) }
