variable "c" { default = true }
variable "items" {
  type    = list(any)
  default = [{ a = 1 }, { a = "x" }]
}
variable "table" {
  type    = map(any)
  default = { a = [1], b = ["x", "y"] }
}
variable "set" {
  type    = set(any)
  default = [1, "a", true]
}
variable "tuple" {
  type    = tuple([string, number, list(bool)])
  default = [1, "2", ["true", false]]
}
variable "object" {
  type    = object({ l = list(string), m = map(number), s = set(string), a = any })
  default = { l = [1, true], m = { x = "1" }, s = ["b", "a", "b"], a = { deep = [null] } }
}
output "items" { value = var.items }
output "table" { value = var.table }
output "set" { value = var.set }
output "tuple" { value = var.tuple }
output "object" { value = var.object }
output "objects" { value = var.c ? { a = 1, b = "x" } : { a = "y", b = true } }
output "maps" { value = var.c ? { a = 1 } : { b = "x" } }
output "tuples" { value = var.c ? [1, "a"] : [true, "b"] == [] ? [1, "a"] : ["x", 2] }
output "lists" { value = var.c ? [1, 2] : ["a"] }
output "empty" { value = var.c ? [] : ["a", 1] }
output "nested" { value = var.c ? { a = [{ b = 1 }] } : { a = [{ b = "x" }] } }
output "list_of_objects" { value = tolist([{ a = 1, b = null }, { a = "x", b = true }]) }
output "coalesced" { value = coalesce(null, 1, "a") }
output "concat" { value = concat(["a"], [1], tolist([true])) }
output "merged" { value = merge({ a = 1 }, { a = "x", b = [1] }, null) }
