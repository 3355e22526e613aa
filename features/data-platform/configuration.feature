Feature: What is kept can be restored, and everything says whose it is

  Background:
    Given the stack "data-platform"

  Scenario: Earlier versions of objects are kept
    Then "data" has versioning "Enabled"
    When the operator uploads "1" to "data" with
      | content | first |
    Then its "VersionId" is remembered as "first version"
    When the operator uploads "1" to "data" with
      | content | second |
    Then it succeeds
    When the operator downloads "1" from "data" with
      | version | {first version} |
    Then the content is "first"

  Scenario: The table can be restored to any point in time
    When the operator calls "dynamodb:DescribeContinuousBackups" with
      | TableName | {dynamodb_table_name} |
    Then the answer has
      | ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus | ENABLED |

  Scenario: The log is kept for 30 days
    When the operator calls "logs:DescribeLogGroups" with
      | logGroupNamePrefix | {lambda_log_group_name} |
    Then the answer has
      | logGroups.0.logGroupName    | {lambda_log_group_name} |
      | logGroups.0.retentionInDays | 30                      |

  Scenario: Records come to the function, which knows its table, bucket and secret
    When the operator calls "lambda:ListEventSourceMappings" with
      | FunctionName | {lambda_function_name} |
    Then the answer has
      | EventSourceMappings.0.EventSourceArn             | {kinesis_stream_arn}  |
      | EventSourceMappings.0.FunctionArn                | {lambda_function_arn} |
      | EventSourceMappings.0.BatchSize                  | 100                   |
      | EventSourceMappings.0.BisectBatchOnFunctionError | true                  |
    When the operator calls "lambda:GetFunctionConfiguration" with
      | FunctionName | {lambda_function_name} |
    Then the answer has
      | Role                              | {lambda_role_arn}     |
      | Environment.Variables.TABLE_NAME  | {dynamodb_table_name} |
      | Environment.Variables.BUCKET_NAME | {s3_bucket_name}      |
      | Environment.Variables.SECRET_ARN  | {secret_arn}          |

  Scenario: The function is tagged
    When the operator calls "lambda:ListTags" with
      | Resource | {lambda_function_arn} |
    Then the answer has
      | Tags.Project     | data-platform |
      | Tags.Provisioner | Terraform     |

  Scenario Outline: The <what> is tagged
    When the operator calls "<operation>" with
      | <member> | <resource> |
    Then the answer has
      | <list>.0.<key>   | Environment   |
      | <list>.1.<key>   | Project       |
      | <list>.1.<value> | data-platform |
      | <list>.2.<key>   | Provisioner   |
      | <list>.2.<value> | Terraform     |

    Examples:
      | what   | operation                     | member      | resource              | list   | key    | value    |
      | bucket | s3:GetBucketTagging           | Bucket      | {s3_bucket_name}      | TagSet | Key    | Value    |
      | table  | dynamodb:ListTagsOfResource   | ResourceArn | {dynamodb_table_arn}  | Tags   | Key    | Value    |
      | stream | kinesis:ListTagsForStream     | StreamName  | {kinesis_stream_name} | Tags   | Key    | Value    |
      | secret | secretsmanager:DescribeSecret | SecretId    | {secret_arn}          | Tags   | Key    | Value    |
      | key    | kms:ListResourceTags          | KeyId       | {s3_kms_key_arn}      | Tags   | TagKey | TagValue |
      | role   | iam:ListRoleTags              | RoleName    | {ingest role}         | Tags   | Key    | Value    |
