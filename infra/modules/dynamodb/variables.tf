variable "name" {
  type        = string
  description = "The table's name"
}

variable "hash_key" {
  type        = string
  description = "The partition key, a text"
  default     = "pk"
}

variable "range_key" {
  type        = string
  description = "The sort key, a text; none if null"
  default     = "sk"
}

variable "global_indexes" {
  type = map(object({
    hash_key  = string
    range_key = optional(string)
  }))
  description = "Global secondary indexes by name, each with all attributes"
  default     = {}
}

variable "kms_key_arn" {
  type        = string
  description = "The customer key that the table is encrypted with"
}

variable "deletion_protection" {
  type        = bool
  description = "Whether the table can be deleted only after this is taken off"
  default     = false
}

variable "tags" {
  type        = map(string)
  description = "Tags besides the provider's default ones"
  default     = {}
}
