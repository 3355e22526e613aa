variable "from_default" {
  default = "default"
}

variable "from_tfvars" {
  type = string
}

variable "from_auto" {
  type = number
}

variable "from_file" {
  type = list(string)
}

variable "from_env" {
  type = map(number)
}

variable "from_var" {
  type = bool
}

variable "any" {
  type    = any
  default = [1, "a"]
}

variable "not_null" {
  type     = string
  default  = "stays"
  nullable = false
}

variable "tuple" {
  type    = tuple([string, number])
  default = [1, "2"]
}

variable "set" {
  type    = set(string)
  default = ["b", "a", "b"]
}

variable "mixed" {
  type    = list(any)
  default = [1, "a", true]
}

variable "nested" {
  type = map(object({
    size = optional(number, 10)
    tags = optional(map(string), {})
    kind = optional(object({ name = optional(string, "x") }), {})
  }))
  default = { a = {}, b = { size = "5", extra = true } }
}

variable "hidden" {
  type      = string
  default   = "hush"
  sensitive = true

  validation {
    condition     = length(var.hidden) > 2
    error_message = "too short"
  }
}

output "all" {
  value = {
    from_default = var.from_default
    from_tfvars  = var.from_tfvars
    from_auto    = var.from_auto
    from_file    = var.from_file
    from_env     = var.from_env
    from_var     = var.from_var
    any          = var.any
    not_null     = var.not_null
    tuple        = var.tuple
    set          = var.set
    mixed        = var.mixed
    nested       = var.nested
  }
}

output "hidden" {
  value     = "${var.hidden}!"
  sensitive = true
}
