output "a" {
  value = to_upper("x")
}
