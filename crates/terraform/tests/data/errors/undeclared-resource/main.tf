resource "terraform_data" "bucket" {
}

output "a" {
  value = terraform_data.buckets.id
}
