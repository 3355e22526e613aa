locals { users = { alice = { admin = true, groups = ["a", "b"] }, bob = { admin = false, groups = [] } } }
output "doc" {
  value = <<-EOT
    # Users
    %{ for name, u in local.users ~}
    - ${title(name)}%{ if u.admin } (admin)%{ endif }
      %{~ if length(u.groups) > 0 ~}
      : ${join(", ", u.groups)}
      %{~ endif }
    %{ endfor ~}
    end "quoted" \n $${not} %%{either}
  EOT
}
output "tpl" { value = templatefile("${path.module}/t/users.tftpl", { users = local.users, upper = "shadow" }) }
output "str" { value = templatestring(local.t, { n = 3 }) }
locals { t = "n=$${n}" }
