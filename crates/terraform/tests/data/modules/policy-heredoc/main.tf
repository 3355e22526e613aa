locals { bucket = "b" }
output "p" {
  value = <<-POLICY
  {
    "Version": "2012-10-17",
    "Statement": [
      {
        "Effect": "Allow",
        "Action": "s3:*",
        "Resource": "arn:aws:s3:::${local.bucket}/home/$${aws:username}/*"
      }
    ]
  }
  POLICY
}
output "q" {
  value = jsondecode(<<EOF
{"a": [%{ for i in [1,2] }${i}%{ if i < 2 },%{ endif }%{ endfor }]}
EOF
).a
}
