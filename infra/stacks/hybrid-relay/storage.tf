# Whoever uploads names `aws:kms` and the key, or is denied.
module "ingress" {
  source = "../../modules/s3"

  name                      = "${local.name_prefix}-ingress-${local.account_id}"
  kms_key_arn               = module.ingress_key.arn
  require_encryption_header = true
  policy_documents          = [data.aws_iam_policy_document.ingress.json]
  force_destroy             = local.disposable
}

data "aws_iam_policy_document" "ingress" {
  statement {
    sid = "AllowRolesToRead"
    actions = [
      "s3:GetObject",
      "s3:GetObjectTagging",
      "s3:GetObjectVersion",
      "s3:GetObjectVersionTagging",
    ]
    resources = ["${module.ingress.arn}/*"]

    principals {
      type        = "AWS"
      identifiers = [module.lambda_role.arn, module.task_role.arn]
    }
  }
}

resource "aws_s3_bucket_notification" "packages" {
  count = var.event_source == "notification" ? 1 : 0

  bucket = module.ingress.name

  lambda_function {
    id                  = "validate"
    lambda_function_arn = module.validation.arn
    events              = ["s3:ObjectCreated:*"]
    filter_suffix       = ".zip"
  }

  # S3 refuses a function that it may not invoke.
  depends_on = [aws_lambda_permission.packages]
}
