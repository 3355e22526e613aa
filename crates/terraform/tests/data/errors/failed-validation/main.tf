variable "environment" {
  default = "test"

  validation {
    condition     = contains(["dev", "prod"], var.environment)
    error_message = "The environment is dev or prod, not ${var.environment}."
  }
}
