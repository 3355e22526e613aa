locals {
  size = 0
}

resource "terraform_data" "a" {
  input = local.size

  lifecycle {
    precondition {
      condition     = local.size > 0
      error_message = "The size must be positive."
    }
  }
}
