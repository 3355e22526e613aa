module "outer" {
  source   = "./modules/outer"
  for_each = { a = 1, b = 2 }
  size     = each.value
}

output "all" {
  value = module.outer
}

output "first" {
  value = module.outer["a"].inner[0]
}
