variable "name" {}
resource "terraform_data" "this" { input = { name = var.name, length = length(var.name) } }
output "name" { value = var.name }
output "data" { value = terraform_data.this.output }
