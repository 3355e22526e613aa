variable "aws_region" {
  type        = string
  description = "The region that the bucket lives in"
  default     = "eu-west-2"
}

variable "environment" {
  type        = string
  description = "The environment; the first part of every name"
}

variable "service" {
  type        = string
  description = "The service; the second part of every name"
  default     = "call-centre-data"
}

variable "bucket_force_destroy" {
  type        = bool
  description = "Whether destroying the stack deletes the objects too"
  default     = false
}

variable "data_migration_enabled" {
  type        = bool
  description = "Whether the migrator user and its role exist"
  default     = false
}

variable "data_migration_source_bucket_arn" {
  type        = string
  description = "The external bucket that data is migrated from; needed when data migration is enabled"
  default     = null
}

variable "data_migration_source_kms_key_arn" {
  type        = string
  description = "The key that the source bucket's objects are encrypted with, if they are encrypted with one"
  default     = null
}
