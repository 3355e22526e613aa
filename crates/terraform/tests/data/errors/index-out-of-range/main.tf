locals {
  zones = ["a", "b"]
}

output "c" {
  value = local.zones[2]
}
