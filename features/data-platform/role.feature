Feature: The function's role does its work on all four, and nothing else anywhere

  Background:
    Given the stack "data-platform"
    And "ingest" is the role "ingest role" as "lambda.amazonaws.com" takes it

  Scenario: It reads the stream
    Given the operator calls "kinesis:PutRecord" with
      | StreamName   | {kinesis_stream_name} |
      | Data         | aGVsbG8=              |
      | PartitionKey | 1                     |
    When "ingest" calls "kinesis:ListShards" with
      | StreamName | {kinesis_stream_name} |
    Then it succeeds
    When "ingest" calls "kinesis:GetShardIterator" with
      | StreamName        | {kinesis_stream_name} |
      | ShardId           | shardId-000000000000  |
      | ShardIteratorType | TRIM_HORIZON          |
    Then it succeeds
    And its "ShardIterator" is remembered as "iterator"
    When "ingest" calls "kinesis:GetRecords" with
      | ShardIterator | {iterator} |
    Then it succeeds

  @guarded-twice:no-put,no-data-key
  Scenario: It writes nothing to the stream
    When "ingest" calls "kinesis:PutRecord" with
      | StreamName   | {kinesis_stream_name} |
      | Data         | aGVsbG8=              |
      | PartitionKey | 1                     |
    Then it is denied because no identity policy allows it
    When "ingest" calls "kinesis:ListShards" with
      | StreamName | {kinesis_stream_name} |
    Then it succeeds

  Scenario: It writes items, and neither reads nor deletes any
    When "ingest" calls "dynamodb:PutItem" with
      """json
      { "TableName": "{dynamodb_table_name}", "Item": { "pk": { "S": "a" }, "sk": { "S": "1" } } }
      """
    Then it succeeds
    When "ingest" calls "dynamodb:GetItem" with
      """json
      { "TableName": "{dynamodb_table_name}", "Key": { "pk": { "S": "a" }, "sk": { "S": "1" } } }
      """
    Then it is denied because no identity policy allows it
    When "ingest" calls "dynamodb:Scan" with
      | TableName | {dynamodb_table_name} |
    Then it is denied because no identity policy allows it
    When "ingest" calls "dynamodb:DeleteItem" with
      """json
      { "TableName": "{dynamodb_table_name}", "Key": { "pk": { "S": "a" }, "sk": { "S": "1" } } }
      """
    Then it is denied because no identity policy allows it
    Given "ingest" is also allowed "dynamodb:GetItem"
    When "ingest" calls "dynamodb:GetItem" with
      """json
      { "TableName": "{dynamodb_table_name}", "Key": { "pk": { "S": "a" }, "sk": { "S": "1" } } }
      """
    Then it succeeds

  Scenario: It writes objects under the bucket's key, and neither reads, lists nor deletes any
    When "ingest" uploads "records/1" to "data"
    Then it succeeds
    And the object "records/1" in "data" has
      | encryption     | aws:kms          |
      | encryption key | {s3_kms_key_arn} |
    When "ingest" uploads "records/large" to "data" with
      | size      | 6 MiB |
      | part size | 5 MiB |
    Then it succeeds
    When "ingest" downloads "records/1" from "data"
    Then it is denied because no identity policy allows it
    When "ingest" lists "data"
    Then it is denied because no identity policy allows it
    When "ingest" deletes "records/1" from "data"
    Then it is denied because no identity policy allows it
    And nothing was stored
    Given "ingest" is also allowed "s3:GetObject"
    When "ingest" downloads "records/1" from "data"
    Then it succeeds

  Scenario: It reads the secret, and does not change it
    When "ingest" calls "secretsmanager:GetSecretValue" with
      | SecretId | {secret_arn} |
    Then it succeeds
    When "ingest" calls "secretsmanager:PutSecretValue" with
      | SecretId     | {secret_arn} |
      | SecretString | known        |
    Then it is denied because no identity policy allows it
    When "ingest" calls "secretsmanager:DeleteSecret" with
      | SecretId | {secret_arn} |
    Then it is denied because no identity policy allows it
    When "ingest" calls "secretsmanager:ListSecrets"
    Then it is denied because no identity policy allows it

  Scenario: It writes its one log
    When "ingest" calls "logs:CreateLogStream" with
      | logGroupName  | {lambda_log_group_name} |
      | logStreamName | 1                       |
    Then it succeeds
    Given the operator calls "logs:CreateLogGroup" with
      | logGroupName | /aws/lambda/other |
    When "ingest" calls "logs:CreateLogStream" with
      | logGroupName  | /aws/lambda/other |
      | logStreamName | 1                 |
    Then it is denied because no identity policy allows it
    When "ingest" calls "logs:DeleteLogGroup" with
      | logGroupName | {lambda_log_group_name} |
    Then it is denied because no identity policy allows it

  Scenario: It reaches no other bucket, table, stream or secret
    Given the operator calls "s3:CreateBucket" with
      """json
      { "Bucket": "other-{unique}", "CreateBucketConfiguration": { "LocationConstraint": "eu-west-2" } }
      """
    And the operator calls "dynamodb:CreateTable" with
      """json
      {
        "TableName": "other",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [ { "AttributeName": "pk", "AttributeType": "S" } ],
        "KeySchema": [ { "AttributeName": "pk", "KeyType": "HASH" } ]
      }
      """
    And the operator calls "kinesis:CreateStream" with
      """json
      { "StreamName": "other", "ShardCount": 1 }
      """
    And the operator calls "secretsmanager:CreateSecret" with
      | Name         | other |
      | SecretString | known |
    When "ingest" uploads "records/1" to "other-{unique}"
    Then it is denied because no identity policy allows it
    And nothing was stored
    When "ingest" uploads "records/1" to "data"
    Then it succeeds
    When "ingest" calls "dynamodb:PutItem" with
      """json
      { "TableName": "other", "Item": { "pk": { "S": "a" } } }
      """
    Then it is denied because no identity policy allows it
    When "ingest" calls "kinesis:ListShards" with
      | StreamName | other |
    Then it is denied because no identity policy allows it
    When "ingest" calls "secretsmanager:GetSecretValue" with
      | SecretId | other |
    Then it is denied because no identity policy allows it

  Scenario Outline: It has no part in <what>
    When "ingest" calls "<operation>" with
      """json
      <members>
      """
    Then it is denied because no identity policy allows it
    Given "ingest" is also allowed "<action>"
    When "ingest" calls "<operation>" with
      """json
      <members>
      """
    Then it succeeds

    Examples:
      | what          | operation                 | action                     | members                                        |
      | its own role  | iam:GetRole               | iam:GetRole                | { "RoleName": "{ingest role}" }                |
      | roles         | iam:ListRoles             | iam:ListRoles              | {}                                             |
      | buckets       | s3:ListBuckets            | s3:ListAllMyBuckets        | {}                                             |
      | the function  | lambda:GetFunction        | lambda:GetFunction         | { "FunctionName": "{lambda_function_name}" }   |
      | keys          | kms:ListKeys              | kms:ListKeys               | {}                                             |
      | tables        | dynamodb:ListTables       | dynamodb:ListTables        | {}                                             |
      | streams       | kinesis:ListStreams       | kinesis:ListStreams        | {}                                             |
      | log groups    | logs:DescribeLogGroups    | logs:DescribeLogGroups     | {}                                             |

  Scenario: The role is Lambda's alone
    When the operator assumes the role "ingest role"
    Then it is denied because no trust policy allows it
    When the operator asks who it is
    Then it succeeds
    When the operator calls "iam:GetRole" with
      | RoleName | {ingest role} |
    Then the answer has
      | Role.AssumeRolePolicyDocument.Statement.0.Principal.Service | lambda.amazonaws.com |
