locals {
  names = ["ann", "bob"]
  rules = {
    ssh  = { port = 22, open = false }
    http = { port = 80, open = true }
  }
  flat = <<EOT
start
%{ for a in ["p", "q"] ~}
  <${a}>   

%{ endfor ~}

  y
   ${~ "z" ~}    
    w
  EOT
  flush = <<-EOT
    start
      two
    
    three ${local.names[0]}

      %{ if length(local.names) > 1 }
      many
      %{ endif }
    end $${not} %%{this}
  EOT
  stripped = <<-EOT
    %{ for name in local.names ~}
    ${name}
    %{ endfor ~}
    done
  EOT
}

module "greeting" {
  source   = "./modules/greeting"
  for_each = toset(local.names)
  name     = each.key
  options  = { loud = each.key == "bob" }
}

module "counted" {
  source = "./modules/greeting"
  count  = 2
  name   = "n${count.index}"
}

module "single" {
  source = "./modules/greeting"
  name   = module.counted[1].text
}

output "flat" {
  value = local.flat
}

output "flush" {
  value = local.flush
}

output "stripped" {
  value = local.stripped
}

output "rendered" {
  value = templatefile("${path.module}/templates/hosts.tpl", {
    hosts  = local.rules
    prefix = "h-"
  })
}

output "file" {
  value = file("templates/plain.txt")
}

output "greetings" {
  value = { for name, greeting in module.greeting : name => greeting.text }
}

output "counted" {
  value = module.counted[*].text
}

output "single" {
  value = module.single
}

output "open_ports" {
  value = [for name, rule in local.rules : "${name}:${rule.port}" if rule.open]
}

output "secret" {
  value     = sensitive("s3cr3t")
  sensitive = true
}

output "paths" {
  value = [path.module, path.root, module.single.where, terraform.workspace]
}

output "numbers" {
  value = [1 / 3, 2 * 0.5, 1e21, pow(2, 0.5) * 2]
}

output "nothing" {
  value = { a = null, b = [] }
}
