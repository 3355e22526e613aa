variable "aws_region" {
  type        = string
  description = "The region that everything lives in"
  default     = "eu-north-1"
}

variable "environment" {
  type        = string
  description = "The environment, the first part of every name; outside `prod` what is stored goes with the stack"
  default     = "dev"
}

variable "service" {
  type        = string
  description = "The service, the second part of every name"
  default     = "hybrid-relay"
}

variable "allowed_organization_ids" {
  type        = list(string)
  description = "The organizations whose packages are processed"
  default     = ["org-001", "org-002", "org-003"]

  validation {
    condition     = alltrue([for id in var.allowed_organization_ids : can(regex("^[A-Za-z0-9_-]+$", id))])
    error_message = "An organization's id has letters, digits, dashes and underscores."
  }
}

variable "lambda_memory_size" {
  type        = number
  description = "The validation function's memory in MB"
  default     = 256
}

variable "lambda_timeout" {
  type        = number
  description = "How long validation may take, in seconds"
  default     = 60
}

variable "container_cpu" {
  type        = number
  description = "The processing task's CPU units"
  default     = 256
}

variable "container_memory" {
  type        = number
  description = "The processing task's memory in MB"
  default     = 512
}

variable "container_image_tag" {
  type        = string
  description = "Which image of the repository is run"
  default     = "latest"
}

variable "log_retention_in_days" {
  type        = number
  description = "How long logs are kept"
  default     = 30
}

variable "validation_package" {
  type        = string
  description = "The path of the zip with the program `hybrid-validation`; a placeholder that fails with the reason if null"
  default     = null
}

variable "vpc_id" {
  type        = string
  description = "The VPC that tasks run in; the account's default one if null"
  default     = null
}

variable "subnet_ids" {
  type        = list(string)
  description = "The subnets that tasks run in; all of the VPC's if null"
  default     = null
}

variable "assign_public_ip" {
  type        = bool
  description = "Whether tasks have a public address, which they need for the registry where the subnets have no NAT"
  default     = true
}

# The hybrid switches: where packages are, who tells of them, and where they are processed.

variable "storage_endpoint" {
  type        = string
  description = "The S3-compatible store that packages are in; S3 itself if null"
  default     = null
}

variable "event_source" {
  type        = string
  description = "Who tells of new packages: the bucket's `notification`, or a `relay` agent that polls the store"
  default     = "notification"

  validation {
    condition     = contains(["notification", "relay"], var.event_source)
    error_message = "The event source is notification or relay."
  }
}

variable "compute_mode" {
  type        = string
  description = "Where packages are processed: on `ecs`, or by a `local` container runtime"
  default     = "ecs"

  validation {
    condition     = contains(["ecs", "local"], var.compute_mode)
    error_message = "The compute mode is ecs or local."
  }
}
