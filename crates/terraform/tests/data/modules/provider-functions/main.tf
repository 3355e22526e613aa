terraform {
  required_providers {
    terraform = {
      source = "terraform.io/builtin/terraform"
    }
  }
}
locals {
  all = { b = 1, a = "x\n\"q\" $${z} %%{y}", list = [1, "a", null, true], set = toset(["b", "a"]), map = tomap({ k = "v" }), nested = { "odd key" = {}, e = [] }, "1x" = 1.50 }
}
output "expr" { value = [for v in values(local.all) : provider::terraform::encode_expr(v)] }
output "whole" { value = provider::terraform::encode_expr(local.all) }
output "tfvars" { value = provider::terraform::encode_tfvars({ b = 1, a = "x", obj = { k = ["v", { z = null }] }, text = "l1\nl2" }) }
output "decoded" { value = provider::terraform::decode_tfvars("a = 1\nb = [\"x\", true]\nlong_name = { k = null }\n") }
output "round" { value = provider::terraform::decode_tfvars(provider::terraform::encode_tfvars({ a = [1, { b = "c" }] })) }
output "bad" { value = [can(provider::terraform::decode_tfvars("a = foo()")), can(provider::terraform::decode_tfvars("block {}")), can(provider::terraform::encode_tfvars({ "1x" = 1 }))] }
output "multi" { value = provider::terraform::encode_expr("a\nb\n") }
output "numbers" { value = [for n in [1, 1.5, 1e30, -2, 1/3] : provider::terraform::encode_expr(n)] }
