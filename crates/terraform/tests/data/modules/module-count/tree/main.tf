variable "key" {}
variable "size" { type = number }
module "leaf" {
  source = "../leaf"
  count  = var.size
  name   = "${var.key}${count.index}"
}
output "leaves" { value = [for l in module.leaf : l.data.name] }
output "size" { value = var.size }
