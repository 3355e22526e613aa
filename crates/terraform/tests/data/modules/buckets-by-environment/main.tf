terraform {
  required_version = ">= 1.5"
}
variable "project" {
  type = string
  default = "calls"
  description = "x"
  validation {
    condition = can(regex("^[a-z][a-z0-9-]{1,20}$", var.project))
    error_message = "bad"
  }
}
variable "environments" {
  type = map(object({
    region = optional(string, "eu-west-2")
    buckets = optional(list(object({ name = string, versioned = optional(bool, true), tags = optional(map(string), {}) })), [])
  }))
  default = {
    dev = { buckets = [{ name = "logs" }, { name = "data", versioned = false, tags = { tier = "gold" } }] }
    prod = { region = "us-east-1" }
  }
}
locals {
  flat = merge([for e, c in var.environments : { for b in c.buckets : "${e}/${b.name}" => merge(b, { env = e, region = c.region }) }]...)
  by_region = { for e, c in var.environments : c.region => e... }
  arns = { for k, b in local.flat : k => format("arn:aws:s3:::%s-%s-%s", var.project, b.env, b.name) }
  statements = flatten([for k, b in local.flat : [
    { Sid = replace(title(replace(k, "/", " ")), " ", ""), Effect = b.versioned ? "Deny" : "Allow", Action = "s3:*", Resource = [local.arns[k], "${local.arns[k]}/*"] },
  ]])
  common = { Project = var.project, ManagedBy = "terraform" }
}
output "flat" { value = local.flat }
output "by_region" { value = local.by_region }
output "arns" { value = local.arns }
output "policy" { value = jsonencode({ Version = "2012-10-17", Statement = local.statements }) }
output "tags" { value = { for k, b in local.flat : k => merge(local.common, b.tags, { Env = upper(b.env) }) } }
output "names" { value = sort(distinct([for k, b in local.flat : b.name])) }
output "count" { value = length(local.flat) }
output "any_unversioned" { value = anytrue([for b in local.flat : !b.versioned]) }
output "matrix" { value = [for p in setproduct(keys(var.environments), ["r", "w"]) : join(":", p)] }
output "lookup" { value = lookup(local.by_region, "eu-west-2", []) }
output "zip" { value = zipmap(keys(local.arns), [for a in values(local.arns) : split(":", a)[5]]) }
output "cond" { value = length(local.flat) > 1 ? one([for b in local.flat : b.name if b.versioned]) : null }
