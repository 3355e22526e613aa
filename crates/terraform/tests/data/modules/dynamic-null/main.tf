variable "none" { default = null }
variable "typed" {
  type    = list(string)
  default = null
}
variable "kept" {
  nullable = false
  default  = "fallback"
}
module "m" {
  source = "./m"
  a      = null
  b      = null
}
locals {
  object = { a = null, b = var.none, c = var.typed }
}
output "object" { value = local.object }
output "tuple" { value = [null, var.none, 1] }
output "json" { value = jsonencode(local.object) }
output "equal" { value = [null == null, var.none == null, var.typed == null, local.object.a == local.object.b, "" == null] }
output "coalesce" { value = [coalesce(var.none, "x"), try(length(var.typed), -1), var.typed == null ? [] : var.typed] }
output "m" { value = module.m }
output "list" { value = tolist([null, "a"]) }
output "map" { value = tomap({ a = null, b = 1 }) }
output "for" { value = [for k, v in local.object : k if v == null] }
output "kept" { value = var.kept }
output "compact" { value = compact(["a", null, ""]) }
resource "terraform_data" "n" { input = { a = null, b = [null, 1] } }
output "data" { value = terraform_data.n.output }
output "lookup" { value = lookup(local.object, "zz", null) == null }
output "absent" { value = null }
