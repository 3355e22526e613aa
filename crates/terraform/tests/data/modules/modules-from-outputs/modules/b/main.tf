variable "thing" { type = object({ id = string, n = number }) }
variable "index" { type = number }
locals { label = "${var.thing.id}#${var.index}" }
output "out" { value = { label = local.label, thing = var.thing } }
