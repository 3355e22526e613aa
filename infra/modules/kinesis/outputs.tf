output "name" {
  value = aws_kinesis_stream.this.name
}

output "arn" {
  value = aws_kinesis_stream.this.arn
}
