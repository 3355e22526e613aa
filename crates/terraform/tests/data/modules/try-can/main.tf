locals {
  raw  = { a = { b = 1 }, list = [1] }
  yaml = "a: 1\nb: [x]"
}
output "try" { value = [try(local.raw.x.y, "default"), try(local.raw.a.b, 0), try(local.raw.list[3], local.raw.list[0]), try(tonumber("x"), tonumber("2"), 3)] }
output "can" { value = [can(local.raw.a), can(local.raw.z), can(local.raw.a.b.c), can(tonumber("1x")), can(regex("^a", "abc")), can(jsondecode("{"))] }
output "nested" { value = try(try(local.raw.q, local.raw.w), can(local.raw.q) ? 1 : 2) }
output "decode" { value = try(jsondecode(local.yaml), yamldecode(local.yaml)) }
output "types" { value = { for k, v in { s = "x", n = 1, l = [1], o = {}, b = true } : k => [can(tostring(v)), can(tonumber(v)), can(tolist(v)), can(keys(v)), can(tobool(v))] } }
output "null" { value = try(null, "x") == null }
output "cond" { value = can(1 / 0 > 0 ? 1 : 2) || true }
output "lookup" { value = [for k in ["a", "zz"] : try(local.raw[k].b, "none")] }
output "file" { value = [fileexists("main.tf"), fileexists("none"), can(file("none")), length(fileset(path.module, "*.tf"))] }
