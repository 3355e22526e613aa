locals { c = yamldecode(file("c.yaml")) }
output "a" { value = local.c }
output "b" { value = yamlencode({ for k, v in local.c : k => v if k != "list" }) }
output "c" { value = [for r in local.c.rules : r.name if try(r.enabled, true)] }
