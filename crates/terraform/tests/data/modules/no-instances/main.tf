module "a" {
  count = 0
  source = "./m"
}
module "b" {
  for_each = {}
  source = "./m"
}
output "a" { value = module.a }
output "b" { value = module.b }
output "c" { value = one(module.a[*].x) }
output "d" { value = try(module.a[0].x, "none") }
output "e" { value = length(module.b) }
