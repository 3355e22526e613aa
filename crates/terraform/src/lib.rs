//! Loads, evaluates and orders Terraform configuration.
