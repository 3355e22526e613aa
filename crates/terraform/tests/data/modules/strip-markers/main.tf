output "a" {
  value = <<EOT
%{ for x in ["a", "b"] }
- ${x}
%{ endfor }
EOT
}
output "b" {
  value = <<EOT
%{~ for x in ["a", "b"] ~}
- ${x}
%{~ endfor ~}
EOT
}
output "c" {
  value = <<EOT
begin
%{ for x in ["a", "b"] ~}
- ${x}
%{ endfor ~}
end
EOT
}
output "d" { value = "a %{~ if true ~} b %{~ endif ~} c" }
output "e" {
  value = <<EOT
x ${~ "y" ~} z

  ${~ "w" }
EOT
}
output "f" {
  value = <<-EOT
    %{ if true }a%{ else }b%{ endif }
    %{~ for i in [1] ~}

    ${i}

    %{~ endfor ~}
    end
    EOT
}
