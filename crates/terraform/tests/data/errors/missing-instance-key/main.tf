resource "terraform_data" "a" {
  count = 2
}

output "id" {
  value = terraform_data.a.id
}
