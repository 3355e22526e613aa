output "a" {
  value = templatefile("x.tftpl", { nam = "x" })
}
