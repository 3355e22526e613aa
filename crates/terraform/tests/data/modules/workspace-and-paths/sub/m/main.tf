output "path" { value = "${path.module}|${path.root}" }
output "file" { value = file("${path.module}/a.txt") }
