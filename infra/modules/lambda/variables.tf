variable "name" {
  type        = string
  description = "The function's name"
}

variable "description" {
  type        = string
  description = "What the function does"
}

variable "role_arn" {
  type        = string
  description = "The role that the function runs with"
}

variable "package" {
  type        = string
  description = "The path of the zip with the program, a `bootstrap` for provided.al2023; a placeholder that fails with the reason if null"
  default     = null
}

variable "architecture" {
  type        = string
  description = "The architecture that the program was built for, `arm64` or `x86_64`"
  default     = "arm64"

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "Lambda has arm64 and x86_64."
  }
}

variable "memory_size" {
  type        = number
  description = "The function's memory in MB"
  default     = 256
}

variable "timeout" {
  type        = number
  description = "How long one invocation may take, in seconds"
  default     = 60
}

variable "reserved_concurrency" {
  type        = number
  description = "How many invocations run at once; -1 is as many as the account has left"
  default     = -1
}

variable "environment_variables" {
  type        = map(string)
  description = "What the program is told"
  default     = {}
}

variable "kms_key_arn" {
  type        = string
  description = "The customer key that the environment variables are encrypted with; AWS's own if null"
  default     = null
}

variable "log_retention_in_days" {
  type        = number
  description = "How long the log is kept"
  default     = 30
}

variable "log_kms_key_arn" {
  type        = string
  description = "The customer key that the log is encrypted with; AWS's own if null"
  default     = null
}

variable "tags" {
  type        = map(string)
  description = "Tags besides the provider's default ones"
  default     = {}
}
