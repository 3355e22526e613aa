variable "services" {
  type = map(object({
    image    = string
    replicas = optional(number, 1)
    ports = optional(list(object({
      port     = number
      protocol = optional(string, "tcp")
    })), [{ port = 80 }])
    limits = optional(object({
      cpu    = optional(number, 0.5)
      memory = optional(string)
    }), {})
    tags  = optional(map(string), { managed = "yes" })
    pair  = optional(tuple([string, number]), ["a", 1])
    names = optional(set(string), ["z", "a"])
  }))
  default = {
    a = { image = "x" }
    b = { image = "y", replicas = null, ports = null, limits = { memory = "1G" }, tags = {} }
    c = { image = "z", replicas = "3", ports = [{ port = "8080", protocol = null }, { port = 53, protocol = "udp" }], extra = true }
  }
}
variable "nothing" {
  type    = object({ a = optional(string, "d"), b = optional(object({ c = optional(number, 2) })) })
  default = {}
}
variable "listed" {
  type    = list(object({ a = optional(number, 5), b = optional(bool) }))
  default = [{}, { a = 1 }, { b = "true" }]
}
output "services" { value = { for k, s in var.services : k => jsonencode(s) } }
output "a" { value = var.services["a"].limits }
output "nothing" { value = var.nothing }
output "listed" { value = var.listed }
