environment                    = "dev"
kinesis_shard_count            = 1
ingest_memory_size             = 128
force_destroy                  = true
secret_recovery_window_in_days = 0
