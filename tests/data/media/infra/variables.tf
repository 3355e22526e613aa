terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
}

variable "project" {
  type = string
}

variable "office_cidr" {
  type = string
}

variable "people" {
  type    = map(string)
  default = { alice = "red", bob = "blue" }
}

variable "versioned" {
  type    = bool
  default = true
}

data "aws_caller_identity" "me" {}

output "media_bucket" {
  value = aws_s3_bucket.media.id
}
