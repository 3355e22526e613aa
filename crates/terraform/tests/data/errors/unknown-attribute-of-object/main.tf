locals {
  settings = { size = 1, name = "x" }
}

output "size" {
  value = local.settings.sise
}
