variable "alias" {
  type        = string
  description = "The alias, without `alias/`"
}

variable "description" {
  type        = string
  description = "What the key encrypts"
}

variable "policy" {
  type        = string
  description = "The key policy, which says alone who may use the key: nothing is added to it"
}

variable "deletion_window_in_days" {
  type        = number
  description = "How long a key that is to be deleted can still be kept"
  default     = 30

  validation {
    condition     = var.deletion_window_in_days >= 7 && var.deletion_window_in_days <= 30
    error_message = "KMS waits between 7 and 30 days."
  }
}

variable "tags" {
  type        = map(string)
  description = "Tags besides the provider's default ones"
  default     = {}
}
