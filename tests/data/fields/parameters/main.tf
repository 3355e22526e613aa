provider "aws" {
  region = "eu-west-2"
  default_tags { tags = { Owner = "team" } }
}

resource "aws_kms_key" "parameters" {}

resource "aws_ssm_parameter" "plain" {
  name            = "/shop/size"
  type            = "String"
  insecure_value  = "12"
  description     = "how many"
  allowed_pattern = "^\\d+$"
  data_type       = "text"
  tags            = { a = "b" }
}

resource "aws_ssm_parameter" "secret" {
  name   = "/shop/keys/api"
  type   = "SecureString"
  value  = "hidden"
  key_id = aws_kms_key.parameters.arn
  tier   = "Advanced"
}

resource "aws_ssm_parameter" "many" {
  count = 12
  name  = "/shop/many/${count.index}"
  type  = "StringList"
  value = "a,b"
}

data "aws_ssm_parameter" "plain" {
  name = aws_ssm_parameter.plain.name
}

data "aws_ssm_parameter" "secret" {
  name = aws_ssm_parameter.secret.name
}

data "aws_ssm_parameters_by_path" "shop" {
  path       = "/shop"
  recursive  = true
  depends_on = [aws_ssm_parameter.plain, aws_ssm_parameter.secret, aws_ssm_parameter.many]
}

output "read" {
  value = {
    plain   = data.aws_ssm_parameter.plain.insecure_value
    secret  = nonsensitive(data.aws_ssm_parameter.secret.value)
    count   = length(data.aws_ssm_parameters_by_path.shop.names)
    arn     = aws_ssm_parameter.secret.arn
    version = aws_ssm_parameter.plain.version
  }
}
