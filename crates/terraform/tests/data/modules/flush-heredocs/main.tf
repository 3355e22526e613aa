output "a" {
  value = <<-EOT
    %{ if true ~}
    x
    %{ endif ~}
      y
    ${"z"}
  EOT
}
output "b" {
  value = <<-EOT
  a
	b
    c
  EOT
}
output "c" {
  value = <<-EOT
    a\tb
    ${"multi\n  line"}
  EOT
}
output "d" {
  value = <<EOT

a

EOT
}
output "e" {
  value = <<-EOT
      ${"x"} y
    z
  EOT
}
output "f" {
  value = <<-EOT
    ${~ "x" ~}
    z
  EOT
}
