from_file = ["file", 1]
