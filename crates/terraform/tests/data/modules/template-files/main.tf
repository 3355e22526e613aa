output "hosts" {
  value = templatefile("${path.module}/hosts.tftpl", {
    hosts = [{ name = "a", ip = "10.0.0.1", tags = ["x", "y"] }, { name = "b", ip = "10.0.0.2", tags = [] }]
    title = "Hosts"
  })
}
output "list" { value = templatefile("list.tftpl", { items = ["b", "a"] }) }
output "recursion" { value = can(templatefile("recursive.tftpl", {})) }
output "missing" { value = can(templatefile("hosts.tftpl", {})) }
output "functions" { value = templatefile("functions.tftpl", { n = 3, m = { b = 1, a = 2 } }) }
output "string" { value = templatestring(local.template, { who = "you" }) }
locals { template = "hello $${who}%%{ if true }!%%{ endif }" }
output "json" { value = jsondecode(templatefile("doc.json.tftpl", { arns = ["a", "b"], sid = "S" })) }
output "broken_lines" { value = templatefile("lines.tftpl", { names = ["a", "b"], upper = true }) }
