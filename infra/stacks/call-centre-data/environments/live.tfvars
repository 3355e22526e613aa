environment = "live"
