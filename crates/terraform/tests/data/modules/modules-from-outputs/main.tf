module "a" {
  source = "./modules/a"
  names = ["x", "y"]
}
module "b" {
  source = "./modules/b"
  for_each = { for n in module.a.made : n.id => n }
  thing = each.value
  index = index(keys({ for n in module.a.made : n.id => n }), each.key)
}
output "a" { value = module.a }
output "b" { value = module.b }
output "ids" { value = [for k, m in module.b : "${k}=${m.out.label}"] }
output "bs" { value = values(module.b)[*].out.label }
