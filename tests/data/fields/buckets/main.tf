resource "aws_s3_bucket" "site" {
  bucket        = "site-here"
  force_destroy = true
}

resource "aws_s3_bucket" "copy" {
  bucket        = "copy-here"
  force_destroy = true
}

resource "aws_s3_bucket_versioning" "all" {
  for_each = { site = aws_s3_bucket.site.id, copy = aws_s3_bucket.copy.id }
  bucket   = each.value
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_website_configuration" "site" {
  bucket = aws_s3_bucket.site.id
  index_document {
    suffix = "index.html"
  }
  routing_rule {
    condition {
      key_prefix_equals = "old/"
    }
    redirect {
      replace_key_prefix_with = "new/"
    }
  }
}

resource "aws_s3_bucket_logging" "site" {
  bucket        = aws_s3_bucket.site.id
  target_bucket = aws_s3_bucket.copy.id
  target_prefix = ""
  target_object_key_format {
    simple_prefix {}
  }
}

resource "aws_s3_bucket_request_payment_configuration" "site" {
  bucket = aws_s3_bucket.site.id
  payer  = "BucketOwner"
}

resource "aws_s3_bucket_accelerate_configuration" "site" {
  bucket = aws_s3_bucket.site.id
  status = "Enabled"
}

resource "aws_s3_bucket_intelligent_tiering_configuration" "site" {
  bucket = aws_s3_bucket.site.id
  name   = "old"
  filter {
    tags = { age = "old" }
  }
  tiering {
    access_tier = "DEEP_ARCHIVE_ACCESS"
    days        = 180
  }
}

resource "aws_s3_bucket_metric" "site" {
  bucket = aws_s3_bucket.site.id
  name   = "all"
}

resource "aws_s3_bucket_analytics_configuration" "site" {
  bucket = aws_s3_bucket.site.id
  name   = "all"
  storage_class_analysis {
    data_export {
      destination {
        s3_bucket_destination {
          bucket_arn = aws_s3_bucket.copy.arn
        }
      }
    }
  }
}

resource "aws_s3_bucket_inventory" "site" {
  bucket                   = aws_s3_bucket.site.id
  name                     = "daily"
  included_object_versions = "Current"
  optional_fields          = ["Size"]
  schedule {
    frequency = "Daily"
  }
  destination {
    bucket {
      bucket_arn = aws_s3_bucket.copy.arn
      format     = "Parquet"
      encryption {
        sse_s3 {}
      }
    }
  }
}

resource "aws_iam_role" "replication" {
  name = "replication"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "s3.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_s3_bucket_replication_configuration" "site" {
  bucket     = aws_s3_bucket.site.id
  role       = aws_iam_role.replication.arn
  depends_on = [aws_s3_bucket_versioning.all]
  rule {
    id     = "all"
    status = "Enabled"
    filter {}
    delete_marker_replication {
      status = "Disabled"
    }
    destination {
      bucket        = aws_s3_bucket.copy.arn
      storage_class = "STANDARD_IA"
    }
  }
}

resource "aws_s3_bucket_notification" "site" {
  bucket      = aws_s3_bucket.site.id
  eventbridge = true
  queue {
    id            = "made"
    queue_arn     = aws_sqs_queue.made.arn
    events        = ["s3:ObjectCreated:*"]
    filter_suffix = ".html"
  }
}

# S3 asks whether it may send, and so is made after this without being told.
resource "aws_sqs_queue" "made" {
  name = "made"
}

resource "aws_sqs_queue_policy" "made" {
  queue_url = aws_sqs_queue.made.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "s3.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.made.arn
      Condition = { ArnEquals = { "aws:SourceArn" = aws_s3_bucket.site.arn } }
    }]
  })
}

resource "aws_s3_object" "index" {
  bucket       = aws_s3_bucket.site.id
  key          = "pages/index.html"
  content      = "<p>hello</p>"
  content_type = "text/html"
}

data "aws_s3_object" "index" {
  bucket = aws_s3_object.index.bucket
  key    = aws_s3_object.index.key
}

data "aws_s3_objects" "pages" {
  bucket     = aws_s3_bucket.site.id
  prefix     = "pages/"
  depends_on = [aws_s3_object.index]
}

output "read" {
  value = {
    endpoint = aws_s3_bucket_website_configuration.site.website_endpoint
    metric   = aws_s3_bucket_metric.site.id
    body     = data.aws_s3_object.index.body
    keys     = data.aws_s3_objects.pages.keys
  }
}
