environment         = "dev"
force_destroy       = true
deletion_protection = false
