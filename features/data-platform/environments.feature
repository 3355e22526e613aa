Feature: The environments differ in names and sizes, and in nothing else

  Scenario Outline: <environment> has <shards> shards and <memory> MB
    Given the stack "data-platform" with
      | environment | <environment> |
    When the operator calls "kinesis:DescribeStreamSummary" with
      | StreamName | <environment>-data-platform |
    Then the answer has
      | StreamDescriptionSummary.OpenShardCount       | <shards> |
      | StreamDescriptionSummary.RetentionPeriodHours | 24       |
    When the operator calls "lambda:GetFunctionConfiguration" with
      | FunctionName | <environment>-data-platform-ingest |
    Then the answer has
      | MemorySize | <memory>        |
      | Timeout    | 60              |
      | Runtime    | provided.al2023 |
    When the operator calls "lambda:ListTags" with
      | Resource | {lambda_function_arn} |
    Then the answer has
      | Tags.Environment | <environment> |
    When the operator calls "dynamodb:DescribeTable" with
      | TableName | <environment>-data-platform |
    Then the answer has
      | Table.BillingModeSummary.BillingMode | PAY_PER_REQUEST |
    When the operator calls "s3:HeadBucket" with
      | Bucket | <environment>-data-platform-111111111111 |
    Then it succeeds
    When the operator calls "secretsmanager:DescribeSecret" with
      | SecretId | <environment>-data-platform/ingest |
    Then it succeeds
    When the operator calls "kms:DescribeKey" with
      | KeyId | alias/<environment>-data-platform-kinesis |
    Then the answer has
      | KeyMetadata.Arn | {kinesis_kms_key_arn} |

    Examples:
      | environment | shards | memory |
      | dev         | 1      | 128    |
      | staging     | 2      | 256    |
      | prod        | 3      | 512    |
