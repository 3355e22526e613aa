variable "n" { 
  type = object({ a = optional(string) })
  default = {}
}
output "a" { value = var.n }
output "b" { value = var.n.a == null ? "none" : var.n.a }
output "c" { value = coalesce(var.n.a, "x") }
output "d" { value = [for k, v in { a = null, b = 1 } : k if v != null] }
output "e" { value = { for k, v in { a = null, b = 1 } : k => v if v != null } }
output "f" { value = try(var.n.a.b, "t") }
