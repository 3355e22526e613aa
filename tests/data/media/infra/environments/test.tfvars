project     = "media"
office_cidr = "203.0.113.0/24"
