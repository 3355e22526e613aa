variable "environment" {
  type    = string
  default = "dev"
  validation {
    condition     = contains(["dev", "prod"], var.environment)
    error_message = "dev or prod"
  }
  validation {
    condition     = length(var.environment) <= 4
    error_message = "too long: ${var.environment}"
  }
}
variable "min" {
  type    = number
  default = 1
}
variable "max" {
  type    = number
  default = 3
  validation {
    condition     = var.max >= var.min && (local.limit > var.max)
    error_message = "max below min"
  }
}
variable "cidr" {
  default = "10.0.0.0/16"
  validation {
    condition     = can(cidrhost(var.cidr, 0)) && alltrue([for b in range(2) : can(cidrsubnet(var.cidr, 4, b))])
    error_message = "no network"
  }
}
locals { limit = 10 }
resource "terraform_data" "a" {
  input = var.max
  lifecycle {
    precondition {
      condition     = var.min < var.max
      error_message = "order"
    }
    postcondition {
      condition     = self.output == self.input && self.id != ""
      error_message = "self"
    }
  }
}
output "value" {
  value = terraform_data.a.output * 2
  precondition {
    condition     = terraform_data.a.output > 0
    error_message = "positive"
  }
}
check "holds" {
  assert {
    condition     = terraform_data.a.output == 3
    error_message = "three"
  }
}
check "does_not" {
  assert {
    condition     = terraform_data.a.output == 4
    error_message = "four, not ${terraform_data.a.output}"
  }
}
