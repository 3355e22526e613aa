from_tfvars = "tfvars"
from_auto   = 1
from_file   = ["tfvars"]
from_var    = false
not_null    = null
