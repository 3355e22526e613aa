resource "terraform_data" "first" { input = "first" }
module "second" {
  source     = "./m"
  depends_on = [terraform_data.first]
  in         = "second"
}
module "third" {
  source     = "./m"
  for_each   = toset(["a"])
  in         = each.value
  depends_on = [module.second]
}
resource "terraform_data" "last" {
  input      = "last"
  depends_on = [module.third, terraform_data.first]
}
output "second" {
  value      = module.second.out
  depends_on = [terraform_data.last]
}
output "third" { value = module.third["a"].out }
output "whole" { value = module.second }
