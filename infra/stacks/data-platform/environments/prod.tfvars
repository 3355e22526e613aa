environment         = "prod"
kinesis_shard_count = 3
ingest_memory_size  = 512
