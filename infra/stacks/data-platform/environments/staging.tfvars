environment         = "staging"
kinesis_shard_count = 2
ingest_memory_size  = 256
