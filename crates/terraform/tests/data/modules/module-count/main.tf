variable "enabled" { default = true }
module "on" {
  source = "./leaf"
  count  = var.enabled ? 2 : 0
  name   = "on-${count.index}"
}
module "off" {
  source = "./leaf"
  count  = var.enabled ? 0 : 1
  name   = "off"
}
module "tree" {
  source   = "./tree"
  for_each = { a = 1, b = 2 }
  key      = each.key
  size     = each.value
}
output "on" { value = module.on[*].name }
output "first" { value = module.on[0].data }
output "off" { value = module.off }
output "off_name" { value = one(module.off[*].name) == null }
output "tree" { value = { for k, m in module.tree : k => m.leaves } }
output "flat" { value = flatten([for m in module.tree : m.leaves]) }
output "keys" { value = keys(module.tree) }
output "all" { value = module.tree["b"] }
