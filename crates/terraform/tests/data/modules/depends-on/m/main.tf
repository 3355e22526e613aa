variable "in" {}
resource "terraform_data" "this" { input = upper(var.in) }
output "out" { value = terraform_data.this.output }
