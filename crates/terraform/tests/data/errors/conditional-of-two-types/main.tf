variable "big" {
  default = true
}

output "a" {
  value = var.big ? ["a"] : { a = 1 }
}
