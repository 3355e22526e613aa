variable "name" {
  type        = string
  description = "The bucket's name, which no other account has"
}

variable "kms_key_arn" {
  type        = string
  description = "The customer key that every object is encrypted with"
}

variable "require_encryption_header" {
  type        = bool
  description = "Whether a put must name `aws:kms` itself; else the bucket's default encryption is given to those that name nothing"
  default     = false
}

variable "policy_documents" {
  type        = list(string)
  description = "Policy documents whose statements the bucket policy has besides its own"
  default     = []
}

variable "lifecycle_rules" {
  type = list(object({
    id                = string
    prefix            = optional(string, "")
    expiration_days   = optional(number)
    noncurrent_days   = optional(number)
    abort_upload_days = optional(number, 1)
  }))
  description = "When objects expire, and when the versions that are left behind are removed"
  default     = []
}

variable "eventbridge" {
  type        = bool
  description = "Whether S3 tells EventBridge what happens in the bucket"
  default     = false
}

variable "force_destroy" {
  type        = bool
  description = "Whether destroying the bucket deletes its objects too"
  default     = false
}

variable "tags" {
  type        = map(string)
  description = "Tags besides the provider's default ones"
  default     = {}
}
