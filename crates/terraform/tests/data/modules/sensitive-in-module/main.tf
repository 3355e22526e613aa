module "called" {
  source = "./called"
}

output "declared" {
  value = module.called.declared
}

output "made_of_secrets" {
  value     = module.called.made_of_secrets
  sensitive = true
}
