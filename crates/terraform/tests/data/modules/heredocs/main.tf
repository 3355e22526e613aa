locals { name = "n" }
output "a" {
  value = <<EOT
line ${local.name}
  indented
EOT
}
output "b" {
  value = <<-EOT
    line ${local.name}
      indented
    back
  EOT
}
output "c" {
  value = <<-EOT
	tab
	  x
EOT
}
output "d" {
  value = <<-EOT
  %{ for x in ["a","b"] ~}
  item ${x}
  %{ endfor ~}
  done
  EOT
}
output "e" {
  value = <<-EOT
  %{ if true }
  yes
  %{ else }
  no
  %{ endif }
  EOT
}
output "g" {
  value = <<-EOT

    a

      b
    EOT
}
output "h" {
  value = <<EOT
a \n "q" $${x} %%{y} \\
EOT
}
output "i" {
  value = jsonencode({ t = <<-X
  foo
  X

 })
}
output "j" {
  value = <<-EOT
    ${join("\n", ["a","b"])}
      c
    EOT
}
output "k" {
  value = [<<A
x
A
, <<B
y
B
]
}
