variable "name" {
  type = string
}

variable "options" {
  type = object({
    loud   = optional(bool, false)
    suffix = optional(string)
  })
  default = {}
}

locals {
  text = "hello ${var.name}${coalesce(var.options.suffix, "!")}"
}

output "text" {
  value = var.options.loud ? upper(local.text) : local.text
}

output "where" {
  value = path.module
}

output "options" {
  value = var.options
}
