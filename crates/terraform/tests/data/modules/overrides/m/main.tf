variable "a" {}
variable "b" {}
output "both" { value = "${var.a}-${var.b}" }
