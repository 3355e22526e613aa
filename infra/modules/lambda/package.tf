# What is deployed: the package that the build made, or, where none is given, a program that says so.
locals {
  package = var.package == null ? data.archive_file.placeholder[0].output_path : var.package
}

data "archive_file" "placeholder" {
  count = var.package == null ? 1 : 0

  type             = "zip"
  source_dir       = "${path.module}/placeholder"
  output_path      = "${path.root}/.terraform/packages/${var.name}.zip"
  output_file_mode = "0755"
}
