names = ["x", "y"]
