resource "terraform_data" "a" {
  input = { a = 1

output "b" {
  value = 1
}
