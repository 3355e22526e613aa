resource "terraform_data" "a" { input = ["x", "y"] }
resource "terraform_data" "b" {
  input = {
    joined = join("-", terraform_data.a.output)
    count  = length(terraform_data.a.output)
    id     = length(terraform_data.a.id)
    text   = "first: ${terraform_data.a.output[0]}"
    cond   = terraform_data.a.id != "" ? "set" : "unset"
  }
}
resource "terraform_data" "c" {
  count            = 2
  input            = { for i, x in terraform_data.a.output : x => i + count.index }
  triggers_replace = [terraform_data.b.id]
}
resource "terraform_data" "d" {
  for_each = { for i in range(2) : "k${i}" => terraform_data.c[i].output }
  input    = each.value
}
output "b" { value = terraform_data.b.output }
output "c" { value = terraform_data.c[*].output }
output "d" { value = { for k, d in terraform_data.d : k => d.output } }
output "types" { value = [for x in terraform_data.a.output : upper(x)] }
output "null" { value = terraform_data.a.triggers_replace == null }
