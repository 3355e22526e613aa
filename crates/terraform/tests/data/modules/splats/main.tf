locals {
  list   = [{ a = 1, b = { c = ["x", "y"] } }, { a = 2, b = { c = ["z"] } }]
  object = { a = 1 }
  none   = null
  empty  = []
  set    = toset(["b", "a"])
}
resource "terraform_data" "r" {
  count = 3
  input = { index = count.index, odd = count.index % 2 == 1 }
}
output "attr" { value = local.list[*].a }
output "deep" { value = local.list[*].b.c[0] }
output "legacy" { value = local.list.*.b.c }
output "legacy_index" { value = local.list.*.b.c.0 }
output "single" { value = local.object[*].a }
output "none" { value = local.none[*] }
output "empty" { value = local.empty[*].x }
output "set" { value = local.set[*] }
output "resource" { value = terraform_data.r[*].output.odd }
output "all" { value = terraform_data.r.*.input }
output "flat" { value = flatten(local.list[*].b[*].c) }
output "nested" { value = [[{ x = 1 }], [{ x = 2 }, { x = 3 }]][*][*].x }
