variable "aws_region" {
  type        = string
  description = "The region that everything lives in"
  default     = "eu-west-2"
}

variable "environment" {
  type        = string
  description = "The environment, the first part of every name; environments stand side by side in one account"
}

variable "project" {
  type        = string
  description = "The project, the second part of every name"
  default     = "data-platform"
}

variable "kinesis_shard_count" {
  type        = number
  description = "How many shards the stream has"

  validation {
    condition     = var.kinesis_shard_count >= 1
    error_message = "A stream has at least one shard."
  }
}

variable "kinesis_retention_hours" {
  type        = number
  description = "How long records are kept in the stream"
  default     = 24
}

variable "ingest_package" {
  type        = string
  description = "The path of the zip with the program `platform-ingest`; a placeholder that fails with the reason if null"
  default     = null
}

variable "ingest_memory_size" {
  type        = number
  description = "The function's memory in MB"
}

variable "ingest_timeout" {
  type        = number
  description = "How long a batch of records may take, in seconds"
  default     = 60
}

variable "ingest_batch_size" {
  type        = number
  description = "How many records the function is given at once at most"
  default     = 100
}

variable "log_retention_in_days" {
  type        = number
  description = "How long the function's log is kept"
  default     = 30
}

variable "noncurrent_retention_days" {
  type        = number
  description = "How long earlier versions of objects are kept"
  default     = 90
}

variable "secret_recovery_window_in_days" {
  type        = number
  description = "How long the secret can be restored once it is deleted; 0 deletes it at once"
  default     = 30
}

variable "force_destroy" {
  type        = bool
  description = "Whether destroying the stack deletes the objects too"
  default     = false
}

variable "deletion_protection" {
  type        = bool
  description = "Whether the table can be deleted only after this is taken off"
  default     = false
}
