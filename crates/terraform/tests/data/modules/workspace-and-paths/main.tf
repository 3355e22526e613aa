module "m" { source = "./sub/m" }
output "workspace" { value = terraform.workspace }
output "module" { value = path.module }
output "root" { value = path.root }
output "sub" { value = module.m.path }
output "file" { value = module.m.file }
output "bases" { value = [basename(path.cwd) != "", basename(abspath(path.module)) == basename(path.cwd)] }
output "names" { value = [for f in fileset("${path.module}/sub", "**/*.{tf,txt}") : f] }
