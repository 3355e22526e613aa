variable "aws_region" {
  type        = string
  description = "The region that everything lives in"
  default     = "eu-central-1"
}

variable "environment" {
  type        = string
  description = "The environment, one an account"
}

variable "service" {
  type        = string
  description = "The first part of every name; another one sets a second copy of the stack beside the first"
  default     = "cci-lite"
}

variable "project" {
  type        = string
  description = "The tag `Project`"
  default     = "CCI-Lite"
}

variable "owner" {
  type        = string
  description = "The tag `Owner`"
  default     = "Conversant"
}

variable "release" {
  type        = string
  description = "The tag `Version`"
  default     = "v1.3"
}

variable "input_retention_days" {
  type        = number
  description = "After how many days call audio is deleted"
  default     = 1
}

variable "results_retention_days" {
  type        = number
  description = "After how many days results are deleted"
  default     = 30
}

variable "staging_retention_days" {
  type        = number
  description = "After how many days Athena's query results are deleted"
  default     = 7
}

variable "log_retention_in_days" {
  type        = number
  description = "How long the function's log is kept"
  default     = 30
}

variable "job_init_package" {
  type        = string
  description = "The path of the zip with the program `cci-job-init`; a placeholder that fails with the reason if null"
  default     = null
}

variable "job_init_memory_size" {
  type        = number
  description = "The function's memory in MB"
  default     = 128
}

variable "job_init_timeout" {
  type        = number
  description = "How long starting a job may take, in seconds"
  default     = 30
}

variable "force_destroy" {
  type        = bool
  description = "Whether destroying the stack deletes the objects, and what the workgroup queried, too"
  default     = false
}

variable "deletion_protection" {
  type        = bool
  description = "Whether the table of tenants can be deleted only after this is taken off"
  default     = true
}
