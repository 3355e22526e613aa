from_auto = 2
from_file = ["auto"]
