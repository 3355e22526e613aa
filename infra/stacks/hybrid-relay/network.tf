data "aws_vpc" "default" {
  count = var.vpc_id == null ? 1 : 0

  default = true
}

data "aws_subnets" "all" {
  count = var.subnet_ids == null ? 1 : 0

  filter {
    name   = "vpc-id"
    values = [local.vpc_id]
  }
}

locals {
  vpc_id     = var.vpc_id == null ? data.aws_vpc.default[0].id : var.vpc_id
  subnet_ids = var.subnet_ids == null ? data.aws_subnets.all[0].ids : var.subnet_ids
}

# Nothing comes in, and what goes out is HTTPS.
resource "aws_security_group" "task" {
  #checkov:skip=CKV2_AWS_5:the function gives it to each task that it starts
  name        = "${local.name_prefix}-task"
  description = "Processing tasks: HTTPS outward, nothing inward"
  vpc_id      = local.vpc_id

  tags = {
    Name = "${local.name_prefix}-task"
  }
}

resource "aws_vpc_security_group_egress_rule" "https" {
  security_group_id = aws_security_group.task.id
  description       = "HTTPS to the services of AWS"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
