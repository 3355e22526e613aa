output "plain" {
  value = [for name in ["pkcs1", "pkcs8", "openssh"] : rsadecrypt(file("${name}.txt"), file("${name}.pem"))]
}

output "wrong" {
  value = [
    can(rsadecrypt(file("pkcs1.txt"), file("pkcs8.pem"))),
    can(rsadecrypt("!", file("pkcs8.pem"))),
    can(rsadecrypt(file("pkcs1.txt"), "no key")),
  ]
}
