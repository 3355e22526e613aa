variable "name" {
  type        = string
  description = "The role's name"
}

variable "description" {
  type        = string
  description = "Who takes the role, and what for"
}

variable "assume_role_policy" {
  type        = string
  description = "Who may take the role"
}

variable "policies" {
  type        = map(string)
  description = "Policy documents by the names that they have on the role"
  default     = {}
}

variable "max_session_duration" {
  type        = number
  description = "How long a session of the role may last, in seconds"
  default     = 3600
}

variable "tags" {
  type        = map(string)
  description = "Tags besides the provider's default ones"
  default     = {}
}
