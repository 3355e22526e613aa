variable "rules" {
  type = list(object({
    port = number
    name = optional(string)
  }))
  default = [{ port = 80 }, { prt = 443 }]
}
