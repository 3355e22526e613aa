environment          = "dev"
bucket_force_destroy = true

# Migration is rehearsed here: `data_migration_enabled = true` is all that it takes.
data_migration_source_bucket_arn = "arn:aws:s3:::dev-call-centre-archive"
