locals {
  people = [
    { name = "ann", team = "red", age = 30 },
    { name = "bob", team = "blue", age = 25 },
    { name = "cid", team = "red", age = 35 },
  ]
  by_team = { for p in local.people : p.team => p.name... }
  nested  = { for t, names in local.by_team : t => { for n in names : n => length(n) } }
  pairs   = merge([for t, names in local.by_team : { for n in names : "${t}/${n}" => t }]...)
}
output "by_team" { value = local.by_team }
output "nested" { value = local.nested }
output "pairs" { value = local.pairs }
output "old" { value = [for p in local.people : p.name if p.age >= 30] }
output "index" { value = { for i, p in local.people : p.name => i } }
output "numbers" { value = { for n in range(6) : n % 3 => n... } }
output "product" { value = [for p in setproduct(["a", "b"], [1, 2]) : "${p[0]}${p[1]}"] }
output "sets" { value = { for k, v in { x = toset(["b", "a"]) } : k => [for e in v : e] } }
output "empty" { value = { for p in [] : p => p... } }
