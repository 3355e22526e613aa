variable "token" {
  type      = string
  ephemeral = true
  default   = "secret"
}
variable "plain" { default = "p" }
locals {
  header = "Bearer ${var.token}"
  mixed  = { token = var.token, plain = var.plain }
}
module "m" {
  source = "./m"
  token  = local.header
}
output "null" { value = ephemeralasnull(var.token) == null }
output "within" { value = ephemeralasnull(local.mixed) }
output "plain" { value = local.mixed.plain }
output "module" { value = module.m.plain }
output "as_null" { value = { a = ephemeralasnull(module.m.token), b = 1 } }
