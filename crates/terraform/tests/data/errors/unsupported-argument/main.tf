resource "terraform_data" "a" {
  imput = "x"
}
