locals {
  values = [0, 1.0, 1.50, 1e3, 1e-7, 0.1 + 0.2, 1 / 3, 2 / 3, 10 / 3, 123456789012345678901234567890, 1e21, 1e100, 0.000001, -1.5, 9007199254740993]
}
output "plain" { value = local.values }
output "text" { value = [for v in local.values : tostring(v)] }
output "json" { value = jsonencode(local.values) }
output "yaml" { value = yamlencode(local.values) }
output "format" { value = [for v in local.values : format("%v|%g|%.2f|%e", v, v, v, v)] }
output "rounded" { value = [for v in [1.5, -1.5, 2.5, 0.5, -0.5] : [floor(v), ceil(v), abs(v), parseint(format("%.0f", v), 10)]] }
output "modulo" { value = [7 % 3, -7 % 3, 7 % -3, 7.5 % 2, -7.5 % 2] }
output "pow" { value = [pow(2, 0.5), pow(2, 64), pow(10, -2), log(8, 2), log(100, 10)] }
output "decoded" { value = jsondecode("[1.10, 1e2, 12345678901234567890, 0.1, -0.0, 1.0]") }
output "compare" { value = [1 == 1.0, 0.1 + 0.2 == 0.3, 1 / 3 * 3 == 1, 1e3 == 1000] }
variable "n" {
  type    = number
  default = "1.50"
}
output "converted" { value = [var.n, "${var.n}", var.n * 2] }
resource "terraform_data" "n" { input = { third = 1 / 3, tenth = 0.1, big = 1e30, sum = 0.1 + 0.2 } }
output "data" { value = terraform_data.n.output }
output "data_text" { value = [for k, v in terraform_data.n.output : "${k}=${v}"] }
