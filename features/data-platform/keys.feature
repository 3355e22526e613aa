Feature: Each key works through its own service and for its own resource alone

  Background:
    Given the stack "data-platform"
    And "ingest" is the role "ingest role" as "lambda.amazonaws.com" takes it

  Scenario Outline: Nobody uses the <key> directly, not even an administrator
    When the operator encrypts "secret" with the key "<key>"
    Then it is denied because no resource policy allows it
    When the operator encrypts "secret" with the key "<key>" in the context
      | <context> | <resource> |
    Then it is denied because no resource policy allows it
    When the operator generates a data key with the key "<key>"
    Then it is denied because no resource policy allows it
    When "ingest" generates a data key with the key "<key>" in the context
      | <context> | <resource> |
    Then it is denied
    When the operator calls "kms:DescribeKey" with
      | KeyId | {<key>} |
    Then it succeeds

    Examples:
      | key                | context                | resource              |
      | s3 key             | aws:s3:arn             | {s3_bucket_arn}       |
      | dynamodb key       | aws:dynamodb:tableName | {dynamodb_table_name} |
      | kinesis key        | aws:kinesis:arn        | {kinesis_stream_arn}  |
      | secretsmanager key | SecretARN              | {secret_arn}          |

  Scenario: The role's use of the keys begins and ends with the services
    When "ingest" uploads "records/1" to "data"
    Then it succeeds
    When "ingest" calls "secretsmanager:GetSecretValue" with
      | SecretId | {secret_arn} |
    Then it succeeds
    Given "ingest" is also allowed "kms:*"
    When "ingest" generates a data key with the key "s3 key"
    Then it is denied because no resource policy allows it
    When "ingest" calls "kms:DescribeKey" with
      | KeyId | {s3 key} |
    Then it succeeds

  Scenario Outline: The <key> encrypts no other bucket
    Given the operator calls "s3:CreateBucket" with
      """json
      { "Bucket": "other-{unique}", "CreateBucketConfiguration": { "LocationConstraint": "eu-west-2" } }
      """
    When the operator uploads "1" to "other-{unique}" with
      | encryption     | aws:kms |
      | encryption key | {<key>} |
    Then it is denied because no resource policy allows it
    And nothing was stored
    When the operator uploads "1" to "other-{unique}"
    Then it succeeds

    Examples:
      | key                |
      | s3 key             |
      | dynamodb key       |
      | kinesis key        |
      | secretsmanager key |

  Scenario Outline: The <key> encrypts no other secret
    Given the operator calls "secretsmanager:CreateSecret" with
      | Name     | other   |
      | KmsKeyId | {<key>} |
    When the operator calls "secretsmanager:PutSecretValue" with
      | SecretId     | other |
      | SecretString | known |
    Then it is denied because no resource policy allows it
    When the operator calls "secretsmanager:GetSecretValue" with
      | SecretId | {secret_arn} |
    Then it succeeds

    Examples:
      | key                |
      | secretsmanager key |
      | s3 key             |

  Scenario Outline: The <key> encrypts no other table
    When the operator calls "dynamodb:CreateTable" with
      """json
      {
        "TableName": "other",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [ { "AttributeName": "pk", "AttributeType": "S" } ],
        "KeySchema": [ { "AttributeName": "pk", "KeyType": "HASH" } ],
        "SSESpecification": { "Enabled": true, "SSEType": "KMS", "KMSMasterKeyId": "{<key>}" }
      }
      """
    Then it is denied because no resource policy allows it
    When the operator calls "dynamodb:DescribeTable" with
      | TableName | {dynamodb_table_name} |
    Then it succeeds

    Examples:
      | key          |
      | dynamodb key |
      | s3 key       |

  Scenario Outline: The <key> encrypts no other stream
    Given the operator calls "kinesis:CreateStream" with
      """json
      { "StreamName": "other", "ShardCount": 1 }
      """
    And the operator calls "kinesis:StartStreamEncryption" with
      | StreamName     | other   |
      | EncryptionType | KMS     |
      | KeyId          | {<key>} |
    When the operator calls "kinesis:PutRecord" with
      | StreamName   | other    |
      | Data         | aGVsbG8= |
      | PartitionKey | 1        |
    Then it is denied because no resource policy allows it
    When the operator calls "kinesis:PutRecord" with
      | StreamName   | {kinesis_stream_name} |
      | Data         | aGVsbG8=              |
      | PartitionKey | 1                     |
    Then it succeeds

    Examples:
      | key         |
      | kinesis key |
      | s3 key      |

  Scenario Outline: Nobody is granted the <key> by hand
    When the operator calls "kms:CreateGrant" with
      """json
      { "KeyId": "{<key>}", "GranteePrincipal": "{lambda_role_arn}", "Operations": [ "Decrypt" ] }
      """
    Then it is denied because no resource policy allows it
    When the operator calls "kms:ListGrants" with
      | KeyId | {<key>} |
    Then it succeeds

    Examples:
      | key                |
      | s3 key             |
      | dynamodb key       |
      | kinesis key        |
      | secretsmanager key |

  Scenario Outline: The <key> is the account's own, and rotated
    Then the key "<key>" has rotation "enabled"
    And the key "<key>" has
      | state   | Enabled           |
      | usage   | ENCRYPT_DECRYPT   |
      | spec    | SYMMETRIC_DEFAULT |
      | manager | CUSTOMER          |

    Examples:
      | key                |
      | s3 key             |
      | dynamodb key       |
      | kinesis key        |
      | secretsmanager key |
