a = "tfvars"
b = "tfvars"
c = "tfvars"
d = "tfvars"
list = [1, "a", true]
