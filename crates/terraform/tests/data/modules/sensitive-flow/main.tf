variable "secret" {
  sensitive = true
  default   = "s3cret"
}
locals {
  map  = { a = var.secret, b = "open" }
  list = [for k, v in local.map : "${k}=${v}"]
}
resource "terraform_data" "a" { input = { secret = var.secret, open = "o" } }
module "m" {
  source = "./m"
  value  = var.secret
}
output "marks" {
  value = [
    issensitive(local.map), issensitive(local.map.a), issensitive(local.map.b), issensitive(local.list), issensitive(local.list[1]),
    issensitive(length(var.secret)), issensitive(var.secret == "x"), issensitive([var.secret]), issensitive("x${var.secret}"),
    issensitive(terraform_data.a.output), issensitive(terraform_data.a.input.secret), issensitive(terraform_data.a.output.open),
    issensitive(module.m.out), issensitive(module.m.marked), issensitive(module.m.plain),
  ]
}
output "all" {
  value     = { map = local.map, list = local.list, m = module.m }
  sensitive = true
}
output "open" { value = local.map.b }
output "revealed" { value = nonsensitive(upper(var.secret)) }
