//! Configurations that only AWS refuses: what a user reads of each.

use crate::project::Project;

/// A bucket that the others are about.
const BUCKET: &str = "resource \"aws_s3_bucket\" \"data\" {\n  bucket = \"small-data\"\n}\n";

const CASES: [(&str, &str); 21] = [
    ("a bucket name that S3 refuses", "resource \"aws_s3_bucket\" \"x\" {\n  bucket = \"Small_Data\"\n}\n"),
    (
        "two buckets of one name",
        "resource \"aws_s3_bucket\" \"x\" {\n  bucket = \"small-data\"\n  depends_on = [aws_s3_bucket.data]\n}\n",
    ),
    (
        "a setting of a bucket that is not there",
        "resource \"aws_s3_bucket_versioning\" \"x\" {\n  bucket = \"nobody-s\"\n  versioning_configuration {\n    status = \"Enabled\"\n  }\n}\n",
    ),
    (
        "an algorithm that is none",
        "resource \"aws_s3_bucket_server_side_encryption_configuration\" \"x\" {\n  bucket = aws_s3_bucket.data.id\n  rule {\n    \
         apply_server_side_encryption_by_default {\n      sse_algorithm = \"aes\"\n    }\n  }\n}\n",
    ),
    (
        "a bucket policy with a misspelt element",
        "resource \"aws_s3_bucket_policy\" \"x\" {\n  bucket = aws_s3_bucket.data.id\n  policy = jsonencode({\n    \
         Version   = \"2012-10-17\"\n    Statement = [{ Efect = \"Deny\", Principal = \"*\", Action = \"s3:*\", Resource = \"*\" }]\n  })\n}\n",
    ),
    (
        "a bucket policy about another bucket",
        "resource \"aws_s3_bucket_policy\" \"x\" {\n  bucket = aws_s3_bucket.data.id\n  policy = jsonencode({\n    \
         Version   = \"2012-10-17\"\n    Statement = [{ Effect = \"Deny\", Principal = \"*\", Action = \"s3:*\", Resource = \"arn:aws:s3:::other/*\" }]\n  })\n}\n",
    ),
    (
        "a bucket policy for a user that is not there",
        "resource \"aws_s3_bucket_policy\" \"x\" {\n  bucket = aws_s3_bucket.data.id\n  policy = jsonencode({\n    \
         Version   = \"2012-10-17\"\n    Statement = [{\n      Effect    = \"Allow\"\n      \
         Principal = { AWS = \"arn:aws:iam::111111111111:user/nobody\" }\n      Action    = \"s3:GetObject\"\n      \
         Resource  = \"${aws_s3_bucket.data.arn}/*\"\n    }]\n  })\n}\n",
    ),
    (
        "an attachment to a role that is not there",
        "resource \"aws_iam_policy\" \"x\" {\n  name = \"x\"\n  policy = jsonencode({\n    Version   = \"2012-10-17\"\n    \
         Statement = [{ Effect = \"Allow\", Action = \"s3:GetObject\", Resource = \"*\" }]\n  })\n}\n\n\
         resource \"aws_iam_role_policy_attachment\" \"x\" {\n  role       = \"nobody\"\n  \
         policy_arn = aws_iam_policy.x.arn\n}\n",
    ),
    (
        "an attachment of a policy that is not there",
        "resource \"aws_iam_user\" \"x\" {\n  name = \"x\"\n}\n\nresource \"aws_iam_user_policy_attachment\" \"x\" {\n  \
         user       = aws_iam_user.x.name\n  policy_arn = \"arn:aws:iam::111111111111:policy/none\"\n}\n",
    ),
    (
        "two users of one name",
        "resource \"aws_iam_user\" \"x\" {\n  name = \"x\"\n}\n\nresource \"aws_iam_user\" \"y\" {\n  name       = \"X\"\n  \
         depends_on = [aws_iam_user.x]\n}\n",
    ),
    ("a user name that IAM refuses", "resource \"aws_iam_user\" \"x\" {\n  name = \"a user\"\n}\n"),
    (
        "a trust policy without a principal",
        "resource \"aws_iam_role\" \"x\" {\n  name = \"x\"\n  assume_role_policy = jsonencode({\n    \
         Version   = \"2012-10-17\"\n    Statement = [{ Effect = \"Allow\", Action = \"sts:AssumeRole\" }]\n  })\n}\n",
    ),
    (
        "a policy without a version of the language",
        "resource \"aws_iam_policy\" \"x\" {\n  name = \"x\"\n  policy = jsonencode({\n    Version   = \"2020-01-01\"\n    \
         Statement = [{ Effect = \"Allow\", Action = \"s3:GetObject\", Resource = \"*\" }]\n  })\n}\n",
    ),
    (
        "notifications to a queue that S3 may not send to",
        "resource \"aws_sqs_queue\" \"x\" {\n  name = \"x\"\n}\n\nresource \"aws_s3_bucket_notification\" \"x\" {\n  \
         bucket = aws_s3_bucket.data.id\n  queue {\n    queue_arn = aws_sqs_queue.x.arn\n    \
         events    = [\"s3:ObjectCreated:*\"]\n  }\n}\n",
    ),
    (
        "a role that is not there to be read",
        "data \"aws_iam_role\" \"x\" {\n  name = \"nobody\"\n}\n\noutput \"arn\" {\n  value = data.aws_iam_role.x.arn\n}\n",
    ),
    (
        "a key policy that locks its writer out",
        "resource \"aws_kms_key\" \"x\" {\n  policy = jsonencode({\n    Version   = \"2012-10-17\"\n    \
         Statement = [{ Effect = \"Deny\", Principal = \"*\", Action = \"kms:*\", Resource = \"*\" }]\n  })\n}\n",
    ),
    (
        "an alias of a key that is not there",
        "resource \"aws_kms_alias\" \"x\" {\n  name          = \"alias/x\"\n  target_key_id = \"00000000-0000-0000-0000-000000000000\"\n}\n",
    ),
    ("a queue name that SQS refuses", "resource \"aws_sqs_queue\" \"x\" {\n  name = \"a queue\"\n}\n"),
    (
        "a table without its key's type",
        "resource \"aws_dynamodb_table\" \"x\" {\n  name         = \"calls\"\n  billing_mode = \"PAY_PER_REQUEST\"\n  \
         hash_key     = \"id\"\n  attribute {\n    name = \"key\"\n    type = \"S\"\n  }\n}\n",
    ),
    (
        "a subnet outside of its network",
        "resource \"aws_vpc\" \"x\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n\nresource \"aws_subnet\" \"x\" {\n  \
         vpc_id     = aws_vpc.x.id\n  cidr_block = \"10.1.0.0/24\"\n}\n",
    ),
    (
        "an account that the target does not have",
        "provider \"aws\" {\n  alias = \"other\"\n  assume_role {\n    role_arn = \"arn:aws:iam::999999999999:role/deploy\"\n  }\n}\n\n\
         resource \"aws_s3_bucket\" \"x\" {\n  provider = aws.other\n  bucket   = \"small-other\"\n}\n",
    ),
];

#[test]
fn each_is_told_with_its_place_and_what_aws_says() {
    for (case, text) in CASES {
        let project = Project::of(&[("infra/main.tf", &format!("{BUCKET}\n{text}"))]);
        let ended = project.run(&["outputs", "infra"]);
        assert_eq!(ended.code, 4, "{case}\n{}\n{}", ended.stdout, ended.stderr);
        assert!(
            ended.stdout.is_empty() && ended.stderr.contains("infra/main.tf:"),
            "{case}\n{}",
            ended.stderr
        );
        let filters =
            [(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "[id]"), (r"(vpc|subnet)-[0-9a-f]+", "$1-[id]")];
        insta::with_settings!({
            omit_expression => true, snapshot_suffix => case.replace(' ', "_"), filters => filters,
        }, { insta::assert_snapshot!(ended.stderr) });
    }
}
