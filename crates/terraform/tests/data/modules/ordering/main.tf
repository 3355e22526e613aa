output "strings" { value = toset(["b", "B", "a", "é", "Z", "10", "9", "", " "]) }
output "numbers" { value = toset([10, 9, -1, 0.5, 100]) }
output "bools" { value = toset([true, false]) }
output "objects" { value = toset([{ n = 2, s = "a" }, { n = 10, s = "b" }, { n = 1, s = "z" }]) }
output "lists" { value = toset([["b"], ["a", "c"], ["a"], []]) }
output "tuples" { value = toset([["b", 1], ["a", 2]]) }
output "maps" { value = toset([tomap({ b = 1 }), tomap({ a = 2, c = 3 })]) }
output "keys" { value = { b = 1, B = 2, a = 3, "10" = 4, "9" = 5, "é" = 6, "_" = 7, "-" = 8 } }
output "listed" { value = [for k, v in { b = 1, B = 2, a = 3, "10" = 4, "9" = 5, "é" = 6, "_" = 7, "-" = 8 } : k] }
output "union" { value = setunion(["c", "a"], ["b"]) }
output "product" { value = setproduct(toset(["b", "a"]), toset([2, 1])) }
output "sorted" { value = sort(["b", "B", "a", "é", "Z", "10", "9"]) }
output "distinct" { value = distinct(["b", "a", "b"]) }
output "values" { value = values({ z = 1, a = [2], m = "x" }) }
output "joined" { value = join(",", toset(["c", "a", "b"])) }
output "iteration" { value = [for x in toset([3, 1, 2]) : x * 2] }
output "null_in_set" { value = toset(["b", null, "a"]) }
