output "names" { 
  description = "d"
  value = var.names 
}
