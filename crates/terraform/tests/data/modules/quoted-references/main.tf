resource "terraform_data" "a" {
  input      = "a"
  depends_on = ["terraform_data.b", terraform_data.c]

  lifecycle {
    ignore_changes       = ["input"]
    replace_triggered_by = [terraform_data.b.id, terraform_data.c]
  }
}

resource "terraform_data" "b" {
  input = "b"
}

resource "terraform_data" "c" {
  input = "c"
}

output "a" {
  value      = "${terraform_data.a.output}"
  depends_on = ["terraform_data.b"]
}
