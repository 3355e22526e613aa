resource "aws_cloudwatch_event_rule" "calls" {
  name        = "${var.service}-call-uploaded"
  description = "A tenant uploaded a call"

  event_pattern = jsonencode({
    source        = ["aws.s3"]
    "detail-type" = ["Object Created"]
    detail = {
      bucket = { name = [module.input.name] }
      object = { key = [{ wildcard = "*/calls/*" }] }
    }
  })
}

resource "aws_cloudwatch_event_target" "job_init" {
  rule      = aws_cloudwatch_event_rule.calls.name
  target_id = "job-init"
  arn       = module.job_init.arn
}

resource "aws_lambda_permission" "calls" {
  statement_id   = "CallUploaded"
  action         = "lambda:InvokeFunction"
  function_name  = module.job_init.name
  principal      = "events.amazonaws.com"
  source_arn     = aws_cloudwatch_event_rule.calls.arn
  source_account = local.account_id
}
