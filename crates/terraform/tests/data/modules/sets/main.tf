output "a" { value = toset([{ n = "b", v = 1 }, { n = "a", v = 2 }, { n = "b", v = 1 }]) }
output "b" { value = toset([[2, 1], [1, 2]]) }
output "c" { value = setproduct(toset(["b", "a"]), toset([2, 1])) }
output "d" { value = toset([true, false, true]) }
