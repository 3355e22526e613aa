resource "terraform_data" "new" { input = "n" }
resource "terraform_data" "each" {
  for_each = toset(["x", "y"])
  input    = each.key
}
resource "terraform_data" "adopted" { input = "adopted" }
module "m" { source = "./m" }
moved {
  from = terraform_data.old
  to   = terraform_data.new
}
moved {
  from = terraform_data.each[0]
  to   = terraform_data.each["x"]
}
moved {
  from = module.old
  to   = module.m
}
removed {
  from = terraform_data.gone
  lifecycle {
    destroy = false
  }
}
import {
  to = terraform_data.adopted
  id = "some-id"
}
output "new" { value = terraform_data.new.output }
output "each" { value = [for d in terraform_data.each : d.output] }
output "adopted" { value = terraform_data.adopted.input }
output "m" { value = module.m.out }
