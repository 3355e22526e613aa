environment        = "prod"
lambda_memory_size = 512
container_cpu      = 512
container_memory   = 1024
