terraform {
  required_version = ">= 1.5"
}
variable "env" {
  type = string
  validation {
    condition     = contains(["dev", "live"], var.env)
    error_message = "env must be dev or live."
  }
  validation {
    condition     = var.env != "live" || var.size > 1
    error_message = "live needs size ${var.size}."
  }
}
variable "size" {
  type    = number
  default = 1
}
variable "names" {
  type     = list(string)
  default  = ["a"]
  nullable = false
}
variable "secret" {
  type      = string
  default   = "hush"
  ephemeral = true
}
variable "opts" {
  type    = object({ a = optional(string, "x"), b = optional(number), c = optional(map(object({ d = bool })), {}) })
  default = {}
}
locals {
  text = <<-EOT
    %{for n in var.names~}
    name ${n}
    %{endfor~}
    end
  EOT
}
resource "terraform_data" "one" {
  count            = var.env == "dev" ? 1 : 0
  input            = { x = 1, y = ["a", true] }
  triggers_replace = [var.size]
  lifecycle {
    create_before_destroy = true
    prevent_destroy       = false
    ignore_changes        = [input]
    replace_triggered_by  = [terraform_data.two]
    precondition {
      condition     = var.size < 10
      error_message = "too big"
    }
    postcondition {
      condition     = self.output.x == 1
      error_message = "not one"
    }
  }
}
resource "terraform_data" "two" {
  for_each   = toset(var.names)
  input      = each.key
  depends_on = [terraform_data.three]
}
resource "terraform_data" "three" {}
moved {
  from = terraform_data.old
  to   = terraform_data.three
}
removed {
  from = terraform_data.gone
  lifecycle {
    destroy = false
  }
}
check "size" {
  assert {
    condition     = var.size > 0
    error_message = "negative"
  }
}
output "text" { value = local.text }
output "one" { value = one(terraform_data.one[*].output) }
output "two" { value = { for k, v in terraform_data.two : k => v.output } }
output "opts" { value = var.opts }
output "size" { value = var.size }
output "names" { value = var.names }
output "try" { value = [try(var.opts.zz, "none"), can(var.opts.a), coalesce(null, "q")] }
output "cond" { value = var.size == 1 ? "one" : tostring(var.size) }
output "splat" { value = terraform_data.one[*].triggers_replace }
output "fmt" { value = format("%05.1f|%-5s|%q|%v", 3.14159, "ab", "x", [1, "b"]) }
output "tpl" { value = templatestring(local.tpl, { a = 1 }) }
locals { tpl = "v=$${a}" }
output "wksp" { value = terraform.workspace }
