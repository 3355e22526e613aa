locals {
  buckets = { logs = { versioned = true }, data = { versioned = false, tags = { a = "b" } } }
}
module "bucket" {
  source = "./modules/bucket"
  for_each = local.buckets
  name = "${each.key}-x"
  config = each.value
}
output "names" { value = { for k, m in module.bucket : k => m.name } }
output "all" { value = module.bucket }
output "first" { value = module.bucket["logs"].config.versioned }
output "sorted" { value = sort([for m in module.bucket : m.name]) }
