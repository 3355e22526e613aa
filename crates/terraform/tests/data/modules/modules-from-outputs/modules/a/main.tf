variable "names" { type = set(string) }
output "made" { value = [for n in var.names : { id = "id-${n}", n = length(n) }] }
