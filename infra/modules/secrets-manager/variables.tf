variable "name" {
  type        = string
  description = "The secret's name"
}

variable "description" {
  type        = string
  description = "What the secret is for"
}

variable "kms_key_arn" {
  type        = string
  description = "The customer key that the secret is encrypted with"
}

variable "value" {
  type        = string
  description = "The secret's first value; it is in the state, so replace it once the stack stands"
  sensitive   = true
}

variable "recovery_window_in_days" {
  type        = number
  description = "How long a deleted secret can be restored; 0 deletes it at once"
  default     = 30
}

variable "tags" {
  type        = map(string)
  description = "Tags besides the provider's default ones"
  default     = {}
}
