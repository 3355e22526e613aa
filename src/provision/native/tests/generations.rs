//! What one version of the AWS provider takes and another does not.

use super::*;

const EARLIER: &str = r#"
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

provider "aws" {
  region                 = "eu-west-2"
  s3_force_path_style    = true
  skip_get_ec2_platforms = true
}

data "aws_region" "here" {}
data "aws_region" "named" { name = "us-east-1" }
data "aws_region" "at" { endpoint = "ec2.eu-west-1.amazonaws.com" }

resource "aws_s3_bucket" "logs" {
  bucket = "logs-of-calls"
  acl    = "private"
}

resource "aws_s3_bucket" "calls" {
  bucket              = "calls-of-ours"
  request_payer       = "Requester"
  acceleration_status = "Enabled"
  force_destroy       = true
  versioning { enabled = true }
  logging {
    target_bucket = aws_s3_bucket.logs.id
    target_prefix = "calls/"
  }
  server_side_encryption_configuration {
    rule {
      apply_server_side_encryption_by_default { sse_algorithm = "AES256" }
    }
  }
  object_lock_configuration {
    object_lock_enabled = "Enabled"
    rule {
      default_retention {
        mode = "GOVERNANCE"
        days = 3
      }
    }
  }
  cors_rule {
    allowed_methods = ["GET"]
    allowed_origins = ["https://example.com"]
    max_age_seconds = 30
  }
  lifecycle_rule {
    id      = "old"
    enabled = true
    prefix  = "old/"
    tags    = { keep = "no" }
    expiration { days = 90 }
    transition {
      days          = 30
      storage_class = "GLACIER"
    }
    noncurrent_version_expiration { days = 5 }
  }
  lifecycle_rule {
    enabled                                = false
    abort_incomplete_multipart_upload_days = 2
    expiration { days = 1 }
  }
  website {
    index_document = "index.html"
    error_document = "error.html"
  }
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "Plain", Effect = "Deny", Principal = "*", Action = "s3:*", Resource = "arn:aws:s3:::calls-of-ours/*", Condition = { Bool = { "aws:SecureTransport" = "false" } } }]
  })
}

resource "aws_s3_bucket" "copies" {
  bucket = "copies-of-ours"
  versioning { enabled = true }
}

resource "aws_s3_bucket" "copied" {
  bucket = "copied-of-ours"
  versioning { enabled = true }
  replication_configuration {
    role = aws_iam_role.r.arn
    rules {
      id       = "all"
      priority = 1
      status   = "Enabled"
      filter {
        prefix = "calls/"
        tags   = { keep = "yes" }
      }
      source_selection_criteria {
        sse_kms_encrypted_objects { enabled = true }
      }
      destination {
        bucket             = aws_s3_bucket.copies.arn
        storage_class      = "STANDARD_IA"
        replica_kms_key_id = "arn:aws:kms:eu-west-2:111111111111:key/00000000-0000-0000-0000-000000000000"
        replication_time { minutes = 15 }
        metrics {}
      }
    }
  }
}

resource "aws_s3_bucket_object" "a" {
  bucket  = aws_s3_bucket.calls.id
  key     = "a.txt"
  content = "a"
  # Its retention is the bucket's.
  force_destroy = true
}

data "aws_s3_bucket_objects" "all" {
  bucket     = aws_s3_bucket.calls.id
  depends_on = [aws_s3_bucket_object.a]
}

resource "aws_iam_role" "r" {
  name                = "r"
  assume_role_policy  = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }] })
  managed_policy_arns = [aws_iam_policy.p.arn]
  inline_policy {
    name   = "inline"
    policy = data.aws_iam_policy_document.all.json
  }
}

data "aws_iam_policy_document" "base" {
  statement {
    sid       = "Base"
    actions   = ["s3:GetObject"]
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "all" {
  source_policy_documents = [data.aws_iam_policy_document.base.json]
}

resource "aws_iam_policy" "p" {
  name   = "p"
  policy = data.aws_iam_policy_document.all.json
}

resource "aws_vpc" "v" { cidr_block = "10.0.0.0/16" }

resource "aws_subnet" "s" {
  vpc_id     = aws_vpc.v.id
  cidr_block = "10.0.1.0/24"
}

data "aws_subnet_ids" "all" {
  vpc_id     = aws_vpc.v.id
  depends_on = [aws_subnet.s]
}

resource "aws_eip" "e" { vpc = true }

resource "aws_ecs_cluster" "c" {
  name               = "c"
  capacity_providers = ["FARGATE"]
  default_capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }
}

resource "aws_ecs_task_definition" "t" {
  family                = "t"
  container_definitions = jsonencode([{ name = "a", image = "b", memory = 128 }])
  inference_accelerator {
    device_name = "device_1"
    device_type = "eia1.medium"
  }
}

resource "aws_secretsmanager_secret" "s" { name = "s" }

resource "aws_flow_log" "f" {
  vpc_id         = aws_vpc.v.id
  traffic_type   = "ALL"
  log_group_name = "flows"
  iam_role_arn   = aws_iam_role.r.arn
}

output "regions" { value = [data.aws_region.here.name, data.aws_region.named.name, data.aws_region.at.id] }
output "keys" { value = data.aws_s3_bucket_objects.all.keys }
output "subnets" { value = length(data.aws_subnet_ids.all.ids) }
output "site" { value = aws_s3_bucket.calls.website_endpoint }
"#;

const LATER: &str = r#"
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.20"
    }
  }
}

data "aws_region" "here" {}
data "aws_region" "there" { region = "us-east-1" }

resource "aws_s3_bucket" "b" {
  region = "eu-west-1"
  bucket = "far-away"
}

resource "aws_dynamodb_table" "t" {
  name         = "calls"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  attribute {
    name = "caller"
    type = "S"
  }
  global_secondary_index {
    name            = "by-caller"
    projection_type = "ALL"
    key_schema {
      attribute_name = "caller"
      key_type       = "HASH"
    }
    key_schema {
      attribute_name = "id"
      key_type       = "RANGE"
    }
  }
}

resource "aws_eip" "e" { domain = "vpc" }

resource "aws_flow_log" "f" {
  vpc_id          = "vpc-1"
  log_destination = "arn:aws:logs:eu-west-2:111111111111:log-group:flows"
}

output "regions" { value = [data.aws_region.here.region, data.aws_region.there.region, aws_s3_bucket.b.bucket_region] }
"#;

fn outputs(provisioned: &Provisioned) -> serde_json::Value {
    let outputs = provisioned.stack().outputs.into_iter();
    outputs.map(|(name, output)| (name, output.value)).collect::<serde_json::Map<_, _>>().into()
}

#[tokio::test]
async fn a_stack_of_version_5() {
    let (_embedded, environment) = target().await;
    let (_folder, request) = module(EARLIER);
    let provisioned = apply(&environment, &request).await.unwrap_or_else(|wrong| panic!("{wrong}"));
    assert_eq!(
        outputs(&provisioned),
        json!({
            "keys": ["a.txt"],
            "regions": ["eu-west-2", "us-east-1", "eu-west-1"],
            "site": "calls-of-ours.s3-website.eu-west-2.amazonaws.com",
            "subnets": 1,
        })
    );
    let operator = Operators::of(&environment).unwrap().main;
    let of_bucket = async |operation: &str| {
        let answer = operator.call("s3", operation, json!({ "Bucket": "calls-of-ours" })).await;
        answer.unwrap_or_else(|error| panic!("{operation}: {error}")).at("").clone()
    };
    assert_eq!(of_bucket("GetBucketVersioning").await["Status"], "Enabled");
    assert_eq!(of_bucket("GetBucketLogging").await["LoggingEnabled"]["TargetPrefix"], "calls/");
    assert_eq!(of_bucket("GetBucketRequestPayment").await["Payer"], "Requester");
    assert_eq!(of_bucket("GetBucketAccelerateConfiguration").await["Status"], "Enabled");
    assert_eq!(of_bucket("GetBucketWebsite").await["ErrorDocument"]["Key"], "error.html");
    assert_eq!(of_bucket("GetBucketCors").await["CORSRules"][0]["MaxAgeSeconds"], 30);
    let lock = of_bucket("GetObjectLockConfiguration").await;
    assert_eq!(lock["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]["Days"], 3);
    let rules = of_bucket("GetBucketLifecycleConfiguration").await["Rules"].clone();
    assert_eq!(rules[0]["Filter"]["And"]["Prefix"], "old/");
    assert_eq!(rules[0]["NoncurrentVersionExpiration"]["NoncurrentDays"], 5);
    assert_eq!(rules[1]["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"], 2);
    assert!(rules[1]["ID"].as_str().unwrap().starts_with("tf-s3-lifecycle-"), "{rules}");
    let copied = json!({ "Bucket": "copied-of-ours" });
    let copied = operator.call("s3", "GetBucketReplication", copied).await.unwrap();
    let rule = copied.at("/ReplicationConfiguration/Rules/0");
    assert_eq!(rule["Filter"]["And"]["Tags"], json!([{ "Key": "keep", "Value": "yes" }]));
    assert_eq!(
        (&rule["ID"], &rule["Priority"], &rule["Status"]),
        (&json!("all"), &json!(1), &json!("Enabled"))
    );
    assert_eq!(rule["DeleteMarkerReplication"]["Status"], "Disabled");
    assert_eq!(rule["SourceSelectionCriteria"]["SseKmsEncryptedObjects"]["Status"], "Enabled");
    let destination = &rule["Destination"];
    assert_eq!(destination["StorageClass"], "STANDARD_IA");
    assert!(destination["EncryptionConfiguration"]["ReplicaKmsKeyID"].is_string(), "{destination}");
    assert_eq!(destination["ReplicationTime"], json!({ "Status": "Enabled", "Time": { "Minutes": 15 } }));
    assert_eq!(destination["Metrics"], json!({ "Status": "Enabled", "EventThreshold": { "Minutes": 15 } }));
    assert!(of_bucket("GetBucketPolicy").await["Policy"].as_str().unwrap().contains("Plain"));
    let attached =
        operator.call("iam", "ListAttachedRolePolicies", json!({ "RoleName": "r" })).await.unwrap();
    assert_eq!(attached.list("/AttachedPolicies").len(), 1);
    let clusters = operator.call("ecs", "DescribeClusters", json!({ "clusters": ["c"] })).await.unwrap();
    assert_eq!(*clusters.at("/clusters/0/capacityProviders"), json!(["FARGATE"]));
    provisioned.destroy().await.unwrap();
}

#[tokio::test]
async fn a_stack_of_version_6() {
    let (_embedded, environment) = target().await;
    let (_folder, request) = module(LATER);
    let provisioned = apply(&environment, &request).await.unwrap_or_else(|wrong| panic!("{wrong}"));
    assert_eq!(outputs(&provisioned), json!({ "regions": ["eu-west-2", "us-east-1", "eu-west-1"] }));
    let operator = Operators::of(&environment).unwrap().main;
    let table = operator.call("dynamodb", "DescribeTable", json!({ "TableName": "calls" })).await.unwrap();
    assert_eq!(
        *table.at("/Table/GlobalSecondaryIndexes/0/KeySchema"),
        json!([{ "AttributeName": "caller", "KeyType": "HASH" }, { "AttributeName": "id", "KeyType": "RANGE" }])
    );
    provisioned.destroy().await.unwrap();
}

#[tokio::test]
async fn grants_of_a_bucket_stand_beside_its_owner() {
    let (_embedded, environment) = target().await;
    let (_folder, request) = module(
        "data \"aws_canonical_user_id\" \"me\" {}\nresource \"aws_s3_bucket\" \"b\" {\n  bucket = \"granted\"\n}\n\
         resource \"aws_s3_bucket_ownership_controls\" \"b\" {\n  bucket = aws_s3_bucket.b.id\n  rule {\n    object_ownership = \"ObjectWriter\"\n  }\n}\n\
         resource \"aws_s3_bucket\" \"g\" {\n  bucket = \"refused\"\n  grant {\n    type = \"CanonicalUser\"\n    id = data.aws_canonical_user_id.me.id\n    permissions = [\"READ\", \"WRITE\"]\n  }\n}\n",
    );
    // As on AWS: a new bucket has no access control lists.
    let wrong = apply(&environment, &request).await.err().unwrap();
    assert!(wrong.to_string().contains("AccessControlListNotSupported"), "{wrong}");
}
