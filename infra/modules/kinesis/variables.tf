variable "name" {
  type        = string
  description = "The stream's name"
}

variable "shard_count" {
  type        = number
  description = "How many shards the stream has"
}

variable "retention_hours" {
  type        = number
  description = "How long records are kept"
  default     = 24
}

variable "kms_key_arn" {
  type        = string
  description = "The customer key that records are encrypted with"
}

variable "tags" {
  type        = map(string)
  description = "Tags besides the provider's default ones"
  default     = {}
}
