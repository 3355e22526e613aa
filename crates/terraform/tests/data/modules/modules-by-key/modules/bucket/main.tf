variable "name" { type = string }
variable "config" { 
  type = object({ 
    versioned = optional(bool, false)
    tags = optional(map(string), {}) 
  })
}
locals { full = "b-${var.name}" }
module "label" {
  source = "../label"
  parts = [local.full, "z"]
}
output "name" { value = module.label.id }
output "config" { value = var.config }
