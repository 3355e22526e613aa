variable "name" {
  default = "override"
}

locals {
  changed = "override ${var.name}"
}

resource "terraform_data" "a" {
  input = {
    from = "override"
    size = var.size
  }
  lifecycle {
    create_before_destroy = true
  }
}

module "m" {
  b = "override"
}
