locals {
  texts = [
    "", "a", "hello world", "hello hello hello hello", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    join("", [for i in range(400) : "line ${i} of the text\n"]),
    join("", [for i in range(900) : sha256("${i}")]),
    join(",", [for i in range(1000) : format("%05d", i * 7919 % 10007)]),
    "é😀\u0000\u0001",
    file("text.txt"),
    join("", [for i in range(8) : file("text.txt")]),
    jsonencode({ for i in range(200) : "key-${i}" => { value = i, text = upper(md5("${i}")), list = range(i % 5 + 1) } }),
    join("", [for i in range(1000) : join("", [for j in range(9) : sha1("${i}-${j}")])]),
  ]
}

output "zipped" { value = [for text in slice(local.texts, 0, 5) : base64gzip(text)] }
output "hashes" { value = [for text in local.texts : sha256(base64gzip(text))] }
output "sizes" { value = [for text in local.texts : length(base64gzip(text))] }
