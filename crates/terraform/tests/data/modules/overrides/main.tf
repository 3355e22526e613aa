variable "name" { default = "base" }

variable "size" {
  type    = number
  default = 1
}

locals {
  kept    = "kept"
  changed = "base ${var.name}"
}

resource "terraform_data" "a" {
  input            = { from = "main", name = var.name }
  triggers_replace = "x"

  lifecycle {
    prevent_destroy = false
  }
}

module "m" {
  source = "./m"
  a      = "main"
  b      = "main"
}

output "a" { value = terraform_data.a.output }

output "locals" {
  description = "base"
  value       = [local.kept, local.changed, var.size + 1]
}

output "m" { value = module.m.both }

output "triggers" { value = terraform_data.a.triggers_replace }
