variable "t" {
  type = map(object({ a = optional(number, 5), b = optional(list(object({ c = optional(bool, true) })), [{}]) }))
  default = { x = {}, y = { a = 1, b = [] }, z = { b = [{ c = false }, {}] } }
}
output "o" { value = var.t }
