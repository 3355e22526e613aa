variable "size" {
  type = number
}

module "inner" {
  source = "./inner"
  count  = var.size
  index  = count.index
}

output "inner" {
  value = module.inner[*].value
}
